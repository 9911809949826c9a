//! One conversation: who hears of it here, and how far they have heard.
//!
//! Pure state under one lock; what must be read from the store is a
//! [step](super::steps) that others take.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use chinwag_domain::{ConversationId, Durable, Event, Revision, ports::Head};
use parking_lot::Mutex;
use tokio::time::Instant;

use super::listener::Listener;
use crate::frame::Frame;

/// A conversation with at least one of its people here.
pub(super) struct Feed {
    pub id: ConversationId,
    pub state: Mutex<FeedState>,
}

/// Whether the list of listeners can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doubt {
    No,
    /// It is being read from the store.
    Reading,
    /// Events were lost: somebody may have been removed.
    Lost,
}

/// The first held event waits for its predecessor.
#[derive(Debug, Clone, Copy)]
struct Gap {
    after: Revision,
    until: Instant,
}

pub(super) struct FeedState {
    /// Everything up to here has been delivered; `None` until the head is known.
    pub delivered: Option<Revision>,
    /// As of which change of people the listeners are.
    pub members_revision: Revision,
    pub doubt: Doubt,
    pub listeners: Vec<Listener>,
    /// Events that came before their predecessor, or while a step was taken.
    held: BTreeMap<Revision, Arc<Event>>,
    /// Joinings that came after their place had passed, while people were here
    /// who did not listen yet.
    pub late: Vec<Arc<Event>>,
    /// Receipts that came while the list was in doubt. Few: the store that
    /// cannot tell who is in stores no receipts either.
    pub receipts: Vec<Frame>,
    /// A step is being taken; nothing is delivered until it is done.
    pub busy: bool,
    gap: Option<Gap>,
    /// Somebody watches over the gap.
    pub watched: bool,
    /// The head that was seen ahead of `delivered` at the last look.
    pub suspected: Option<Revision>,
    /// Nobody listens any more: taken out of the map.
    pub ended: bool,
}

/// What is to be done next.
pub(super) enum Next {
    /// Nothing: the feed is empty, busy or does not know its head.
    Idle,
    /// Let in who came by this, which is over for everybody else.
    LetIn(Arc<Event>),
    /// Deliver this, which follows directly.
    Deliver(Arc<Event>),
    /// Wait for the predecessor of what is held.
    Wait,
}

impl Feed {
    /// A feed that delivers after `delivered`, when that is known.
    pub(super) fn new(
        id: ConversationId,
        delivered: Option<Revision>,
        members_revision: Revision,
    ) -> Self {
        Self {
            id,
            state: Mutex::new(FeedState {
                delivered,
                members_revision,
                doubt: Doubt::No,
                listeners: Vec::new(),
                held: BTreeMap::new(),
                late: Vec::new(),
                receipts: Vec::new(),
                busy: false,
                gap: None,
                watched: false,
                suspected: None,
                ended: false,
            }),
        }
    }
}

impl FeedState {
    pub(super) fn has_delivered(&self, revision: Revision) -> bool {
        self.delivered.is_some_and(|delivered| revision <= delivered)
    }

    /// Takes an event in that has not been delivered.
    pub(super) fn admit(&mut self, revision: Revision, event: Arc<Event>) {
        self.held.entry(revision).or_insert(event);
    }

    /// The head was read from the store after everybody here had subscribed.
    /// Events that came in since are not skipped: they may be somebody's joining.
    pub(super) fn begin_at(&mut self, head: Head) {
        if self.delivered.is_some() {
            return;
        }
        let delivered = self.before_held().map_or(head.revision, |it| it.min(head.revision));
        self.delivered = Some(delivered);
        // What is skipped may have been a leaving that the list does not know of.
        if (self.members_revision.next()..=delivered).contains(&head.members_revision) {
            self.doubt = Doubt::Lost;
        }
    }

    /// Nobody is left who would read the head: what is held decides.
    pub(super) fn begin_at_held(&mut self) {
        if self.delivered.is_none() {
            self.delivered = self.before_held();
        }
    }

    fn before_held(&self) -> Option<Revision> {
        self.held.keys().next().map(|first| first.previous())
    }

    /// Whether nothing is on its way.
    pub(super) fn is_empty(&self) -> bool {
        self.held.is_empty() && self.late.is_empty()
    }

    /// What is to be done next; an event to be delivered is taken out.
    pub(super) fn next(&mut self) -> Next {
        let (Some(delivered), false) = (self.delivered, self.busy) else { return Next::Idle };
        if let Some(event) = self.late.pop() {
            return Next::LetIn(event);
        }
        while let Some(entry) = self.held.first_entry() {
            let revision = *entry.key();
            if revision <= delivered {
                entry.remove();
            } else if revision == delivered.next() {
                return Next::Deliver(entry.remove());
            } else {
                return Next::Wait;
            }
        }
        Next::Idle
    }

    /// From now on the gap after what was delivered is not waited for longer than that.
    pub(super) fn note_gap(&mut self, hold_back: Duration) {
        let Some(after) = self.delivered else { return };
        if self.gap.is_none_or(|gap| gap.after != after) {
            self.gap = Some(Gap { after, until: Instant::now() + hold_back });
        }
    }

    /// Until when the gap that is still open is waited for.
    pub(super) fn gap_until(&self) -> Option<Instant> {
        let gap = self.gap.filter(|gap| Some(gap.after) == self.delivered && !self.busy)?;
        let first = self.before_held()?;
        (first > gap.after).then_some(gap.until)
    }

    /// Gives up what is missing: the next to be delivered is the first held one.
    pub(super) fn skip_gap(&mut self) {
        if let Some(first) = self.before_held() {
            self.delivered = Some(first);
            self.doubt = Doubt::Lost;
        }
    }

    /// Whether people came or went that this feed has not heard of, and
    /// somebody listens. A change of people is applied by its own event, unless
    /// others were lost before it.
    pub(super) fn must_read(&self, event: &Durable) -> bool {
        let own_change = event.revision == event.members_revision;
        let behind = !own_change && event.members_revision > self.members_revision;
        (self.doubt != Doubt::No || behind) && !self.listeners.is_empty()
    }

    /// Notes that an event was delivered.
    pub(super) fn delivered(&mut self, event: &Durable) {
        self.delivered = Some(event.revision);
        self.members_revision = self.members_revision.max(event.members_revision);
    }

    /// A seat comes in by a list of that age. When it is older than that of
    /// the others, its person may have gone meanwhile.
    pub(super) fn meet(&mut self, members_revision: Revision) {
        if members_revision < self.members_revision {
            self.doubt = Doubt::Lost;
        }
    }
}
