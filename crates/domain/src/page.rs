//! Lists in pieces: sizes, positions, opaque cursors.

use std::{fmt::Write as _, str::FromStr};

use crate::{ConversationId, ConversationType, Invalid, Seq, Timestamp, UserId};

/// How many items at most: 1 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit(u16);

impl Limit {
    /// For lists, unless asked otherwise.
    pub const LIST: Self = Self(20);
    /// For history, unless asked otherwise.
    pub const HISTORY: Self = Self(50);
    /// As many as may be asked for.
    pub const MAX: Self = Self(100);

    /// # Errors
    /// Outside 1 to 100.
    pub fn new(count: i64) -> Result<Self, Invalid> {
        match u16::try_from(count) {
            Ok(count @ 1..=100) => Ok(Self(count)),
            _ => Err(Invalid("must be between 1 and 100")),
        }
    }

    /// The number.
    pub fn get(self) -> u16 {
        self.0
    }
}

/// A page's number, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageNumber(u32);

impl PageNumber {
    /// The highest one.
    pub const MAX: u32 = 1_000_000_000;

    /// # Errors
    /// Below 1 or above [`PageNumber::MAX`].
    pub fn new(number: i64) -> Result<Self, Invalid> {
        match u32::try_from(number) {
            Ok(number @ 1..=Self::MAX) => Ok(Self(number)),
            _ => Err(Invalid("must be 1 to 1000000000")),
        }
    }

    /// The number.
    pub fn get(self) -> u32 {
        self.0
    }

    /// How many items stand before this page.
    pub fn skip(self, limit: Limit) -> u64 {
        u64::from(self.0 - 1) * u64::from(limit.get())
    }
}

/// Where in a list to begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Position<C> {
    /// At its beginning.
    First,
    /// After that item.
    After(C),
    /// At that page; the answer then carries the total.
    Page(PageNumber),
}

/// A piece of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T, C> {
    /// The items.
    pub items: Vec<T>,
    /// Where it goes on; `None` at the end.
    pub next: Option<C>,
    /// Of the whole list; known when a page number was asked for.
    pub total: Option<u64>,
}

/// Smallest or largest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Oldest first.
    Ascending,
    /// Newest first.
    Descending,
}

/// Which of one's conversations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConversationFilter {
    /// Part of the group's name, or of the other person's name, username or id; any case.
    pub search: Option<String>,
    /// Only these.
    pub kind: Option<ConversationType>,
    /// The hidden ones instead of the others.
    pub hidden: bool,
    /// How many.
    pub limit: Limit,
    /// From where.
    pub position: Position<ConversationCursor>,
}

/// A range of messages, by number, both bounds exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Only messages above this.
    pub above: Seq,
    /// Only messages below this.
    pub below: Option<Seq>,
    /// Which end of the range is wanted, and the order of the answer.
    pub order: Order,
    /// How many at most (up to 201: pages ask for one more to know whether more follow).
    pub limit: u16,
    /// Leaves out so many first; for pages of a search alone, ranges need none.
    pub skip: u64,
}

/// After a conversation in the list: newest activity first, id breaks ties.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConversationCursor {
    /// [`crate::Conversation::last_activity`] of the last item.
    pub activity: Timestamp,
    /// Its id.
    pub id: ConversationId,
}

/// After a message in history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeqCursor {
    /// The last item.
    pub seq: Seq,
    /// The order that the list had.
    pub order: Order,
}

/// After a person in the directory, which is ordered by id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserCursor(pub UserId);

const BAD_CURSOR: Invalid = Invalid("must be one that this list gave");

impl std::fmt::Display for ConversationCursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "c{:016x}{}", self.activity.millis(), self.id.uuid().simple())
    }
}

impl FromStr for ConversationCursor {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let rest = text.strip_prefix('c').filter(|rest| rest.is_ascii() && rest.len() == 48);
        let (activity, id) = rest.ok_or(BAD_CURSOR)?.split_at(16);
        let activity = i64::from_str_radix(activity, 16).map_err(|_| BAD_CURSOR)?;
        let id = uuid::Uuid::try_parse(id).map_err(|_| BAD_CURSOR)?;
        Ok(Self { activity: Timestamp::from_millis(activity), id: ConversationId::new(id) })
    }
}

impl std::fmt::Display for SeqCursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let order = match self.order {
            Order::Ascending => 'a',
            Order::Descending => 'd',
        };
        write!(f, "m{order}{:x}", self.seq.get())
    }
}

impl FromStr for SeqCursor {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let rest = text.strip_prefix('m').ok_or(BAD_CURSOR)?;
        let (order, number) = if let Some(number) = rest.strip_prefix('a') {
            (Order::Ascending, number)
        } else if let Some(number) = rest.strip_prefix('d') {
            (Order::Descending, number)
        } else {
            return Err(BAD_CURSOR);
        };
        let seq = i64::from_str_radix(number, 16).map_err(|_| BAD_CURSOR)?;
        if seq < 0 { Err(BAD_CURSOR) } else { Ok(Self { seq: Seq::new(seq), order }) }
    }
}

impl std::fmt::Display for UserCursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_char('u')?;
        self.0.as_str().bytes().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for UserCursor {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let hex = text.strip_prefix('u').filter(|hex| hex.is_ascii() && hex.len() % 2 == 0);
        let hex = hex.ok_or(BAD_CURSOR)?;
        let bytes: Option<Vec<u8>> = (0..hex.len() / 2)
            .map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).ok())
            .collect();
        let id = bytes.and_then(|bytes| String::from_utf8(bytes).ok()).ok_or(BAD_CURSOR)?;
        id.parse().map(Self).map_err(|_| BAD_CURSOR)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_come_back_as_they_were() {
        let cursor = ConversationCursor {
            activity: Timestamp::from_millis(1_763_640_000_123),
            id: ConversationId::from_u128(99),
        };
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        let cursor = SeqCursor { seq: Seq::new(77), order: Order::Descending };
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        let cursor = UserCursor("auth0|ann".parse().unwrap());
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
    }

    #[test]
    fn tampered_cursors_are_refused() {
        for text in ["", "c", "cé", "m5", "mz5", "md-5", "u6", "uzz", "u20", "' OR 1=1 --"] {
            assert!(text.parse::<ConversationCursor>().is_err(), "{text}");
            assert!(text.parse::<SeqCursor>().is_err(), "{text}");
            assert!(text.parse::<UserCursor>().is_err(), "{text}");
        }
    }

    #[test]
    fn limits_are_between_1_and_100() {
        assert!(Limit::new(0).is_err() && Limit::new(101).is_err() && Limit::new(-1).is_err());
        assert_eq!(Limit::new(100).map(Limit::get), Ok(100));
    }
}
