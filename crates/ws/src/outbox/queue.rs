//! Frames in order, some of them replaceable by key. Only the data structure: how much may be in it
//! and what is dropped is decided by the outbox.

use std::collections::{HashMap, VecDeque};

use super::EphemeralKey;
use crate::frame::Frame;

/// Holes up to here are not worth closing.
const HOLES_MAX: usize = 64;
/// An emptied queue with room for more entries than this gives its memory back.
const KEPT_CAPACITY: usize = 64;

struct Entry {
    frame: Frame,
    key: Option<EphemeralKey>,
}

/// A queue whose keyed entries can be taken out again. What is taken out leaves a hole, so that
/// nothing has to move; the front is never a hole.
#[derive(Default)]
pub(super) struct Queue {
    entries: VecDeque<Option<Entry>>,
    /// The number of the entry at the front; numbers only grow.
    first: u64,
    /// The number of the latest entry of each key.
    latest: HashMap<EphemeralKey, u64>,
    bytes: usize,
    holes: usize,
}

impl Queue {
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) fn push(&mut self, frame: Frame, key: Option<EphemeralKey>) {
        if let Some(key) = &key {
            self.latest.insert(key.clone(), self.first + self.entries.len() as u64);
        }
        self.bytes += frame.len();
        self.entries.push_back(Some(Entry { frame, key }));
    }

    /// Takes out the latest entry with this key, if it is still here.
    pub(super) fn remove(&mut self, key: &EphemeralKey) -> bool {
        let Some(number) = self.latest.remove(key) else {
            return false;
        };
        let removed = usize::try_from(number - self.first)
            .ok()
            .and_then(|index| self.entries.get_mut(index))
            .and_then(Option::take);
        let Some(entry) = removed else {
            return false;
        };
        self.bytes -= entry.frame.len();
        self.holes += 1;
        self.trim();
        // A consumer that stands still must not collect holes while one person comes and goes.
        if self.holes > HOLES_MAX && self.holes * 2 > self.entries.len() {
            self.compact();
        }
        true
    }

    /// Size of the frame at the front.
    pub(super) fn front_len(&self) -> Option<usize> {
        self.entries.front()?.as_ref().map(|entry| entry.frame.len())
    }

    pub(super) fn pop(&mut self) -> Option<Frame> {
        let entry = self.entries.pop_front()??;
        if let Some(key) = &entry.key
            && self.latest.get(key) == Some(&self.first)
        {
            self.latest.remove(key);
        }
        self.first += 1;
        self.bytes -= entry.frame.len();
        self.trim();
        Some(entry.frame)
    }

    /// Puts all of `other` behind what is here.
    pub(super) fn append(&mut self, other: Self) {
        for entry in other.entries.into_iter().flatten() {
            self.push(entry.frame, entry.key);
        }
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    fn trim(&mut self) {
        while let Some(None) = self.entries.front() {
            self.entries.pop_front();
            self.first += 1;
            self.holes -= 1;
        }
        if self.entries.is_empty() && self.entries.capacity() > KEPT_CAPACITY {
            self.clear();
        }
    }

    fn compact(&mut self) {
        let old = std::mem::take(self);
        self.append(old);
    }
}

#[cfg(test)]
mod tests {
    use super::{HOLES_MAX, Queue};
    use crate::{frame::Frame, outbox::EphemeralKey};

    fn drain(queue: &mut Queue) -> Vec<Frame> {
        std::iter::from_fn(|| queue.pop()).collect()
    }

    #[test]
    fn removes_the_latest_of_a_key_wherever_it_is() {
        let key = EphemeralKey::presence("ada");
        let mut queue = Queue::default();
        queue.push(Frame::text("1"), None);
        queue.push(Frame::text("2"), Some(key.clone()));
        queue.push(Frame::text("3"), None);
        assert!(queue.remove(&key));
        assert!(!queue.remove(&key));
        assert_eq!(queue.bytes(), 6);
        assert_eq!(drain(&mut queue), [Frame::text("1"), Frame::text("3")]);
        assert_eq!(queue.bytes(), 0);
    }

    #[test]
    fn forgets_the_key_of_what_has_left() {
        let key = EphemeralKey::presence("ada");
        let mut queue = Queue::default();
        queue.push(Frame::text("1"), Some(key.clone()));
        queue.pop();
        queue.push(Frame::text("2"), None);
        assert!(!queue.remove(&key));
        assert_eq!(drain(&mut queue), [Frame::text("2")]);
    }

    #[test]
    fn holes_do_not_pile_up() {
        let key = EphemeralKey::presence("ada");
        let mut queue = Queue::default();
        queue.push(Frame::text("durable"), None);
        for _ in 0..10_000 {
            queue.remove(&key);
            queue.push(Frame::text("presence"), Some(key.clone()));
        }
        assert!(queue.entries.len() <= HOLES_MAX * 2 + 2, "{}", queue.entries.len());
        assert_eq!(drain(&mut queue), [Frame::text("durable"), Frame::text("presence")]);
    }

    #[test]
    fn emptied_queue_gives_its_memory_back() {
        let mut queue = Queue::default();
        for _ in 0..10_000 {
            queue.push(Frame::text("x"), None);
        }
        drain(&mut queue);
        assert_eq!(queue.entries.capacity(), 0);
    }

    #[test]
    fn appended_entries_keep_order_and_keys() {
        let key = EphemeralKey::presence("ada");
        let (mut queue, mut other) = (Queue::default(), Queue::default());
        queue.push(Frame::text("1"), None);
        other.push(Frame::text("2"), Some(key.clone()));
        other.push(Frame::text("3"), None);
        queue.append(other);
        assert!(queue.remove(&key));
        assert_eq!(drain(&mut queue), [Frame::text("1"), Frame::text("3")]);
    }
}
