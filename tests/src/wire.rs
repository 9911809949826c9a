//! A socket by hand, for what no client library sends and for who does not read.

use crate::{PATIENCE, Person};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    time::timeout,
};

/// A small window, so that it is full at once when nobody reads.
const WINDOW: u32 = 4_096;

/// An identified socket, after `ready`.
#[derive(Debug)]
pub struct RawSocket {
    stream: TcpStream,
}

impl RawSocket {
    /// Shakes hands at this port of the loopback address and waits for `ready`.
    pub async fn open(person: &Person, port: u16) -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_recv_buffer_size(WINDOW).expect("a small window");
        let stream = socket.connect(([127, 0, 0, 1], port).into()).await.expect("a connection");
        let mut raw = Self { stream };
        let request = format!(
            "GET /api/v1/ws HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: Upgrade\r\n\
             Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: chat.v1\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer {}\r\n\r\n",
            person.token()
        );
        raw.stream.write_all(request.as_bytes()).await.expect("the request is sent");
        let mut answer = Vec::new();
        while !answer.windows(7).any(|window| window == b"\"ready\"") {
            let part = raw.read().await.expect("the socket stands");
            assert!(!part.is_empty(), "{}", String::from_utf8_lossy(&answer));
            answer.extend_from_slice(&part);
        }
        let answer = String::from_utf8_lossy(&answer).into_owned();
        assert!(answer.starts_with("HTTP/1.1 101"), "{answer}");
        assert!(answer.to_lowercase().contains("sec-websocket-protocol: chat.v1"), "{answer}");
        raw
    }

    /// Sends one frame of up to 125 bytes, with this first byte (flags and kind), masked with zeros.
    pub async fn send(&mut self, first: u8, payload: &[u8]) {
        let length = u8::try_from(payload.len()).ok().filter(|it| *it < 126).expect("a short one");
        let frame = [&[first, 0x80 | length, 0, 0, 0, 0], payload].concat();
        self.stream.write_all(&frame).await.expect("the frame is sent");
    }

    /// Reads to the end, and gives how many bytes came and the code of the close frame, if that came last.
    pub async fn drain(mut self) -> (usize, Option<u16>) {
        let (mut count, mut last) = (0, Vec::new());
        loop {
            // A reset is an end as well.
            let part = self.read().await.unwrap_or_default();
            if part.is_empty() {
                break;
            }
            count += part.len();
            last.extend_from_slice(&part);
            last.drain(..last.len().saturating_sub(64));
        }
        (count, close_code(&last))
    }

    async fn read(&mut self) -> std::io::Result<Vec<u8>> {
        let mut part = vec![0; 65_536];
        let count =
            timeout(PATIENCE, self.stream.read(&mut part)).await.expect("an end, in time")?;
        part.truncate(count);
        Ok(part)
    }
}

/// The code in a close frame at the very end.
fn close_code(bytes: &[u8]) -> Option<u16> {
    (0..bytes.len()).find_map(|at| match &bytes[at..] {
        [0x88, length, high, low, reason @ ..]
            if usize::from(*length) == reason.len() + 2 && *length < 126 =>
        {
            Some(u16::from_be_bytes([*high, *low]))
        }
        _ => None,
    })
}
