//! What the server tells, on the screen.

use chinwag_client::{Close, Conversation, Event, Message, Update};
use uuid::Uuid;

use super::{Link, Talk};
use crate::{
    book::{News, Receipt},
    command::USUAL,
    text,
};

/// The token ran out; a new one brings the session back.
const TOKEN_EXPIRED: u16 = 4401;

impl Talk {
    pub(super) async fn take(&mut self, update: Update) {
        match update {
            Update::Connected(_) => {
                if self.link == Link::Down {
                    self.screen.note("— connected again —");
                }
                self.link = Link::Up;
                // A new connection looks at nothing yet.
                if let Some(open) = self.book.opened() {
                    self.tell("conversation.open", open, None);
                }
            }
            Update::Disconnected(close) => self.disconnected(close),
            Update::TokenNeeded => self.renew_soon(),
            Update::Conversation { id, conversation } => {
                let conversation = serde_json::from_value::<Conversation>(conversation).ok();
                let revision = conversation.as_ref().map(|it| it.revision);
                if let Some(conversation) = &conversation {
                    self.book.learn(conversation);
                }
                // One that was opened here as it began is told of as new all the same.
                if revision.is_none_or(|revision| self.book.is_behind(id, revision)) {
                    self.whole(id).await;
                }
            }
            Update::Message(message) => self.message(&message),
            Update::CaughtUp { id, participants, conversation } => {
                self.book.meet(id, &participants);
                let conversation = conversation.and_then(|it| serde_json::from_value(it).ok());
                if let Some(conversation) = conversation {
                    self.book.learn(&conversation);
                }
            }
            Update::Removed(id) => {
                let title = self.book.title(id);
                self.screen.note(&format!("— you are no longer in {title} —"));
                self.book.forget(id);
            }
            Update::Event(event) => self.event(&event),
        }
    }

    fn disconnected(&mut self, close: Close) {
        if close.is_final() {
            self.link = Link::Over(close);
            return;
        }
        // The renewal that follows tells if it fails.
        if close.code == TOKEN_EXPIRED {
            return;
        }
        match self.link {
            Link::Begun => {
                let reason = text::line(&close.reason);
                self.screen.note(&format!("— no connection yet, trying again: {reason} —"));
            }
            Link::Up => self
                .screen
                .note("— connection lost; it comes back by itself, what you send waits —"),
            Link::Down | Link::Over(_) => {}
        }
        self.link = Link::Down;
    }

    /// A conversation came as a whole: it is new, or too much of it was missed.
    async fn whole(&mut self, id: Uuid) {
        let title = self.book.title(id);
        if self.book.opened() == Some(id) {
            self.screen.note("— much was missed; the last messages: —");
            if let Err(error) = self.history(id, USUAL).await {
                self.complain(&error.to_string());
            }
        } else if self.link == Link::Up {
            self.screen.note(&format!("— new: {title}; /to {title} opens it —"));
        }
    }

    fn message(&mut self, message: &Message) {
        let news = self.book.judge(message);
        if news == News::Old {
            return;
        }
        let (id, own) = (message.conversation_id, self.book.is_own(message));
        let mut shown = text::message(message, own);
        if news == News::Changed {
            shown = format!("~ {shown}");
        }
        let open = self.book.opened() == Some(id);
        if !open {
            shown = format!("({}) {shown}", self.book.title(id));
        }
        self.screen.show(&shown);
        self.typists.retain(|typist| *typist != message.sender.id);
        if news == News::New && !own {
            let kind = if open { "conversation.read" } else { "conversation.delivered" };
            self.tell(kind, id, Some(message.seq));
        }
    }

    fn event(&mut self, event: &Event) {
        match event.kind.as_str() {
            "receipt.read" => self.receipt(event, Receipt::Read),
            "receipt.delivered" => self.receipt(event, Receipt::Delivered),
            "typing.started" => self.typist(event),
            "auth.expiring" => self.renew_soon(),
            "conversation.updated" => {
                if let Ok(conversation) = serde_json::from_value::<Conversation>(event.data.clone())
                {
                    self.book.learn(&conversation);
                }
            }
            "participant.joined" | "participant.updated" => {
                if let (Some(id), Ok(person)) =
                    (event.conversation_id, serde_json::from_value(event.data.clone()))
                {
                    self.book.meet(id, &[person]);
                }
            }
            _ => {}
        }
    }

    fn receipt(&mut self, event: &Event, receipt: Receipt) {
        let (Some(id), Some(user), Some(seq)) =
            (event.conversation_id, event.data["user_id"].as_str(), event.data["seq"].as_u64())
        else {
            return;
        };
        if let Some(told) = self.book.receipt(id, user, seq, receipt) {
            self.screen.note(&told);
        }
    }

    /// Told once, until a message comes of it; scripts have no use for it.
    fn typist(&mut self, event: &Event) {
        let user = &event.data["user"];
        let (Some(id), Some(name)) = (user["id"].as_str(), user["name"].as_str()) else { return };
        let here = event.conversation_id.is_some() && event.conversation_id == self.book.opened();
        if here && self.screen.is_terminal() && !self.typists.iter().any(|typist| typist == id) {
            self.typists.push(id.to_owned());
            self.screen.note(&format!("{} is typing …", text::line(name)));
        }
    }
}
