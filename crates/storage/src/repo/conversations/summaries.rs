//! Conversations as one person sees them in a list: the other person, the last
//! message, how far the others have come, what is unread. Three queries for any
//! number of them: the conversations, their last messages, those's reactions.

use std::collections::HashMap;

use chinwag_domain::{
    ConversationCursor, ConversationId, Membership, Message, Pointers, Seq, Timestamp, UserId,
    UserSummary,
    ports::{ConversationSummary, StorageError},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryResult, prelude::Uuid,
};

use super::membership;
use crate::{
    Database, blocks,
    entity::{conversation, message, participant, user},
    error::{corrupt, from_db},
    messages, rows,
    sql::{Binds, columns, get, greatest, read_optional},
};

/// A conversation of a page, but for its last message.
pub(super) struct Entry {
    membership: Membership,
    other: Option<(UserSummary, Option<Timestamp>)>,
    last_message: Option<Uuid>,
    others: Option<Pointers>,
    unread: u64,
    /// What the page's own `total` says.
    pub(super) total: u64,
}

impl Entry {
    pub(super) fn cursor(&self) -> ConversationCursor {
        let conversation = &self.membership.conversation;
        ConversationCursor { activity: conversation.last_activity(), id: conversation.id }
    }
}

/// The other person `o` of a direct `c`. The key is null for a group, so that its
/// people, of whom there may be hundreds, are not even looked at.
pub(super) const OTHER: &str = "
    LEFT JOIN participants q
      ON q.conversation_id = CASE WHEN c.type = 'direct' THEN c.id END AND q.user_id <> p.user_id
    LEFT JOIN users o ON o.id = q.user_id";

/// The unread messages of `c` for `p`, from small ranges of indexes: what came after the
/// last one read, less the person's own, less what does not count (see
/// [`chinwag_domain::Message::counts`]).
pub(super) fn unread(backend: DbBackend) -> String {
    let read = read_floor(backend);
    format!(
        "CASE WHEN c.last_seq <= {read} THEN 0 ELSE c.last_seq - {read}
           - (SELECT COUNT(*) FROM messages own
              WHERE own.conversation_id = c.id AND own.sender_id = p.user_id AND own.seq > {read})
           - (SELECT COUNT(*) FROM messages void
              WHERE void.conversation_id = c.id AND void.seq > {read} AND NOT void.counted
                AND void.sender_id <> p.user_id)
         END"
    )
}

/// [`chinwag_domain::Participant::read_floor`] of `p`.
fn read_floor(backend: DbBackend) -> String {
    format!("{}(p.read_seq, p.cleared_seq, p.history_from_seq - 1)", greatest(backend))
}

/// The conversations of a page, in its order. `page` is a statement that gives their
/// `id`, `activity` and a `total`; the person is the first of its binds.
pub(super) async fn entries(
    database: &Database,
    binds: Binds,
    page: &str,
) -> Result<Vec<Entry>, StorageError> {
    let backend = database.backend();
    let greatest = greatest(backend);
    // How far the others are is asked only where the last message is the person's own.
    let pointer = |column: &str| {
        format!(
            "CASE WHEN m.sender_id = p.user_id THEN
               (SELECT MIN(x.{column}) FROM participants x
                WHERE x.conversation_id = c.id AND x.left_at IS NULL AND x.user_id <> p.user_id)
             END"
        )
    };
    let sql = format!(
        "WITH page AS ({page})
         SELECT {conversation}, {participant}, {person}, {other}, m.id AS last_message,
                {blocked} AS blocked, {unread} AS unread, {read} AS others_read, {delivered} AS others_delivered,
                page.total
         FROM page
         JOIN conversations c ON c.id = page.id
         JOIN participants p ON p.conversation_id = c.id AND p.user_id = $1
         JOIN users u ON u.id = p.user_id
         {OTHER}
         LEFT JOIN messages m
           ON m.conversation_id = c.id AND m.seq = c.last_seq
             AND m.seq >= {greatest}(p.history_from_seq, p.cleared_seq + 1)
         ORDER BY page.activity DESC, c.id DESC",
        conversation = columns::<conversation::Entity>("c"),
        participant = columns::<participant::Entity>("p"),
        person = columns::<user::Entity>("u"),
        other = columns::<user::Entity>("o"),
        blocked = blocks::in_conversation(),
        unread = unread(backend),
        read = pointer("read_seq"),
        delivered = pointer("delivered_seq"),
    );
    let rows = database.reader().query_all_raw(binds.statement(sql)).await.map_err(from_db)?;
    rows.iter().map(entry).collect()
}

fn entry(row: &QueryResult) -> Result<Entry, StorageError> {
    let membership = membership(row)?.ok_or_else(|| corrupt("a list with strange rooms"))?;
    let other = read_optional::<user::Model>(row, "o", user::Column::Id)?;
    let other = other.map(|other| {
        let seen = rows::time(other.last_seen_at);
        rows::summary(other).map(|other| (other, seen))
    });
    let read: Option<i64> = get(row, "others_read")?;
    let delivered: Option<i64> = get(row, "others_delivered")?;
    let pointers =
        |(read, delivered)| Pointers { read: Seq::new(read), delivered: Seq::new(delivered) };
    Ok(Entry {
        membership,
        other: other.transpose()?,
        last_message: get(row, "last_message")?,
        others: read.zip(delivered).map(pointers),
        unread: count(row, "unread")?,
        total: count(row, "total")?,
    })
}

fn count(row: &QueryResult, name: &str) -> Result<u64, StorageError> {
    u64::try_from(get::<i64>(row, name)?).map_err(StorageError::internal)
}

/// Adds the last messages, in two queries.
pub(super) async fn complete(
    database: &Database,
    user: &UserId,
    entries: Vec<Entry>,
) -> Result<Vec<ConversationSummary>, StorageError> {
    let ids: Vec<Uuid> = entries.iter().filter_map(|entry| entry.last_message).collect();
    let mut last: HashMap<ConversationId, Message> = HashMap::new();
    if !ids.is_empty() {
        let query = message::Entity::find().filter(message::Column::Id.is_in(ids));
        let found = messages::load(database.reader(), query, user).await?;
        last.extend(found.into_iter().map(|message| (message.conversation_id, message)));
    }
    let summary = |entry: Entry| ConversationSummary {
        last_message: last.remove(&entry.membership.conversation.id),
        membership: entry.membership,
        other: entry.other,
        others: entry.others,
        unread: entry.unread,
    };
    Ok(entries.into_iter().map(summary).collect())
}

#[cfg(test)]
mod tests {
    use sea_orm::{ConnectionTrait, Statement};

    use super::*;
    use crate::DatabaseOptions;

    #[tokio::test]
    async fn unread_is_counted_in_small_ranges_of_indexes() {
        let database = Database::connect(&DatabaseOptions::new("sqlite::memory:")).await.unwrap();
        database.migrate_up().await.unwrap();
        let unread = unread(DbBackend::Sqlite);
        let sql = format!(
            "EXPLAIN QUERY PLAN SELECT {unread} FROM participants p
             JOIN conversations c ON c.id = p.conversation_id
             WHERE p.user_id = 'ann' AND p.left_at IS NULL"
        );
        let statement = Statement::from_string(DbBackend::Sqlite, sql);
        let steps = database.reader().query_all_raw(statement).await.unwrap();
        let plan: Vec<String> = steps.iter().map(|step| get(step, "detail").unwrap()).collect();
        let plan = plan.join("\n");
        for step in [
            "SEARCH p USING INDEX participants_present (user_id=?)",
            "SEARCH own USING COVERING INDEX messages_sender (conversation_id=? AND sender_id=? AND seq>?)",
            "SEARCH void USING INDEX messages_uncounted (conversation_id=? AND seq>?)",
        ] {
            assert!(plan.contains(step), "{plan}");
        }
        assert!(!plan.contains("SCAN"), "{plan}");
    }
}
