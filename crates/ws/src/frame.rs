//! Server frames, encoded once with their RFC 6455 header into shared bytes, so that one event costs
//! one encoding however many sockets it goes to. Nothing here knows what the JSON inside means.

use bytes::Bytes;
use serde::Serialize;

use crate::{close::CloseCode, kinds::FrameKind};

/// The longest header of a frame without mask: two bytes and a 64 bit length.
const HEADER_MAX: usize = 10;
/// What a control frame may carry at most (RFC 6455, 5.5).
const CONTROL_MAX: usize = 125;
/// Most events fit in this without growing the buffer.
const USUAL_SIZE: usize = 512;

const FIN: u8 = 0x80;
const TEXT: u8 = 0x1;
const CLOSE: u8 = 0x8;
const PING: u8 = 0x9;
const PONG: u8 = 0xA;

/// A whole frame, header included, ready to be written. A clone shares the bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    kind: FrameKind,
    bytes: Bytes,
}

impl Frame {
    /// A text frame whose JSON is already written; it counts as a reply.
    pub fn text(payload: &str) -> Self {
        Self::with_payload(FrameKind::Reply, TEXT, payload.as_bytes())
    }

    /// The same bytes, counted as another kind.
    pub(crate) fn counted_as(self, kind: FrameKind) -> Self {
        Self { kind, ..self }
    }

    /// A text frame with the JSON of `value`, written straight behind the header.
    ///
    /// # Errors
    /// When `value` cannot be serialised (a map whose keys are no strings, say).
    pub(crate) fn json<T: Serialize + ?Sized>(
        kind: FrameKind,
        value: &T,
    ) -> Result<Self, serde_json::Error> {
        let mut buffer = Vec::with_capacity(USUAL_SIZE);
        buffer.resize(HEADER_MAX, 0);
        serde_json::to_writer(&mut buffer, value)?;
        Ok(Self::seal(kind, TEXT, buffer))
    }

    /// A ping; of `payload` at most 125 bytes are sent.
    pub fn ping(payload: &[u8]) -> Self {
        Self::with_payload(FrameKind::Ping, PING, &payload[..payload.len().min(CONTROL_MAX)])
    }

    /// The answer to a ping; of `payload` at most 125 bytes are sent.
    pub fn pong(payload: &[u8]) -> Self {
        Self::with_payload(FrameKind::Pong, PONG, &payload[..payload.len().min(CONTROL_MAX)])
    }

    /// A close frame with code and reason.
    pub fn close(close: CloseCode) -> Self {
        let mut payload = close.code().to_be_bytes().to_vec();
        payload.extend_from_slice(close.reason().as_bytes());
        Self::with_payload(FrameKind::Close, CLOSE, &payload)
    }

    /// Bytes on the wire, header included.
    #[expect(clippy::len_without_is_empty, reason = "a frame has a header, it is never empty")]
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// The bytes on the wire.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(crate) fn into_bytes(self) -> Bytes {
        self.bytes
    }

    pub(crate) fn kind(&self) -> FrameKind {
        self.kind
    }

    fn with_payload(kind: FrameKind, opcode: u8, payload: &[u8]) -> Self {
        let mut buffer = Vec::with_capacity(HEADER_MAX + payload.len());
        buffer.resize(HEADER_MAX, 0);
        buffer.extend_from_slice(payload);
        Self::seal(kind, opcode, buffer)
    }

    /// Puts the header right before the payload, which begins at [`HEADER_MAX`].
    fn seal(kind: FrameKind, opcode: u8, mut buffer: Vec<u8>) -> Self {
        let payload = buffer.len() - HEADER_MAX;
        let (header, length) = header(opcode, payload);
        let start = HEADER_MAX - length;
        buffer[start..HEADER_MAX].copy_from_slice(&header[..length]);
        Self { kind, bytes: Bytes::from(buffer).slice(start..) }
    }
}

/// The header and how many of its bytes count.
fn header(opcode: u8, payload: usize) -> ([u8; HEADER_MAX], usize) {
    let mut header = [0; HEADER_MAX];
    header[0] = FIN | opcode;
    match (u8::try_from(payload), u16::try_from(payload)) {
        (Ok(length), _) if length < 126 => {
            header[1] = length;
            (header, 2)
        }
        (_, Ok(length)) => {
            header[1] = 126;
            header[2..4].copy_from_slice(&length.to_be_bytes());
            (header, 4)
        }
        _ => {
            header[1] = 127;
            header[2..].copy_from_slice(&(payload as u64).to_be_bytes());
            (header, HEADER_MAX)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Frame;
    use crate::{close::CloseCode, kinds::FrameKind};

    #[test]
    fn header_takes_the_shortest_length() {
        for (payload, head) in [
            (0, vec![0x81, 0]),
            (125, vec![0x81, 125]),
            (126, vec![0x81, 126, 0, 126]),
            (65_535, vec![0x81, 126, 0xFF, 0xFF]),
            (65_536, vec![0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]),
        ] {
            let text = "x".repeat(payload);
            let frame = Frame::text(&text);
            assert_eq!(frame.len(), head.len() + payload);
            assert_eq!(frame.as_bytes()[..head.len()], head);
            assert_eq!(&frame.as_bytes()[head.len()..], text.as_bytes());
        }
    }

    #[test]
    fn json_and_text_make_the_same_frame() {
        let value = vec!["é".repeat(100); 300];
        let text = serde_json::to_string(&value).unwrap();
        let kind = FrameKind::Reply;
        assert_eq!(Frame::json(kind, &value).unwrap(), Frame::text(&text));
    }

    #[test]
    fn clone_shares_the_bytes() {
        let frame = Frame::text("hello");
        assert_eq!(frame.clone().as_bytes().as_ptr(), frame.as_bytes().as_ptr());
    }

    #[test]
    fn close_carries_code_and_reason() {
        let frame = Frame::close(CloseCode::SlowConsumer);
        assert_eq!(frame.as_bytes(), b"\x88\x0f\x11\x38slow consumer");
    }

    #[test]
    fn control_payloads_are_cut() {
        assert_eq!(Frame::ping(&[7; 200]).len(), 127);
        assert_eq!(Frame::pong(b"hi").as_bytes(), b"\x8a\x02hi");
    }
}
