//! Which revision of each conversation the application has seen, and what follows for what comes in.
//!
//! Pure bookkeeping: no connection, no clock. This is where "once and in order" is decided.

use crate::{Changes, Message};
use std::collections::HashMap;
use uuid::Uuid;

/// What to do with a durable event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is the next one: show it.
    Next,
    /// It was shown before.
    Seen,
    /// Something before it is missing: ask for the changes since this revision.
    Gap { since: u64 },
    /// Nothing is known of its conversation.
    Unknown,
}

/// The revision of every conversation, as shown to the application.
#[derive(Debug, Default)]
pub(super) struct Tracker {
    seen: HashMap<Uuid, u64>,
}

impl Tracker {
    /// Judges an event; [`Verdict::Next`] counts it as shown.
    pub(super) fn judge(&mut self, conversation: Uuid, revision: u64) -> Verdict {
        match self.seen.get_mut(&conversation) {
            None => Verdict::Unknown,
            Some(seen) if revision <= *seen => Verdict::Seen,
            Some(seen) if revision == *seen + 1 => {
                *seen = revision;
                Verdict::Next
            }
            Some(seen) => Verdict::Gap { since: *seen },
        }
    }

    /// The conversation's whole state was taken over at this revision.
    pub(super) fn reset(&mut self, conversation: Uuid, revision: u64) {
        self.seen.insert(conversation, revision);
    }

    pub(super) fn forget(&mut self, conversation: Uuid) {
        self.seen.remove(&conversation);
    }

    /// The messages of an answer that have not been shown yet, in order; counts them as shown.
    ///
    /// Rows above the answer's own revision are left out: the head is read before the rows, so they may be
    /// incomplete there, and they come again with what follows.
    pub(super) fn take(&mut self, conversation: Uuid, changes: Changes) -> Vec<Message> {
        let seen = self.seen.entry(conversation).or_default();
        let mut fresh: Vec<Message> = changes
            .messages
            .into_iter()
            .filter(|message| message.revision > *seen && message.revision <= changes.revision)
            .collect();
        fresh.sort_by_key(|message| message.revision);
        *seen = changes.revision.max(*seen);
        fresh
    }

    /// The revision shown of one conversation, 0 where nothing is known.
    pub(super) fn revision(&self, conversation: Uuid) -> u64 {
        self.seen.get(&conversation).copied().unwrap_or_default()
    }

    /// Everything known, as `sync` wants it.
    pub(super) fn known(&self) -> Vec<(Uuid, u64)> {
        self.seen.iter().map(|(id, seen)| (*id, *seen)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const ONE: Uuid = Uuid::from_u128(1);
    const TWO: Uuid = Uuid::from_u128(2);

    fn message(revision: u64) -> Message {
        serde_json::from_value(json!({
            "id": Uuid::from_u128(u128::from(revision)), "conversation_id": ONE, "seq": revision,
            "revision": revision, "sender": {"id": "a"}, "kind": "text", "created_at": "",
        }))
        .unwrap()
    }

    fn changes(revision: u64, messages: &[u64]) -> Changes {
        let mut changes: Changes = serde_json::from_value(json!({"revision": revision})).unwrap();
        changes.messages = messages.iter().copied().map(message).collect();
        changes
    }

    fn revisions(messages: &[Message]) -> Vec<u64> {
        messages.iter().map(|message| message.revision).collect()
    }

    #[test]
    fn events_in_order_are_shown_once() {
        let mut tracker = Tracker::default();
        tracker.reset(ONE, 3);
        assert_eq!(tracker.judge(ONE, 4), Verdict::Next);
        assert_eq!(tracker.judge(ONE, 4), Verdict::Seen);
        assert_eq!(tracker.judge(ONE, 2), Verdict::Seen);
        assert_eq!(tracker.judge(ONE, 5), Verdict::Next);
    }

    #[test]
    fn a_jump_is_a_gap_and_is_not_counted() {
        let mut tracker = Tracker::default();
        tracker.reset(ONE, 3);
        assert_eq!(tracker.judge(ONE, 6), Verdict::Gap { since: 3 });
        assert_eq!(tracker.revision(ONE), 3);
    }

    #[test]
    fn conversations_are_counted_apart() {
        let mut tracker = Tracker::default();
        tracker.reset(ONE, 3);
        tracker.reset(TWO, 8);
        assert_eq!(tracker.judge(TWO, 9), Verdict::Next);
        assert_eq!(tracker.judge(ONE, 4), Verdict::Next);
        tracker.forget(ONE);
        assert_eq!(tracker.judge(ONE, 5), Verdict::Unknown);
        assert_eq!(tracker.known(), vec![(TWO, 9)]);
    }

    #[test]
    fn an_answer_fills_the_gap_and_what_it_held_is_not_shown_again() {
        let mut tracker = Tracker::default();
        tracker.reset(ONE, 3);
        let fresh = tracker.take(ONE, changes(6, &[5, 4, 6]));
        assert_eq!(revisions(&fresh), vec![4, 5, 6]);
        assert_eq!(tracker.judge(ONE, 6), Verdict::Seen);
        assert_eq!(tracker.judge(ONE, 7), Verdict::Next);
    }

    #[test]
    fn rows_above_the_answers_head_come_again_later() {
        let mut tracker = Tracker::default();
        tracker.reset(ONE, 3);
        // 5 was being written while the rows were read: 6 without it would be a hole.
        let fresh = tracker.take(ONE, changes(4, &[4, 6]));
        assert_eq!(revisions(&fresh), vec![4]);
        assert_eq!(tracker.judge(ONE, 5), Verdict::Next);
        assert_eq!(tracker.judge(ONE, 6), Verdict::Next);
    }

    #[test]
    fn an_old_answer_takes_nothing_back() {
        let mut tracker = Tracker::default();
        tracker.reset(ONE, 9);
        assert_eq!(tracker.take(ONE, changes(5, &[4, 5])), vec![]);
        assert_eq!(tracker.revision(ONE), 9);
    }
}
