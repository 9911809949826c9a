//! What is looked for, as the databases want it: folded like the texts that are searched, and with
//! nothing in it that means anything but itself.

use chinwag_domain::fold;
use sea_orm::{DbBackend, sea_query::LikeExpr};

use crate::sql::Binds;

/// Trigrams that a query of the index names at most. More narrow nothing down any further: what
/// is found is compared with the whole needle.
const TRIGRAMS: usize = 24;

/// Part of a text.
pub(crate) struct Needle {
    folded: String,
}

impl Needle {
    pub(crate) fn new(text: &str) -> Self {
        Self { folded: fold(text) }
    }

    /// The pattern for LIKE that finds it, with a backslash as the escape.
    pub(crate) fn pattern(&self) -> String {
        let mut pattern = String::with_capacity(self.folded.len() + 2);
        pattern.push('%');
        for letter in self.folded.chars() {
            if matches!(letter, '%' | '_' | '\\') {
                pattern.push('\\');
            }
            pattern.push(letter);
        }
        pattern.push('%');
        pattern
    }

    /// [`Needle::pattern`] for a statement that is built.
    pub(crate) fn like(&self) -> LikeExpr {
        LikeExpr::new(self.pattern()).escape('\\')
    }

    /// The condition that a column of folded text contains it. PostgreSQL's escape is a backslash
    /// anyway, and said aloud it would hide the pattern from the index.
    pub(crate) fn is_in(&self, column: &str, binds: &mut Binds, backend: DbBackend) -> String {
        let escape = if backend == DbBackend::Postgres { "" } else { " ESCAPE '\\'" };
        format!("{column} LIKE {}{escape}", binds.add(self.pattern()))
    }

    /// Whether an index of trigrams can help at all.
    pub(crate) fn has_trigrams(&self) -> bool {
        self.folded.chars().nth(2).is_some()
    }

    /// The query of FTS5 for texts that have all its trigrams, each in quotes. Every third one
    /// and the last cover all letters.
    pub(crate) fn trigrams(&self) -> String {
        let letters: Vec<char> = self.folded.chars().collect();
        let last = letters.len().saturating_sub(3);
        let mut starts: Vec<usize> = (0..last).step_by(3).take(TRIGRAMS - 1).collect();
        starts.push(last);
        let quoted = starts.into_iter().map(|at| {
            let trigram: String = letters.iter().skip(at).take(3).collect();
            format!("\"{}\"", trigram.replace('"', "\"\""))
        });
        quoted.collect::<Vec<_>>().join(" AND ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_are_escaped_in_a_pattern() {
        assert_eq!(Needle::new(r"50%_\X").pattern(), r"%50\%\_\\x%");
    }

    #[test]
    fn trigrams_cover_the_needle_and_are_quoted() {
        for (needle, expected) in [
            ("abc", r#""abc""#),
            ("ABCD", r#""abc" AND "bcd""#),
            ("abcdefg", r#""abc" AND "def" AND "efg""#),
            (r#"a"b"#, r#""a""b""#),
            ("好世界", r#""好世界""#),
            ("a OR b", r#""a o" AND "r b""#),
        ] {
            assert_eq!(Needle::new(needle).trigrams(), expected);
        }
        let long = Needle::new(&"xyz".repeat(66));
        assert_eq!(long.trigrams().matches("AND").count(), TRIGRAMS - 1);
        assert!(Needle::new("ßa").has_trigrams(), "ß is two letters when it is searched");
        assert!(!Needle::new("世界").has_trigrams());
    }
}
