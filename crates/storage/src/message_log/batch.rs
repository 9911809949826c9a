//! One batch as one transaction: lock, read, decide, write.
//!
//! Each step is one statement, whatever the size of the batch. What is read
//! after the locks is read by later statements: one that waited for a lock
//! still sees what was there before it began.

use std::{collections::HashMap, time::Instant};

use chinwag_domain::{
    ConversationId, DirectKey, Durable, MessageId, NewMessage, Revision, Seq, UserSummary,
    ports::{FollowUps, StorageError},
};
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, FromQueryResult, prelude::Uuid,
};

use super::{
    plan::{Facts, Head, Plan, Pointers, Sender, plan},
    write::write,
};
use crate::{
    Database, blocks, jobs, media,
    meters::METERS,
    rows,
    sql::Binds,
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
    let begun = Instant::now();
    transaction.commit().await.map_err(BatchError::Commit)?;
    METERS.commit.record(begun.elapsed());
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

pub(super) fn client_key(new: &NewMessage) -> Option<Uuid> {
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
