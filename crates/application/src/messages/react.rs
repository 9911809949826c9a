//! Reactions: idempotent, one per person, message and emoji.

use chinwag_domain::{Emoji, Message, MessageId, limits};

use crate::{
    Actor, Error,
    support::{save_updated, use_case},
    view::MessageView,
};

use_case!(
    /// Adds a reaction to a message or takes it back.
    React
);

impl React {
    /// Adds one.
    ///
    /// # Errors
    /// [`Error::NotFound`] for what the actor may not see; [`Error::Forbidden`]
    /// on tombstones and system messages.
    pub async fn add(
        &self,
        actor: &Actor,
        id: MessageId,
        emoji: &str,
    ) -> Result<MessageView, Error> {
        self.change(actor, id, emoji, true).await
    }

    /// Takes one back.
    ///
    /// # Errors
    /// As [`React::add`].
    pub async fn remove(
        &self,
        actor: &Actor,
        id: MessageId,
        emoji: &str,
    ) -> Result<MessageView, Error> {
        self.change(actor, id, emoji, false).await
    }

    async fn change(
        &self,
        actor: &Actor,
        id: MessageId,
        emoji: &str,
        add: bool,
    ) -> Result<MessageView, Error> {
        let (mut unit, mut membership, mut message) = self.ports.begin_on(actor, id).await?;

        membership.may_react(&message)?;
        let emoji = parse_emoji(emoji)?;
        if add {
            has_room(&message, &emoji)?;
        }

        let changed = if add {
            unit.add_reaction(&message, actor.id(), &emoji).await?
        } else {
            unit.remove_reaction(&message, actor.id(), &emoji).await?
        };
        if changed {
            let now = self.ports.clock.now();
            let conversation = &mut membership.conversation;
            message = unit.message(id, actor.id()).await?.ok_or(Error::NotFound)?;
            message.revision = conversation.next_revision(now);
            save_updated(&mut *unit, conversation, &message, None).await?;
            unit.commit().await?;
        } else {
            // Reading below must not wait for a connection while one is held.
            drop(unit);
        }
        self.ports.message_view(actor, message).await
    }
}

fn parse_emoji(text: &str) -> Result<Emoji, Error> {
    text.parse()
        .map_err(|invalid: chinwag_domain::Invalid| Error::field("/emoji", invalid.to_string()))
}

fn has_room(message: &Message, emoji: &Emoji) -> Result<(), Error> {
    let others = || message.reactions.iter().filter(|tally| tally.emoji != *emoji);
    if others().filter(|tally| tally.me).count() >= limits::REACTIONS_PER_PERSON {
        return Err(Error::field(
            "/emoji",
            "a person may react to a message with at most 20 emoji",
        ));
    }
    if others().count() >= limits::REACTIONS {
        return Err(Error::field("/emoji", "a message may have at most 100 different emoji"));
    }
    Ok(())
}
