//! Who is online: told only to those who share a conversation and asked.

use std::collections::HashSet;

use chinwag_domain::{ConnectionId, Presence, Signal, UserId, limits};

use crate::{Actor, Error, support::use_case, view::Items};

/// A person stays online that long after the last connection.
const GRACE_MS: i64 = 5_000;

use_case!(
    /// Presence of people.
    PresenceService
);

impl PresenceService {
    /// A connection came in.
    pub async fn arrive(&self, user: &UserId, connection: ConnectionId) {
        if self.ports.presence.arrive(user, connection).await {
            self.publish(Presence { user_id: user.clone(), online: true, last_seen_at: None });
        }
    }

    /// A connection ended.
    pub async fn depart(&self, user: &UserId, connection: ConnectionId) {
        self.ports.presence.depart(user, connection, self.ports.clock.now()).await;
    }

    /// Tells of those who have been gone for long enough; to be called about
    /// once a second.
    ///
    /// # Errors
    /// When the store fails; the people are told of all the same.
    pub async fn sweep(&self) -> Result<(), Error> {
        let until = self.ports.clock.now().plus_millis(-GRACE_MS);
        let mut outcome = Ok(());
        for (user_id, at) in self.ports.presence.sweep(until).await {
            if let Err(error) = self.ports.users.seen(&user_id, at).await {
                outcome = Err(error.into());
            }
            self.publish(Presence { user_id, online: false, last_seen_at: Some(at) });
        }
        outcome
    }

    /// How these people are, in the order asked. Who shares no conversation
    /// with the actor looks offline, as do unknown people.
    ///
    /// # Errors
    /// [`Error::Invalid`] for more than 500 people.
    pub async fn query(&self, actor: &Actor, ids: &[UserId]) -> Result<Items<Presence>, Error> {
        if ids.len() > limits::PEOPLE {
            return Err(Error::field("/user_ids", "must name at most 500 people"));
        }
        let mut known = self.ports.conversations.sharing(actor.id(), ids).await?;
        for blocked in self.ports.blocks.between(actor.id(), ids).await? {
            known.remove(&blocked);
        }
        known.extend(ids.iter().find(|id| *id == actor.id()).cloned());
        let visible: Vec<UserId> = known.iter().cloned().collect();
        let online = self.ports.presence.online(&visible).await;
        let seen: std::collections::HashMap<UserId, _> = self
            .ports
            .users
            .find_many(&visible)
            .await?
            .into_iter()
            .map(|user| (user.summary.id, user.last_seen_at))
            .collect();
        let presence = |id: &UserId| {
            if !known.contains(id) {
                return Presence::hidden(id.clone());
            }
            Presence {
                user_id: id.clone(),
                online: online.contains(id),
                last_seen_at: seen.get(id).copied().flatten(),
            }
        };
        Ok(Items { items: ids.iter().map(presence).collect() })
    }

    /// Those of `viewers` who may see how `subject` is, now.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn visible_to(
        &self,
        subject: &UserId,
        viewers: &[UserId],
    ) -> Result<HashSet<UserId>, Error> {
        let mut visible = self.ports.conversations.sharing(subject, viewers).await?;
        for blocked in self.ports.blocks.between(subject, viewers).await? {
            visible.remove(&blocked);
        }
        Ok(visible)
    }

    fn publish(&self, presence: Presence) {
        let at = self.ports.clock.now();
        self.ports.bus.publish(Signal::PresenceChanged { presence, at }.into());
    }
}
