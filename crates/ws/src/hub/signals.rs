//! From a hint about the moment to the sockets that hear of it.

use std::sync::Arc;

use chinwag_domain::{ConversationId, Participant, SessionId, Signal, Timestamp, UserId};

use super::{Hub, feed::Doubt, frames, listener::Listener};
use crate::{
    close::CloseCode,
    kinds::EventKind,
    outbox::{Class, EphemeralKey},
};

impl Hub {
    pub(super) fn signal(self: &Arc<Self>, signal: &Signal) {
        match signal {
            Signal::SessionRevoked { user_id, session_id } => {
                self.sign_in_ended(user_id, *session_id);
            }
            Signal::AccountDeactivated { user_id } => self.account_ended(user_id),
            Signal::MembershipUpdated { participant, at } => {
                self.membership_updated(participant, *at);
            }
            Signal::Receipt { receipt, .. } => self.receipt(receipt.conversation_id, signal),
            Signal::TypingStarted { conversation_id, user, .. }
            | Signal::TypingStopped { conversation_id, user, .. } => {
                let key = EphemeralKey::typing(conversation_id.uuid().as_u128(), user.id.as_str());
                self.hint(*conversation_id, signal, &user.id, &Class::Ephemeral(key));
            }
            Signal::Viewing { conversation_id, user, .. } => {
                self.hint(*conversation_id, signal, &user.id, &Class::Durable);
            }
            Signal::MediaReady { owner_id, attachment, at } => {
                let frame = frames::media_ready(attachment, *at);
                for seat in self.seats_of(owner_id) {
                    seat.push(&frame);
                }
            }
            Signal::PresenceChanged { .. } => {}
        }
    }

    /// A sign-in ended: its sockets close.
    pub(super) fn sign_in_ended(&self, user: &UserId, session: SessionId) {
        for seat in self.seats_of(user) {
            if seat.session() == Some(session) {
                seat.close_at_once(CloseCode::SessionRevoked);
            }
        }
    }

    /// An account ended: all sockets of the person close.
    pub(super) fn account_ended(&self, user: &UserId) {
        for seat in self.seats_of(user) {
            seat.close_at_once(CloseCode::AccountDeactivated);
        }
    }

    /// Passes on what somebody does at the moment to everybody else in the
    /// conversation. While somebody may have been removed meanwhile, nothing
    /// is: a hint is not worth the question.
    fn hint(&self, id: ConversationId, signal: &Signal, but: &UserId, class: &Class) {
        let Some(feed) = self.feed(id) else { return };
        let state = feed.state.lock();
        if state.doubt != Doubt::No {
            return;
        }
        let Some(frame) = frames::signal(signal) else { return };
        let others = state.listeners.iter().filter(|listener| listener.seat.user_id() != but);
        others.for_each(|listener| listener.seat.push_as(&frame, class));
    }

    /// A receipt is for everybody, and waits while it is not known who that is.
    fn receipt(self: &Arc<Self>, id: ConversationId, signal: &Signal) {
        let Some(feed) = self.feed(id) else { return };
        let Some(frame) = frames::signal(signal) else { return };
        let mut state = feed.state.lock();
        if state.doubt == Doubt::No {
            state.broadcast(&frame);
        } else if !state.ended {
            state.receipts.push(frame);
            self.refresh_soon(&feed, &mut state);
        }
    }

    /// Own settings, for the person's devices that hear of the conversation;
    /// those that are entering read them.
    fn membership_updated(&self, participant: &Participant, at: Timestamp) {
        let id = participant.conversation_id;
        for seat in self.seats_of(&participant.user.id) {
            seat.note(|entering| entering.settings.push(participant.clone()));
        }
        let Some(feed) = self.feed(id) else { return };
        let data = chinwag_application::view::MembershipView::new(participant, at);
        let frame = frames::loose(EventKind::MembershipUpdated, Some(id), data, at);
        let mut state = feed.state.lock();
        state.update_person(participant);
        for Listener { seat, .. } in &state.listeners {
            if *seat.user_id() == participant.user.id {
                seat.push(&frame);
            }
        }
    }
}
