//! What waits to be written to one socket: a queue bounded in bytes, filled from any thread without
//! waiting and drained by the response body of that socket. The rules of backpressure are here and
//! nowhere else; what the frames mean, and who gets them, is not known here.

mod class;
mod queue;

use std::task::{Context, Poll, Waker};

use bytes::{Bytes, BytesMut};
use parking_lot::{Mutex, MutexGuard};
use tokio::sync::Notify;

pub use self::class::{Class, EphemeralKey, Pushed};

use self::queue::Queue;
use crate::{close::CloseCode, frame::Frame, kinds::FrameKind, meters::METERS};

/// How many bytes may wait for one socket, unless configured otherwise: 1 MiB.
pub const DEFAULT_LIMIT: usize = 1024 * 1024;
/// How much leaves in one piece. Bigger pieces make the dispatcher keep bigger buffers.
pub(crate) const CHUNK: usize = 16 * 1024;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Open,
    /// The close frame is the last one in the queue.
    Closing(CloseCode),
    /// The close frame is out (or never will be): nothing more is written.
    Ended(Option<CloseCode>),
}

struct State {
    phase: Phase,
    queue: Queue,
    /// Events that wait until the socket is ready.
    held: Option<Box<Queue>>,
    /// The rest of a frame that leaves in several chunks.
    rest: Bytes,
    waker: Option<Waker>,
}

/// The frames that wait for one socket.
pub struct Outbox {
    limit: usize,
    state: Mutex<State>,
    closing: Notify,
}

impl Outbox {
    /// An outbox for at most `limit` bytes. It holds events back until [`release`](Self::release).
    pub fn new(limit: usize) -> Self {
        Self {
            limit,
            state: Mutex::new(State {
                phase: Phase::Open,
                queue: Queue::default(),
                held: Some(Box::default()),
                rest: Bytes::new(),
                waker: None,
            }),
            closing: Notify::new(),
        }
    }

    /// Queues a frame; never waits. From any thread.
    pub fn push(&self, frame: Frame, class: Class) -> Pushed {
        let kind = frame.kind();
        let mut state = self.state.lock();
        let pushed = state.admit(frame, class, self.limit);
        METERS.pushed(kind, pushed);
        match pushed {
            Pushed::Queued | Pushed::Replaced => wake(state),
            Pushed::Overflowed => self.announce(state),
            Pushed::Dropped | Pushed::Closed => {}
        }
        pushed
    }

    /// Makes the socket ready: `ready` goes out after the replies that are already queued, then the
    /// events that were pushed meanwhile, then everything in the order of pushing. Only the first
    /// call counts.
    pub fn release(&self, ready: Frame) -> Pushed {
        let mut state = self.state.lock();
        if state.phase != Phase::Open {
            return Pushed::Closed;
        }
        let Some(held) = state.held.take() else {
            return Pushed::Dropped;
        };
        if state.bytes() + held.bytes() + ready.len() > self.limit {
            state.overflow();
            METERS.pushed(ready.kind(), Pushed::Overflowed);
            self.announce(state);
            return Pushed::Overflowed;
        }
        METERS.pushed(ready.kind(), Pushed::Queued);
        state.queue.push(ready, None);
        state.queue.append(*held);
        wake(state);
        Pushed::Queued
    }

    /// Closes the socket after what is queued; nothing is accepted any more. Events that still wait
    /// for `ready` are given up: this client never was ready and has to sync anyway.
    pub fn close(&self, close: CloseCode) {
        let mut state = self.state.lock();
        if state.phase == Phase::Open {
            state.held = None;
            state.close(close);
            self.announce(state);
        }
    }

    /// Closes the socket without what is queued: for a client that will not read it, or must not.
    pub fn close_at_once(&self, close: CloseCode) {
        let mut state = self.state.lock();
        if state.phase == Phase::Open {
            state.discard();
            state.close(close);
            self.announce(state);
        }
    }

    /// Whether frames are still accepted.
    pub fn is_open(&self) -> bool {
        self.state.lock().phase == Phase::Open
    }

    /// Why the socket was closed, if it was and if by this side.
    pub fn close_code(&self) -> Option<CloseCode> {
        match self.state.lock().phase {
            Phase::Open => None,
            Phase::Closing(close) => Some(close),
            Phase::Ended(close) => close,
        }
    }

    /// Bytes that wait to be written.
    pub fn bytes(&self) -> usize {
        self.state.lock().bytes()
    }

    /// Waits until no frames are accepted any more: closed, overflowed, or the connection is gone.
    pub async fn closing(&self) {
        let mut notified = std::pin::pin!(self.closing.notified());
        notified.as_mut().enable();
        if self.is_open() {
            notified.await;
        }
    }

    /// The next piece to write, at most [`CHUNK`] bytes of whole frames or a slice of one that is
    /// larger; `None` after the close frame.
    pub(crate) fn poll_chunk(&self, context: &mut Context<'_>) -> Poll<Option<Bytes>> {
        let mut state = self.state.lock();
        if let Some(chunk) = state.next_chunk() {
            METERS.bytes_sent.increment(chunk.len() as u64);
            return Poll::Ready(Some(chunk));
        }
        if let Phase::Closing(close) = state.phase {
            state.phase = Phase::Ended(Some(close));
        }
        if let Phase::Ended(_) = state.phase {
            return Poll::Ready(None);
        }
        if !matches!(&state.waker, Some(waker) if waker.will_wake(context.waker())) {
            state.waker = Some(context.waker().clone());
        }
        Poll::Pending
    }

    /// Nobody drains this any more: the connection is gone.
    pub(crate) fn detach(&self) {
        let mut state = self.state.lock();
        state.discard();
        state.rest = Bytes::new();
        state.phase = match state.phase {
            Phase::Open => Phase::Ended(None),
            Phase::Closing(close) => Phase::Ended(Some(close)),
            ended @ Phase::Ended(_) => ended,
        };
        self.announce(state);
    }

    /// Tells both sides that the phase has changed.
    fn announce(&self, state: MutexGuard<'_, State>) {
        wake(state);
        self.closing.notify_waiters();
    }
}

/// Wakes the body, without the lock.
fn wake(mut state: MutexGuard<'_, State>) {
    let waker = state.waker.take();
    drop(state);
    if let Some(waker) = waker {
        waker.wake();
    }
}

impl State {
    fn bytes(&self) -> usize {
        let held = self.held.as_ref().map_or(0, |held| held.bytes());
        self.rest.len() + self.queue.bytes() + held
    }

    fn admit(&mut self, frame: Frame, class: Class, limit: usize) -> Pushed {
        if self.phase != Phase::Open {
            return Pushed::Closed;
        }
        let half_full = self.bytes() * 2 >= limit;
        let (waits, key) = match class {
            Class::Reply => (false, None),
            Class::Durable => (true, None),
            Class::Ephemeral(key) => (true, Some(key)),
        };
        let typing = key.as_ref().is_some_and(EphemeralKey::is_typing);
        // The newer one goes to the end, not to the place of the older one: a reply between the two
        // may carry the state of then, and what comes last must be what is true.
        let replaced = match &key {
            Some(key) if half_full || !typing => self.lane(waits).remove(key),
            _ => false,
        };
        if typing && half_full && !replaced {
            return Pushed::Dropped;
        }
        if self.bytes() + frame.len() > limit {
            if typing {
                return Pushed::Dropped;
            }
            self.overflow();
            return Pushed::Overflowed;
        }
        self.lane(waits).push(frame, key);
        if replaced { Pushed::Replaced } else { Pushed::Queued }
    }

    /// Where a frame goes that `waits` for `ready`, or does not.
    fn lane(&mut self, waits: bool) -> &mut Queue {
        match &mut self.held {
            Some(held) if waits => held,
            _ => &mut self.queue,
        }
    }

    /// What is queued will not be read in time, and after a hole nothing may follow.
    fn overflow(&mut self) {
        self.discard();
        self.close(CloseCode::SlowConsumer);
    }

    /// Drops what waits, except the rest of a frame that is half out: without it the close frame
    /// could not be told from its payload.
    fn discard(&mut self) {
        self.held = None;
        self.queue.clear();
    }

    fn close(&mut self, close: CloseCode) {
        METERS.pushed(FrameKind::Close, Pushed::Queued);
        self.queue.push(Frame::close(close), None);
        self.phase = Phase::Closing(close);
    }

    fn next_chunk(&mut self) -> Option<Bytes> {
        if !self.rest.is_empty() {
            return Some(self.rest.split_to(self.rest.len().min(CHUNK)));
        }
        let first = self.queue.pop()?.into_bytes();
        if first.len() > CHUNK {
            self.rest = first;
            return Some(self.rest.split_to(CHUNK));
        }
        let fits = |taken: usize, next: Option<usize>| next.is_some_and(|len| taken + len <= CHUNK);
        if !fits(first.len(), self.queue.front_len()) {
            return Some(first);
        }
        let mut chunk = BytesMut::with_capacity(CHUNK.min(first.len() + self.queue.bytes()));
        chunk.extend_from_slice(&first);
        while fits(chunk.len(), self.queue.front_len())
            && let Some(frame) = self.queue.pop()
        {
            chunk.extend_from_slice(frame.as_bytes());
        }
        Some(chunk.freeze())
    }
}

#[cfg(test)]
mod tests;
