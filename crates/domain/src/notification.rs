//! What a device shows of a message, and what becomes of showing it.
//!
//! The words for messages without words are here, and nowhere else.

use crate::{Conversation, ConversationId, ConversationType, Draft, Message, MessageKind};

/// Characters of the text that a notification shows.
const BODY_CHARS: usize = 120;

/// What is carried to a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// From whom, in a group after its name.
    pub title: String,
    /// Up to 120 characters.
    pub body: String,
    /// For the app, by name.
    pub data: Vec<(&'static str, String)>,
    /// Of several about one conversation a device shows the newest.
    pub conversation_id: Option<ConversationId>,
    /// What the person has not read; `None` leaves the number that the device shows.
    pub badge: Option<u64>,
}

impl Notification {
    /// Tells of a message.
    pub fn of_message(message: &Message, conversation: &Conversation, badge: Option<u64>) -> Self {
        let sender = message.sender.name.as_str();
        let title = match (conversation.kind, &conversation.settings.name) {
            (ConversationType::Group, Some(group)) => format!("{group}: {sender}"),
            _ => sender.to_owned(),
        };
        Self {
            title,
            body: words(&message.body),
            data: vec![
                ("type", "message.created".to_owned()),
                ("conversation_id", message.conversation_id.to_string()),
                ("message_id", message.id.to_string()),
                ("seq", message.seq.to_string()),
            ],
            conversation_id: Some(message.conversation_id),
            badge,
        }
    }

    /// Shows a developer that notifications arrive.
    pub fn test() -> Self {
        Self {
            title: "Test".to_owned(),
            body: "Notifications reach this device.".to_owned(),
            data: vec![("type", "test".to_owned())],
            conversation_id: None,
            badge: None,
        }
    }
}

/// A message in up to 120 characters: its text, or what kind of thing it is.
fn words(body: &Draft) -> String {
    let (icon, kind) = match body.kind {
        MessageKind::Text if body.attachments.is_empty() => ("", "Message"),
        MessageKind::Text | MessageKind::File => ("📎 ", "File"),
        MessageKind::Image => ("📷 ", "Photo"),
        MessageKind::Video => ("🎬 ", "Video"),
        MessageKind::Audio => ("🎤 ", "Audio"),
        MessageKind::Location => ("📍 ", "Location"),
        MessageKind::Meeting => ("📅 ", "Meeting"),
        MessageKind::System => ("", "Update"),
    };
    let text = body.content.as_deref().unwrap_or_default();
    // Lines and gaps are of no use in so small a place.
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    shortened(&format!("{icon}{}", if text.is_empty() { kind } else { &text }))
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= BODY_CHARS {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(BODY_CHARS - 1).collect();
    short.truncate(short.trim_end().len());
    short.push('…');
    short
}

/// What a provider said when it did not take a notification; never with addresses or keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushFault {
    /// The status of its answer; `None` when there was none.
    pub status: Option<u16>,
    /// Its name for what is wrong, such as `UNREGISTERED`.
    pub code: String,
    /// In words, up to 300 characters.
    pub detail: String,
}

/// What became of a notification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PushOutcome {
    /// The provider took it.
    Delivered {
        /// The status of its answer.
        status: u16,
    },
    /// The device is not known under that address any more: it should be forgotten.
    Gone(PushFault),
    /// Not now.
    Retry {
        /// What was wrong.
        fault: PushFault,
        /// Not before so many milliseconds, if the provider said so.
        after_millis: Option<i64>,
    },
    /// Never in this form.
    Refused(PushFault),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        ConversationId, GroupSettings, MessageId, NewMessage, RequestHash, Timestamp, UserId,
        UserSummary,
    };

    fn message(body: Draft) -> (Message, Conversation) {
        let ann = UserSummary { name: "Ann".into(), ..UserSummary::bare("a1".parse().unwrap()) };
        let (id, now) = (ConversationId::from_u128(7), Timestamp::default());
        let mut team =
            Conversation::group(id, ann.id.clone(), 2, GroupSettings::named("Team"), now);
        let new = NewMessage {
            id: MessageId::from_u128(9),
            conversation_id: id,
            sender_id: ann.id.clone(),
            client_id: None,
            request_hash: RequestHash([0; 32]),
            client_created_at: None,
            body,
            created_at: now,
        };
        (Message::placed(new, ann, team.next_message(now)), team)
    }

    #[test]
    fn a_group_is_named_with_the_sender() {
        let (message, mut team) = message(Draft::text("hello"));
        let told = Notification::of_message(&message, &team, Some(3));
        assert_eq!((told.title.as_str(), told.body.as_str()), ("Team: Ann", "hello"));
        assert_eq!(told.badge, Some(3));
        let names: Vec<_> = told.data.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, ["type", "conversation_id", "message_id", "seq"]);
        team.settings.name = None;
        assert_eq!(Notification::of_message(&message, &team, None).title, "Ann");
        let (ann, bob): (UserId, UserId) = ("a1".parse().unwrap(), "b1".parse().unwrap());
        let pair = Conversation::direct(team.id, ann, &bob, Timestamp::default()).unwrap();
        assert_eq!(Notification::of_message(&message, &pair, None).title, "Ann");
    }

    #[test]
    fn long_words_are_cut_between_characters() {
        let told = words(&Draft::text("ü".repeat(121)));
        assert_eq!(told, format!("{}…", "ü".repeat(119)));
        assert_eq!(words(&Draft::text("ü".repeat(120))), "ü".repeat(120));
        assert_eq!(words(&Draft::text(" one\n\ttwo  three ")), "one two three");
        let spaced = format!("{} tail", "x".repeat(118));
        assert_eq!(words(&Draft::text(spaced)), format!("{}…", "x".repeat(118)));
    }

    #[test]
    fn what_has_no_words_is_named() {
        let of = |kind, content: Option<&str>| {
            words(&Draft { kind, content: content.map(str::to_owned), ..Draft::default() })
        };
        assert_eq!(of(MessageKind::Image, None), "📷 Photo");
        assert_eq!(of(MessageKind::Image, Some("the sea")), "📷 the sea");
        assert_eq!(of(MessageKind::Meeting, Some("  ")), "📅 Meeting");
        assert_eq!(of(MessageKind::Location, None), "📍 Location");
        assert_eq!(of(MessageKind::Text, None), "Message");
    }
}
