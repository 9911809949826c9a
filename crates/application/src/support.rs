//! Steps that several use cases begin or end with.

use std::net::IpAddr;

use chinwag_domain::{
    AppRole, AuditTarget, Change, Conversation, ConversationId, Draft, Durable, Edit, Membership,
    Message, MessageId, NewAuditEntry, NewMessage, Participant, Pointers, RequestHash, Timestamp,
    UserId, UserSummary,
    ports::{StorageError, UnitOfWork},
};

use crate::{Actor, Error, Ports, view::MessageView};

/// A use case: a struct that holds the ports.
macro_rules! use_case {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $name {
            ports: std::sync::Arc<$crate::Ports>,
        }

        impl $name {
            pub(crate) fn new(ports: &std::sync::Arc<$crate::Ports>) -> Self {
                Self { ports: std::sync::Arc::clone(ports) }
            }
        }
    };
}
pub(crate) use use_case;

/// Who may do what a use case of application admins does. Its door asks before it reads the request any further,
/// so that whoever may not is told that, and written down with what was asked for, whatever else is wrong.
macro_rules! for_admins {
    ($name:ident, $operation:literal) => {
        impl $name {
            /// Whether the actor may do this at all: to be asked before the request is read.
            ///
            /// # Errors
            /// [`Error::Forbidden`](crate::Error::Forbidden) for who is no application admin, which goes
            /// into the audit log.
            pub async fn may(&self, actor: &$crate::Actor) -> Result<(), $crate::Error> {
                self.ports.admin(actor, $operation).await
            }
        }
    };
}
pub(crate) use for_admins;

impl Ports {
    /// The actor's part in a conversation.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is not in it, as for one that does not exist.
    pub(crate) async fn membership(
        &self,
        actor: &Actor,
        id: ConversationId,
    ) -> Result<Membership, Error> {
        let membership = self.conversations.membership(id, actor.id()).await?;
        Ok(membership.ok_or(Error::NotFound)?.acting_as(actor.role))
    }

    /// A message the actor may see, and their part in its conversation.
    ///
    /// # Errors
    /// [`Error::NotFound`] also below the actor's floor.
    pub(crate) async fn visible_message(
        &self,
        actor: &Actor,
        id: MessageId,
    ) -> Result<(Message, Membership), Error> {
        let message = self.messages.find(id, actor.id()).await?.ok_or(Error::NotFound)?;
        let membership = self.membership(actor, message.conversation_id).await?;
        if membership.sees(message.seq) { Ok((message, membership)) } else { Err(Error::NotFound) }
    }

    /// A message as the actor sees it, with how far the others are if it is their own.
    pub(crate) async fn message_view(
        &self,
        actor: &Actor,
        message: Message,
    ) -> Result<MessageView, Error> {
        let others = self.messages.others_pointers(message.conversation_id, actor.id()).await?;
        Ok(MessageView::of(message, actor.id(), others))
    }

    /// How far the others are; nobody hears of that where a block stands.
    pub(crate) async fn others_pointers(
        &self,
        membership: &Membership,
    ) -> Result<Option<Pointers>, Error> {
        if membership.blocked {
            return Ok(None);
        }
        let id = membership.conversation.id;
        Ok(self.messages.others_pointers(id, membership.user_id()).await?)
    }

    /// Refuses to bring people into a group who have blocked the actor.
    ///
    /// # Errors
    /// [`Error::Blocked`].
    pub(crate) async fn not_blocked_by(
        &self,
        actor: &Actor,
        people: &[UserId],
    ) -> Result<(), Error> {
        let blockers = self.blocks.by(actor.id(), people).await?;
        if blockers.is_empty() { Ok(()) } else { Err(Error::Blocked) }
    }

    /// Begins a unit and locks a conversation that the actor is in.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is not in it.
    pub(crate) async fn begin_in(
        &self,
        actor: &Actor,
        id: ConversationId,
    ) -> Result<(Box<dyn UnitOfWork>, Membership), Error> {
        let mut unit = self.units.begin().await?;
        let conversation = unit.lock_conversation(id).await?.ok_or(Error::NotFound)?;
        let participant = unit.participant(id, actor.id()).await?;
        let other = conversation.direct_key.as_ref().and_then(|key| key.other_than(actor.id()));
        let membership = conversation.as_participant(participant).ok_or(Error::NotFound)?;
        let blocked = match other {
            Some(other) => unit.blocked_between(actor.id(), &other).await?,
            None => false,
        };
        Ok((unit, membership.with_block(blocked).acting_as(actor.role)))
    }

    /// Begins a unit that holds the conversation of a message that the actor may see; the message
    /// as it is under the lock.
    ///
    /// # Errors
    /// [`Error::NotFound`] for what the actor may not see.
    pub(crate) async fn begin_on(
        &self,
        actor: &Actor,
        id: MessageId,
    ) -> Result<(Box<dyn UnitOfWork>, Membership, Message), Error> {
        let (seen, _) = self.visible_message(actor, id).await?;
        let (mut unit, membership) = self.begin_in(actor, seen.conversation_id).await?;
        let message = unit.message(id, actor.id()).await?.ok_or(Error::NotFound)?;
        Ok((unit, membership, message))
    }

    /// Lets application admins pass.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for everybody else, which goes into the audit log.
    pub(crate) async fn admin(&self, actor: &Actor, operation: &'static str) -> Result<(), Error> {
        if actor.role == AppRole::Admin {
            return Ok(());
        }
        tracing::info!(user = %actor.id(), operation, "refused: needs the application role admin");
        let target = AuditTarget::new("operation", operation);
        let details = serde_json::json!({ "role": actor.role.as_str() });
        self.record_refusal(&self.audit_entry(actor, "access.denied", target, details)).await;
        Err(Error::Forbidden("this needs the application role admin".to_owned()))
    }

    /// An entry of the audit log about something that the actor does now.
    pub(crate) fn audit_entry(
        &self,
        actor: &Actor,
        action: &'static str,
        target: AuditTarget,
        details: serde_json::Value,
    ) -> NewAuditEntry {
        self.audit_entry_of(Some(actor.id()), actor.address, action, target, details)
    }

    /// The same of somebody who is no actor: who signs in, or fails to.
    pub(crate) fn audit_entry_of(
        &self,
        who: Option<&UserId>,
        address: Option<IpAddr>,
        action: &'static str,
        target: AuditTarget,
        details: serde_json::Value,
    ) -> NewAuditEntry {
        NewAuditEntry {
            id: self.ids.audit(),
            at: self.clock.now(),
            actor_id: who.cloned(),
            action,
            target,
            ip: address,
            details,
        }
    }

    /// Writes down what was refused. The refusal holds whether or not that succeeds.
    pub(crate) async fn record_refusal(&self, entry: &NewAuditEntry) {
        if let Err(error) = self.audit.record(entry).await {
            tracing::error!(
                action = entry.action,
                ?error,
                "a refusal is missing from the audit log"
            );
        }
    }

    /// Numbers, stores and announces a system message in an open unit.
    pub(crate) async fn add_system_message(
        &self,
        unit: &mut dyn UnitOfWork,
        conversation: &mut Conversation,
        sender: &UserSummary,
        body: Draft,
        now: Timestamp,
    ) -> Result<Message, StorageError> {
        let place = conversation.next_message(now);
        let new = NewMessage {
            id: self.ids.message(),
            conversation_id: conversation.id,
            sender_id: sender.id.clone(),
            client_id: None,
            request_hash: RequestHash([0; 32]),
            client_created_at: None,
            body,
            created_at: now,
        };
        let message = Message::placed(new, sender.clone(), place);
        unit.insert_message(&message).await?;
        announce(unit, conversation, now, Change::MessageCreated(message.clone()));
        Ok(message)
    }
}

/// Has a change published that took the conversation's current revision.
pub(crate) fn announce(
    unit: &mut dyn UnitOfWork,
    conversation: &Conversation,
    now: Timestamp,
    change: Change,
) {
    unit.publish(Durable::of(conversation, now, change).into());
}

/// Stores and announces a message that took the conversation's current revision.
pub(crate) async fn save_updated(
    unit: &mut dyn UnitOfWork,
    conversation: &Conversation,
    message: &Message,
    edit: Option<&Edit>,
) -> Result<(), StorageError> {
    unit.save_message(message, edit).await?;
    unit.save_conversation(conversation).await?;
    let change = Change::MessageUpdated(message.clone());
    announce(unit, conversation, conversation.updated_at, change);
    Ok(())
}

/// Saves these people, in the order that the store asks for.
pub(crate) async fn save_participants(
    unit: &mut dyn UnitOfWork,
    mut people: Vec<Participant>,
) -> Result<(), StorageError> {
    people.sort_by(|one, other| one.user.id.cmp(&other.user.id));
    for participant in &people {
        unit.save_participant(participant).await?;
    }
    Ok(())
}

/// The oldest of the people present: who inherits a group.
pub(crate) fn oldest(present: &[Participant]) -> Option<&Participant> {
    present.iter().min_by(|a, b| (a.joined_at, &a.user.id).cmp(&(b.joined_at, &b.user.id)))
}
