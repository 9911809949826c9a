//! Finding uploads that nobody uses.

use chinwag_domain::{
    Media,
    ports::{StorageError, Unused},
};
use sea_orm::ConnectionTrait;

use super::{SeaMedia, returning, shown};
use crate::{
    entity::media::{Entity, Model},
    error::from_db,
    rows,
    sql::{columns, read},
};

/// What is not whole. Said wherever such rows are looked for: SQLite uses the index of these alone
/// where the statement has its very condition.
const UNFINISHED: &str = "media.state <> 'ready'";

impl SeaMedia {
    pub(super) async fn doom_what_nobody_uses(
        &self,
        unused: Unused,
        limit: u16,
    ) -> Result<u64, StorageError> {
        self.pass_over_what_is_shown(unused).await?;
        let whole = format!("state = 'ready' AND unused_since < $1 AND NOT {}", shown::ANYWHERE);
        let begun = format!("{UNFINISHED} AND state = 'uploading' AND created_at < $1");
        let promised = format!("{UNFINISHED} AND state = 'slot' AND expires_at <= $1");
        let mut doomed = 0;
        for (condition, bound) in
            [(whole, unused.ready_before), (begun, unused.begun_before), (promised, unused.now)]
        {
            let mut binds = self.binds();
            binds.add(bound.millis());
            let limit = binds.add(i64::from(limit));
            // Asked twice: what was claimed or entered meanwhile is not doomed.
            let statement = binds.statement(format!(
                "UPDATE media SET state = 'doomed' WHERE {condition} AND id IN \
                 (SELECT media.id FROM media WHERE {condition} LIMIT {limit}) {}",
                returning()
            ));
            doomed += self.written(statement).await?.len() as u64;
        }
        Ok(doomed)
    }

    pub(super) async fn doomed_after(
        &self,
        after: Option<&Media>,
        limit: u16,
    ) -> Result<Vec<Media>, StorageError> {
        let mut binds = self.binds();
        let rest = after.map(|after| {
            let (at, id) = (binds.add(after.created_at.millis()), binds.add(after.id.uuid()));
            format!("AND (media.created_at, media.id) > ({at}, {id})")
        });
        let limit = binds.add(i64::from(limit));
        let statement = binds.statement(format!(
            "SELECT {} FROM media WHERE {UNFINISHED} AND media.state = 'doomed' {} \
             ORDER BY media.created_at, media.id LIMIT {limit}",
            columns::<Entity>("media"),
            rest.unwrap_or_default()
        ));
        // Of the writer: what a reader of SQLite sees may be a moment old.
        let found = self.database.writer().query_all_raw(statement).await.map_err(from_db)?;
        found.iter().map(|row| rows::media(read::<Model>(row, "media")?)).collect()
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
}
