//! Ends the stream of bytes before a frame that is announced to be too big. `actix-http` looks at the
//! size of a frame only when all of it has arrived, and buffers until then: without this, a client
//! could fill the memory with a single frame.

use std::{
    cell::Cell,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, ready},
};

use actix_web::{dev::Payload, error::PayloadError};
use bytes::Bytes;
use futures_util::Stream;

/// The longest header up to the length: two bytes and a 64 bit length. (The mask counts as payload.)
const HEADER_MAX: usize = 10;
const MASK_BIT: u8 = 0x80;
const MASK: u64 = 4;

/// Follows the frames in a stream of bytes by their headers only.
pub(super) struct Guard {
    payload: Payload,
    too_big: Rc<Cell<bool>>,
    frames: Frames,
}

impl Guard {
    /// Lets frames of up to `max` bytes of payload pass; at the first larger one the stream ends and
    /// the flag is raised.
    pub(super) fn new(payload: Payload, max: usize) -> (Self, Rc<Cell<bool>>) {
        let too_big = Rc::new(Cell::new(false));
        let guard = Self { payload, too_big: Rc::clone(&too_big), frames: Frames::new(max as u64) };
        (guard, too_big)
    }
}

impl Stream for Guard {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.too_big.get() {
            return Poll::Ready(None);
        }
        let Some(chunk) = ready!(Pin::new(&mut self.payload).poll_next(context)?) else {
            return Poll::Ready(None);
        };
        let passing = self.frames.follow(&chunk);
        if passing == chunk.len() {
            return Poll::Ready(Some(Ok(chunk)));
        }
        self.too_big.set(true);
        if passing == 0 {
            return Poll::Ready(None);
        }
        Poll::Ready(Some(Ok(chunk.slice(..passing))))
    }
}

struct Frames {
    max: u64,
    header: [u8; HEADER_MAX],
    /// How many bytes of the header are known.
    known: usize,
    /// How many bytes of the frame's mask and payload are still to come.
    rest: u64,
}

impl Frames {
    fn new(max: u64) -> Self {
        Self { max, header: [0; HEADER_MAX], known: 0, rest: 0 }
    }

    /// How many bytes of the chunk come before a frame that is too big: all of them, if none is.
    fn follow(&mut self, chunk: &[u8]) -> usize {
        let mut at = 0;
        let mut start = 0;
        while at < chunk.len() {
            if self.rest > 0 {
                let here = self.rest.min((chunk.len() - at) as u64);
                self.rest -= here;
                at += usize::try_from(here).unwrap_or(usize::MAX);
                start = at;
                continue;
            }
            self.header[self.known] = chunk[at];
            self.known += 1;
            at += 1;
            if let Some(length) = self.length() {
                if length > self.max {
                    return start;
                }
                let mask = if self.header[1] & MASK_BIT == 0 { 0 } else { MASK };
                self.rest = length + mask;
                self.known = 0;
                start = at;
            }
        }
        at
    }

    /// The length of the payload, once enough of the header is known.
    fn length(&self) -> Option<u64> {
        if self.known < 2 {
            return None;
        }
        match self.header[1] & !MASK_BIT {
            126 if self.known < 4 => None,
            127 if self.known < HEADER_MAX => None,
            126 => Some(u64::from(u16::from_be_bytes([self.header[2], self.header[3]]))),
            127 => self.header[2..].try_into().ok().map(u64::from_be_bytes),
            length => Some(u64::from(length)),
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_http::ws::{OpCode, Parser};
    use bytes::BytesMut;
    use proptest::prelude::*;

    use super::Frames;

    const MAX: usize = 70_000;

    fn frame(size: usize, mask: bool) -> BytesMut {
        let mut buffer = BytesMut::new();
        Parser::write_message(&mut buffer, vec![b'x'; size], OpCode::Text, true, mask);
        buffer
    }

    /// Feeds `bytes` in pieces and says how many passed.
    fn pass(bytes: &[u8], pieces: &[usize]) -> usize {
        let mut frames = Frames::new(MAX as u64);
        let (mut at, mut pieces) = (0, pieces.iter().cycle());
        while at < bytes.len() {
            let end = (at + pieces.next().copied().unwrap_or(1)).min(bytes.len());
            let passing = frames.follow(&bytes[at..end]);
            at += passing;
            if at < end {
                break;
            }
        }
        at
    }

    #[test]
    fn announcement_is_enough() {
        let endless = [0x81, 0xFF, 0, 0, 0, 1, 0, 0, 0, 0];
        assert_eq!(pass(&endless, &[10]), 0);
        assert_eq!(pass(&[0x81, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], &[10]), 0);
    }

    #[test]
    fn frames_before_it_pass() {
        let mut bytes = frame(10, true);
        let whole = bytes.len();
        bytes.extend_from_slice(&frame(MAX + 1, true));
        assert_eq!(pass(&bytes, &[bytes.len()]), whole);
    }

    proptest! {
        #[test]
        fn good_frames_pass_however_they_are_cut(
            sizes in proptest::collection::vec((prop_oneof![0usize..130, 65_530usize..=MAX], any::<bool>()), 1..10),
            pieces in proptest::collection::vec(1usize..5000, 1..20),
        ) {
            let mut bytes = BytesMut::new();
            for (size, mask) in sizes {
                bytes.extend_from_slice(&frame(size, mask));
            }
            prop_assert_eq!(pass(&bytes, &pieces), bytes.len());
            let whole = bytes.len();
            bytes.extend_from_slice(&frame(MAX + 1, true));
            // A header cut in two has begun to pass before its length is known.
            let passed = pass(&bytes, &pieces);
            prop_assert!((whole..whole + 10).contains(&passed), "{passed} of {whole}");
        }
    }
}
