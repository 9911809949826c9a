//! Forgetting a person in a unit of work.

use async_trait::async_trait;
use chinwag_domain::{
    Conversation, ConversationId, FileName, MediaState, Seq, UserId, forget_person,
    ports::{ErasureWrites, StorageError},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    Value,
    prelude::Uuid,
    sea_query::{Expr, LockType},
};

use super::SeaUnitOfWork;
use crate::{
    entity::{conversation, credential, device, job, media, message, session},
    error::{corrupt, from_db},
    rows,
    sql::Binds,
};

/// Jobs looked through at once.
const JOBS: u64 = 500;

#[async_trait]
impl ErasureWrites for SeaUnitOfWork {
    async fn lock_whatever(
        &mut self,
        id: ConversationId,
    ) -> Result<Option<Conversation>, StorageError> {
        let row = conversation::Entity::find_by_id(id.uuid())
            .lock(LockType::NoKeyUpdate)
            .one(&self.transaction)
            .await
            .map_err(from_db)?;
        row.map(rows::conversation).transpose()
    }

    async fn forget_how_sent(
        &mut self,
        id: ConversationId,
        user: &UserId,
        (first, last): (Seq, Seq),
    ) -> Result<(), StorageError> {
        let nothing = rows::NO_REQUEST.0.to_vec();
        let told = Condition::any()
            .add(message::Column::ClientId.is_not_null())
            .add(message::Column::ClientCreatedAt.is_not_null())
            .add(message::Column::RequestHash.ne(nothing.clone()));
        message::Entity::update_many()
            .col_expr(message::Column::ClientId, Expr::value(Option::<String>::None))
            .col_expr(message::Column::ClientKey, Expr::value(Option::<Uuid>::None))
            .col_expr(message::Column::ClientCreatedAt, Expr::value(Option::<i64>::None))
            .col_expr(message::Column::RequestHash, Expr::value(nothing))
            .filter(message::Column::ConversationId.eq(id.uuid()))
            .filter(message::Column::SenderId.eq(user.as_str()))
            .filter(message::Column::Seq.between(first.get(), last.get()))
            .filter(message::Column::DeletedAt.is_not_null())
            .filter(told)
            .exec(&self.transaction)
            .await
            .map_err(from_db)?;
        Ok(())
    }

    async fn forget_receipts(
        &mut self,
        id: ConversationId,
        user: &UserId,
    ) -> Result<(), StorageError> {
        let place: [Value; 2] = [id.uuid().into(), user.to_string().into()];
        self.run("DELETE FROM receipts WHERE conversation_id = $1 AND user_id = $2", place).await
    }

    async fn forget_person(&mut self, user: &UserId) -> Result<(), StorageError> {
        // Sign-ins first, as refreshing locks them: a token made meanwhile is seen below.
        if self.transaction.get_database_backend() == sea_orm::DbBackend::Postgres {
            let whose: [Value; 1] = [user.to_string().into()];
            let lock = "SELECT id FROM sessions WHERE user_id = $1 ORDER BY id FOR UPDATE";
            self.run(lock, whose).await?;
        }
        let whose: [Value; 1] = [user.to_string().into()];
        let tokens = "DELETE FROM refresh_tokens WHERE session_id IN \
             (SELECT id FROM sessions WHERE user_id = $1)";
        self.run(tokens, whose).await?;
        let both_ways: [Value; 1] = [user.to_string().into()];
        self.run("DELETE FROM blocks WHERE blocker_id = $1 OR blocked_id = $1", both_ways).await?;
        let of = user.as_str();
        session::Entity::delete_many()
            .filter(session::Column::UserId.eq(of))
            .exec(&self.transaction)
            .await
            .map_err(from_db)?;
        credential::Entity::delete_many()
            .filter(credential::Column::UserId.eq(of))
            .exec(&self.transaction)
            .await
            .map_err(from_db)?;
        device::Entity::delete_many()
            .filter(device::Column::UserId.eq(of))
            .exec(&self.transaction)
            .await
            .map_err(from_db)?;
        media::Entity::update_many()
            .col_expr(media::Column::State, Expr::value(MediaState::Doomed.as_str()))
            .col_expr(media::Column::Name, Expr::value(FileName::erased().as_str()))
            .filter(media::Column::OwnerId.eq(of))
            .exec(&self.transaction)
            .await
            .map_err(from_db)?;
        self.forget_in_jobs(user).await
    }
}

impl SeaUnitOfWork {
    /// Piece by piece: there may be many while a receiver of webhooks is away.
    async fn forget_in_jobs(&self, user: &UserId) -> Result<(), StorageError> {
        let named = job::Column::Payload.contains(format!("\"{user}\""));
        let mut after = Uuid::nil();
        loop {
            let found = job::Entity::find()
                .filter(named.clone())
                .filter(job::Column::Id.gt(after))
                .order_by_asc(job::Column::Id)
                .limit(JOBS)
                .all(&self.transaction)
                .await
                .map_err(from_db)?;
            let Some(last) = found.last() else { return Ok(()) };
            after = last.id;
            for row in found {
                let mut payload: serde_json::Value =
                    serde_json::from_str(&row.payload).map_err(|_| corrupt("payload of a job"))?;
                if forget_person(&mut payload, user) {
                    job::Entity::update_many()
                        .col_expr(job::Column::Payload, Expr::value(payload.to_string()))
                        .filter(job::Column::Id.eq(row.id))
                        .exec(&self.transaction)
                        .await
                        .map_err(from_db)?;
                }
            }
        }
    }

    async fn run<const N: usize>(&self, sql: &str, values: [Value; N]) -> Result<(), StorageError> {
        let mut binds = Binds::new(self.transaction.get_database_backend());
        for value in values {
            binds.add(value);
        }
        self.transaction.execute_raw(binds.statement(sql)).await.map_err(from_db)?;
        Ok(())
    }
}
