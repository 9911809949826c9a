//! A file that somebody uploaded: what is known of it, and where it stands.
//! Its bytes are elsewhere, behind [`crate::ports::BlobStore`].

use std::fmt;

use crate::{Attachment, AttachmentKind, MediaId, Timestamp, UserId};

/// Where an upload stands. Every blob has a row from before its first byte
/// until after its last: a crash leaves nothing that nobody knows of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaState {
    /// A place that was promised, open until its token is used or runs out.
    Slot,
    /// The bytes are on their way.
    Uploading,
    /// Whole.
    Ready,
    /// To be removed, bytes first; nobody may use it any more.
    Doomed,
}

impl MediaState {
    /// The name in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Slot => "slot",
            Self::Uploading => "uploading",
            Self::Ready => "ready",
            Self::Doomed => "doomed",
        }
    }

    /// The state of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        let all = [Self::Slot, Self::Uploading, Self::Ready, Self::Doomed];
        all.into_iter().find(|state| state.as_str() == name)
    }
}

/// What a file is, found out from its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileType {
    /// How clients file it.
    pub kind: AttachmentKind,
    /// Of the form `type/subtype`.
    pub mime_type: String,
    /// Width and height of a picture in pixels, as it is shown.
    pub pixels: Option<(u32, u32)>,
}

impl FileType {
    /// A file that is no known type.
    pub fn unknown() -> Self {
        Self {
            kind: AttachmentKind::Other,
            mime_type: "application/octet-stream".to_owned(),
            pixels: None,
        }
    }
}

/// A picture that is larger than anything may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the picture has more pixels than may be shown")]
pub struct TooManyPixels;

/// A name for a file, safe to show and to put into a header: one line, no path,
/// nothing that turns the direction of the text. It never names where the file is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileName(String);

impl FileName {
    /// Characters of a name.
    pub const MAX_CHARS: usize = 255;

    /// What is left of a name that a client gave; `file` when nothing is.
    pub fn tidied(given: &str) -> Self {
        let last = given.rsplit(['/', '\\']).find(|part| !part.trim().is_empty());
        let clean: String =
            last.unwrap_or_default().chars().filter(|c| !c.is_control() && !misleads(*c)).collect();
        let clean = clean.trim();
        if clean.chars().all(|c| c == '.') {
            return Self("file".to_owned());
        }
        Self(shortened(clean))
    }

    /// What stands in the place of a name that somebody who was erased gave.
    pub fn erased() -> Self {
        Self("erased".to_owned())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Marks of direction, by which `exe.gnp` looks like `png.exe`, and breaks of lines.
fn misleads(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Cuts in front of the extension, where there is a short one.
fn shortened(name: &str) -> String {
    if name.chars().count() <= FileName::MAX_CHARS {
        return name.to_owned();
    }
    let extension = name.rsplit_once('.').map(|(_, end)| end.trim()).unwrap_or_default();
    let kept = if (1..=16).contains(&extension.chars().count()) { extension } else { "" };
    let dot = if kept.is_empty() { "" } else { "." };
    let room = FileName::MAX_CHARS - dot.len() - kept.chars().count();
    let stem: String = name.chars().take(room).collect();
    format!("{}{dot}{kept}", stem.trim_end())
}

/// The promise of a place for one upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// SHA-256 of the token; the token itself is not kept.
    pub token_hash: [u8; 32],
    /// From then on the token is worth nothing.
    pub expires_at: Timestamp,
}

/// An uploaded file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    /// UUIDv7.
    pub id: MediaId,
    /// Who uploads it.
    pub owner_id: UserId,
    /// Where it stands.
    pub state: MediaState,
    /// What it is; until it is ready, what the client says that it is.
    pub file_type: FileType,
    /// To be shown.
    pub name: FileName,
    /// Bytes; of a slot those that were announced, of an upload under way 0.
    pub size: u64,
    /// SHA-256 of the bytes, once it is ready.
    pub sha256: Option<[u8; 32]>,
    /// Where its bytes are: random, and used once.
    pub storage_key: String,
    /// Begun.
    pub created_at: Timestamp,
    /// Ready since.
    pub uploaded_at: Option<Timestamp>,
    /// Since when no message shows it, as far as is known; of what is not ready `None`.
    pub unused_since: Option<Timestamp>,
    /// Of a slot that was promised over a socket.
    pub slot: Option<Slot>,
}

impl Media {
    /// An upload that begins now; nothing is known but who and under which name.
    pub fn beginning(
        id: MediaId,
        owner_id: UserId,
        name: FileName,
        storage_key: String,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            owner_id,
            state: MediaState::Uploading,
            file_type: FileType::unknown(),
            name,
            size: 0,
            sha256: None,
            storage_key,
            created_at: now,
            uploaded_at: None,
            unused_since: None,
            slot: None,
        }
    }

    /// All of it is here.
    pub fn arrived(&mut self, file_type: FileType, size: u64, sha256: [u8; 32], now: Timestamp) {
        self.state = MediaState::Ready;
        self.file_type = file_type;
        self.size = size;
        self.sha256 = Some(sha256);
        self.uploaded_at = Some(now);
        self.unused_since = Some(now);
    }

    /// As a message shows it; `base` is the path that the API is below.
    pub fn attachment(&self, base: &str) -> Attachment {
        let (width, height) = self.file_type.pixels.unzip();
        Attachment {
            id: Some(self.id),
            url: format!("{base}/media/{}", self.id),
            kind: self.file_type.kind,
            mime_type: Some(self.file_type.mime_type.clone()),
            name: self.name.to_string(),
            size: Some(self.size),
            width,
            height,
            uploaded_at: self.uploaded_at,
        }
    }

    /// The SHA-256 of its bytes as text, which names their version; empty until it is ready.
    pub fn fingerprint(&self) -> String {
        let Some(hash) = self.sha256 else { return String::new() };
        let (halves, _) = hash.as_chunks::<16>();
        let [one, other] = [halves[0], halves[1]].map(u128::from_be_bytes);
        format!("{one:032x}{other:032x}")
    }

    /// Whether a browser may show it in place. Everything that it could run, or
    /// that nobody knows, is saved instead; so is a picture that does not say
    /// how large it is, since it may be larger than anything may be shown.
    pub fn may_be_shown(&self) -> bool {
        const PICTURES: &[&str] =
            &["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"];
        let mime_type = self.file_type.mime_type.as_str();
        (PICTURES.contains(&mime_type) && self.file_type.pixels.is_some())
            || mime_type.starts_with("video/")
            || mime_type.starts_with("audio/")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_no_path_no_control_and_no_direction() {
        for (given, kept) in [
            ("cat.png", "cat.png"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\ann\\cat.png", "cat.png"),
            ("a\r\nSet-Cookie: x=1.png", "aSet-Cookie: x=1.png"),
            ("nul\u{0}.png", "nul.png"),
            ("gnp.\u{202e}exe", "gnp.exe"),
            ("a\u{2028}b\u{2066}c\u{200f}.txt", "abc.txt"),
            ("<b>\"x\"</b>.html", "b>.html"),
            ("<img onerror='x'>.png", "<img onerror='x'>.png"),
            ("", "file"),
            ("..", "file"),
            ("a/", "a"),
            (" \t ", "file"),
            ("\u{202e}", "file"),
            ("Über uns 📷.jpg", "Über uns 📷.jpg"),
        ] {
            assert_eq!(FileName::tidied(given).as_str(), kept, "{given:?}");
            assert_eq!(FileName::tidied(kept).as_str(), kept, "tidying twice changes {kept:?}");
        }
    }

    #[test]
    fn a_long_name_keeps_its_extension() {
        let long = FileName::tidied(&format!("{}.tar.gz", "ü".repeat(4096)));
        assert_eq!(long.as_str().chars().count(), FileName::MAX_CHARS);
        assert!(long.as_str().ends_with("ü.gz"));
        let odd = FileName::tidied(&format!("a.{}", "x".repeat(4096)));
        assert_eq!(odd.as_str().chars().count(), FileName::MAX_CHARS);
    }

    #[test]
    fn a_version_is_named_by_the_bytes_in_order() {
        let (id, now) = (MediaId::from_u128(1), Timestamp::from_millis(1));
        let name = FileName::tidied("x");
        let mut media = Media::beginning(id, "ann".parse().unwrap(), name, String::new(), now);
        assert_eq!(media.fingerprint(), "");
        let mut hash = [0; 32];
        (hash[1], hash[31]) = (0xab, 0x0c);
        media.arrived(FileType::unknown(), 1, hash, now);
        assert_eq!(media.fingerprint(), format!("00ab{}0c", "0".repeat(58)));
    }

    #[test]
    fn what_a_browser_could_run_is_not_shown() {
        let id = MediaId::from_u128(1);
        let now = Timestamp::from_millis(1);
        let mut media = Media::beginning(
            id,
            "ann".parse().unwrap(),
            FileName::tidied("x"),
            "key".to_owned(),
            now,
        );
        for (mime_type, shown) in [
            ("image/png", true),
            ("video/mp4", true),
            ("audio/mpeg", true),
            ("image/svg+xml", false),
            ("text/html", false),
            ("text/xml", false),
            ("text/plain", false),
            ("application/pdf", false),
            ("application/octet-stream", false),
        ] {
            media.file_type.mime_type = mime_type.to_owned();
            media.file_type.pixels = mime_type.starts_with("image/").then_some((4, 3));
            assert_eq!(media.may_be_shown(), shown, "{mime_type}");
        }
        media.file_type = FileType { mime_type: "image/png".to_owned(), ..FileType::unknown() };
        assert!(!media.may_be_shown(), "nobody knows how large it is");
    }
}
