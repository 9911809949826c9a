//! Finding messages by part of what they say.
//!
//! There are two ways. The index of trigrams names all messages of the database that contain the
//! needle; whoever asks may see some of them. That is right for what is rare. What is found often,
//! and what is too short for the index (one or two letters, a whole word in Chinese), is looked for
//! in the person's conversations one by one, from the newest message down, which comes to an end as
//! soon as a page is full. Either way a search takes the same number of statements, and which way
//! is taken depends on the needle alone.

use chinwag_domain::{
    ConversationId, Limit, MessageId, Order, Page, SearchCursor, SearchQuery, Seq, UserId, Window,
    ports::{Found, StorageError},
};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, TransactionTrait, prelude::Uuid};

use super::found;
use crate::{
    Database,
    error::{corrupt, from_db},
    needle::Needle,
    sql::{Binds, get, greatest},
};

/// More messages than this, and a needle is not rare: naming them all costs more than looking
/// through one's own. A message that the index names costs about ten microseconds.
const RARE: i64 = 5_000;

/// One search: a transaction that only reads, the needle, and the way.
pub(super) struct Search {
    pub(super) transaction: DatabaseTransaction,
    backend: DbBackend,
    needle: Needle,
    rare: bool,
}

impl Search {
    pub(super) async fn begin(database: &Database, text: &str) -> Result<Self, StorageError> {
        let (backend, needle) = (database.backend(), Needle::new(text));
        let transaction = database.reader().begin().await.map_err(from_db)?;
        if backend == DbBackend::Postgres {
            // A plan that serves every needle alike would serve none.
            let custom = "SET LOCAL plan_cache_mode = force_custom_plan";
            transaction.execute_unprepared(custom).await.map_err(from_db)?;
        }
        let rare = needle.has_trigrams() && is_rare(&transaction, backend, &needle).await?;
        Ok(Self { transaction, backend, needle, rare })
    }

    /// The numbers of a conversation's messages that contain the needle.
    pub(super) async fn seqs(
        &self,
        conversation_id: ConversationId,
        window: Window,
    ) -> Result<Vec<i64>, StorageError> {
        let mut binds = Binds::new(self.backend);
        let found = self.found(&mut binds);
        let within = within(&mut binds, conversation_id, window.above, window.below);
        let order = match window.order {
            Order::Ascending => "ASC",
            Order::Descending => "DESC",
        };
        let limit = binds.add(i64::from(window.limit));
        let skip = binds.add(i64::try_from(window.skip).map_err(StorageError::internal)?);
        let sql = format!(
            "WITH {found} SELECT seq FROM found WHERE {within}
             ORDER BY seq {order} LIMIT {limit} OFFSET {skip}"
        );
        let rows = self.transaction.query_all_raw(binds.statement(sql)).await.map_err(from_db)?;
        rows.iter().map(|row| get(row, "seq")).collect()
    }

    pub(super) async fn count(
        &self,
        conversation_id: ConversationId,
        above: Seq,
    ) -> Result<u64, StorageError> {
        let mut binds = Binds::new(self.backend);
        let found = self.found(&mut binds);
        let within = within(&mut binds, conversation_id, above, None);
        let sql = format!("WITH {found} SELECT COUNT(*) AS total FROM found WHERE {within}");
        let row = self.transaction.query_one_raw(binds.statement(sql)).await.map_err(from_db)?;
        let row = row.ok_or_else(|| corrupt("a count of nothing"))?;
        u64::try_from(get::<i64>(&row, "total")?).map_err(StorageError::internal)
    }

    /// All messages that contain the needle as a table `found`. Materialised, it is read by the
    /// index alone; otherwise the database begins with whatever else the statement says.
    fn found(&self, binds: &mut Binds) -> String {
        const COLUMNS: &str =
            "m.conversation_id, m.seq, m.id, m.position, m.sender_id, m.kind, m.created_at";
        let contains = |binds: &mut Binds| self.needle.is_in("m.search_text", binds, self.backend);
        match (self.rare, self.backend) {
            (true, DbBackend::Postgres) => format!(
                "found AS MATERIALIZED (SELECT {COLUMNS} FROM messages m WHERE {})",
                contains(binds)
            ),
            (true, _) => {
                let trigrams = binds.add(self.needle.trigrams());
                format!(
                    "found AS MATERIALIZED (SELECT {COLUMNS} FROM messages_search
                       CROSS JOIN messages m ON m.position = messages_search.rowid
                       WHERE messages_search MATCH {trigrams} AND {})",
                    contains(binds)
                )
            }
            (false, _) => format!(
                "found AS NOT MATERIALIZED (SELECT {COLUMNS} FROM messages m WHERE {})",
                contains(binds)
            ),
        }
    }

    /// Where a page of all that the person may see stands, one more than is wanted.
    async fn places(
        &self,
        user: &UserId,
        query: &SearchQuery,
        after: Option<SearchCursor>,
        limit: Limit,
    ) -> Result<Vec<(i64, MessageId)>, StorageError> {
        let mut binds = Binds::new(self.backend);
        let wanted = binds.add(i64::from(limit.get()) + 1);
        let found = self.found(&mut binds);
        let chosen = chosen(&mut binds, query, after);
        let mine = mine(&mut binds, self.backend, user, query.conversation_id);
        let source = self.source(&mine, &chosen, &wanted);
        let sql = format!(
            "WITH {found} SELECT f.position, f.id {source} ORDER BY f.position DESC LIMIT {wanted}"
        );
        let rows = self.transaction.query_all_raw(binds.statement(sql)).await.map_err(from_db)?;
        rows.iter()
            .map(|row| Ok((get(row, "position")?, MessageId::new(get::<Uuid>(row, "id")?))))
            .collect()
    }

    /// What is found, as `f`, of the conversations `mine`. Where the index does not help, each
    /// conversation gives a page at most, its newest: places grow with the seq.
    fn source(&self, mine: &str, chosen: &str, wanted: &str) -> String {
        let page = |columns: &str, conversation: &str| {
            format!(
                "SELECT {columns} FROM found f WHERE f.conversation_id = {conversation}
                 AND f.seq > mine.below{chosen} ORDER BY f.seq DESC LIMIT {wanted}"
            )
        };
        match (self.rare, self.backend) {
            (true, _) => format!(
                "FROM found f JOIN ({mine}) mine ON mine.id = f.conversation_id
                 WHERE f.seq > mine.below{chosen}"
            ),
            (false, DbBackend::Postgres) => {
                format!("FROM ({mine}) mine CROSS JOIN LATERAL ({}) f", page("f.*", "mine.id"))
            }
            // SQLite knows no LATERAL, but takes the numbers from a list that it makes anew.
            (false, _) => format!(
                "FROM ({mine}) mine CROSS JOIN messages f
                 ON f.conversation_id = mine.id AND f.seq IN ({})",
                page("f.seq", "mine.id")
            ),
        }
    }
}

/// Whether the index names few messages. PostgreSQL is asked what it expects, because its index
/// can only give all of them at once; SQLite's gives one after the other.
async fn is_rare(
    transaction: &DatabaseTransaction,
    backend: DbBackend,
    needle: &Needle,
) -> Result<bool, StorageError> {
    let mut binds = Binds::new(backend);
    let number = if backend == DbBackend::Postgres {
        let contains = needle.is_in("search_text", &mut binds, backend);
        let sql = format!("EXPLAIN (FORMAT JSON) SELECT 1 FROM messages WHERE {contains}");
        let row = transaction.query_one_raw(binds.statement(sql)).await.map_err(from_db)?;
        let plan = row.map(|row| get::<serde_json::Value>(&row, "QUERY PLAN")).transpose()?;
        let rows = plan.as_ref().and_then(|plan| plan.pointer("/0/Plan/Plan Rows")?.as_i64());
        rows.ok_or_else(|| corrupt("a plan without rows"))?
    } else {
        let (trigrams, more) = (binds.add(needle.trigrams()), binds.add(RARE + 1));
        let sql = format!(
            "SELECT COUNT(*) AS total FROM
               (SELECT 1 FROM messages_search WHERE messages_search MATCH {trigrams} LIMIT {more})"
        );
        let row = transaction.query_one_raw(binds.statement(sql)).await.map_err(from_db)?;
        row.map_or(Ok(0), |row| get(&row, "total"))?
    };
    Ok(number <= RARE)
}

fn within(
    binds: &mut Binds,
    conversation_id: ConversationId,
    above: Seq,
    below: Option<Seq>,
) -> String {
    let (id, above) = (binds.add(conversation_id.uuid()), binds.add(above.get()));
    let below = below.map(|below| format!(" AND seq < {}", binds.add(below.get())));
    format!("conversation_id = {id} AND seq > {above}{}", below.unwrap_or_default())
}

/// The conversations that the person is in, and up to where they see nothing of each.
fn mine(
    binds: &mut Binds,
    backend: DbBackend,
    user: &UserId,
    only: Option<ConversationId>,
) -> String {
    let (greatest, user) = (greatest(backend), binds.add(user.as_str()));
    let only = only.map(|id| format!(" AND c.id = {}", binds.add(id.uuid())));
    format!(
        "SELECT c.id, {greatest}(p.cleared_seq, p.history_from_seq - 1) AS below
         FROM participants p JOIN conversations c ON c.id = p.conversation_id
         WHERE p.user_id = {user} AND p.left_at IS NULL AND c.deleted_at IS NULL
         AND NOT (c.type = 'direct' AND EXISTS (
             SELECT 1 FROM participants o JOIN blocks b ON b.blocked_id = o.user_id
             WHERE o.conversation_id = c.id AND o.user_id <> {user} AND b.blocker_id = {user})){}",
        only.unwrap_or_default()
    )
}

/// The conditions of a query on what is found, as `f`.
fn chosen(binds: &mut Binds, query: &SearchQuery, after: Option<SearchCursor>) -> String {
    let conditions = [
        after.map(|after| format!(" AND f.position < {}", binds.add(after.0))),
        query.from.map(|from| format!(" AND f.created_at >= {}", binds.add(from.millis()))),
        query.to.map(|to| format!(" AND f.created_at < {}", binds.add(to.millis()))),
        query.sender_id.as_ref().map(|id| format!(" AND f.sender_id = {}", binds.add(id.as_str()))),
        query.kind.map(|kind| format!(" AND f.kind = {}", binds.add(kind.as_str()))),
    ];
    conditions.into_iter().flatten().collect()
}

/// See [`chinwag_domain::ports::MessageLog::search`].
pub(super) async fn search(
    database: &Database,
    user: &UserId,
    query: &SearchQuery,
    after: Option<SearchCursor>,
    limit: Limit,
) -> Result<Page<Found, SearchCursor>, StorageError> {
    let search = Search::begin(database, &query.text).await?;
    let mut places = search.places(user, query, after, limit).await?;
    let more = places.len() > usize::from(limit.get());
    places.truncate(usize::from(limit.get()));
    let next = places.last().filter(|_| more).map(|(position, _)| SearchCursor(*position));
    let items = found::load(&search.transaction, user, &places).await?;
    search.transaction.commit().await.map_err(from_db)?;
    Ok(Page { items, next, total: None })
}
