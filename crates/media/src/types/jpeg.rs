//! How large a JPEG is. Cameras and editors write previews and colour profiles of any length before
//! the size, so its segments are walked through by their lengths while the file goes by; of none is more
//! kept than it is read for.

use image::metadata::Orientation;

use super::picture::lies;

const START: u8 = 0xd8;
const END: u8 = 0xd9;
/// The picture itself begins: what has not said its size before has none.
const SCAN: u8 = 0xda;
/// Where cameras say how they were held.
const EXIF: u8 = 0xe1;
const EXIF_MARK: &[u8] = b"Exif\0\0";
/// What is read of a frame: its precision, height and width.
const FRAME_BYTES: usize = 5;

/// A walk through one file.
#[derive(Debug, Default)]
pub(super) struct Walk {
    place: Place,
    /// Shown turned by a quarter.
    turned: bool,
    size: Option<(u32, u32)>,
}

#[derive(Debug, Default)]
enum Place {
    /// Where a marker is to come. Other bytes are passed over, as decoders do.
    #[default]
    Between,
    /// After the byte that begins one.
    Marker,
    /// After the marker, before the length.
    Length(u8),
    /// After the first byte of it.
    LengthGoesOn(u8, u8),
    Segment(Segment),
    /// There is nothing more to learn.
    Done,
}

#[derive(Debug)]
struct Segment {
    marker: u8,
    kept: Vec<u8>,
    /// Bytes that are to be kept in all.
    wanted: usize,
    /// Bytes that are still to come.
    left: usize,
}

impl Walk {
    /// Goes on with these bytes.
    pub fn see(&mut self, mut bytes: &[u8]) {
        while let Some((&byte, rest)) = bytes.split_first() {
            bytes = match std::mem::take(&mut self.place) {
                Place::Done => {
                    self.place = Place::Done;
                    return;
                }
                Place::Segment(segment) => self.read(segment, bytes),
                place => {
                    self.place = self.step(place, byte);
                    rest
                }
            };
        }
    }

    /// Width and height as they are shown, once they have gone by.
    pub fn size(&self) -> Option<(u32, u32)> {
        self.size.map(|(width, height)| if self.turned { (height, width) } else { (width, height) })
    }

    fn step(&self, place: Place, byte: u8) -> Place {
        match place {
            Place::Between if byte == 0xff => Place::Marker,
            Place::Between => Place::Between,
            Place::Marker => match byte {
                // Filled up, or no marker at all.
                0xff => Place::Marker,
                // These stand alone.
                0x00 | 0x01 | 0xd0..=START => Place::Between,
                END | SCAN => Place::Done,
                marker => Place::Length(marker),
            },
            Place::Length(marker) => Place::LengthGoesOn(marker, byte),
            Place::LengthGoesOn(marker, first) => {
                self.segment(marker, usize::from(u16::from_be_bytes([first, byte])))
            }
            other => other,
        }
    }

    /// The segment of that length, which counts its own two bytes.
    fn segment(&self, marker: u8, length: usize) -> Place {
        let wanted = match marker {
            EXIF if !self.turned => usize::MAX,
            marker if is_frame(marker) => FRAME_BYTES,
            _ => 0,
        };
        match length.checked_sub(2) {
            None => Place::Done,
            Some(0) => Place::Between,
            Some(left) => Place::Segment(Segment { marker, kept: Vec::new(), wanted, left }),
        }
    }

    /// Takes what belongs to the segment; the rest of the bytes.
    fn read<'a>(&mut self, mut segment: Segment, bytes: &'a [u8]) -> &'a [u8] {
        let (own, rest) = bytes.split_at(segment.left.min(bytes.len()));
        let kept = own.len().min(segment.wanted - segment.kept.len());
        segment.kept.extend_from_slice(&own[..kept]);
        segment.left -= own.len();
        self.place = if segment.left > 0 { Place::Segment(segment) } else { self.learn(&segment) };
        rest
    }

    fn learn(&mut self, segment: &Segment) -> Place {
        match segment.kept.as_slice() {
            [_, high, low, wide, narrow, ..] if is_frame(segment.marker) => {
                let side = |bytes| u32::from(u16::from_be_bytes(bytes));
                self.size = Some((side([*wide, *narrow]), side([*high, *low])));
                Place::Done
            }
            exif => {
                let exif = exif.strip_prefix(EXIF_MARK);
                self.turned |= exif.and_then(Orientation::from_exif_chunk).is_some_and(lies);
                Place::Between
            }
        }
    }
}

/// Of the sixteen markers three begin something else.
fn is_frame(marker: u8) -> bool {
    matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::{DynamicImage, ImageFormat};

    use super::*;

    /// Turned by a quarter, says a segment that belongs behind the beginning.
    const TURNED: &[u8] =
        b"\xff\xe1\x00\x22Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";

    fn jpeg(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        DynamicImage::new_rgb8(width, height).write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
        bytes.into_inner()
    }

    /// With that behind its beginning.
    fn with(mut jpeg: Vec<u8>, segments: &[u8]) -> Vec<u8> {
        jpeg.splice(2..2, segments.iter().copied());
        jpeg
    }

    /// A colour profile of so many whole segments, in which bytes look like a frame.
    fn profile(segments: usize) -> Vec<u8> {
        let one = b"\xff\xc0\x00\x11\x08\x00\x01\x00\x01".iter().copied().cycle().take(65_533);
        let one: Vec<u8> = b"\xff\xe2\xff\xff".iter().copied().chain(one).collect();
        one.repeat(segments)
    }

    fn size(jpeg: &[u8]) -> Option<(u32, u32)> {
        let mut walk = Walk::default();
        walk.see(jpeg);
        walk.size()
    }

    #[test]
    fn the_size_is_found_however_the_bytes_come() {
        let plain = jpeg(40, 30);
        let long = with(with(plain.clone(), &profile(5)), TURNED);
        for piece in [1, 2, 3, 7, 1_000, 65_536, long.len()] {
            for (jpeg, found) in [(&plain, (40, 30)), (&long, (30, 40))] {
                let mut walk = Walk::default();
                jpeg.chunks(piece).for_each(|bytes| walk.see(bytes));
                assert_eq!(walk.size(), Some(found), "in pieces of {piece}");
            }
        }
    }

    #[test]
    fn what_decoders_pass_over_is_passed_over() {
        // Filling, an empty segment, bytes that belong nowhere, and a table that is no frame.
        let odd =
            b"\xff\xff\xff\xfe\x00\x02stray\xff\x00\xff\x01\xff\xc4\x00\x07\x00\x09\x00\x09\x00";
        assert_eq!(size(&with(jpeg(40, 30), odd)), Some((40, 30)));
    }

    #[test]
    fn no_more_is_kept_than_is_read() {
        let mut walk = Walk::default();
        walk.see(&profile(100));
        walk.see(b"\xff\xe2\xff\xff many bytes of a profile");
        assert!(matches!(&walk.place, Place::Segment(segment) if segment.kept.is_empty()));
    }

    #[test]
    fn what_is_broken_has_no_size() {
        let whole = jpeg(3, 2);
        let frame = whole.windows(2).position(|bytes| bytes == b"\xff\xc0").unwrap();
        for length in 0..frame + 9 {
            assert_eq!(size(&whole[..length]), None, "{length}");
        }
        for broken in [
            &b"\xff\xd8\xff\xe0\x00\x01\xff\xc0\x00\x0b\x08\x00\x01\x00\x01"[..],
            b"\xff\xd8\xff\xda\x00\x02\xff\xc0\x00\x0b\x08\x00\x01\x00\x01\x00\x00\x00\x00",
            b"\xff\xd8\xff\xd9\xff\xc0\x00\x0b\x08\x00\x01\x00\x01\x00\x00\x00\x00",
            b"\xff\xd8\xff\xc0\x00\x05\x08\x00\x01\xff\xd9",
        ] {
            assert_eq!(size(broken), None, "{broken:?}");
        }
    }
}
