//! The response body of a socket: drains the outbox, then asks the body of `actix-ws`. Only moves
//! bytes; what is in the outbox, and in which order, was decided there.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use bytes::Bytes;

use crate::outbox::Outbox;

/// Wraps the body of `actix-ws`, whose own way of writing is one write per frame behind a queue of
/// 32 that makes the sender wait.
pub(crate) struct Outgoing {
    outbox: Arc<Outbox>,
    /// Must live as long as the connection: its drop is what ends the stream of incoming messages.
    inner: BoxBody,
}

impl Outgoing {
    pub(crate) fn new(outbox: Arc<Outbox>, inner: BoxBody) -> Self {
        Self { outbox, inner }
    }
}

impl MessageBody for Outgoing {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    /// Ends when our close frame is out or when the inner body ends, which it does when the task of
    /// the socket is gone: no connection survives its task.
    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        match self.outbox.poll_chunk(context) {
            Poll::Ready(chunk) => Poll::Ready(chunk.map(Ok)),
            Poll::Pending => Pin::new(&mut self.inner).poll_next(context),
        }
    }
}

impl Drop for Outgoing {
    fn drop(&mut self) {
        self.outbox.detach();
    }
}

#[cfg(test)]
mod tests {
    use std::{
        collections::HashMap,
        pin::Pin,
        sync::Arc,
        task::{Context, Poll, Waker},
    };

    use actix_http::ws::{OpCode, Parser};
    use actix_web::body::{BodyStream, BoxBody, MessageBody};
    use bytes::{Bytes, BytesMut};
    use futures_util::stream;
    use proptest::prelude::*;

    use super::Outgoing;
    use crate::{
        close::CloseCode,
        frame::Frame,
        outbox::{CHUNK, Class, EphemeralKey, Outbox, Pushed},
    };

    fn silent() -> BoxBody {
        BoxBody::new(BodyStream::new(stream::pending::<Result<Bytes, std::io::Error>>()))
    }

    fn saying(chunks: &[&'static str]) -> BoxBody {
        let chunks: Vec<_> = chunks
            .iter()
            .map(|chunk| Ok::<_, std::io::Error>(Bytes::from_static(chunk.as_bytes())))
            .collect();
        BoxBody::new(BodyStream::new(stream::iter(chunks)))
    }

    fn body(limit: usize, inner: BoxBody) -> (Arc<Outbox>, Outgoing) {
        let outbox = Arc::new(Outbox::new(limit));
        outbox.release(Frame::text("ready"));
        (Arc::clone(&outbox), Outgoing::new(outbox, inner))
    }

    fn poll(body: &mut Outgoing) -> Poll<Option<Bytes>> {
        Pin::new(body)
            .poll_next(&mut Context::from_waker(Waker::noop()))
            .map(|item| item.map(Result::unwrap))
    }

    /// Reads frames as a client does, with somebody else's parser.
    #[derive(Default)]
    struct Client {
        buffer: BytesMut,
        frames: Vec<(OpCode, Vec<u8>)>,
    }

    impl Client {
        fn read(&mut self, chunk: &[u8]) {
            self.buffer.extend_from_slice(chunk);
            while let Some((finished, opcode, payload)) =
                Parser::parse(&mut self.buffer, false, usize::MAX).unwrap()
            {
                assert!(finished);
                self.frames.push((opcode, payload.unwrap_or_default().to_vec()));
            }
        }

        fn texts(&self) -> impl Iterator<Item = &str> {
            self.frames
                .iter()
                .filter(|(opcode, _)| *opcode == OpCode::Text)
                .map(|(_, payload)| std::str::from_utf8(payload).unwrap())
        }
    }

    #[test]
    fn queued_frames_leave_in_one_chunk() {
        let (outbox, mut body) = body(1 << 20, silent());
        for number in 0..100 {
            outbox.push(Frame::text(&number.to_string()), Class::Durable);
        }
        let Poll::Ready(Some(chunk)) = poll(&mut body) else {
            panic!("nothing to write");
        };
        let mut client = Client::default();
        client.read(&chunk);
        assert_eq!(client.frames.len(), 101);
        assert!(poll(&mut body).is_pending());
    }

    #[test]
    fn inner_body_follows_and_its_end_is_the_end() {
        let (_outbox, mut body) = body(1000, saying(&["pong"]));
        assert_eq!(poll(&mut body), Poll::Ready(Some(Bytes::from_static(b"\x81\x05ready"))));
        assert_eq!(poll(&mut body), Poll::Ready(Some(Bytes::from_static(b"pong"))));
        assert_eq!(poll(&mut body), Poll::Ready(None));
    }

    #[test]
    fn inner_body_does_not_cut_a_frame_in_two() {
        let (outbox, mut body) = body(1 << 20, saying(&["pong"]));
        outbox.push(Frame::text(&"x".repeat(40_000)), Class::Reply);
        let mut written = Vec::new();
        while let Poll::Ready(Some(chunk)) = poll(&mut body) {
            written.extend_from_slice(&chunk);
        }
        assert!(written.ends_with(b"xpong"));
    }

    #[test]
    fn body_ends_after_the_close_frame() {
        let (outbox, mut body) = body(1000, saying(&["never"]));
        outbox.close(CloseCode::Draining);
        let Poll::Ready(Some(chunk)) = poll(&mut body) else {
            panic!("nothing to write");
        };
        assert!(chunk.ends_with(Frame::close(CloseCode::Draining).as_bytes()));
        assert_eq!(poll(&mut body), Poll::Ready(None));
    }

    #[test]
    fn dropped_body_detaches_the_outbox() {
        let (outbox, body) = body(1000, silent());
        assert!(outbox.is_open());
        drop(body);
        assert!(!outbox.is_open());
    }

    #[derive(Clone, Debug)]
    enum Step {
        Push { class: u8, user: u8, size: usize },
        Poll(u8),
    }

    fn step() -> impl Strategy<Value = Step> {
        let size = prop_oneof![
            6 => 0usize..200,
            2 => 120usize..130,
            2 => 16_370usize..16_400,
            1 => 65_530usize..65_540,
        ];
        prop_oneof![
            3 => (0u8..4, 0u8..3, size).prop_map(|(class, user, size)| Step::Push { class, user, size }),
            1 => (1u8..4).prop_map(Step::Poll),
        ]
    }

    fn class(class: u8, user: u8) -> Class {
        match class {
            0 => Class::Durable,
            1 => Class::Reply,
            2 => Class::Ephemeral(EphemeralKey::typing(1, user.to_string())),
            _ => Class::Ephemeral(EphemeralKey::presence(user.to_string())),
        }
    }

    fn take(body: &mut Outgoing, client: &mut Client) -> Result<bool, TestCaseError> {
        let Poll::Ready(Some(chunk)) = poll(body) else {
            return Ok(false);
        };
        prop_assert!(!chunk.is_empty() && chunk.len() <= CHUNK);
        client.read(&chunk);
        Ok(true)
    }

    proptest! {
        /// Whatever is pushed and however it is drained: the client reads whole frames, every
        /// durable one and every reply in order, and the last presence of everybody; then either
        /// nothing or one close frame, and after that nothing.
        #[test]
        fn bytes_are_whole_frames_of_what_was_pushed(steps in proptest::collection::vec(step(), 1..200)) {
            let (outbox, mut body) = body(200_000, silent());
            let mut client = Client::default();
            let (mut kept, mut presence) = (vec!["ready".to_owned()], HashMap::new());
            let mut overflowed = false;
            for (number, step) in steps.into_iter().enumerate() {
                match step {
                    Step::Poll(times) => for _ in 0..times {
                        take(&mut body, &mut client)?;
                    },
                    Step::Push { class: kind, user, size } => {
                        let text = format!("{kind}:{user}:{number}:{}", "x".repeat(size));
                        let pushed = outbox.push(Frame::text(&text), class(kind, user));
                        prop_assert_eq!(overflowed, pushed == Pushed::Closed);
                        overflowed |= pushed == Pushed::Overflowed;
                        if !overflowed && kind < 2 {
                            kept.push(text);
                        } else if !overflowed && kind == 3 {
                            presence.insert(user, text);
                        }
                    }
                }
                prop_assert!(outbox.bytes() <= 200_000);
            }
            while take(&mut body, &mut client)? {}

            prop_assert!(client.buffer.is_empty());
            let read: Vec<_> = client.texts().filter(|text| !text.starts_with(['2', '3'])).collect();
            if overflowed {
                prop_assert!(kept.iter().zip(&read).all(|(pushed, read)| pushed == read));
                let close = client.frames.pop().map(|(opcode, _)| opcode);
                prop_assert_eq!(close, Some(OpCode::Close));
                prop_assert_eq!(poll(&mut body), Poll::Ready(None));
            } else {
                prop_assert_eq!(&kept, &read);
                for (user, text) in presence {
                    let last = client.texts().filter(|read| read.starts_with(&format!("3:{user}:"))).last();
                    prop_assert_eq!(last, Some(text.as_str()));
                }
            }
            prop_assert!(client.frames.iter().all(|(opcode, _)| *opcode == OpCode::Text));
        }
    }
}
