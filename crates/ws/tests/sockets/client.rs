//! A client that knows nothing but WebSocket and JSON.

use std::{net::SocketAddr, time::Duration};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::{net::TcpStream, time};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{
        Error, Message,
        client::IntoClientRequest,
        http::{HeaderName, Response},
    },
};

/// Everything here happens at once; this is for machines that are very busy.
const DEADLINE: Duration = Duration::from_secs(20);

pub struct Client {
    stream: WebSocketStream<TcpStream>,
    /// Of the handshake.
    pub response: Response<Option<Vec<u8>>>,
    next_id: u32,
    /// Events that came before a reply that was waited for.
    events: Vec<Value>,
}

/// The answer to a handshake that was refused.
#[derive(Debug)]
pub struct Refusal {
    pub status: u16,
    pub content_type: String,
    pub problem: Value,
}

impl Client {
    pub async fn connect(address: SocketAddr, headers: &[(&str, &str)]) -> Result<Self, Refusal> {
        Self::connect_to(address, "/api/v1/ws", headers).await
    }

    pub async fn connect_to(
        address: SocketAddr,
        path: &str,
        headers: &[(&str, &str)],
    ) -> Result<Self, Refusal> {
        let stream = TcpStream::connect(address).await.unwrap();
        let mut request = format!("ws://{address}{path}").into_client_request().unwrap();
        request.headers_mut().insert("sec-websocket-protocol", "chat.v1".parse().unwrap());
        for (name, value) in headers {
            let name: HeaderName = name.parse().unwrap();
            request.headers_mut().append(name, value.parse().unwrap());
        }
        match within(client_async(request, stream)).await {
            Ok((stream, response)) => Ok(Self { stream, response, next_id: 0, events: Vec::new() }),
            Err(Error::Http(response)) => Err(Refusal {
                status: response.status().as_u16(),
                content_type: response.headers()["content-type"].to_str().unwrap().to_owned(),
                problem: serde_json::from_slice(response.body().as_deref().unwrap_or_default())
                    .unwrap_or_default(),
            }),
            Err(error) => panic!("{error}"),
        }
    }

    pub async fn say(&mut self, text: impl Into<String>) {
        within(self.stream.send(Message::text(text.into()))).await.unwrap();
    }

    /// Puts many frames into one write.
    pub async fn say_all(&mut self, texts: impl IntoIterator<Item = String>) {
        for text in texts {
            within(self.stream.feed(Message::text(text))).await.unwrap();
        }
        within(self.stream.flush()).await.unwrap();
    }

    async fn next(&mut self) -> Message {
        loop {
            match within(self.stream.next()).await.expect("the connection ended").unwrap() {
                Message::Ping(_) | Message::Pong(_) => {}
                message => return message,
            }
        }
    }

    /// The next text frame.
    pub async fn hear(&mut self) -> Value {
        if !self.events.is_empty() {
            return self.events.remove(0);
        }
        self.frame().await
    }

    async fn frame(&mut self) -> Value {
        match self.next().await {
            Message::Text(text) => serde_json::from_str(&text).unwrap(),
            other => panic!("{other:?}"),
        }
    }

    /// The next event of that type; those before it are thrown away.
    pub async fn event(&mut self, kind: &str) -> Value {
        loop {
            let event = self.hear().await;
            if event["type"] == kind {
                return event;
            }
        }
    }

    /// Asks, and answers the reply as it came.
    pub async fn ask(&mut self, kind: &str, data: Value) -> Value {
        self.next_id += 1;
        let id = format!("r{}", self.next_id);
        self.say(json!({ "id": id, "type": kind, "data": data }).to_string()).await;
        loop {
            let frame = self.frame().await;
            if frame["type"] == "reply" && frame["id"] == id {
                return frame;
            }
            self.events.push(frame);
        }
    }

    /// Asks for what must be answered.
    pub async fn ok(&mut self, kind: &str, data: Value) -> Value {
        let mut reply = self.ask(kind, data).await;
        assert_eq!(reply["ok"], true, "{reply}");
        reply["data"].take()
    }

    /// Asks for what must be refused, and answers the code.
    pub async fn refused(&mut self, kind: &str, data: Value) -> String {
        let reply = self.ask(kind, data).await;
        assert_eq!(reply["ok"], false, "{reply}");
        assert!(reply.get("data").is_none(), "{reply}");
        reply["error"]["code"].as_str().unwrap().to_owned()
    }

    /// Waits for the close frame, whatever comes before it; then the connection ends.
    pub async fn closed(&mut self) -> u16 {
        loop {
            if let Message::Close(frame) = self.next().await {
                assert!(within(self.stream.next()).await.is_none_or(|end| end.is_err()));
                return frame.map_or(1005, |frame| frame.code.into());
            }
        }
    }

    pub async fn close(mut self) {
        let _ = within(self.stream.close(None)).await;
        while let Some(Ok(_)) = within(self.stream.next()).await {}
    }
}

pub async fn within<T>(future: impl Future<Output = T>) -> T {
    time::timeout(DEADLINE, future).await.expect("in time")
}
