//! Identifiers and counters that exist only when they are valid.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, de};
use uuid::Uuid;

/// A value that does not fit its type; the text says what would.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Invalid(pub &'static str);

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps a UUID made elsewhere.
            pub const fn new(id: Uuid) -> Self {
                Self(id)
            }
            /// From the 128 bits of a UUID; for examples and tests.
            pub const fn from_u128(bits: u128) -> Self {
                Self(Uuid::from_u128(bits))
            }
            /// The UUID inside.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = Invalid;
            /// Accepts the hyphenated form alone, so that an id has one spelling.
            fn from_str(text: &str) -> Result<Self, Invalid> {
                if text.len() != 36 {
                    return Err(Invalid("must be a UUID"));
                }
                Uuid::try_parse(text).map(Self).map_err(|_| Invalid("must be a UUID"))
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
                text.parse().map_err(de::Error::custom)
            }
        }
    };
}

uuid_id!(
    /// A conversation's id: UUIDv7.
    ConversationId
);
uuid_id!(
    /// A message's id: UUIDv7.
    MessageId
);
uuid_id!(
    /// A sign-in of a local account: UUIDv7.
    SessionId
);
uuid_id!(
    /// One live connection of a person, unique within the installation.
    ConnectionId
);

uuid_id!(
    /// A job's id: UUIDv7.
    JobId
);
uuid_id!(
    /// An uploaded file: UUIDv7.
    MediaId
);
uuid_id!(
    /// An entry of the audit log: UUIDv7.
    AuditId
);
uuid_id!(
    /// A webhook's id: UUIDv7.
    WebhookId
);

macro_rules! text_value {
    ($(#[$doc:meta])* $name:ident, $check:expr, $message:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(std::sync::Arc<str>);

        impl $name {
            /// The text as it was given.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = Invalid;
            fn from_str(text: &str) -> Result<Self, Invalid> {
                let check: fn(&str) -> bool = $check;
                if check(text) { Ok(Self(text.into())) } else { Err(Invalid($message)) }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
                text.parse().map_err(de::Error::custom)
            }
        }
    };
}

text_value!(
    /// A person, as the identity provider names them: 1 to 128 characters of
    /// `A-Z a-z 0-9 . _ : @ | + = ~ -`.
    UserId,
    |text| (1..=128).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._:@|+=~-".contains(&b)),
    "must be 1 to 128 characters of A-Z a-z 0-9 . _ : @ | + = ~ -"
);
text_value!(
    /// A client's own id of a message, which makes its send idempotent for ever:
    /// 1 to 128 characters, none of them a control character.
    ClientId,
    |text| (1..=128).contains(&text.chars().count()) && !text.chars().any(char::is_control),
    "must be 1 to 128 characters without control characters"
);
text_value!(
    /// A reaction: 1 to 32 bytes without white space or control characters
    /// (long enough for a family of four with skin tones or `:shortcode:`).
    Emoji,
    |text| (1..=32).contains(&text.len())
        && !text.chars().any(|c| c.is_control() || c.is_whitespace()),
    "must be 1 to 32 bytes without white space"
);
text_value!(
    /// A device, as the app on it names it: 1 to 128 characters, none of them a
    /// control character.
    DeviceId,
    |text| (1..=128).contains(&text.chars().count()) && !text.chars().any(char::is_control),
    "must be 1 to 128 characters without control characters"
);
macro_rules! counter {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(i64);

        impl $name {
            /// Before the first.
            pub const ZERO: Self = Self(0);
            /// Wraps a stored number.
            pub const fn new(number: i64) -> Self {
                Self(number)
            }
            /// The number.
            pub const fn get(self) -> i64 {
                self.0
            }
            /// The one after this.
            #[must_use]
            pub const fn next(self) -> Self {
                Self(self.0.saturating_add(1))
            }
            /// The one before this.
            #[must_use]
            pub const fn previous(self) -> Self {
                Self(self.0.saturating_sub(1))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

counter!(
    /// A message's place in its conversation: 1, 2, 3 … without gaps.
    Seq
);
counter!(
    /// A conversation's count of durable changes: 1 at creation, then without gaps.
    Revision
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_ids_take_what_identity_providers_make() {
        for good in ["a", "auth0|5f7c", "ann@example.org", "a+b=c~d-e:f.g_h", &"x".repeat(128)] {
            assert!(good.parse::<UserId>().is_ok(), "{good}");
        }
        for bad in ["", "a b", "ä", "a/b", "a\n", &"x".repeat(129)] {
            assert!(bad.parse::<UserId>().is_err(), "{bad}");
        }
    }

    #[test]
    fn an_id_has_one_spelling() {
        let id = "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b";
        assert_eq!(id.parse::<MessageId>().unwrap().to_string(), id);
        assert!(id.replace('-', "").parse::<MessageId>().is_err());
        assert!(format!("{{{id}}}").parse::<MessageId>().is_err());
    }

    #[test]
    fn client_ids_count_characters_not_bytes() {
        assert!("ü".repeat(128).parse::<ClientId>().is_ok());
        assert!("ü".repeat(129).parse::<ClientId>().is_err());
        assert!("a\u{0}b".parse::<ClientId>().is_err());
    }
}
