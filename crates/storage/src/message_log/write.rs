//! What a batch writes, once it is decided: the messages, the counters of their conversations, the
//! pointers of their senders.

use std::collections::HashMap;

use chinwag_domain::{Message, MessageId, NewMessage, ports::StorageError};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend};

use super::{
    batch::{BatchError, client_key},
    plan::{Plan, Raised},
};
use crate::{
    rows,
    sql::greatest,
    table::{Table, Tables},
};

/// Inserts the messages and raises the counters. PostgreSQL does it all in one
/// round trip; SQLite is not across a network, and has no such statement.
pub(super) async fn write(
    transaction: &DatabaseTransaction,
    batch: &[&NewMessage],
    plan: &Plan,
) -> Result<(), BatchError> {
    let backend = transaction.get_database_backend();
    if backend != DbBackend::Postgres {
        return write_one_by_one(transaction, batch, plan).await;
    }
    let mut tables = Tables::new(backend);
    let mut parts = vec![tables.define("c", raised_table(plan)), format!("raised AS ({RAISE})")];
    if !plan.moved.is_empty() {
        parts.push(tables.define("s", moved_table(plan)));
        parts.push(format!("locked AS ({LOCK_MOVED})"));
        parts.push(format!("moved AS ({})", move_from(backend, "locked")));
    }
    parts.push(tables.define("v", message_table(batch, plan)?));
    let sql = format!("WITH {} {INSERT}", parts.join(", "));
    transaction.execute_raw(tables.statement(sql)).await?;
    Ok(())
}

async fn write_one_by_one(
    transaction: &DatabaseTransaction,
    batch: &[&NewMessage],
    plan: &Plan,
) -> Result<(), BatchError> {
    let backend = transaction.get_database_backend();
    let mut steps = vec![
        ("v", message_table(batch, plan)?, INSERT.to_owned()),
        ("c", raised_table(plan), RAISE.to_owned()),
    ];
    if !plan.moved.is_empty() {
        steps.push(("s", moved_table(plan), move_from(backend, "s")));
    }
    for (name, table, sql) in steps {
        let mut tables = Tables::new(backend);
        let defined = tables.define(name, table);
        transaction.execute_raw(tables.statement(format!("WITH {defined} {sql}"))).await?;
    }
    Ok(())
}

const RAISE: &str = "UPDATE conversations SET last_seq = c.last_seq, revision = c.revision, \
     last_message_at = c.at, updated_at = c.at FROM c WHERE conversations.id = c.conversation_id";

fn raised_table(plan: &Plan) -> Table {
    let raised = |field: fn(&Raised) -> i64| plan.raised.values().map(field);
    Table::default()
        .uuid("conversation_id", plan.raised.keys().map(|id| id.uuid()))
        .bigint("last_seq", raised(|raised| raised.last_seq.get()))
        .bigint("revision", raised(|raised| raised.revision.get()))
        .bigint("at", raised(|raised| raised.at.millis()))
}

/// Rows are locked in one order everywhere (that of `s`, which is sorted), or two transactions
/// could wait for each other: receipts move these pointers too, without the conversation's lock.
const LOCK_MOVED: &str = "SELECT s.* FROM s CROSS JOIN LATERAL (SELECT 1 FROM participants p \
     WHERE p.conversation_id = s.conversation_id AND p.user_id = s.user_id FOR NO KEY UPDATE) p";

/// A receipt may have come in between: pointers never move back.
fn move_from(backend: DbBackend, table: &str) -> String {
    let greatest = greatest(backend);
    format!(
        "UPDATE participants SET read_seq = {greatest}(participants.read_seq, t.read_seq), \
         delivered_seq = {greatest}(participants.delivered_seq, t.delivered_seq) FROM {table} t \
         WHERE participants.conversation_id = t.conversation_id AND participants.user_id = t.user_id"
    )
}

fn moved_table(plan: &Plan) -> Table {
    Table::default()
        .uuid("conversation_id", plan.moved.keys().map(|(id, _)| id.uuid()))
        .text("user_id", plan.moved.keys().map(|(_, user)| user.to_string()))
        .bigint("read_seq", plan.moved.values().map(|pointers| pointers.read.get()))
        .bigint("delivered_seq", plan.moved.values().map(|pointers| pointers.delivered.get()))
}

const INSERT: &str = "INSERT INTO messages (conversation_id, seq, id, sender_id, client_id, \
     client_key, request_hash, client_created_at, kind, content, payload, reply_to, created_at, revision, \
     counted, search_text) \
     SELECT conversation_id, seq, id, sender_id, client_id, client_key, request_hash, client_created_at, kind, \
     CASE WHEN has_content THEN COALESCE(content, '') END, payload, reply_to, created_at, revision, \
     counted, search_text FROM v";

fn message_table(batch: &[&NewMessage], plan: &Plan) -> Result<Table, StorageError> {
    let new = || plan.new_messages();
    let sent: HashMap<MessageId, &NewMessage> = batch.iter().map(|new| (new.id, *new)).collect();
    let hash =
        |id: MessageId| sent.get(&id).map_or_else(Vec::new, |new| new.request_hash.0.to_vec());
    let key = |id: MessageId| sent.get(&id).and_then(|new| client_key(new));
    let payloads =
        new().map(|message| rows::payload(&message.body)).collect::<Result<Vec<_>, _>>()?;
    Ok(Table::default()
        .uuid("conversation_id", new().map(|message| message.conversation_id.uuid()))
        .bigint("seq", new().map(|message| message.seq.get()))
        .uuid("id", new().map(|message| message.id.uuid()))
        .text("sender_id", new().map(|message| message.sender.id.to_string()))
        .text_null("client_id", new().map(|message| message.client_id.as_ref().map(text)))
        .uuid_null("client_key", new().map(|message| key(message.id)))
        .bytes("request_hash", new().map(|message| hash(message.id)))
        .bigint_null("client_created_at", new().map(|m| rows::millis(m.client_created_at)))
        .text("kind", new().map(|message| message.body.kind.as_str().to_owned()))
        // Empty words are not the same as none, but the table cannot tell them apart.
        .bool("has_content", new().map(|message| message.body.content.is_some()))
        .text_null("content", new().map(|message| message.body.content.clone()))
        .text_null("payload", payloads.into_iter())
        .uuid_null("reply_to", new().map(|message| message.body.reply_to.map(MessageId::uuid)))
        .bigint("created_at", new().map(|message| message.created_at.millis()))
        .bigint("revision", new().map(|message| message.revision.get()))
        .bool("counted", new().map(Message::counts))
        .text_null("search_text", new().map(|message| rows::search_text(&message.body))))
}

fn text(value: &impl ToString) -> String {
    value.to_string()
}
