//! People in a unit of work.

use async_trait::async_trait;
use chinwag_domain::{
    SessionId, Timestamp, User, UserId,
    ports::{PeopleWrites, StorageError},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::LockType,
};

use super::SeaUnitOfWork;
use crate::{
    entity::user::{Column, Entity, Model},
    error::from_db,
    rows,
    sql::{self, Binds},
    table::{MAX_ROWS, Table, Tables},
};

#[async_trait]
impl PeopleWrites for SeaUnitOfWork {
    async fn insert_people(&mut self, people: &[User]) -> Result<Vec<UserId>, StorageError> {
        let mut new = Vec::new();
        for people in by_id(people).chunks(MAX_ROWS) {
            let mut tables = Tables::new(self.transaction.get_database_backend());
            let defined = tables.define("v", table(people));
            // SQLite would take ON CONFLICT for a part of a join without the condition.
            let statement = tables.statement(format!(
                "WITH {defined} INSERT INTO users (id, username, name, avatar_url, role, \
                 last_seen_at, deactivated_at, erased_at, created_at, updated_at, search_text) \
                 SELECT id, username, name, avatar_url, role, last_seen_at, deactivated_at, \
                 erased_at, created_at, updated_at, search_text FROM v WHERE 1 = 1 \
                 ON CONFLICT (id) DO NOTHING RETURNING id"
            ));
            for row in self.transaction.query_all_raw(statement).await.map_err(from_db)? {
                new.push(rows::user_id(&sql::get::<String>(&row, "id")?)?);
            }
        }
        Ok(new)
    }

    async fn lock_people(&mut self, ids: &[UserId]) -> Result<Vec<User>, StorageError> {
        let mut ids: Vec<&str> = ids.iter().map(UserId::as_str).collect();
        ids.sort_unstable();
        let mut people = Vec::with_capacity(ids.len());
        for ids in ids.chunks(MAX_ROWS) {
            let found = Entity::find()
                .filter(Column::Id.is_in(ids.iter().copied()))
                .order_by_asc(Column::Id)
                .lock(LockType::NoKeyUpdate)
                .all(&self.transaction)
                .await
                .map_err(from_db)?;
            for row in found {
                people.push(rows::user(row)?);
            }
        }
        Ok(people)
    }

    async fn save_people(&mut self, people: &[User]) -> Result<(), StorageError> {
        for people in by_id(people).chunks(MAX_ROWS) {
            let mut tables = Tables::new(self.transaction.get_database_backend());
            let defined = tables.define("v", table(people));
            let statement = tables.statement(format!(
                "WITH {defined} UPDATE users SET username = v.username, name = v.name, \
                 avatar_url = v.avatar_url, role = v.role, last_seen_at = v.last_seen_at, \
                 deactivated_at = v.deactivated_at, erased_at = v.erased_at, \
                 updated_at = v.updated_at, search_text = v.search_text FROM v \
                 WHERE users.id = v.id"
            ));
            self.transaction.execute_raw(statement).await.map_err(from_db)?;
        }
        Ok(())
    }

    async fn end_sign_ins(
        &mut self,
        people: &[UserId],
        now: Timestamp,
    ) -> Result<Vec<SessionId>, StorageError> {
        let mut ended = Vec::new();
        for people in people.chunks(MAX_ROWS) {
            let mut binds = Binds::new(self.transaction.get_database_backend());
            let now = binds.add(now.millis());
            let whose = binds.any(people.iter().map(UserId::to_string).collect());
            let statement = binds.statement(format!(
                "UPDATE sessions SET revoked_at = {now} \
                 WHERE user_id {whose} AND revoked_at IS NULL RETURNING id"
            ));
            for row in self.transaction.query_all_raw(statement).await.map_err(from_db)? {
                ended.push(SessionId::new(sql::get(&row, "id")?));
            }
        }
        Ok(ended)
    }
}

/// Their rows in the order of ids, in which all lock them.
fn by_id(people: &[User]) -> Vec<Model> {
    let mut rows: Vec<Model> = people.iter().map(rows::user_row).collect();
    rows.sort_unstable_by(|one, other| one.id.cmp(&other.id));
    rows
}

fn table(rows: &[Model]) -> Table {
    Table::default()
        .text("id", rows.iter().map(|row| row.id.clone()))
        .text_null("username", rows.iter().map(|row| row.username.clone()))
        .text("name", rows.iter().map(|row| row.name.clone()))
        .text_null("avatar_url", rows.iter().map(|row| row.avatar_url.clone()))
        .text("role", rows.iter().map(|row| row.role.clone()))
        .bigint_null("last_seen_at", rows.iter().map(|row| row.last_seen_at))
        .bigint_null("deactivated_at", rows.iter().map(|row| row.deactivated_at))
        .bigint_null("erased_at", rows.iter().map(|row| row.erased_at))
        .bigint("created_at", rows.iter().map(|row| row.created_at))
        .bigint("updated_at", rows.iter().map(|row| row.updated_at))
        .text("search_text", rows.iter().map(|row| row.search_text.clone()))
}
