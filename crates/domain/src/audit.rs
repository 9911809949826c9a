//! What is written down of who did what: the entries of the audit log, how they
//! are looked for, and what of them the chain of hashes covers.

use std::{fmt, net::IpAddr, str::FromStr};

use crate::{AuditId, Invalid, SessionId, Timestamp, UserId};

/// What an action was done to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditTarget {
    /// `conversation`, `message`, `user`, `session`, `webhook`, `job`, …
    pub kind: &'static str,
    /// Its id.
    pub id: String,
}

impl AuditTarget {
    /// That thing.
    #[allow(clippy::needless_pass_by_value)] // most ids are copied, and a reference is one too
    pub fn new(kind: &'static str, id: impl ToString) -> Self {
        Self { kind, id: id.to_string() }
    }
}

/// One entry, written in the transaction of what it tells.
#[derive(Debug, Clone, PartialEq)]
pub struct NewAuditEntry {
    /// UUIDv7.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// Who; `None` for the server itself or somebody unknown.
    pub actor_id: Option<UserId>,
    /// What, such as `participant.added`.
    pub action: &'static str,
    /// To what.
    pub target: AuditTarget,
    /// From where.
    pub ip: Option<IpAddr>,
    /// What else matters: an object, without personal data other than user ids.
    pub details: serde_json::Value,
}

impl NewAuditEntry {
    /// A sign-in has ended because a refresh token of it was used twice: by its
    /// owner or by a thief, nobody can tell.
    pub fn session_reused(
        id: AuditId,
        at: Timestamp,
        user: &UserId,
        session: SessionId,
        ip: Option<IpAddr>,
    ) -> Self {
        Self {
            id,
            at,
            actor_id: Some(user.clone()),
            action: "session.reused",
            target: AuditTarget::new("session", session),
            ip,
            details: serde_json::json!({}),
        }
    }
}

/// An entry as it is stored. Its parts are not checked again: an entry that was
/// tampered with must be shown and judged as it stands.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)] // as in NewAuditEntry
pub struct AuditEntry {
    pub id: AuditId,
    pub at: Timestamp,
    pub actor_id: Option<String>,
    pub action: String,
    pub target_type: String,
    pub target_id: String,
    pub ip: Option<String>,
    /// `None` once it was erased.
    pub details: Option<serde_json::Value>,
}

impl AuditEntry {
    /// What the chain covers of it, without room for two readings: neither the
    /// address nor the details, which may have to be erased.
    pub fn canonical(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(160);
        bytes.extend_from_slice(self.id.uuid().as_bytes());
        bytes.extend_from_slice(&self.at.millis().to_be_bytes());
        bytes.push(u8::from(self.actor_id.is_some()));
        let actor = self.actor_id.as_deref().unwrap_or_default();
        for text in [actor, &self.action, &self.target_type, &self.target_id] {
            let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
            bytes.extend_from_slice(&length.to_be_bytes());
            bytes.extend_from_slice(text.as_bytes());
        }
        bytes
    }
}

impl From<&NewAuditEntry> for AuditEntry {
    fn from(new: &NewAuditEntry) -> Self {
        Self {
            id: new.id,
            at: new.at,
            actor_id: new.actor_id.as_ref().map(ToString::to_string),
            action: new.action.to_owned(),
            target_type: new.target.kind.to_owned(),
            target_id: new.target.id.clone(),
            ip: new.ip.map(|ip| ip.to_string()),
            details: Some(new.details.clone()),
        }
    }
}

/// SHA-256.
pub type AuditHash = [u8; 32];

/// An entry's place in the chain: given after its transaction, once for ever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditSeal {
    /// Whose.
    pub id: AuditId,
    /// 1, 2, 3 … without gaps.
    pub number: i64,
    /// The hash of the entry before; zeros for the first.
    pub previous_hash: AuditHash,
    /// Over the one before and [`AuditEntry::canonical`].
    pub hash: AuditHash,
}

/// A sealed entry as it is stored, checked by nobody.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)] // as in AuditSeal
pub struct SealedEntry {
    pub entry: AuditEntry,
    pub number: i64,
    pub previous_hash: Vec<u8>,
    pub hash: Vec<u8>,
}

/// The end of the chain; as text `<number>:<hash in hex>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AuditHead {
    /// Of the last sealed entry; 0 before the first.
    pub number: i64,
    /// Its hash; zeros before the first.
    pub hash: AuditHash,
}

impl fmt::Display for AuditHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.number)?;
        self.hash.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for AuditHead {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        const BAD: Invalid = Invalid("must be like 17: and 64 hexadecimal digits");
        let (number, hex) = text.split_once(':').ok_or(BAD)?;
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if hex.len() != 64 || !digits(hex) || number.starts_with('+') {
            return Err(BAD);
        }
        let number = number.parse().ok().filter(|number| *number >= 0).ok_or(BAD)?;
        let mut hash = AuditHash::default();
        for (at, byte) in hash.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).map_err(|_| BAD)?;
        }
        Ok(Self { number, hash })
    }
}

/// Which entries. What is `None` does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Of this action.
    pub action: Option<String>,
    /// Of this person.
    pub actor_id: Option<UserId>,
    /// About this.
    pub target: Option<AuditTargetFilter>,
    /// Not before.
    pub from: Option<Timestamp>,
    /// Before.
    pub to: Option<Timestamp>,
}

/// What entries are about: an id, or `type:id`. Ids may hold colons, so that
/// `user:7` means the user 7 and whatever has the id `user:7`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditTargetFilter {
    /// All of it, as an id.
    pub id: String,
    /// The type and the id, where it can be read so.
    pub typed: Option<(String, String)>,
}

impl FromStr for AuditTargetFilter {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let fits = (1..=200).contains(&text.chars().count()) && !text.chars().any(char::is_control);
        if !fits {
            return Err(Invalid(
                "must be 1 to 200 characters: an id, or a type, a colon and an id",
            ));
        }
        let word = |kind: &str| kind.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        let typed = text.split_once(':').filter(|(kind, id)| word(kind) && !id.is_empty());
        let typed = typed.map(|(kind, id)| (kind.to_owned(), id.to_owned()));
        Ok(Self { id: text.to_owned(), typed })
    }
}

impl AuditFilter {
    /// Whether an entry is among them.
    pub fn holds(&self, entry: &AuditEntry) -> bool {
        let about = |target: &AuditTargetFilter| {
            target.id == entry.target_id
                || target
                    .typed
                    .as_ref()
                    .is_some_and(|(kind, id)| (kind, id) == (&entry.target_type, &entry.target_id))
        };
        self.action.as_ref().is_none_or(|action| *action == entry.action)
            && self
                .actor_id
                .as_ref()
                .is_none_or(|actor| entry.actor_id.as_deref() == Some(actor.as_str()))
            && self.target.as_ref().is_none_or(about)
            && self.from.is_none_or(|from| entry.at >= from)
            && self.to.is_none_or(|to| entry.at < to)
    }
}

/// After an entry in the list: newest first, the id breaks ties.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditCursor {
    /// When the last item was.
    pub at: Timestamp,
    /// Its id.
    pub id: AuditId,
}

impl AuditCursor {
    /// After that entry.
    pub fn after(entry: &AuditEntry) -> Self {
        Self { at: entry.at, id: entry.id }
    }
}

impl fmt::Display for AuditCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a{:016x}{}", self.at.millis(), self.id.uuid().simple())
    }
}

impl FromStr for AuditCursor {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        const BAD: Invalid = Invalid("must be one that this list gave");
        let rest = text.strip_prefix('a').filter(|rest| rest.is_ascii() && rest.len() == 48);
        let (at, id) = rest.ok_or(BAD)?.split_at(16);
        let at = i64::from_str_radix(at, 16).map_err(|_| BAD)?;
        let id = uuid::Uuid::try_parse(id).map_err(|_| BAD)?;
        Ok(Self { at: Timestamp::from_millis(at), id: AuditId::new(id) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> AuditEntry {
        AuditEntry {
            id: AuditId::from_u128(7),
            at: Timestamp::from_millis(1_763_640_000_123),
            actor_id: Some("ann".into()),
            action: "message.deleted".into(),
            target_type: "message".into(),
            target_id: "m:1".into(),
            ip: Some("::1".into()),
            details: Some(serde_json::json!({"sender_id": "bob"})),
        }
    }

    #[test]
    fn the_chain_covers_ids_and_not_what_may_be_erased() {
        let plain = entry().canonical();
        let erased = AuditEntry { ip: None, details: None, ..entry() };
        assert_eq!(erased.canonical(), plain);
        let others = [
            AuditEntry { id: AuditId::from_u128(8), ..entry() },
            AuditEntry { at: entry().at.plus_millis(1), ..entry() },
            AuditEntry { actor_id: None, ..entry() },
            AuditEntry { actor_id: Some(String::new()), ..entry() },
            AuditEntry {
                action: "message.delete".into(),
                target_type: "dmessage".into(),
                ..entry()
            },
            AuditEntry { target_type: "messag".into(), target_id: "em:1".into(), ..entry() },
            AuditEntry { target_id: "m:2".into(), ..entry() },
        ];
        let mut all: Vec<_> = others.iter().map(AuditEntry::canonical).chain([plain]).collect();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), others.len() + 1, "no two entries read alike");
    }

    #[test]
    fn heads_and_cursors_come_back_as_they_were() {
        let head = AuditHead { number: 17, hash: [0xa5; 32] };
        assert_eq!(head.to_string().parse(), Ok(head));
        let zeros = "0".repeat(64);
        for bad in
            ["", "17", "17:", "17:zz", "-1:00", &format!("+1:{zeros}"), &format!("x:{zeros}")]
        {
            assert!(bad.parse::<AuditHead>().is_err(), "{bad}");
        }
        let wide = format!("1:{}é", "0".repeat(62));
        assert!(wide.parse::<AuditHead>().is_err());
        let cursor = AuditCursor::after(&entry());
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        for bad in ["", "a", "aé", "c0", "' OR 1=1 --", &"a".repeat(48), &"ag".repeat(24)] {
            assert!(bad.parse::<AuditCursor>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_target_is_an_id_or_a_type_and_an_id() {
        for (text, found) in
            [("m:1", true), ("message:m:1", true), ("m", false), ("user:m:1", false)]
        {
            let target = Some(text.parse().unwrap());
            assert_eq!(AuditFilter { target, ..AuditFilter::default() }.holds(&entry()), found);
        }
        for bad in ["", "a\nb", &"x".repeat(201)] {
            assert!(bad.parse::<AuditTargetFilter>().is_err());
        }
    }
}
