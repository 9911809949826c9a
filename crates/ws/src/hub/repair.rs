//! Finding out by itself what the bus lost: heads are compared with the
//! database every few seconds, and after the bus says that it lost something,
//! nobody's list of conversations or people is trusted until it is read again.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Weak, atomic::Ordering},
    time::Instant,
};

use chinwag_application::Error;
use chinwag_domain::{
    ConversationId, Revision, Timestamp, UserId,
    ports::{Ended, Head},
};
use futures_util::{StreamExt, stream};

use super::{
    Hub, Seat,
    feed::{Doubt, Feed},
    frames,
};
use crate::{close::CloseCode, meters::METERS};

/// Heads that are read with one query.
pub(super) const CHUNK: usize = 1_000;
/// Reads under way at once, after events were lost.
const AT_ONCE: usize = 8;
/// The head of a conversation that has none any more.
const DELETED: Revision = Revision::new(i64::MAX);

/// What is remembered from one look to the next.
struct Looks {
    /// Who came into which conversation and does not hear of it.
    unheard: Joinings,
    /// Of everything that ended before, the sockets are closed.
    ended: Timestamp,
}

type Joinings = HashSet<(ConversationId, UserId)>;

/// Looks after the hub for as long as it lives.
pub(super) async fn run(hub: Weak<Hub>) {
    let Some(now) = hub.upgrade().map(|hub| hub.now()) else { return };
    let mut looks = Looks { unheard: Joinings::new(), ended: now };
    loop {
        let Some((every, alarm)) =
            hub.upgrade().map(|hub| (hub.options.repair_every, Arc::clone(&hub.alarm)))
        else {
            return;
        };
        // Woken or not, there is the same to be done.
        let _ = tokio::time::timeout(every, alarm.notified()).await;
        let Some(hub) = hub.upgrade() else { return };
        let begun = Instant::now();
        hub.repair(&mut looks).await;
        METERS.repair.record(begun.elapsed());
    }
}

impl Hub {
    /// Events may have been lost: everybody is told, and no list of people is trusted.
    pub(super) fn lost_events(&self) {
        for feed in self.all_feeds() {
            feed.state.lock().doubt = Doubt::Lost;
        }
        let frame = frames::sync_required(None, self.now());
        let everybody = self.everybody();
        METERS.sync_required("bus", everybody.len());
        for seat in everybody {
            seat.push(&frame);
        }
        self.lost.store(true, Ordering::Release);
        self.alarm.notify_one();
    }

    async fn repair(self: &Arc<Self>, looks: &mut Looks) {
        // First, since what follows may take its time: who is out hears nothing more.
        if let Err(error) = self.look_for_the_ended(&mut looks.ended).await {
            tracing::warn!(%error, "ended sign-ins could not be looked for");
        }
        if let Err(error) = self.look_for_gaps().await {
            tracing::warn!(%error, "heads could not be compared");
        }
        if let Err(error) = self.look_for_joinings(&mut looks.unheard).await {
            tracing::warn!(%error, "joinings could not be looked for");
        }
        let doubtful = self.all_feeds().into_iter();
        let doubtful = doubtful.filter(|feed| feed.state.lock().doubt == Doubt::Lost);
        let refreshed = stream::iter(doubtful).for_each_concurrent(AT_ONCE, |feed| async move {
            self.refresh(&feed).await;
        });
        refreshed.await;
        if self.lost.swap(false, Ordering::AcqRel) && !self.settle_again().await {
            self.lost.store(true, Ordering::Release);
        }
    }

    /// Events were lost, perhaps somebody's joining or the end of a sign-in:
    /// everybody's are read again. False when some could not be.
    pub(super) async fn settle_again(self: &Arc<Self>) -> bool {
        let seats = self.everybody();
        let outcomes = stream::iter(seats).map(|seat| async move { self.settle_anew(&seat).await });
        let outcomes: Vec<_> = outcomes.buffer_unordered(AT_ONCE).collect().await;
        let failed = outcomes.into_iter().filter_map(Result::err).last();
        if let Some(error) = &failed {
            tracing::warn!(%error, "memberships could not be read again");
        }
        failed.is_none()
    }

    /// Reads again what a seat stands on; one that is entering just now does so by itself.
    async fn settle_anew(self: &Arc<Self>, seat: &Arc<Seat>) -> Result<(), Error> {
        let entering = {
            let mut state = seat.state.lock();
            let entering = state.entering.is_some();
            state.entering.get_or_insert_default().again |= entering;
            entering
        };
        if entering { Ok(()) } else { self.settle_one(seat).await }
    }

    async fn settle_one(self: &Arc<Self>, seat: &Arc<Seat>) -> Result<(), Error> {
        match self.settle(seat, true).await {
            Err(Error::SessionRevoked) => {
                seat.close_at_once(CloseCode::SessionRevoked);
                Ok(())
            }
            Err(Error::Deactivated) => {
                seat.close_at_once(CloseCode::AccountDeactivated);
                Ok(())
            }
            Err(error) => {
                // It stays in what it is in; nothing that was noted is forgotten.
                while self.apply_noted(seat) {}
                Err(error)
            }
            Ok(()) => Ok(()),
        }
    }

    /// Accounts and sign-ins that ended elsewhere, of which no signal came.
    async fn look_for_the_ended(&self, seen: &mut Timestamp) -> Result<(), Error> {
        let now = self.now();
        for ended in self.chat.deliveries.ended_since(*seen).await? {
            match ended {
                Ended::Account(user) => self.account_ended(&user),
                Ended::SignIn(user, session) => self.sign_in_ended(&user, session),
            }
        }
        *seen = now;
        Ok(())
    }

    async fn look_for_gaps(self: &Arc<Self>) -> Result<(), Error> {
        for feeds in self.all_feeds().chunks(CHUNK) {
            let heads = self.heads(feeds).await?;
            for feed in feeds {
                self.compare(feed, heads.get(&feed.id).map_or(DELETED, |head| head.revision));
            }
        }
        Ok(())
    }

    /// A joining brings somebody into a conversation that nobody here may have
    /// heard of, so that no head tells of it. One that was seen at two looks, and
    /// whose person still does not hear of the conversation, was lost.
    async fn look_for_joinings(self: &Arc<Self>, unheard: &mut Joinings) -> Result<(), Error> {
        let came = self.chat.deliveries.lately_joined().await?;
        let before = std::mem::take(unheard);
        for (id, user) in came {
            let mut seats = self.seats_of(&user);
            seats.retain(|seat| !seat.hears_of(id));
            if seats.is_empty() {
                continue;
            }
            let joining = (id, user);
            if before.contains(&joining) {
                for seat in &seats {
                    self.settle_anew(seat).await?;
                }
            } else {
                unheard.insert(joining);
            }
        }
        Ok(())
    }

    /// How far these conversations are; deleted ones are absent.
    pub(super) async fn heads(
        &self,
        feeds: &[Arc<Feed>],
    ) -> Result<HashMap<ConversationId, Head>, Error> {
        let ids: Vec<ConversationId> = feeds.iter().map(|feed| feed.id).collect();
        let heads = self.chat.deliveries.heads(&ids).await?;
        Ok(heads.into_iter().map(|head| (head.conversation_id, head)).collect())
    }

    /// An event on its way looks like a lost one: a head counts as missed when
    /// it was seen twice and still has not come.
    fn compare(self: &Arc<Self>, feed: &Arc<Feed>, head: Revision) {
        let mut state = feed.state.lock();
        let Some(delivered) = state.delivered.filter(|_| !state.busy) else { return };
        match state.suspected {
            Some(suspected) if suspected > delivered => {
                state.suspected = None;
                METERS.sync_required("head", state.listeners.len());
                state.broadcast(&frames::sync_required(Some(feed.id), self.now()));
                state.delivered = Some(suspected);
                state.doubt = Doubt::Lost;
                if suspected == DELETED {
                    for listener in std::mem::take(&mut state.listeners) {
                        listener.seat.quit(feed.id);
                    }
                }
            }
            _ => state.suspected = (head > delivered).then_some(head),
        }
        self.advance(feed, &mut state);
    }

    fn all_feeds(&self) -> Vec<Arc<Feed>> {
        // Collected first: a feed that ends takes its shard while it is locked.
        self.feeds.iter().map(|feed| Arc::clone(&feed)).collect()
    }
}
