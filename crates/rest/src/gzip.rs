//! Bodies packed with gzip: unpacked only as far as a plain body may go, so that a small one cannot become a
//! large one in memory.

use std::io::Read as _;

use bytes::Bytes;
use flate2::read::MultiGzDecoder;

/// Why a body could not be unpacked.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Failed {
    /// It would be larger than that.
    TooLarge,
    /// It is not gzip, broken, or has something behind its end.
    NotGzip,
}

/// What is packed in a body, if that is at most `limit` bytes.
pub(crate) fn unpack(packed: &[u8], limit: usize) -> Result<Bytes, Failed> {
    let mut body = Vec::new();
    // One more than may be: that it is there is enough to know.
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let read = MultiGzDecoder::new(packed).take(most).read_to_end(&mut body);
    if body.len() > limit {
        return Err(Failed::TooLarge);
    }
    read.map(|_| Bytes::from(body)).map_err(|_| Failed::NotGzip)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    fn pack(body: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(body).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn what_fits_comes_out_whole_and_one_more_does_not() {
        assert_eq!(unpack(&pack(b"{}"), 1_000), Ok(Bytes::from_static(b"{}")));
        assert_eq!(unpack(&pack(&[b' '; 1_000]), 1_000).unwrap().len(), 1_000);
        assert_eq!(unpack(&pack(&[b' '; 1_001]), 1_000), Err(Failed::TooLarge));
    }

    #[test]
    fn a_thousand_times_as_much_is_not_unpacked() {
        let bomb = pack(&vec![b' '; 64 << 20]);
        assert!(bomb.len() < 100_000, "{}", bomb.len());
        assert_eq!(unpack(&bomb, 256 * 1024), Err(Failed::TooLarge));
        let many: Vec<u8> = std::iter::repeat_n(pack(&[b' '; 1_000]), 300).flatten().collect();
        assert_eq!(unpack(&many, 256 * 1024), Err(Failed::TooLarge), "in many parts");
    }

    #[test]
    fn what_is_no_gzip_or_broken_is_told() {
        let packed = pack(b"{\"name\":\"Ann\"}");
        let garbage = [packed.as_slice(), b"x"].concat();
        let mut changed = packed.clone();
        changed[12] ^= 0xff;
        for bad in [b"".as_slice(), b"{}", &packed[..packed.len() - 1], &garbage, &changed] {
            assert_eq!(unpack(bad, 1_000), Err(Failed::NotGzip), "{bad:?}");
        }
    }
}
