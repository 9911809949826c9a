//! The message log: appends go through one queue and are committed in batches;
//! reads go straight to the database.

mod batch;
mod found;
mod plan;
mod read;
mod search;
mod write;
mod writer;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use async_trait::async_trait;
use chinwag_domain::{
    ConversationId, Limit, Message, MessageId, NewMessage, Page, Pointers, Revision, SearchCursor,
    SearchQuery, Seq, UserId, Window,
    ports::{AppendError, Appended, EventBus, FollowUps, Found, MessageLog, StorageError},
};
use tokio::sync::oneshot;
use tracing::Span;

use crate::{
    Database,
    error::corrupt,
    messages,
    meters::METERS,
    queue::{Limits, Queue},
    rows,
    table::MAX_ROWS,
};
use writer::{Pending, Writer};

pub(crate) use writer::Answer;

/// How appends are batched.
#[derive(Debug, Clone, Copy)]
pub struct MessageLogOptions {
    /// Messages of one transaction at most; 1 to 1,000.
    pub max_batch: usize,
    /// Messages that wait at most; more are refused as `Unavailable`.
    pub max_waiting: usize,
}

impl Default for MessageLogOptions {
    fn default() -> Self {
        Self { max_batch: 256, max_waiting: 8_192 }
    }
}

/// What the log has committed since it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MessageLogStats {
    /// Transactions.
    pub batches: u64,
    /// Messages stored by them; duplicates and refused ones do not count.
    pub messages: u64,
}

#[derive(Default)]
struct Counters {
    batches: AtomicU64,
    messages: AtomicU64,
}

/// [`MessageLog`] on a [`Database`].
pub struct SeaMessageLog {
    database: Database,
    queue: Queue<Pending>,
    counters: Arc<Counters>,
}

impl SeaMessageLog {
    /// Starts the writer on the current tokio runtime, which MUST live as long
    /// as messages are to be stored. Stored messages are published on `bus`; the jobs that
    /// `follow_ups` names are stored with them.
    pub fn new(
        database: Database,
        bus: Arc<dyn EventBus>,
        follow_ups: Arc<dyn FollowUps>,
        options: MessageLogOptions,
    ) -> Self {
        let counters = Arc::new(Counters::default());
        let writer = Writer::new(database.clone(), bus, follow_ups, Arc::clone(&counters));
        let limits =
            Limits { batch: options.max_batch.clamp(1, MAX_ROWS), waiting: options.max_waiting };
        Self { database, queue: Queue::start("messages", limits, writer), counters }
    }

    /// What has been committed until now.
    pub fn stats(&self) -> MessageLogStats {
        MessageLogStats {
            batches: self.counters.batches.load(Ordering::Relaxed),
            messages: self.counters.messages.load(Ordering::Relaxed),
        }
    }

    /// Sets the gauges to what there is now; for just before they are read.
    pub fn observe(&self) {
        self.queue.observe();
    }

    /// Takes no more messages, stores those that wait, and ends the writer.
    pub async fn shutdown(&self) {
        self.queue.close().await;
    }
}

impl SeaMessageLog {
    async fn wait_for(&self, message: NewMessage) -> Result<Answer, AppendError> {
        let (reply, answer) = oneshot::channel();
        self.queue.push(Pending { message, span: Span::current(), reply })?;
        answer.await.map_err(|_| StorageError::unavailable("the message was not stored in time"))?
    }
}

#[async_trait]
impl MessageLog for SeaMessageLog {
    async fn append(&self, message: NewMessage) -> Result<Appended, AppendError> {
        let sender = message.sender_id.clone();
        let begun = Instant::now();
        let answer = self.wait_for(message).await;
        METERS.send.record(begun.elapsed());
        METERS.sends.count(&answer);
        match answer? {
            Answer::Stored { message, duplicate } => Ok(Appended { message: *message, duplicate }),
            Answer::Known(id) => {
                let message = self.find(id, &sender).await?;
                let message = message.ok_or_else(|| corrupt("a known message is gone"))?;
                Ok(Appended { message, duplicate: true })
            }
        }
    }

    async fn sent_before(&self, message: &NewMessage) -> Result<Option<Message>, AppendError> {
        let Some(client_id) = &message.client_id else { return Ok(None) };
        let sender = &message.sender_id;
        let key = rows::client_key(message.conversation_id, sender, client_id);
        let Some((id, hash)) = read::stored_under(&self.database, key).await? else {
            return Ok(None);
        };
        if hash != message.request_hash.0 {
            return Err(AppendError::ClientIdReused);
        }
        Ok(self.find(id, sender).await?)
    }

    async fn find(&self, id: MessageId, viewer: &UserId) -> Result<Option<Message>, StorageError> {
        messages::find(self.database.reader(), id, viewer).await
    }

    async fn range(
        &self,
        conversation_id: ConversationId,
        window: Window,
        search: Option<&str>,
        viewer: &UserId,
    ) -> Result<Vec<Message>, StorageError> {
        match search {
            None => read::range(&self.database, conversation_id, window, viewer).await,
            Some(text) => {
                read::matching(&self.database, conversation_id, window, text, viewer).await
            }
        }
    }

    async fn count_matches(
        &self,
        conversation_id: ConversationId,
        above: Seq,
        search: &str,
    ) -> Result<u64, StorageError> {
        read::count_matches(&self.database, conversation_id, above, search).await
    }

    async fn search(
        &self,
        user: &UserId,
        query: &SearchQuery,
        after: Option<SearchCursor>,
        limit: Limit,
    ) -> Result<Page<Found, SearchCursor>, StorageError> {
        search::search(&self.database, user, query, after, limit).await
    }

    async fn changed_since(
        &self,
        conversation_id: ConversationId,
        since: Revision,
        floor: Seq,
        limit: u16,
        viewer: &UserId,
    ) -> Result<Vec<Message>, StorageError> {
        let changes = read::Changes { conversation_id, since, floor, limit };
        read::changed_since(&self.database, changes, viewer).await
    }

    async fn others_pointers(
        &self,
        conversation_id: ConversationId,
        user: &UserId,
    ) -> Result<Option<Pointers>, StorageError> {
        read::others_pointers(&self.database, conversation_id, user).await
    }
}
