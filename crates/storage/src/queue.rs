//! The queue in front of a group commit: what came in while the last batch was
//! being committed becomes the next one. No timer, so an idle server adds no
//! latency. What a batch does is the committer's.

use std::{
    future::Future,
    hash::{BuildHasher as _, RandomState},
    panic::AssertUnwindSafe,
    sync::Arc,
    time::{Duration, Instant},
};

use chinwag_domain::ports::StorageError;
use futures_util::FutureExt as _;
use metrics::Histogram;
use tokio::{
    sync::{
        Mutex, Notify,
        mpsc::{self, error::TrySendError},
    },
    task::JoinHandle,
};

use crate::meters::QueueMeters;

/// How a queue is cut into batches.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Items of one batch at most.
    pub batch: usize,
    /// Items that wait at most; beyond it they are refused at once.
    pub waiting: usize,
}

/// Whether the store could be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    Reached,
    /// What waits is not worth trying: dropped, so that its callers hear of it now.
    Lost,
}

/// Commits batches. Dropping an item MUST tell its caller that it failed.
pub(crate) trait Committer<T>: Send + Sync + 'static {
    fn commit(&self, batch: Vec<T>) -> impl Future<Output = Reach> + Send;
}

/// A committer whose batches are measured.
struct Measured<C> {
    committer: C,
    size: Histogram,
    time: Histogram,
}

impl<T: Send + 'static, C: Committer<T>> Committer<T> for Measured<C> {
    async fn commit(&self, batch: Vec<T>) -> Reach {
        self.size.record(f64::from(u32::try_from(batch.len()).unwrap_or(u32::MAX)));
        let begun = Instant::now();
        let reach = self.committer.commit(batch).await;
        self.time.record(begun.elapsed());
        reach
    }
}

/// How often a batch is tried when others were in the way.
pub(crate) const ATTEMPTS: u32 = 4;

/// How long to wait before a batch is tried again: longer each time, and not
/// the same for two processes that met.
pub(crate) fn pause(attempt: u32) -> Duration {
    let jitter = RandomState::new().hash_one(attempt) % 8;
    Duration::from_millis(u64::from(attempt) * 4 + jitter)
}

/// A bounded queue with one task that commits what is in it.
pub(crate) struct Queue<T> {
    sender: mpsc::Sender<T>,
    closing: Arc<Notify>,
    task: Mutex<Option<JoinHandle<()>>>,
    meters: QueueMeters,
}

impl<T: Send + 'static> Queue<T> {
    /// Starts the task on the current tokio runtime; the queue is measured under that name.
    pub(crate) fn start(name: &'static str, limits: Limits, committer: impl Committer<T>) -> Self {
        let (sender, receiver) = mpsc::channel(limits.waiting.max(1));
        let closing = Arc::new(Notify::new());
        let meters = QueueMeters::of(name);
        let measured = Measured { committer, size: meters.size.clone(), time: meters.time.clone() };
        let task = tokio::spawn(run(receiver, Arc::clone(&closing), limits.batch, measured));
        Self { sender, closing, task: Mutex::new(Some(task)), meters }
    }

    /// Sets the gauge of what waits.
    pub(crate) fn observe(&self) {
        let waiting = self.sender.max_capacity() - self.sender.capacity();
        self.meters.waiting.set(f64::from(u32::try_from(waiting).unwrap_or(u32::MAX)));
    }

    /// Adds an item, or refuses it at once.
    pub(crate) fn push(&self, item: T) -> Result<(), StorageError> {
        self.sender.try_send(item).map_err(|error| {
            StorageError::unavailable(match error {
                TrySendError::Full(_) => "too much is waiting to be stored",
                TrySendError::Closed(_) => "the store is shutting down",
            })
        })
    }

    /// Takes nothing more, commits what waits, and ends.
    pub(crate) async fn close(&self) {
        self.closing.notify_one();
        if let Some(task) = self.task.lock().await.take()
            && let Err(error) = task.await
        {
            tracing::error!(%error, "the queue did not end well");
        }
    }
}

async fn run<T>(
    mut receiver: mpsc::Receiver<T>,
    closing: Arc<Notify>,
    most: usize,
    committer: impl Committer<T>,
) {
    loop {
        let mut batch = Vec::with_capacity(most.min(64));
        tokio::select! {
            biased;
            () = closing.notified() => {
                receiver.close();
                continue;
            }
            taken = receiver.recv_many(&mut batch, most.max(1)) => {
                if taken == 0 {
                    return;
                }
            }
        }
        // A fault in one batch must not end the task that all writes go through.
        match AssertUnwindSafe(committer.commit(batch)).catch_unwind().await {
            Ok(Reach::Reached) => {}
            Ok(Reach::Lost) => while receiver.try_recv().is_ok() {},
            Err(_) => tracing::error!("a batch panicked; its callers were told that it was lost"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::sync::{Semaphore, oneshot};

    use super::*;

    struct Fake {
        /// A batch needs a permit to be committed.
        gate: Arc<Semaphore>,
        largest: Arc<AtomicUsize>,
    }

    enum Item {
        Answer(oneshot::Sender<()>),
        Panic,
        Lose,
    }

    impl Committer<Item> for Fake {
        async fn commit(&self, batch: Vec<Item>) -> Reach {
            self.gate.acquire().await.unwrap().forget();
            self.largest.fetch_max(batch.len(), Ordering::SeqCst);
            for item in batch {
                match item {
                    Item::Answer(reply) => drop(reply.send(())),
                    Item::Panic => panic!("as asked"),
                    Item::Lose => return Reach::Lost,
                }
            }
            Reach::Reached
        }
    }

    fn queue(limits: Limits, permits: usize) -> (Queue<Item>, Arc<Semaphore>, Arc<AtomicUsize>) {
        let gate = Arc::new(Semaphore::new(permits));
        let largest = Arc::new(AtomicUsize::new(0));
        let fake = Fake { gate: Arc::clone(&gate), largest: Arc::clone(&largest) };
        (Queue::start("fake", limits, fake), gate, largest)
    }

    fn answer() -> (Item, oneshot::Receiver<()>) {
        let (reply, answered) = oneshot::channel();
        (Item::Answer(reply), answered)
    }

    #[tokio::test]
    async fn what_waits_becomes_one_batch_up_to_its_limit() {
        let (queue, gate, largest) = queue(Limits { batch: 4, waiting: 100 }, 0);
        let (items, answers): (Vec<_>, Vec<_>) = (0..10).map(|_| answer()).unzip();
        for item in items {
            queue.push(item).unwrap();
        }
        gate.add_permits(3);
        for answered in answers {
            answered.await.unwrap();
        }
        assert_eq!(largest.load(Ordering::SeqCst), 4);
        assert_eq!(gate.available_permits(), 0, "10 items in 3 batches");
    }

    #[tokio::test]
    async fn a_full_queue_refuses_at_once_and_closing_commits_what_waits() {
        let (queue, gate, _) = queue(Limits { batch: 1, waiting: 2 }, 0);
        let (items, answers): (Vec<_>, Vec<_>) = (0..2).map(|_| answer()).unzip();
        for item in items {
            queue.push(item).unwrap();
        }
        let refused = queue.push(answer().0);
        assert!(matches!(refused, Err(StorageError::Unavailable(_))));
        gate.add_permits(2);
        queue.close().await;
        for answered in answers {
            answered.await.unwrap();
        }
        assert!(matches!(queue.push(answer().0), Err(StorageError::Unavailable(_))));
    }

    #[tokio::test]
    async fn a_panic_ends_one_batch_alone() {
        let (queue, _, _) = queue(Limits { batch: 1, waiting: 9 }, 2);
        queue.push(Item::Panic).unwrap();
        let (item, answered) = answer();
        queue.push(item).unwrap();
        answered.await.unwrap();
    }

    #[tokio::test]
    async fn when_the_store_is_lost_nobody_waits_for_their_turn() {
        let (queue, _, _) = queue(Limits { batch: 1, waiting: 9 }, 1);
        queue.push(Item::Lose).unwrap();
        let (item, answered) = answer();
        queue.push(item).unwrap();
        answered.await.unwrap_err();
    }
}
