//! What a file is, by its beginning. Names and what clients say count for
//! nothing; what is not known for sure is a file that nobody opens in place.

mod picture;
mod text;

use chinwag_domain::{AttachmentKind, FileType, TooManyPixels, ports::FileTypes};
use infer::MatcherType;

/// Enough for the header of a picture behind what cameras write before it.
const HEAD: usize = 256 * 1024;

/// [`FileTypes`] by the bytes of a file.
#[derive(Debug, Clone, Copy, Default)]
pub struct SniffedTypes;

impl FileTypes for SniffedTypes {
    fn head(&self) -> usize {
        HEAD
    }

    fn tell(&self, head: &[u8]) -> Result<FileType, TooManyPixels> {
        // Text first: magic numbers of two letters begin many a text.
        if let Some(mime_type) = text::tell(head) {
            return Ok(of(AttachmentKind::Document, mime_type));
        }
        let Some(found) = infer::get(head) else { return Ok(FileType::unknown()) };
        let kind = match found.matcher_type() {
            MatcherType::Image if found.mime_type() == "image/gif" => AttachmentKind::Gif,
            MatcherType::Image => AttachmentKind::Image,
            MatcherType::Video => AttachmentKind::Video,
            MatcherType::Audio => AttachmentKind::Audio,
            MatcherType::Doc | MatcherType::Book | MatcherType::Text => AttachmentKind::Document,
            _ if found.mime_type() == "application/pdf" => AttachmentKind::Document,
            _ => AttachmentKind::Other,
        };
        let shown_in_place = matches!(
            kind,
            AttachmentKind::Image
                | AttachmentKind::Gif
                | AttachmentKind::Video
                | AttachmentKind::Audio
        );
        // A file that is two things at once is neither.
        if shown_in_place && text::holds_markup(head) {
            return Ok(FileType::unknown());
        }
        let pixels = match kind {
            AttachmentKind::Image | AttachmentKind::Gif => {
                picture::pixels(found.mime_type(), head)?
            }
            _ => None,
        };
        Ok(FileType { pixels, ..of(kind, found.mime_type()) })
    }
}

fn of(kind: AttachmentKind, mime_type: &str) -> FileType {
    FileType { kind, mime_type: mime_type.to_owned(), pixels: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tell(head: &[u8]) -> (AttachmentKind, String) {
        let found = SniffedTypes.tell(head).unwrap();
        (found.kind, found.mime_type)
    }

    #[test]
    fn files_are_told_by_their_bytes() {
        for (head, kind, mime_type) in [
            (
                &b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x02\0\0\0\x03\x08\x02\0\0\0"[..],
                AttachmentKind::Image,
                "image/png",
            ),
            (b"GIF89a\x02\0\x03\0\0\0\0", AttachmentKind::Gif, "image/gif"),
            (b"\xff\xd8\xff\xe0\0\x10JFIF\0", AttachmentKind::Image, "image/jpeg"),
            (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", AttachmentKind::Video, "video/mp4"),
            (b"ID3\x03\0\0\0\0\0\x21", AttachmentKind::Audio, "audio/mpeg"),
            (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", AttachmentKind::Document, "application/pdf"),
            (
                b"PK\x03\x04\x14\0\0\0\x08\0aaaaaaaaaaaaaaaaaaaaaaa",
                AttachmentKind::Other,
                "application/zip",
            ),
            (b"just words, \xc3\xbc too\r\n", AttachmentKind::Document, "text/plain"),
            (b"", AttachmentKind::Other, "application/octet-stream"),
            (b"\x00\x01\x02\x03\xff\xfe", AttachmentKind::Other, "application/octet-stream"),
        ] {
            assert_eq!(tell(head), (kind, mime_type.to_owned()), "{head:?}");
        }
    }

    #[test]
    fn a_text_that_begins_as_something_else_is_a_text() {
        // Magic numbers of bitmaps, archives and programs that are letters.
        for words in ["BM is short for", "MZ was a Mark", "Rar! she cried", "ID3 is a tag"] {
            assert_eq!(tell(words.as_bytes()).1, "text/plain", "{words}");
        }
    }

    #[test]
    fn a_picture_that_is_a_page_too_is_neither() {
        for head in [
            &b"GIF89a/*\0\0<ScRiPt>alert(1)</script>*/"[..],
            b"\xff\xd8\xff\xe0\0\x10JFIF\0\xff\xfe\0\x20<!DOCTYPE html><html>",
            b"\x89PNG\r\n\x1a\n\0\0\0\rtEXt<iframe src=x>",
        ] {
            assert_eq!(SniffedTypes.tell(head).unwrap(), FileType::unknown());
        }
    }
}
