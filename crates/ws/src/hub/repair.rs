//! Finding out by itself what the bus lost: heads are compared with the
//! database every few seconds, and at once after the bus says so.

use std::sync::{Arc, Weak};

use chinwag_domain::{ConversationId, Revision, ports::Head};

use super::{
    Hub,
    feed::{Feed, UNKNOWN},
    frames,
};

/// Looks after the heads for as long as the hub lives.
pub(super) async fn run(hub: Weak<Hub>) {
    loop {
        let Some(every) = hub.upgrade().map(|hub| hub.options.repair_every) else { return };
        tokio::time::sleep(every).await;
        let Some(hub) = hub.upgrade() else { return };
        if let Err(error) = hub.look_for_gaps().await {
            tracing::warn!(%error, "heads could not be compared");
        }
    }
}

impl Hub {
    /// Events may have been lost: everybody is told, and no list of people is trusted.
    pub(super) fn lost_events(&self) {
        let frame = frames::sync_required(None, self.now());
        for seats in &self.people {
            seats.iter().for_each(|seat| seat.push(&frame));
        }
        // Collected first: a feed that ends takes its shard while it is locked.
        let feeds: Vec<Arc<Feed>> = self.feeds.iter().map(|feed| Arc::clone(&feed)).collect();
        for feed in feeds {
            feed.state.lock().members_revision = UNKNOWN;
        }
    }

    async fn look_for_gaps(self: &Arc<Self>) -> Result<(), chinwag_application::Error> {
        let feeds: Vec<Arc<Feed>> = self.feeds.iter().map(|feed| Arc::clone(&feed)).collect();
        for feeds in feeds.chunks(1_000) {
            let ids: Vec<ConversationId> = feeds.iter().map(|feed| feed.id).collect();
            let heads = self.chat.deliveries.heads(&ids).await?;
            for feed in feeds {
                let head = heads.iter().find(|head| head.conversation_id == feed.id);
                self.compare(feed, head);
            }
        }
        Ok(())
    }

    /// An event on its way looks like a lost one: a head counts as missed when
    /// it was seen twice and still has not come.
    fn compare(self: &Arc<Self>, feed: &Arc<Feed>, head: Option<&Head>) {
        // A deleted conversation has no head: everything up to the end is missed.
        let head = head.map_or(Revision::new(i64::MAX), |head| head.revision);
        let mut state = feed.state.lock();
        let Some(delivered) = state.delivered.filter(|_| !state.busy) else { return };
        match state.suspected {
            Some(suspected) if suspected > delivered => {
                state.suspected = None;
                state.broadcast(&frames::sync_required(Some(feed.id), self.now()));
                state.delivered = Some(suspected);
                state.members_revision = UNKNOWN;
                if suspected == Revision::new(i64::MAX) {
                    for listener in std::mem::take(&mut state.listeners) {
                        listener.seat.state.lock().feeds.remove(&feed.id);
                    }
                }
            }
            _ => state.suspected = (head > delivered).then_some(head),
        }
        drop(state);
        self.pump(feed);
    }
}
