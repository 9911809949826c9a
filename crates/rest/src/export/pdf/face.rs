//! The letters: what a font has of them, how wide they are, where lines end.

use std::fmt::Write as _;

use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::{
    FontRef, MetadataProvider as _,
    charmap::Charmap,
    instance::{LocationRef, Size},
    metrics::GlyphMetrics,
};

/// The fonts of a file.
pub(super) struct Faces {
    pub plain: Face,
    pub bold: Face,
}

/// One font.
pub(super) struct Face {
    pub font: Font,
    charmap: Charmap<'static>,
    /// Of letters one unit high.
    metrics: GlyphMetrics<'static>,
}

impl Faces {
    /// `None` when what was built in is no font.
    pub fn new() -> Option<Self> {
        let (plain, bold) = (dejavu::sans_condensed::regular(), dejavu::sans_condensed::bold());
        Some(Self { plain: Face::new(plain)?, bold: Face::new(bold)? })
    }
}

impl Face {
    fn new(data: &'static [u8]) -> Option<Self> {
        let read = FontRef::new(data).ok()?;
        Some(Self {
            font: Font::new(data.into(), 0)?,
            charmap: read.charmap(),
            metrics: read.glyph_metrics(Size::new(1.0), LocationRef::default()),
        })
    }

    /// `None` for what is not shown: letters that the font lacks, that have no width of their own,
    /// that are written from the right or that change how others are shown.
    fn width(&self, letter: char) -> Option<f32> {
        let from_the_right = matches!(letter, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}');
        let control = letter.is_control() || matches!(letter, '\u{2000}'..='\u{206f}');
        if from_the_right || (control && !matches!(letter, '\u{2010}'..='\u{2027}')) {
            return None;
        }
        let glyph = self.charmap.map(letter)?;
        self.metrics.advance_width(glyph).filter(|width| *width > 0.0)
    }

    /// The text with what cannot be shown as `\u{…}`.
    pub fn shown(&self, text: &str) -> String {
        let mut shown = String::with_capacity(text.len());
        for letter in text.chars() {
            if self.width(letter).is_some() {
                shown.push(letter);
            } else {
                // Writing to a String cannot fail.
                let _ = write!(shown, "\\u{{{:x}}}", u32::from(letter));
            }
        }
        shown
    }

    /// The letters of text that can be shown, one after the other. Nothing here needs shaping, which
    /// would take most of the time.
    pub fn glyphs(&self, text: &str) -> Vec<KrillaGlyph> {
        let glyph = |(at, letter): (usize, char)| {
            let (glyph, width) = (self.charmap.map(letter)?, self.width(letter)?);
            let (id, range) = (GlyphId::new(glyph.to_u32()), at..at + letter.len_utf8());
            Some(KrillaGlyph::new(id, width, 0.0, 0.0, 0.0, range, None))
        };
        text.char_indices().filter_map(glyph).collect()
    }

    /// How wide text is that can be shown.
    pub fn measure(&self, text: &str, size: f32) -> f32 {
        text.chars().filter_map(|letter| self.width(letter)).sum::<f32>() * size
    }

    /// The text in lines of that width: they end behind a blank or a sign where one is in the second
    /// half of the line, else anywhere.
    pub fn lines(&self, text: &str, size: f32, width: f32) -> Vec<String> {
        let mut lines = Vec::new();
        let shown = self.shown(text);
        let mut rest = shown.as_str();
        while !rest.is_empty() {
            let (head, tail) = rest.split_at(self.end_of_line(rest, size, width));
            lines.push(head.trim_end().to_owned());
            rest = tail.trim_start();
        }
        lines
    }

    /// How many bytes fit into a line; at least one letter.
    fn end_of_line(&self, text: &str, size: f32, width: f32) -> usize {
        let (mut used, mut good) = (0.0, None);
        for (at, letter) in text.char_indices() {
            used += self.width(letter).unwrap_or_default() * size;
            if used > width && at > 0 {
                return good.unwrap_or(at);
            }
            if used > width / 2.0 && matches!(letter, ' ' | ',' | ':' | ';' | '-' | '/' | '.') {
                good = Some(at + letter.len_utf8());
            }
        }
        text.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_shown_is_spelled_out() {
        let face = Faces::new().unwrap().plain;
        assert_eq!(face.shown("Zoë Жук – 5 €"), "Zoë Жук – 5 €");
        assert_eq!(face.shown("a\u{202e}b\n\u{0}"), "a\\u{202e}b\\u{a}\\u{0}");
        assert_eq!(face.shown("e\u{301}"), "e\\u{301}");
        assert_eq!(face.shown("ש字"), "\\u{5e9}\\u{5b57}");
    }

    #[test]
    fn lines_fit_and_lose_nothing() {
        let face = Faces::new().unwrap().plain;
        for text in
            ["user_ids: [\"ann\", \"bob\", \"carol\"]", &"W".repeat(300), &"i".repeat(300), ""]
        {
            let lines = face.lines(text, 7.0, 60.0);
            assert!(lines.iter().all(|line| face.measure(line, 7.0) <= 60.0), "{lines:?}");
            let bare = |text: &str| text.replace(' ', "");
            assert_eq!(bare(&lines.concat()), bare(text));
        }
        assert_eq!(face.lines("WW", 7.0, 0.1), ["W", "W"], "one letter fits always");
    }
}
