//! Which of a person's conversations stand on a page, and in which order. The
//! page is decided first and by itself, so that what is dear (unread counts,
//! last messages) is asked for its few conversations alone.

use chinwag_domain::{
    ConversationCursor, ConversationFilter, ConversationId, Page, Position, UserId,
    ports::{ConversationSummary, StorageError, Unread},
};
use sea_orm::{ConnectionTrait, Statement};

use super::{
    summaries::{self, Entry, OTHER},
    uuids,
};
use crate::{
    Database,
    error::{corrupt, from_db},
    needle::Needle,
    sql::{Binds, MANY, get},
};

/// Conversations at most with something unread.
const UNREAD: i64 = 100;

/// The person's conversations `c` with the person's rows `p` and, where there are
/// two, the other person `o`; to be followed by more conditions. The person is the
/// first bind of every statement here. Who stands alone in a direct conversation has
/// none.
fn mine() -> String {
    format!(
        "FROM participants p
         JOIN conversations c ON c.id = p.conversation_id
         {OTHER}
         WHERE p.user_id = $1 AND p.left_at IS NULL AND c.deleted_at IS NULL
           AND (c.type <> 'direct' OR o.id IS NOT NULL)"
    )
}

/// Where the total is not asked for.
const NO_TOTAL: &str = "CAST(0 AS BIGINT)";

const ACTIVITY: &str = "COALESCE(c.last_message_at, c.created_at)";

/// One page of the list.
pub(super) async fn page(
    database: &Database,
    user: &UserId,
    filter: &ConversationFilter,
) -> Result<Page<ConversationSummary, ConversationCursor>, StorageError> {
    let mut binds = binds(database, user);
    let chosen = chosen(&mut binds, filter);
    let (after, skip, total) = match filter.position {
        Position::First => (String::new(), 0, NO_TOTAL),
        Position::After(cursor) => {
            let activity = binds.add(cursor.activity.millis());
            let id = binds.add(cursor.id.uuid());
            (format!(" AND ({ACTIVITY}, c.id) < ({activity}, {id})"), 0, NO_TOTAL)
        }
        Position::Page(number) => (String::new(), number.skip(filter.limit), "COUNT(*) OVER ()"),
    };
    let wanted = usize::from(filter.limit.get());
    let limit = binds.add(i64::from(filter.limit.get()) + 1);
    let skip = binds.add(i64::try_from(skip).map_err(StorageError::internal)?);
    let mine = mine();
    let page = format!(
        "SELECT c.id, {ACTIVITY} AS activity, {total} AS total {mine}{chosen}{after}
         ORDER BY activity DESC, c.id DESC LIMIT {limit} OFFSET {skip}"
    );
    let mut entries = summaries::entries(database, binds, &page).await?;
    let total = match filter.position {
        Position::Page(_) => Some(match entries.first() {
            Some(entry) => entry.total,
            None => count(database, user, filter).await?,
        }),
        _ => None,
    };
    let more = entries.len() > wanted;
    entries.truncate(wanted);
    let next = entries.last().filter(|_| more).map(Entry::cursor);
    Ok(Page { items: summaries::complete(database, user, entries).await?, next, total })
}

/// The person's view of these conversations, hidden ones too.
pub(super) async fn of(
    database: &Database,
    user: &UserId,
    ids: &[ConversationId],
) -> Result<Vec<ConversationSummary>, StorageError> {
    let mut found = Vec::with_capacity(ids.len());
    for ids in ids.chunks(MANY) {
        let mut binds = binds(database, user);
        let any = binds.any(uuids(ids));
        let mine = mine();
        let page = format!(
            "SELECT c.id, {ACTIVITY} AS activity, {NO_TOTAL} AS total {mine} AND c.id {any}"
        );
        let entries = summaries::entries(database, binds, &page).await?;
        found.extend(summaries::complete(database, user, entries).await?);
    }
    Ok(found)
}

/// What the person has not read, over all conversations that are not hidden.
pub(super) async fn unread(database: &Database, user: &UserId) -> Result<Unread, StorageError> {
    let mut binds = binds(database, user);
    let limit = binds.add(UNREAD);
    // Materialised, so that each count is taken once and not again for the sum.
    let page = format!(
        "WITH counted AS MATERIALIZED (
           SELECT c.id, {ACTIVITY} AS activity, {unread} AS unread {mine} AND p.hidden_at IS NULL)
         SELECT id, activity, CAST(SUM(unread) OVER () AS BIGINT) AS total
         FROM counted WHERE unread > 0
         ORDER BY activity DESC, id DESC LIMIT {limit}",
        unread = summaries::unread(database.backend()),
        mine = mine(),
    );
    let entries = summaries::entries(database, binds, &page).await?;
    let total = entries.first().map_or(0, |entry| entry.total);
    Ok(Unread { total, conversations: summaries::complete(database, user, entries).await? })
}

/// The total of [`unread`] alone.
pub(super) async fn unread_total(database: &Database, user: &UserId) -> Result<u64, StorageError> {
    let statement = binds(database, user).statement(format!(
        "SELECT CAST(COALESCE(SUM({unread}), 0) AS BIGINT) AS total {mine} AND p.hidden_at IS NULL",
        unread = summaries::unread(database.backend()),
        mine = mine(),
    ));
    total(database, statement).await
}

/// How many conversations the whole list has.
async fn count(
    database: &Database,
    user: &UserId,
    filter: &ConversationFilter,
) -> Result<u64, StorageError> {
    let mut binds = binds(database, user);
    let chosen = chosen(&mut binds, filter);
    let statement = binds.statement(format!("SELECT COUNT(*) AS total {}{chosen}", mine()));
    total(database, statement).await
}

async fn total(database: &Database, statement: Statement) -> Result<u64, StorageError> {
    let row = database.reader().query_one_raw(statement).await.map_err(from_db)?;
    let row = row.ok_or_else(|| corrupt("a count of nothing"))?;
    u64::try_from(get::<i64>(&row, "total")?).map_err(StorageError::internal)
}

fn binds(database: &Database, user: &UserId) -> Binds {
    let mut binds = Binds::new(database.backend());
    binds.add(user.as_str());
    binds
}

/// The conditions of a filter, but for the position.
fn chosen(binds: &mut Binds, filter: &ConversationFilter) -> String {
    let hidden = if filter.hidden { "IS NOT NULL" } else { "IS NULL" };
    let kind = filter.kind.map(|kind| format!(" AND c.type = {}", binds.add(kind.as_str())));
    let search = filter.search.as_ref().map(|search| {
        let pattern = binds.add(Needle::new(search).pattern());
        format!(
            " AND CASE c.type WHEN 'direct' THEN o.search_text ELSE c.search_name END
              LIKE {pattern} ESCAPE '\\'"
        )
    });
    format!(" AND p.hidden_at {hidden}{}{}", kind.unwrap_or_default(), search.unwrap_or_default())
}
