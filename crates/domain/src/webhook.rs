//! Addresses of a host application that are told of changes.

use std::fmt;

use crate::{Change, Invalid, Timestamp, UserId, WebhookId};

/// Bytes that a secret has at least.
const SECRET_MIN: usize = 32;
/// Bytes that a secret has at most.
const SECRET_MAX: usize = 256;

/// A registered address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// UUIDv7.
    pub id: WebhookId,
    /// Where to, as it was given.
    pub url: String,
    /// What it is told of; empty: everything.
    pub events: Vec<ChangeKind>,
    /// What its deliveries are signed with.
    pub secret: WebhookSecret,
    /// The admin who registered it.
    pub created_by: UserId,
    /// When.
    pub created_at: Timestamp,
}

impl Webhook {
    /// Whether it is told of that kind of change.
    pub fn wants(&self, kind: ChangeKind) -> bool {
        self.events.is_empty() || self.events.contains(&kind)
    }
}

/// What deliveries are signed with: 32 to 256 bytes of visible ASCII. Shown once,
/// to the admin who registers the webhook, and never in a log.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookSecret(String);

impl WebhookSecret {
    /// Takes a text that is long enough.
    ///
    /// # Errors
    /// When it is not, or holds what a header or an environment variable may not.
    pub fn new(text: impl Into<String>) -> Result<Self, Invalid> {
        let text = text.into();
        let long = (SECRET_MIN..=SECRET_MAX).contains(&text.len());
        if long && text.bytes().all(|byte| byte.is_ascii_graphic()) {
            Ok(Self(text))
        } else {
            Err(Invalid("must be 32 to 256 visible ASCII characters"))
        }
    }

    /// The text itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret(…)")
    }
}

/// What kind of change a durable event tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // the protocol's names, see `Change`
pub enum ChangeKind {
    ConversationCreated,
    ConversationUpdated,
    ConversationDeleted,
    ParticipantJoined,
    ParticipantLeft,
    ParticipantUpdated,
    MessageCreated,
    MessageUpdated,
    MessageDeleted,
}

impl ChangeKind {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::ConversationCreated,
        Self::ConversationUpdated,
        Self::ConversationDeleted,
        Self::ParticipantJoined,
        Self::ParticipantLeft,
        Self::ParticipantUpdated,
        Self::MessageCreated,
        Self::MessageUpdated,
        Self::MessageDeleted,
    ];

    /// The kind of that change.
    pub fn of(change: &Change) -> Self {
        match change {
            Change::ConversationCreated { .. } => Self::ConversationCreated,
            Change::ConversationUpdated(_) => Self::ConversationUpdated,
            Change::ConversationDeleted => Self::ConversationDeleted,
            Change::ParticipantJoined(_) => Self::ParticipantJoined,
            Change::ParticipantLeft(_) => Self::ParticipantLeft,
            Change::ParticipantUpdated(_) => Self::ParticipantUpdated,
            Change::MessageCreated(_) => Self::MessageCreated,
            Change::MessageUpdated(_) => Self::MessageUpdated,
            Change::MessageDeleted(_) => Self::MessageDeleted,
        }
    }

    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ConversationCreated => "conversation.created",
            Self::ConversationUpdated => "conversation.updated",
            Self::ConversationDeleted => "conversation.deleted",
            Self::ParticipantJoined => "participant.joined",
            Self::ParticipantLeft => "participant.left",
            Self::ParticipantUpdated => "participant.updated",
            Self::MessageCreated => "message.created",
            Self::MessageUpdated => "message.updated",
            Self::MessageDeleted => "message.deleted",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_long_visible_and_never_shown() {
        let text = "x".repeat(32);
        let secret = WebhookSecret::new(text.clone()).unwrap();
        assert_eq!(secret.expose(), text);
        assert!(!format!("{secret:?}").contains('x'));
        for bad in ["", &"x".repeat(31), &"x".repeat(257), &"ä".repeat(20), &" ".repeat(40)] {
            assert!(WebhookSecret::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn every_kind_has_a_name_of_its_own() {
        for kind in ChangeKind::ALL {
            assert_eq!(ChangeKind::from_name(kind.as_str()), Some(kind));
        }
        assert_eq!(ChangeKind::from_name("message.read"), None);
    }

    #[test]
    fn without_a_list_a_webhook_wants_everything() {
        let mut webhook = Webhook {
            id: WebhookId::from_u128(1),
            url: "https://app.example/hook".to_owned(),
            events: Vec::new(),
            secret: WebhookSecret::new("x".repeat(32)).unwrap(),
            created_by: "root".parse().unwrap(),
            created_at: Timestamp::from_millis(0),
        };
        assert!(ChangeKind::ALL.into_iter().all(|kind| webhook.wants(kind)));
        webhook.events.push(ChangeKind::MessageCreated);
        let wanted: Vec<_> = ChangeKind::ALL.into_iter().filter(|it| webhook.wants(*it)).collect();
        assert_eq!(wanted, [ChangeKind::MessageCreated]);
    }
}
