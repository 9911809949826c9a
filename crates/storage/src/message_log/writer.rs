//! The one who commits the batches of the log: tries again where that helps,
//! tells everybody once it is done. What a batch consists of is not its affair.

use std::sync::{Arc, atomic::Ordering};

use chinwag_domain::{
    Message, MessageId, NewMessage,
    ports::{AppendError, EventBus, FollowUps, StorageError},
};
use sea_orm::DbErr;
use tokio::sync::oneshot;
use tracing::Span;

use super::{
    Counters,
    batch::{self, BatchError, Stored},
    plan::Verdict,
};
use crate::{
    Database,
    error::{Failure, classify, from_db, lost_commit},
    meters::METERS,
    queue::{ATTEMPTS, Committer, Reach, pause},
};

/// What the writer answers.
#[derive(Debug)]
pub(crate) enum Answer {
    Stored {
        message: Box<Message>,
        duplicate: bool,
    },
    /// It was stored before; its sender may have edited it since.
    Known(MessageId),
}

/// A message that waits to be stored, and its sender.
pub(super) struct Pending {
    pub message: NewMessage,
    /// Of the request that it came by, so that the log tells which one stored what.
    pub span: Span,
    pub reply: oneshot::Sender<Result<Answer, AppendError>>,
}

impl Pending {
    /// The sender may have gone away meanwhile; that changes nothing.
    fn answer(self, answer: Result<Answer, AppendError>) {
        let _ = self.reply.send(answer);
    }
}

pub(super) struct Writer {
    database: Database,
    bus: Arc<dyn EventBus>,
    follow_ups: Arc<dyn FollowUps>,
    counters: Arc<Counters>,
}

impl Committer<Pending> for Writer {
    async fn commit(&self, batch: Vec<Pending>) -> Reach {
        match self.store(&batch).await {
            Ok(stored) => {
                self.settle(batch, stored);
                Reach::Reached
            }
            // One of them cannot be stored: it must not fail its neighbours.
            Err(error) if is_fault(&error) && batch.len() > 1 => self.one_by_one(batch).await,
            Err(error) => refuse(batch, &error),
        }
    }
}

impl Writer {
    pub(super) fn new(
        database: Database,
        bus: Arc<dyn EventBus>,
        follow_ups: Arc<dyn FollowUps>,
        counters: Arc<Counters>,
    ) -> Self {
        Self { database, bus, follow_ups, counters }
    }

    async fn one_by_one(&self, batch: Vec<Pending>) -> Reach {
        for pending in batch {
            let single = vec![pending];
            let reach = match self.store(&single).await {
                Ok(stored) => {
                    self.settle(single, stored);
                    Reach::Reached
                }
                Err(error) => refuse(single, &error),
            };
            if reach == Reach::Lost {
                return Reach::Lost;
            }
        }
        Reach::Reached
    }

    /// Stores a batch, again and again while others are in the way.
    async fn store(&self, batch: &[Pending]) -> Result<Stored, BatchError> {
        let messages: Vec<&NewMessage> = batch.iter().map(|pending| &pending.message).collect();
        let mut attempt = 1;
        loop {
            match batch::store(&self.database, &*self.follow_ups, &messages).await {
                Err(BatchError::Statement(error))
                    if attempt < ATTEMPTS && classify(&error) == Failure::Contention =>
                {
                    tracing::debug!(%error, attempt, "storing the batch again");
                    METERS.retried.increment(1);
                    tokio::time::sleep(pause(attempt)).await;
                    attempt += 1;
                }
                outcome => return outcome,
            }
        }
    }

    /// Publishes what is stored, in order of revision, then answers.
    fn settle(&self, batch: Vec<Pending>, Stored { plan, events }: Stored) {
        let stored = events.len();
        if stored > 0 {
            self.counters.batches.fetch_add(1, Ordering::Relaxed);
            self.counters.messages.fetch_add(stored as u64, Ordering::Relaxed);
        }
        for event in events {
            self.bus.publish(event.into());
        }
        for (pending, verdict) in batch.into_iter().zip(plan.verdicts) {
            if let Verdict::New(message, _) = &verdict {
                let (conversation, revision) = (message.conversation_id, message.revision.get());
                pending.span.in_scope(
                    || tracing::debug!(message_id = %message.id, %conversation, revision, "stored"),
                );
            }
            pending.answer(match verdict {
                Verdict::New(message, _) => Ok(Answer::Stored { message, duplicate: false }),
                Verdict::Repeat(message) => Ok(Answer::Stored { message, duplicate: true }),
                Verdict::Known(id) => Ok(Answer::Known(id)),
                Verdict::NotParticipant => Err(AppendError::NotParticipant),
                Verdict::Blocked => Err(AppendError::Blocked),
                Verdict::ClientIdReused => Err(AppendError::ClientIdReused),
            });
        }
    }
}

/// Whether it is the messages' own fault.
fn is_fault(error: &BatchError) -> bool {
    match error {
        BatchError::Statement(error) => classify(error) == Failure::Fault,
        BatchError::Row(_) => true,
        BatchError::Commit(_) => false,
    }
}

/// Tells all of them that the batch failed.
fn refuse(batch: Vec<Pending>, error: &BatchError) -> Reach {
    tracing::warn!(?error, messages = batch.len(), "messages were not stored");
    let lost = |error: &DbErr| classify(error) == Failure::Unavailable;
    for pending in batch {
        pending.answer(Err(AppendError::Storage(match error {
            BatchError::Statement(error) => from_db(error.clone()),
            BatchError::Commit(error) => lost_commit(error.clone()),
            BatchError::Row(error) => StorageError::internal(error.to_string()),
        })));
    }
    match error {
        BatchError::Statement(error) | BatchError::Commit(error) if lost(error) => Reach::Lost,
        _ => Reach::Reached,
    }
}
