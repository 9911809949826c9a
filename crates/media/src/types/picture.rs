//! How large a picture is, by its header alone: nothing is decoded, and one
//! that asks for too much is refused before anybody tries.

use std::io::Cursor;

use chinwag_domain::TooManyPixels;
use image::{ImageDecoder, ImageFormat, ImageReader, Limits, metadata::Orientation};

use super::avif;

/// Pixels of a side.
const MAX_SIDE: u32 = 32_767;
/// Pixels in all; the largest cameras have 200 million.
const MAX_PIXELS: u64 = 250_000_000;
/// What reading a header may need, in bytes.
const MAX_MEMORY: u64 = 16 * 1024 * 1024;

/// Width and height as they are shown; `None` where the beginning does not say.
pub(super) fn pixels(mime_type: &str, head: &[u8]) -> Result<Option<(u32, u32)>, TooManyPixels> {
    bounded(match mime_type {
        "image/png" => png(head),
        "image/webp" => webp(head),
        "image/gif" => gif(head),
        "image/avif" => avif::size(head),
        _ => None,
    })
}

/// Whether a picture of that size may be shown. One without any says nothing of itself.
pub(super) fn bounded(size: Option<(u32, u32)>) -> Result<Option<(u32, u32)>, TooManyPixels> {
    match size {
        Some((width, height))
            if width.max(height) > MAX_SIDE
                || u64::from(width) * u64::from(height) > MAX_PIXELS =>
        {
            Err(TooManyPixels)
        }
        found => Ok(found.filter(|(width, height)| *width > 0 && *height > 0)),
    }
}

/// Whether what stands so in the file is shown turned by a quarter.
pub(super) fn lies(orientation: Orientation) -> bool {
    matches!(
        orientation,
        Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH
    )
}

/// In a fixed place; a decoder is asked only how it is to be turned, and not by one that is too large.
fn png(head: &[u8]) -> Option<(u32, u32)> {
    let size = head.get(16..24).filter(|_| head.get(12..16) == Some(b"IHDR"))?;
    let (width, height) = size.split_first_chunk::<4>()?;
    let (width, height) = (u32::from_be_bytes(*width), u32::from_be_bytes(height.try_into().ok()?));
    let turned = width.max(height) <= MAX_SIDE && turned(head);
    Some(if turned { (height, width) } else { (width, height) })
}

fn turned(png: &[u8]) -> bool {
    let mut reader = ImageReader::with_format(Cursor::new(png), ImageFormat::Png);
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MAX_MEMORY);
    reader.limits(limits);
    let orientation = reader.into_decoder().and_then(|mut decoder| decoder.orientation());
    orientation.is_ok_and(lies)
}

/// Of the whole, which stands in a fixed place.
fn gif(head: &[u8]) -> Option<(u32, u32)> {
    let side = |place: usize| {
        Some(u32::from(u16::from_le_bytes([*head.get(place)?, *head.get(place + 1)?])))
    };
    Some((side(6)?, side(8)?))
}

/// The three kinds of WebP, each with its size at the beginning; a decoder would look for the end.
fn webp(head: &[u8]) -> Option<(u32, u32)> {
    let at = |place: usize| head.get(place).copied().map(u32::from);
    let little = |place: usize| Some(at(place)? | at(place + 1)? << 8);
    match head.get(12..16)? {
        b"VP8 " => Some((little(26)? & 0x3fff, little(28)? & 0x3fff)),
        b"VP8L" => {
            let bits = little(21)? | little(23)? << 16;
            Some(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1))
        }
        b"VP8X" => {
            let side = |place| Some((little(place)? | at(place + 2)? << 16) + 1);
            Some((side(24)?, side(27)?))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use image::{DynamicImage, ImageFormat};

    use super::*;

    fn encoded(format: ImageFormat, width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        DynamicImage::new_rgb8(width, height).write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    fn png_of(width: u32, height: u32) -> Vec<u8> {
        let mut head = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        head.extend_from_slice(&width.to_be_bytes());
        head.extend_from_slice(&height.to_be_bytes());
        head.extend_from_slice(b"\x08\x02\0\0\0");
        head
    }

    #[test]
    fn every_format_says_how_large_it_is() {
        for (format, mime_type) in [
            (ImageFormat::Png, "image/png"),
            (ImageFormat::Gif, "image/gif"),
            (ImageFormat::WebP, "image/webp"),
        ] {
            let bytes = encoded(format, 37, 21);
            assert_eq!(pixels(mime_type, &bytes), Ok(Some((37, 21))), "{mime_type}");
        }
    }

    #[test]
    fn a_header_that_asks_for_too_much_is_refused() {
        assert_eq!(pixels("image/png", &png_of(50_000, 50_000)), Err(TooManyPixels));
        assert_eq!(pixels("image/png", &png_of(u32::MAX, 1)), Err(TooManyPixels));
        assert_eq!(pixels("image/png", &png_of(30_000, 30_000)), Err(TooManyPixels));
        let mut gif = encoded(ImageFormat::Gif, 1, 1);
        gif[6..10].copy_from_slice(&[0xff, 0xff, 0xff, 0xff]);
        assert_eq!(pixels("image/gif", &gif), Err(TooManyPixels));
        assert_eq!(pixels("image/png", &png_of(20_000, 10_000)), Ok(Some((20_000, 10_000))));
    }

    #[test]
    fn a_picture_that_lies_is_put_up() {
        // Behind the header: what a camera says of a quarter turn.
        let exif = b"\0\0\0\x1aeXIfMM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0\xd6\x67\x4b\x69";
        let mut turned = encoded(ImageFormat::Png, 40, 30);
        turned.splice(33..33, exif.iter().copied());
        assert_eq!(pixels("image/png", &turned), Ok(Some((30, 40))));
    }

    #[test]
    fn what_is_broken_has_no_size() {
        for length in 0..60 {
            for (format, mime_type) in
                [(ImageFormat::Png, "image/png"), (ImageFormat::WebP, "image/webp")]
            {
                let bytes = encoded(format, 3, 2);
                let cut = &bytes[..length.min(bytes.len())];
                assert!(matches!(pixels(mime_type, cut), Ok(None | Some((3, 2)))), "{mime_type}");
            }
        }
        assert_eq!(pixels("image/png", b""), Ok(None));
        assert_eq!(pixels("image/tiff", b"MM"), Ok(None));
    }
}
