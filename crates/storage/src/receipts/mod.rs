//! How far people have come: marks go through one queue, of which only the
//! highest of each pointer is written, and only where it moves.

mod writer;

use async_trait::async_trait;
use chinwag_domain::{
    ConversationId, Mark, ReceiptKind, Seq, Timestamp, UserId,
    ports::{ReceiptRow, Receipts, StorageError},
};
use sea_orm::FromQueryResult;
use tokio::sync::oneshot;

use crate::{
    Database,
    error::from_db,
    queue::{Limits, Queue},
    rows,
    sql::Binds,
    table::MAX_ROWS,
};
use writer::{Pending, Writer};

/// Marks that wait at most; more are refused as `Unavailable`.
const MAX_WAITING: usize = 16_384;

/// [`Receipts`] on a [`Database`].
pub struct SeaReceipts {
    database: Database,
    queue: Queue<Pending>,
}

impl SeaReceipts {
    /// Starts the writer on the current tokio runtime, which MUST live as long
    /// as marks are to be stored.
    pub fn new(database: Database) -> Self {
        let limits = Limits { batch: MAX_ROWS, waiting: MAX_WAITING };
        let queue = Queue::start("receipts", limits, Writer::new(database.clone()));
        Self { database, queue }
    }

    /// Sets the gauges to what there is now; for just before they are read.
    pub fn observe(&self) {
        self.queue.observe();
    }

    /// Takes no more marks, stores those that wait, and ends the writer.
    pub async fn shutdown(&self) {
        self.queue.close().await;
    }
}

#[async_trait]
impl Receipts for SeaReceipts {
    async fn mark(&self, mark: Mark) -> Result<bool, StorageError> {
        let (reply, moved) = oneshot::channel();
        self.queue.push(Pending { mark, reply })?;
        moved.await.map_err(|_| StorageError::unavailable("the mark was not stored in time"))?
    }

    async fn of_message(
        &self,
        conversation_id: ConversationId,
        seq: Seq,
        except: &UserId,
    ) -> Result<Vec<ReceiptRow>, StorageError> {
        let mut binds = Binds::new(self.database.backend());
        let conversation = binds.add(conversation_id.uuid());
        let except = binds.add(except.as_str());
        let seq = binds.add(seq.get());
        // The first mark at or above the message is one step in the primary key.
        let first = |kind: ReceiptKind| {
            format!(
                "(SELECT r.at FROM receipts r WHERE r.conversation_id = p.conversation_id \
                 AND r.user_id = p.user_id AND r.kind = '{}' AND r.up_to_seq >= {seq} \
                 ORDER BY r.up_to_seq LIMIT 1)",
                kind.as_str()
            )
        };
        let sql = format!(
            "SELECT p.user_id, {} AS delivered_at, {} AS read_at FROM participants p \
             JOIN conversations c ON c.id = p.conversation_id AND c.deleted_at IS NULL \
             WHERE p.conversation_id = {conversation} AND p.left_at IS NULL \
             AND p.user_id <> {except} AND p.history_from_seq <= {seq}",
            first(ReceiptKind::Delivered),
            first(ReceiptKind::Read)
        );
        let found = FirstMarks::find_by_statement(binds.statement(sql))
            .all(self.database.reader())
            .await
            .map_err(from_db)?;
        receipt_rows(found)
    }
}

#[derive(FromQueryResult)]
struct FirstMarks {
    user_id: String,
    delivered_at: Option<i64>,
    read_at: Option<i64>,
}

/// Reading implies delivery. By time, then person.
fn receipt_rows(found: Vec<FirstMarks>) -> Result<Vec<ReceiptRow>, StorageError> {
    let mut receipts = Vec::with_capacity(2 * found.len());
    for row in found {
        let user_id = rows::user_id(&row.user_id)?;
        let delivered_at = row.delivered_at.into_iter().chain(row.read_at).min();
        let times = [(ReceiptKind::Delivered, delivered_at), (ReceiptKind::Read, row.read_at)];
        receipts.extend(times.into_iter().filter_map(|(kind, at)| {
            Some(ReceiptRow { user_id: user_id.clone(), kind, at: Timestamp::from_millis(at?) })
        }));
    }
    receipts.sort_by(|a, b| (a.at, &a.user_id, a.kind).cmp(&(b.at, &b.user_id, b.kind)));
    Ok(receipts)
}
