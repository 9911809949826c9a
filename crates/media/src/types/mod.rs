//! What a file is, by its beginning. Names and what clients say count for
//! nothing; what is not known for sure is a file that nobody opens in place.

mod avif;
mod jpeg;
mod picture;
mod text;

use chinwag_domain::{
    AttachmentKind, FileType, TooManyPixels,
    ports::{FileLook, FileTypes},
};
use infer::MatcherType;

/// How much of the beginning is looked at together.
const HEAD: usize = 256 * 1024;

/// [`FileTypes`] by the bytes of a file.
#[derive(Debug, Clone, Copy, Default)]
pub struct SniffedTypes;

impl FileTypes for SniffedTypes {
    fn look(&self) -> Box<dyn FileLook> {
        Box::<Look>::default()
    }
}

/// Of a JPEG the size is found wherever it stands; all else is told by the beginning.
#[derive(Default)]
struct Look {
    /// The beginning, until it is looked at.
    head: Vec<u8>,
    told: Option<FileType>,
    jpeg: Option<jpeg::Walk>,
}

impl FileLook for Look {
    fn see(&mut self, bytes: &[u8]) -> Result<(), TooManyPixels> {
        if self.told.is_some() {
            return self.walk(bytes);
        }
        let missing = HEAD - self.head.len();
        let (head, rest) = bytes.split_at(missing.min(bytes.len()));
        self.head.extend_from_slice(head);
        if self.head.len() < HEAD {
            return Ok(());
        }
        self.settle()?;
        self.walk(rest)
    }

    fn tell(&mut self) -> Result<FileType, TooManyPixels> {
        if self.told.is_none() {
            self.settle()?;
        }
        Ok(self.told.take().unwrap_or_else(FileType::unknown))
    }
}

impl Look {
    fn settle(&mut self) -> Result<(), TooManyPixels> {
        let head = std::mem::take(&mut self.head);
        let told = by_beginning(&head)?;
        self.jpeg = (told.mime_type == "image/jpeg").then(jpeg::Walk::default);
        self.told = Some(told);
        self.walk(&head)
    }

    fn walk(&mut self, bytes: &[u8]) -> Result<(), TooManyPixels> {
        if let (Some(jpeg), Some(told)) = (&mut self.jpeg, &mut self.told) {
            jpeg.see(bytes);
            told.pixels = picture::bounded(jpeg.size())?;
        }
        Ok(())
    }
}

/// What a file is that begins so.
fn by_beginning(head: &[u8]) -> Result<FileType, TooManyPixels> {
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
        AttachmentKind::Image | AttachmentKind::Gif | AttachmentKind::Video | AttachmentKind::Audio
    );
    // A file that is two things at once is neither.
    if shown_in_place && text::holds_markup(head) {
        return Ok(FileType::unknown());
    }
    let pixels = match kind {
        AttachmentKind::Image | AttachmentKind::Gif => picture::pixels(found.mime_type(), head)?,
        _ => None,
    };
    Ok(FileType { pixels, ..of(kind, found.mime_type()) })
}

fn of(kind: AttachmentKind, mime_type: &str) -> FileType {
    FileType { kind, mime_type: mime_type.to_owned(), pixels: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(pieces: &[&[u8]]) -> Result<FileType, TooManyPixels> {
        let mut look = SniffedTypes.look();
        pieces.iter().try_for_each(|bytes| look.see(bytes))?;
        look.tell()
    }

    fn tell(file: &[u8]) -> (AttachmentKind, String) {
        let found = told(&[file]).unwrap();
        (found.kind, found.mime_type)
    }

    /// A JPEG that says its size behind a profile that is longer than what is looked at together.
    fn late_jpeg(width: u16, height: u16) -> Vec<u8> {
        let segment = [b"\xff\xe2\xff\xff".as_slice(), &vec![7; 65_533]].concat();
        let frame = [&b"\xff\xc0\x00\x0b\x08"[..], &height.to_be_bytes(), &width.to_be_bytes()];
        let end = b"\x01\x01\x11\x00\xff\xda".as_slice();
        [b"\xff\xd8".as_slice(), &segment.repeat(5), &frame.concat(), end].concat()
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
            assert_eq!(told(&[head]), Ok(FileType::unknown()));
        }
    }

    #[test]
    fn a_size_that_comes_late_is_found() {
        let file = late_jpeg(4_000, 3_000);
        for piece in [1, 1_000, HEAD - 1, HEAD, HEAD + 1, file.len()] {
            let pieces: Vec<&[u8]> = file.chunks(piece).collect();
            let found = told(&pieces).unwrap();
            let pixels = Some((4_000, 3_000));
            assert_eq!(found, FileType { pixels, ..of(AttachmentKind::Image, "image/jpeg") });
        }
        assert_eq!(told(&[&late_jpeg(0, 3_000)]).unwrap().pixels, None);
    }

    #[test]
    fn a_size_that_comes_late_is_bounded_too() {
        let file = late_jpeg(60_000, 60_000);
        let mut look = SniffedTypes.look();
        // Refused while it comes in, not at its end.
        let refused = file.chunks(1_000).position(|bytes| look.see(bytes).is_err()).unwrap();
        assert!(refused > HEAD / 1_000, "{refused}");
        assert_eq!(told(&[&late_jpeg(20_000, 20_000)]), Err(TooManyPixels));
    }
}
