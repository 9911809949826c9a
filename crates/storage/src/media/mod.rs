//! What is known of uploads. Which messages show them is written by [`shown`],
//! in the transactions of messages.

pub(crate) mod shown;
mod sweep;

use async_trait::async_trait;
use chinwag_domain::{
    Media, MediaId, MediaState, Timestamp, UserId,
    ports::{MediaCatalogue, StorageError, Unused},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter,
    Statement, sea_query::Expr,
};

use crate::{
    Database,
    entity::media::{Column, Entity, Model},
    error::{corrupt, from_db},
    rows,
    sql::{Binds, columns},
};

/// Under which name the key for links is kept.
const LINK_KEY: &str = "media.links";

/// [`MediaCatalogue`] on a [`Database`].
pub struct SeaMedia {
    database: Database,
}

impl SeaMedia {
    /// The uploads of that database.
    pub fn new(database: Database) -> Self {
        Self { database }
    }

    /// The rows that a writing statement returns as `media`.
    async fn written(&self, statement: Statement) -> Result<Vec<Media>, StorageError> {
        let rows = self.database.writer().query_all_raw(statement).await.map_err(from_db)?;
        rows.iter()
            .map(|row| rows::media(Model::from_query_result(row, "media_").map_err(from_db)?))
            .collect()
    }

    fn binds(&self) -> Binds {
        Binds::new(self.database.backend())
    }
}

/// What [`SeaMedia::written`] reads.
fn returning() -> String {
    format!("RETURNING {}", columns::<Entity>("media"))
}

fn uuids(ids: &[MediaId]) -> Vec<sea_orm::prelude::Uuid> {
    ids.iter().map(|id| id.uuid()).collect()
}

#[async_trait]
impl MediaCatalogue for SeaMedia {
    async fn insert(&self, media: &Media) -> Result<(), StorageError> {
        Entity::insert(rows::media_row(media).into_active_model())
            .exec_without_returning(self.database.writer())
            .await
            .map_err(from_db)?;
        Ok(())
    }

    async fn enter_slot(
        &self,
        id: MediaId,
        token_hash: &[u8; 32],
        now: Timestamp,
    ) -> Result<Option<Media>, StorageError> {
        let mut binds = self.binds();
        let (id, hash) = (binds.add(id.uuid()), binds.add(token_hash.to_vec()));
        let now = binds.add(now.millis());
        let statement = binds.statement(format!(
            "UPDATE media SET state = 'uploading' WHERE id = {id} AND state = 'slot' \
             AND token_hash = {hash} AND expires_at > {now} {}",
            returning()
        ));
        Ok(self.written(statement).await?.pop())
    }

    async fn arrived(&self, media: &Media) -> Result<bool, StorageError> {
        let row = rows::media_row(media);
        let changed = Entity::update_many()
            .col_expr(Column::State, Expr::value(MediaState::Ready.as_str()))
            .col_expr(Column::Kind, Expr::value(row.kind))
            .col_expr(Column::MimeType, Expr::value(row.mime_type))
            .col_expr(Column::Size, Expr::value(row.size))
            .col_expr(Column::Sha256, Expr::value(row.sha256))
            .col_expr(Column::Width, Expr::value(row.width))
            .col_expr(Column::Height, Expr::value(row.height))
            .col_expr(Column::UploadedAt, Expr::value(row.uploaded_at))
            .col_expr(Column::UnusedSince, Expr::value(row.unused_since))
            .filter(Column::Id.eq(row.id))
            .filter(Column::State.eq(MediaState::Uploading.as_str()))
            .exec(self.database.writer())
            .await
            .map_err(from_db)?;
        Ok(changed.rows_affected > 0)
    }

    async fn find(&self, id: MediaId) -> Result<Option<Media>, StorageError> {
        let found = Entity::find_by_id(id.uuid()).one(self.database.reader()).await;
        found.map_err(from_db)?.map(rows::media).transpose()
    }

    async fn claim(
        &self,
        owner: &UserId,
        ids: &[MediaId],
        now: Timestamp,
    ) -> Result<Vec<Media>, StorageError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut binds = self.binds();
        let (now, owner) = (binds.add(now.millis()), binds.add(owner.to_string()));
        let any = binds.any(uuids(ids));
        let statement = binds.statement(format!(
            "UPDATE media SET unused_since = {now} WHERE id {any} AND owner_id = {owner} \
             AND state = 'ready' {}",
            returning()
        ));
        self.written(statement).await
    }

    async fn is_shown_to(&self, id: MediaId, user: &UserId) -> Result<bool, StorageError> {
        shown::to(self.database.reader(), id, user).await
    }

    async fn doom_unused(&self, unused: Unused, limit: u16) -> Result<u64, StorageError> {
        self.doom_what_nobody_uses(unused, limit).await
    }

    async fn doomed(&self, after: Option<&Media>, limit: u16) -> Result<Vec<Media>, StorageError> {
        self.doomed_after(after, limit).await
    }

    async fn doom(&self, ids: &[MediaId]) -> Result<Vec<Media>, StorageError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut binds = self.binds();
        let any = binds.any(uuids(ids));
        let statement = binds.statement(format!(
            "UPDATE media SET state = 'doomed' WHERE id {any} AND NOT {} {}",
            shown::ANYWHERE,
            returning()
        ));
        self.written(statement).await
    }

    async fn doom_all_of(&self, owner: &UserId) -> Result<u64, StorageError> {
        let doomed = Entity::update_many()
            .col_expr(Column::State, Expr::value(MediaState::Doomed.as_str()))
            .filter(Column::OwnerId.eq(owner.as_str()))
            .filter(Column::State.ne(MediaState::Doomed.as_str()))
            .exec(self.database.writer())
            .await
            .map_err(from_db)?;
        Ok(doomed.rows_affected)
    }

    async fn forget(&self, id: MediaId) -> Result<(), StorageError> {
        Entity::delete_many()
            .filter(Column::Id.eq(id.uuid()))
            .filter(Column::State.eq(MediaState::Doomed.as_str()))
            .exec(self.database.writer())
            .await
            .map_err(from_db)?;
        Ok(())
    }

    async fn signing_key(&self, candidate: [u8; 32]) -> Result<[u8; 32], StorageError> {
        let mut binds = self.binds();
        let (name, value) = (binds.add(LINK_KEY), binds.add(candidate.to_vec()));
        let statement = binds.statement(format!(
            "INSERT INTO secrets (name, value) VALUES ({name}, {value}) ON CONFLICT (name) DO NOTHING"
        ));
        self.database.writer().execute_raw(statement).await.map_err(from_db)?;
        let mut binds = self.binds();
        let name = binds.add(LINK_KEY);
        let statement = binds.statement(format!("SELECT value FROM secrets WHERE name = {name}"));
        // Of the writer: what a reader of SQLite sees may be a moment old.
        let row = self.database.writer().query_one_raw(statement).await.map_err(from_db)?;
        let row = row.ok_or_else(|| corrupt("no key for links"))?;
        let key: Vec<u8> = row.try_get("", "value").map_err(from_db)?;
        key.try_into().map_err(|_| corrupt("key for links"))
    }
}
