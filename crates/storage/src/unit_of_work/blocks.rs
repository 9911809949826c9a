//! Blocks in a unit of work.

use async_trait::async_trait;
use chinwag_domain::{
    ConversationId, DirectKey, Timestamp, UserId,
    ports::{BlockWrites, StorageError},
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter};

use super::SeaUnitOfWork;
use crate::{
    blocks,
    entity::conversation::{Column, Entity},
    error::from_db,
    sql::Binds,
};

#[async_trait]
impl BlockWrites for SeaUnitOfWork {
    async fn lock_pair(
        &mut self,
        pair: &DirectKey,
    ) -> Result<Option<ConversationId>, StorageError> {
        // SQLite has one writer. In PostgreSQL there may be no row yet that could be locked.
        if self.transaction.get_database_backend() == DbBackend::Postgres {
            let mut binds = Binds::new(DbBackend::Postgres);
            let key = binds.add(pair.as_str());
            let lock = format!("SELECT pg_advisory_xact_lock(hashtextextended({key}, 0))");
            self.transaction.execute_raw(binds.statement(lock)).await.map_err(from_db)?;
        }
        let row = Entity::find()
            .filter(Column::DirectKey.eq(pair.as_str()))
            .one(&self.transaction)
            .await
            .map_err(from_db)?;
        Ok(row.map(|row| ConversationId::new(row.id)))
    }

    async fn block(
        &mut self,
        blocker: &UserId,
        blocked: &UserId,
        at: Timestamp,
    ) -> Result<bool, StorageError> {
        let mut binds = Binds::new(self.transaction.get_database_backend());
        let values =
            [binds.add(blocker.as_str()), binds.add(blocked.as_str()), binds.add(at.millis())];
        let statement = binds.statement(format!(
            "INSERT INTO blocks (blocker_id, blocked_id, at) VALUES ({}) ON CONFLICT DO NOTHING",
            values.join(", ")
        ));
        let done = self.transaction.execute_raw(statement).await.map_err(from_db)?;
        Ok(done.rows_affected() > 0)
    }

    async fn unblock(&mut self, blocker: &UserId, blocked: &UserId) -> Result<bool, StorageError> {
        let mut binds = Binds::new(self.transaction.get_database_backend());
        let (blocker, blocked) = (binds.add(blocker.as_str()), binds.add(blocked.as_str()));
        let statement = binds.statement(format!(
            "DELETE FROM blocks WHERE blocker_id = {blocker} AND blocked_id = {blocked}"
        ));
        let done = self.transaction.execute_raw(statement).await.map_err(from_db)?;
        Ok(done.rows_affected() > 0)
    }

    async fn blocked_between(
        &mut self,
        one: &UserId,
        other: &UserId,
    ) -> Result<bool, StorageError> {
        blocks::stands(&self.transaction, one, other).await.map_err(from_db)
    }
}
