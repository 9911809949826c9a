//! Messages on their way out: one after the other, in the order they were typed, however long the server
//! is away. The session sees to it that each is stored once.

use std::sync::Arc;

use chinwag_client::{Error, Message, Outgoing, Session};
use tokio::{sync::mpsc, task::JoinHandle};
use uuid::Uuid;

/// What became of one.
pub(crate) type Outcome = Result<Message, Error>;

/// Sends in the background. Dropping it forgets what has not been sent.
pub(crate) struct Post {
    queue: mpsc::UnboundedSender<(Uuid, Outgoing)>,
    outcomes: mpsc::UnboundedReceiver<Outcome>,
    under_way: usize,
    carrier: JoinHandle<()>,
}

impl Post {
    pub(crate) fn new(session: Arc<Session>) -> Self {
        let (queue, mut queued) = mpsc::unbounded_channel::<(Uuid, Outgoing)>();
        let (tell, outcomes) = mpsc::unbounded_channel();
        let carrier = tokio::spawn(async move {
            while let Some((conversation, message)) = queued.recv().await {
                let _ = tell.send(session.send(conversation, &message).await);
            }
        });
        Self { queue, outcomes, under_way: 0, carrier }
    }

    /// Takes a message along.
    pub(crate) fn send(&mut self, conversation: Uuid, text: String) {
        self.under_way += 1;
        // The carrier ends with this value only.
        let _ = self.queue.send((conversation, Outgoing::text(text)));
    }

    /// What became of the next; waits for ever while nothing is under way.
    pub(crate) async fn outcome(&mut self) -> Outcome {
        match self.outcomes.recv().await {
            Some(outcome) => {
                self.under_way -= 1;
                outcome
            }
            None => std::future::pending().await,
        }
    }

    /// How many have no outcome yet.
    pub(crate) fn under_way(&self) -> usize {
        self.under_way
    }
}

impl Drop for Post {
    fn drop(&mut self) {
        self.carrier.abort();
    }
}
