//! Looking for words: what is asked for, and which letters count as the same.

use std::str::FromStr;

use unicode_normalization::UnicodeNormalization as _;

use crate::{ConversationId, Invalid, MessageKind, Timestamp, UserId};

/// Which messages are looked for, among those that a person may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchQuery {
    /// Part of what they say; letters are compared as [`fold`] leaves them.
    pub text: String,
    /// Only in this conversation.
    pub conversation_id: Option<ConversationId>,
    /// Only what was sent then or later.
    pub from: Option<Timestamp>,
    /// Only what was sent earlier.
    pub to: Option<Timestamp>,
    /// Only from this person.
    pub sender_id: Option<UserId>,
    /// Only of this kind.
    pub kind: Option<MessageKind>,
}

/// After a message among those that were found. The number means something to its store alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SearchCursor(pub i64);

impl std::fmt::Display for SearchCursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "s{:x}", self.0)
    }
}

impl FromStr for SearchCursor {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let number = text.strip_prefix('s').and_then(|hex| i64::from_str_radix(hex, 16).ok());
        let number = number.filter(|number| *number >= 0);
        number.map(Self).ok_or(Invalid("must be one that this list gave"))
    }
}

/// A text in which letters that a reader takes for the same are the same: neither case (ß is ss,
/// final ς is σ) nor the way of writing a letter (composed or not, full or half width, ligatures)
/// makes a difference, and the four i of Turkish are one. Both what is stored for searching and
/// what is searched for go through here, so that it does not matter which of them has which form.
///
/// Nothing is taken away that has a meaning of its own: é is not e.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    // There and back, because some letters have a small form of their own (ς) and some have none
    // or two for a large one (ẞ, ß).
    let folded = text
        .nfkc()
        .flat_map(char::to_lowercase)
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase);
    let mut before = ' ';
    let undotted = folded.filter(move |letter| {
        let dot = *letter == '\u{307}' && before == 'i';
        if !dot {
            before = *letter;
        }
        !dot
    });
    undotted.nfkc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_readers_take_for_the_same_are_the_same() {
        for (one, other) in [
            ("PLAIN Text", "plain text"),
            ("ÄÖÜ", "äöü"),
            ("STRASSE", "straße"),
            ("STRAẞE", "strasse"),
            ("ΟΔΟΣ", "οδος"),
            ("οδός", "ΟΔΌΣ"),
            ("İSTANBUL", "istanbul"),
            ("ISPARTA", "ısparta"),
            ("Cafe\u{301}", "CAFÉ"),
            ("ＡＢＣ１２", "abc12"),
            ("ｶﾞｷﾞ", "ガギ"),
            ("ﬁnd", "FIND"),
            ("\u{1112}\u{1161}\u{11ab}", "한"),
            ("ПРИВЕТ", "привет"),
        ] {
            assert_eq!(fold(one), fold(other), "{one} and {other}");
        }
    }

    #[test]
    fn letters_that_mean_something_else_stay_apart() {
        for (one, other) in
            [("é", "e"), ("か", "が"), ("カ", "か"), ("你", "妳"), ("o", "0"), ("i\u{302}", "i")]
        {
            assert_ne!(fold(one), fold(other), "{one} and {other}");
        }
    }

    #[test]
    fn folding_again_changes_nothing() {
        for text in [
            "İi̇ıI",
            "ẞßSS",
            "Σςσ",
            "ΐ",
            "\u{345}",
            "ŉ",
            "👨‍👩‍👧 ❤️",
            "ﷺ",
            "i\u{307}\u{307}",
            "A\u{30a}",
        ] {
            let once = fold(text);
            assert_eq!(fold(&once), once, "{text}");
        }
    }

    #[test]
    fn a_cursor_comes_back_and_others_are_refused() {
        let cursor = SearchCursor(i64::MAX);
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        for text in ["", "s", "s-1", "s8000000000000000", "m5", "sé", "s1 ", "' OR 1=1 --"] {
            assert!(text.parse::<SearchCursor>().is_err(), "{text}");
        }
    }
}
