//! Who wants nothing to do with whom.

use std::collections::HashSet;

use async_trait::async_trait;
use chinwag_domain::{
    Limit, Page, Timestamp, UserCursor, UserId, UserSummary,
    ports::{Blocks, StorageError},
};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};

use crate::{
    Database,
    entity::user,
    error::from_db,
    rows,
    sql::{Binds, MANY, columns, get, read},
};

/// [`Blocks`] on a [`Database`].
pub struct SeaBlocks {
    database: Database,
}

impl SeaBlocks {
    /// The blocks of that database.
    pub fn new(database: Database) -> Self {
        Self { database }
    }

    /// Those of `others` whom a query names, which is made of the person and of a comparison with any
    /// of them.
    async fn among(
        &self,
        user: &UserId,
        others: &[UserId],
        query: impl Fn(&str, &str) -> String + Send,
    ) -> Result<HashSet<UserId>, StorageError> {
        let mut all = HashSet::new();
        for others in others.chunks(MANY) {
            let mut binds = Binds::new(self.database.backend());
            let user = binds.add(user.as_str());
            let any = binds.any(others.iter().map(ToString::to_string).collect::<Vec<_>>());
            let statement = binds.statement(query(&user, &any));
            for row in self.database.reader().query_all_raw(statement).await.map_err(from_db)? {
                all.insert(rows::user_id(&get::<String>(&row, "id")?)?);
            }
        }
        Ok(all)
    }
}

/// Whether a block stands between these two, each given as SQL. Two look-ups of one row.
pub(crate) fn between(one: &str, other: &str) -> String {
    let made = |by: &str, whom: &str| {
        format!(
            "EXISTS (SELECT 1 FROM blocks b WHERE b.blocker_id = {by} AND b.blocked_id = {whom})"
        )
    };
    format!("({} OR {})", made(one, other), made(other, one))
}

/// Whether a block stands in the direct conversation `c` of the participant `p`.
pub(crate) fn in_conversation() -> String {
    let between = between("x.user_id", "p.user_id");
    format!(
        "CASE WHEN c.type = 'direct' THEN EXISTS (SELECT 1 FROM participants x \
         WHERE x.conversation_id = c.id AND x.user_id <> p.user_id AND {between}) \
         ELSE FALSE END"
    )
}

#[derive(FromQueryResult)]
struct Stands {
    blocked: bool,
}

/// Whether a block stands between these two.
pub(crate) async fn stands(
    connection: &impl ConnectionTrait,
    one: &UserId,
    other: &UserId,
) -> Result<bool, DbErr> {
    let mut binds = Binds::new(connection.get_database_backend());
    let (one, other) = (binds.add(one.as_str()), binds.add(other.as_str()));
    let statement = binds.statement(format!("SELECT {} AS blocked", between(&one, &other)));
    let found = Stands::find_by_statement(statement).one(connection).await?;
    Ok(found.is_some_and(|it| it.blocked))
}

#[async_trait]
impl Blocks for SeaBlocks {
    async fn list(
        &self,
        blocker: &UserId,
        after: Option<&UserCursor>,
        limit: Limit,
    ) -> Result<Page<(UserSummary, Timestamp), UserCursor>, StorageError> {
        let mut binds = Binds::new(self.database.backend());
        let blocker = binds.add(blocker.as_str());
        let after = after
            .map(|UserCursor(last)| format!("AND b.blocked_id > {}", binds.add(last.as_str())));
        let statement_limit = binds.add(i64::from(limit.get()) + 1);
        let sql = format!(
            "SELECT b.at, {} FROM blocks b JOIN users u ON u.id = b.blocked_id \
             WHERE b.blocker_id = {blocker} {} ORDER BY b.blocked_id LIMIT {statement_limit}",
            columns::<user::Entity>("u"),
            after.unwrap_or_default(),
        );
        let statement = binds.statement(sql);
        let found = self.database.reader().query_all_raw(statement).await.map_err(from_db)?;
        let wanted = usize::from(limit.get());
        let more = found.len() > wanted;
        let mut items = Vec::with_capacity(wanted.min(found.len()));
        for row in found.iter().take(wanted) {
            let user = rows::summary(read(row, "u")?)?;
            items.push((user, Timestamp::from_millis(get(row, "at")?)));
        }
        let last = items.last().filter(|_| more);
        let next = last.map(|(user, _)| UserCursor(user.id.clone()));
        Ok(Page { items, next, total: None })
    }

    async fn between(
        &self,
        user: &UserId,
        others: &[UserId],
    ) -> Result<HashSet<UserId>, StorageError> {
        let either_way = |user: &str, any: &str| {
            format!(
                "SELECT blocked_id AS id FROM blocks WHERE blocker_id = {user} AND blocked_id {any} \
                 UNION SELECT blocker_id FROM blocks WHERE blocked_id = {user} AND blocker_id {any}"
            )
        };
        self.among(user, others, either_way).await
    }

    async fn by(&self, user: &UserId, others: &[UserId]) -> Result<HashSet<UserId>, StorageError> {
        let made_by_them = |user: &str, any: &str| {
            format!(
                "SELECT blocker_id AS id FROM blocks WHERE blocked_id = {user} AND blocker_id {any}"
            )
        };
        self.among(user, others, made_by_them).await
    }
}
