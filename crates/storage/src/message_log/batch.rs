//! One batch as one transaction: lock, read, decide, write.
//!
//! Each step is one statement, whatever the size of the batch. What is read
//! after the locks is read by later statements: one that waited for a lock
//! still sees what was there before it began.

use std::collections::HashMap;

use chinwag_domain::{
    ConversationId, DirectKey, Durable, Message, MessageId, NewMessage, Revision, Seq, UserSummary,
    ports::{FollowUps, StorageError},
};
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, FromQueryResult, prelude::Uuid,
};

use super::plan::{Facts, Head, Plan, Pointers, Raised, Sender, plan};
use crate::{
    Database, blocks, jobs, media, rows,
    sql::{Binds, greatest},
    table::{Table, Tables},
};

/// Why a batch was not stored.
#[derive(Debug)]
pub(super) enum BatchError {
    /// A statement failed: nothing is stored.
    Statement(DbErr),
    /// A row read or to be written makes no sense: nothing is stored.
    Row(StorageError),
    /// `COMMIT` failed: nobody knows.
    Commit(DbErr),
}

impl From<DbErr> for BatchError {
    fn from(error: DbErr) -> Self {
        Self::Statement(error)
    }
}

impl From<StorageError> for BatchError {
    fn from(error: StorageError) -> Self {
        Self::Row(error)
    }
}

/// A batch that is stored: what became of each message, and what is to be told, by revision.
pub(super) struct Stored {
    pub plan: Plan,
    pub events: Vec<Durable>,
}

/// Stores a batch, and the jobs that follow from it. What the plan says is true once this returns.
pub(super) async fn store(
    database: &Database,
    follow_ups: &dyn FollowUps,
    batch: &[&NewMessage],
) -> Result<Stored, BatchError> {
    let transaction = database.begin_batch().await?;
    let (heads, pairs) = lock(&transaction, batch).await?;
    let facts = look_up(&transaction, batch, &pairs).await?;
    let plan = plan(batch.iter().copied(), heads, facts);
    if plan.raised.is_empty() {
        // Nothing to write, so nothing that could get lost either.
        transaction.rollback().await?;
        return Ok(Stored { plan, events: Vec::new() });
    }
    write(&transaction, batch, &plan).await?;
    media::shown::insert(&transaction, plan.new_messages()).await?;
    let events: Vec<Durable> = plan.events().collect();
    jobs::store_follow_ups(&transaction, follow_ups, events.iter()).await?;
    transaction.commit().await.map_err(BatchError::Commit)?;
    Ok(Stored { plan, events })
}

#[derive(FromQueryResult)]
struct HeadRow {
    id: Uuid,
    last_seq: i64,
    revision: i64,
    members_revision: i64,
    direct_key: Option<String>,
}

/// The two of each direct conversation of a batch.
type Pairs = HashMap<ConversationId, DirectKey>;

/// Locks the conversations of the batch that exist, in the order of their ids.
async fn lock(
    transaction: &DatabaseTransaction,
    batch: &[&NewMessage],
) -> Result<(HashMap<ConversationId, Head>, Pairs), BatchError> {
    let backend = transaction.get_database_backend();
    let mut ids: Vec<Uuid> = batch.iter().map(|new| new.conversation_id.uuid()).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut binds = Binds::new(backend);
    let any = binds.any(ids);
    // SQLite has locked the whole file already.
    let lock = if backend == DbBackend::Postgres { "FOR NO KEY UPDATE" } else { "" };
    let statement = binds.statement(format!(
        "SELECT id, last_seq, revision, members_revision, direct_key FROM conversations \
         WHERE id {any} AND deleted_at IS NULL ORDER BY id {lock}"
    ));
    let rows = HeadRow::find_by_statement(statement).all(transaction).await?;
    let pairs = rows
        .iter()
        .filter_map(|row| {
            let key = DirectKey::stored(row.direct_key.clone()?);
            Some((ConversationId::new(row.id), key))
        })
        .collect();
    let heads = rows
        .into_iter()
        .map(|row| {
            let head = Head {
                last_seq: Seq::new(row.last_seq),
                revision: Revision::new(row.revision),
                members_revision: Revision::new(row.members_revision),
            };
            (ConversationId::new(row.id), head)
        })
        .collect();
    Ok((heads, pairs))
}

#[derive(FromQueryResult)]
struct FactsRow {
    item: i64,
    left_at: Option<i64>,
    deactivated_at: Option<i64>,
    read_seq: Option<i64>,
    delivered_seq: Option<i64>,
    username: Option<String>,
    name: Option<String>,
    avatar_url: Option<String>,
    stored_id: Option<Uuid>,
    stored_hash: Option<Vec<u8>>,
    blocked: bool,
}

/// Reads who takes part and which `client_id`s are stored. Outer joins fix
/// their order, and each condition fits one index alone: whether somebody has
/// left is looked at afterwards, because there is an index of those who have not.
async fn look_up(
    transaction: &DatabaseTransaction,
    batch: &[&NewMessage],
    pairs: &Pairs,
) -> Result<Vec<Facts>, BatchError> {
    let other = |new: &NewMessage| pairs.get(&new.conversation_id)?.other_than(&new.sender_id);
    let others: Vec<Option<String>> =
        batch.iter().map(|new| other(new).map(|other| other.to_string())).collect();
    // Groups do not pay for what only two people have.
    let blocked = if others.iter().any(Option::is_some) {
        blocks::between("v.sender_id", "v.other_id")
    } else {
        "FALSE".to_owned()
    };
    let table = Table::default()
        .bigint("item", (0..).take(batch.len()))
        .uuid("conversation_id", batch.iter().map(|new| new.conversation_id.uuid()))
        .text("sender_id", batch.iter().map(|new| new.sender_id.to_string()))
        .uuid_null("client_key", batch.iter().map(|new| client_key(new)))
        .text_null("other_id", others.into_iter());
    let mut tables = Tables::new(transaction.get_database_backend());
    let asked = tables.define("v", table);
    let statement = tables.statement(format!(
        "WITH {asked} \
         SELECT v.item, p.left_at, u.deactivated_at, p.read_seq, p.delivered_seq, u.username, u.name, \
         u.avatar_url, m.id AS stored_id, m.request_hash AS stored_hash, {blocked} AS blocked \
         FROM v LEFT JOIN participants p ON p.conversation_id = v.conversation_id \
         AND p.user_id = v.sender_id \
         LEFT JOIN users u ON u.id = p.user_id \
         LEFT JOIN messages m ON m.client_key = v.client_key"
    ));
    let mut facts = vec![Facts::default(); batch.len()];
    for row in FactsRow::find_by_statement(statement).all(transaction).await? {
        let asked = usize::try_from(row.item)
            .ok()
            .and_then(|item| Some((batch.get(item)?, facts.get_mut(item)?)));
        if let Some((new, facts)) = asked {
            *facts = row.facts(new);
        }
    }
    Ok(facts)
}

fn client_key(new: &NewMessage) -> Option<Uuid> {
    let id = new.client_id.as_ref()?;
    Some(rows::client_key(new.conversation_id, &new.sender_id, id))
}

impl FactsRow {
    fn facts(self, new: &NewMessage) -> Facts {
        let summary = self.name.map(|name| UserSummary {
            id: new.sender_id.clone(),
            username: self.username,
            name,
            avatar_url: self.avatar_url,
        });
        let gone = self.left_at.or(self.deactivated_at);
        let here = self.read_seq.zip(self.delivered_seq).filter(|_| gone.is_none());
        let pointers = here.map(|(read, delivered)| Pointers {
            read: Seq::new(read),
            delivered: Seq::new(delivered),
        });
        Facts {
            sender: summary.zip(pointers).map(|(summary, pointers)| Sender { summary, pointers }),
            stored: self.stored_id.map(MessageId::new).zip(self.stored_hash),
            blocked: self.blocked,
        }
    }
}

/// Inserts the messages and raises the counters. PostgreSQL does it all in one
/// round trip; SQLite is not across a network, and has no such statement.
async fn write(
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
