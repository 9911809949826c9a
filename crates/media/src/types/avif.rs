//! How large an AVIF is, by the boxes at its beginning. It may hold several pictures (tiles, a preview,
//! what is transparent): the one that counts is the one that it names as its primary item.

/// A box's kind and what is in it.
type Part<'a> = (&'a [u8], &'a [u8]);

/// Width and height as they are shown; `None` where the boxes do not say, or do not end in `head`.
pub(super) fn size(head: &[u8]) -> Option<(u32, u32)> {
    // A version and flags stand before the boxes in it.
    let meta = find(head, b"meta")?.get(4..)?;
    let properties = find(meta, b"iprp")?;
    let all: Vec<Part<'_>> = parts(find(properties, b"ipco")?).collect();
    let mut size = None;
    let mut turned = false;
    for number in numbers(find(properties, b"ipma")?, primary(find(meta, b"pitm")?)?)? {
        // Counted from one.
        match number.checked_sub(1).and_then(|at| all.get(at)) {
            Some((b"ispe", said)) => size = Some((number_at(said, 4, 4)?, number_at(said, 8, 4)?)),
            // Quarters.
            Some((b"irot", said)) => turned = number_at(said, 0, 1)? % 2 == 1,
            _ => {}
        }
    }
    size.map(|(width, height)| if turned { (height, width) } else { (width, height) })
}

fn find<'a>(boxes: &'a [u8], kind: &[u8]) -> Option<&'a [u8]> {
    parts(boxes).find(|part| part.0 == kind).map(|part| part.1)
}

/// The boxes that are whole.
fn parts(mut boxes: &[u8]) -> impl Iterator<Item = Part<'_>> {
    std::iter::from_fn(move || {
        let kind = boxes.get(4..8)?;
        let (begin, length) = match number_at(boxes, 0, 4)? {
            // To the end.
            0 => (8, boxes.len()),
            1 if number_at(boxes, 8, 4)? == 0 => {
                (16, usize::try_from(number_at(boxes, 12, 4)?).ok()?)
            }
            length => (8, usize::try_from(length).ok()?),
        };
        let inside = boxes.get(begin..length)?;
        boxes = &boxes[length..];
        Some((kind, inside))
    })
}

/// The item that is shown.
fn primary(pitm: &[u8]) -> Option<u32> {
    number_at(pitm, 4, if *pitm.first()? == 0 { 2 } else { 4 })
}

/// Which properties that item has.
fn numbers(ipma: &[u8], item: u32) -> Option<Vec<usize>> {
    let id = if *ipma.first()? == 0 { 2 } else { 4 };
    let wide = *ipma.get(3)? & 1 == 1;
    let (count, mut rest) = (number_at(ipma, 4, 4)?, ipma.get(8..)?);
    for _ in 0..count {
        let (found, of_it) = (number_at(rest, 0, id)?, number_at(rest, id, 1)?);
        let (each, mask) = if wide { (2, 0x7fff) } else { (1, 0x7f) };
        let length = usize::try_from(of_it).ok()?.checked_mul(each)?;
        let (own, others) = rest.get(id + 1..)?.split_at_checked(length)?;
        if found == item {
            // The first bit says that it must be understood.
            let number = |bytes: &[u8]| usize::try_from(number_at(bytes, 0, each)? & mask).ok();
            return own.chunks(each).map(number).collect();
        }
        rest = others;
    }
    None
}

fn number_at(bytes: &[u8], place: usize, length: usize) -> Option<u32> {
    let bytes = bytes.get(place..place.checked_add(length)?)?;
    Some(bytes.iter().fold(0, |number, byte| number << 8 | u32::from(*byte)))
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;

    use super::*;

    /// A real one of 37 by 21 pixels, to be turned by a quarter; libavif wrote it.
    const REAL: &str = "\
        AAAAIGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZk1BMUIAAAD1bWV0YQAAAAAAAAAhaGRscgAAAAAAAAAAcGljdAAA\
        AAAAAAAAAAAAAAAAAAAOcGl0bQAAAAAAAQAAAB5pbG9jAAAAAEQAAAEAAQAAAAEAAAEdAAAALQAAAChpaW5mAAAA\
        AAABAAAAGmluZmUCAAAAAAEAAGF2MDFDb2xvcgAAAAB0aXBycAAAAFRpcGNvAAAAFGlzcGUAAAAAAAAAJQAAABUA\
        AAAQcGl4aQAAAAADCAgIAAAADGF2MUOBAAwAAAAAE2NvbHJuY2x4AAEADQAGgAAAAAlpcm90AwAAABhpcG1hAAAA\
        AAAAAAEAAQUBAoMEhQAAADVtZGF0EgAKCRgVJKNEBDQaEDIeHseHhVnf///iz8CA7iEzIiITqzflKgyDGi6nLS2G";

    /// A box of that kind.
    fn part(kind: &[u8], inside: &[&[u8]]) -> Vec<u8> {
        let inside = inside.concat();
        let length = u32::try_from(8 + inside.len()).unwrap();
        [&length.to_be_bytes(), kind, &inside].concat()
    }

    fn ispe(width: u32, height: u32) -> Vec<u8> {
        part(b"ispe", &[&[0; 4], &width.to_be_bytes(), &height.to_be_bytes()])
    }

    /// One with these properties, the primary item and which it has.
    fn avif(properties: &[&[u8]], pitm: &[u8], ipma: &[u8]) -> Vec<u8> {
        let properties = part(b"iprp", &[&part(b"ipco", properties), &part(b"ipma", &[ipma])]);
        let meta = [&[0; 4][..], &part(b"hdlr", &[&[0; 25]]), &part(b"pitm", &[pitm]), &properties];
        [part(b"ftyp", &[b"avif\0\0\0\0avifmif1"]), part(b"meta", &meta)].concat()
    }

    const FIRST: &[u8] = b"\0\0\0\0\0\x01";
    const HAS_ONE: &[u8] = b"\0\0\0\0\0\0\0\x01\0\x01\x01\x01";

    #[test]
    fn a_real_one_says_how_large_it_is() {
        let real = base64::engine::general_purpose::STANDARD.decode(REAL).unwrap();
        assert_eq!(size(&real), Some((21, 37)));
    }

    #[test]
    fn the_primary_item_counts() {
        let (tile, whole) = (ispe(512, 512), ispe(3000, 2000));
        let of_two = b"\0\0\0\0\0\0\0\x02\0\x01\x01\x01\0\x02\x01\x82";
        let file = avif(&[&tile, &whole], b"\0\0\0\0\0\x02", of_two);
        assert_eq!(size(&file), Some((3000, 2000)));
        // The same in its wide form.
        let of_two = b"\x01\0\0\x01\0\0\0\x02\0\0\0\x01\x01\0\x01\0\0\0\x02\x01\x80\x02";
        let file = avif(&[&tile, &whole], b"\x01\0\0\0\0\0\0\x02", of_two);
        assert_eq!(size(&file), Some((3000, 2000)));
    }

    #[test]
    fn one_that_lies_is_put_up() {
        for (quarters, found) in [(0, (30, 20)), (1, (20, 30)), (2, (30, 20)), (3, (20, 30))] {
            let turn = part(b"irot", &[&[quarters]]);
            let file =
                avif(&[&ispe(30, 20), &turn], FIRST, b"\0\0\0\0\0\0\0\x01\0\x01\x02\x01\x82");
            assert_eq!(size(&file), Some(found), "{quarters}");
        }
    }

    #[test]
    fn what_is_broken_has_no_size() {
        let file = avif(&[&ispe(30, 20)], FIRST, HAS_ONE);
        assert_eq!(size(&file), Some((30, 20)));
        for length in 0..file.len() {
            assert_eq!(size(&file[..length]), None, "{length}");
        }
        let property = ispe(30, 20);
        for (pitm, ipma) in [
            (FIRST, &b"\0\0\0\0\0\0\0\x01\0\x01\x01\x07"[..]),
            (FIRST, b"\0\0\0\0\0\0\0\x01\0\x01\x01\x00"),
            (FIRST, b"\0\0\0\0\xff\xff\xff\xff\0\x02\x01\x01"),
            (b"\0\0\0\0\0\x09", HAS_ONE),
            (b"", HAS_ONE),
            (FIRST, b""),
        ] {
            assert_eq!(size(&avif(&[&property], pitm, ipma)), None, "{pitm:?} {ipma:?}");
        }
        // Lengths that lead nowhere.
        for length in [1_u32, 2, 7, 9, u32::MAX] {
            let mut file = file.clone();
            let meta = file.windows(4).position(|bytes| bytes == b"meta").unwrap() - 4;
            file[meta..meta + 4].copy_from_slice(&length.to_be_bytes());
            assert_eq!(size(&file), None, "{length}");
        }
    }
}
