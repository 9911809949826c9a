//! Finding uploads that nobody uses.

use chinwag_domain::{
    Media, MediaState,
    ports::{StorageError, Unused},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{SeaMedia, returning, shown};
use crate::{
    entity::media::{Column, Entity},
    error::from_db,
    rows,
};

impl SeaMedia {
    pub(super) async fn sweep(
        &self,
        unused: Unused,
        limit: u16,
    ) -> Result<Vec<Media>, StorageError> {
        self.pass_over_what_is_shown(unused).await?;
        self.doom_what_is_not(unused, limit).await?;
        let doomed = Entity::find()
            .filter(Column::State.eq(MediaState::Doomed.as_str()))
            .order_by_asc(Column::CreatedAt)
            .limit(u64::from(limit))
            .all(self.database.writer())
            .await
            .map_err(from_db)?;
        doomed.into_iter().map(rows::media).collect()
    }

    /// What a message shows is not looked at again, until a message that shows it is deleted.
    async fn pass_over_what_is_shown(&self, unused: Unused) -> Result<(), StorageError> {
        let mut binds = self.binds();
        let before = binds.add(unused.ready_before.millis());
        let statement = binds.statement(format!(
            "UPDATE media SET unused_since = NULL WHERE unused_since < {before} AND {}",
            shown::ANYWHERE
        ));
        self.database.writer().execute_raw(statement).await.map_err(from_db)?;
        Ok(())
    }

    async fn doom_what_is_not(&self, unused: Unused, limit: u16) -> Result<(), StorageError> {
        let whole = format!("state = 'ready' AND unused_since < $1 AND NOT {}", shown::ANYWHERE);
        for (condition, bound) in [
            (whole.as_str(), unused.ready_before),
            ("state = 'uploading' AND created_at < $1", unused.begun_before),
            ("state = 'slot' AND expires_at <= $1", unused.now),
        ] {
            let mut binds = self.binds();
            binds.add(bound.millis());
            let limit = binds.add(i64::from(limit));
            // Asked twice: what was claimed or entered meanwhile is not doomed.
            let statement = binds.statement(format!(
                "UPDATE media SET state = 'doomed' WHERE {condition} AND id IN \
                 (SELECT media.id FROM media WHERE {condition} LIMIT {limit}) {}",
                returning()
            ));
            self.written(statement).await?;
        }
        Ok(())
    }
}
