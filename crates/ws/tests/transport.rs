//! The transport over real sockets: a server that echoes and floods, clients that are not ours.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "clippy takes the functions between the tests for production code"
)]

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    dev::ServerHandle,
    rt,
    web::{self, Data},
};
use chinwag_ws::{
    close::CloseCode,
    frame::Frame,
    incoming::{End, Incoming, Reader},
    outbox::{Class, Outbox, Pushed},
    socket::{self, SocketLimits},
};
use futures_util::{SinkExt, StreamExt};
use socket2::SockRef;
use tokio::{io::AsyncWriteExt, net::TcpStream, sync::mpsc, time};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{
        Message,
        client::IntoClientRequest,
        protocol::frame::{
            Frame as RawFrame,
            coding::{Control, Data as Kind, OpCode},
        },
    },
};

/// Everything here happens at once; this is for machines that are very busy.
const DEADLINE: Duration = Duration::from_secs(20);
const MAX_MESSAGE: usize = 128 * 1024;

/// What a socket of the server tells the test.
#[derive(Debug, PartialEq)]
enum Report {
    Overflowed,
    End(End),
}

type Client = WebSocketStream<TcpStream>;

struct Server {
    address: SocketAddr,
    handle: ServerHandle,
    reports: mpsc::UnboundedReceiver<Report>,
}

/// What a socket of this server does: echo, but for a few commands.
async fn serve(mut reader: Reader, outbox: Arc<Outbox>, reports: mpsc::UnboundedSender<Report>) {
    let end = loop {
        match reader.next().await {
            Incoming::Text(text) => match &*text {
                "burst" => burst(&outbox),
                "flood" => {
                    flood(&outbox).await;
                    let _ = reports.send(Report::Overflowed);
                }
                "close" => outbox.close(CloseCode::SessionRevoked),
                "ping" => drop(outbox.push(Frame::ping(b"you"), Class::Reply)),
                "leave" => return,
                text => drop(outbox.push(Frame::text(text), Class::Reply)),
            },
            Incoming::Alive => {}
            Incoming::End(end) => break end,
        }
    };
    if let Some(close) = end.close_code() {
        outbox.close(close);
    }
    let _ = reports.send(Report::End(end));
}

fn burst(outbox: &Outbox) {
    for number in 0..1000 {
        outbox.push(Frame::text(&number.to_string()), Class::Durable);
    }
}

/// Says more than anybody takes who does not read. The pauses let the body write, so that the kernel
/// is full before the outbox is.
async fn flood(outbox: &Outbox) {
    let frame = Frame::text(&"x".repeat(16_000));
    while outbox.push(frame.clone(), Class::Durable) == Pushed::Queued {
        time::sleep(Duration::from_millis(1)).await;
    }
}

async fn handler(
    request: HttpRequest,
    payload: web::Payload,
    reports: Data<mpsc::UnboundedSender<Report>>,
) -> Result<HttpResponse, actix_web::Error> {
    let limits = SocketLimits {
        message: MAX_MESSAGE,
        outbox: 256 * 1024,
        close_grace: if request.query_string() == "patient" {
            DEADLINE
        } else {
            Duration::from_millis(200)
        },
    };
    let socket = socket::open(&request, payload, &limits).await?;
    socket.outbox.release(Frame::text("ready"));
    rt::spawn(serve(socket.reader, socket.outbox, reports.as_ref().clone()));
    Ok(socket.response)
}

impl Server {
    fn start() -> Self {
        let listener = chinwag_ws::listener(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, reports) = mpsc::unbounded_channel();
        let server = HttpServer::new(move || {
            App::new().app_data(Data::new(sender.clone())).route("/ws", web::get().to(handler))
        })
        .workers(2)
        .tcp_nodelay(true)
        .on_connect(chinwag_ws::keep_descriptor)
        .disable_signals()
        .listen(listener)
        .unwrap()
        .run();
        let handle = server.handle();
        rt::spawn(server);
        Self { address, handle, reports }
    }

    async fn connect(&self) -> Client {
        self.connect_to("/ws").await
    }

    async fn connect_to(&self, path: &str) -> Client {
        let stream = TcpStream::connect(self.address).await.unwrap();
        let mut request = format!("ws://{}{path}", self.address).into_client_request().unwrap();
        request.headers_mut().insert("sec-websocket-protocol", "chat.v1".parse().unwrap());
        let (mut client, response) = client_async(request, stream).await.unwrap();
        assert_eq!(response.headers()["sec-websocket-protocol"], "chat.v1");
        assert_eq!(text(&mut client).await, "ready");
        client
    }

    async fn report(&mut self) -> Report {
        within(self.reports.recv()).await.unwrap()
    }

    async fn end(&mut self) -> End {
        match self.report().await {
            Report::End(end) => end,
            report @ Report::Overflowed => panic!("{report:?}"),
        }
    }

    async fn stop(self) {
        self.handle.stop(false).await;
    }
}

async fn within<T>(future: impl Future<Output = T>) -> T {
    time::timeout(DEADLINE, future).await.expect("in time")
}

async fn say(client: &mut Client, text: impl Into<String>) {
    within(client.send(Message::text(text.into()))).await.unwrap();
}

async fn message(client: &mut Client) -> Message {
    within(client.next()).await.unwrap().unwrap()
}

async fn text(client: &mut Client) -> String {
    message(client).await.into_text().unwrap().to_string()
}

/// The server closes with this code, and then the connection ends.
async fn closed(client: &mut Client, close: CloseCode) {
    let Message::Close(Some(frame)) = message(client).await else {
        panic!("no close frame");
    };
    assert_eq!(u16::from(frame.code), close.code());
    assert_eq!(frame.reason.as_str(), close.reason());
    assert!(within(client.next()).await.is_none_or(|end| end.is_err()));
}

fn raw(opcode: Kind, payload: &[u8], last: bool) -> Message {
    Message::Frame(RawFrame::message(payload.to_vec(), OpCode::Data(opcode), last))
}

#[actix_web::test]
async fn echoes_and_bursts_in_order() {
    let server = Server::start();
    let mut client = server.connect().await;
    say(&mut client, "hello").await;
    assert_eq!(text(&mut client).await, "hello");
    say(&mut client, "burst").await;
    for number in 0..1000 {
        assert_eq!(text(&mut client).await, number.to_string());
    }
    let large = "é".repeat(MAX_MESSAGE / 2);
    say(&mut client, &*large).await;
    assert_eq!(text(&mut client).await, large);
    server.stop().await;
}

#[actix_web::test]
async fn fragments_make_one_message() {
    let server = Server::start();
    let mut client = server.connect().await;
    // The cut goes through a character.
    for (kind, part, last) in [
        (Kind::Text, "né".as_bytes()[..2].to_vec(), false),
        (Kind::Continue, "né".as_bytes()[2..].to_vec(), false),
        (Kind::Continue, b"!".to_vec(), true),
    ] {
        within(client.send(raw(kind, &part, last))).await.unwrap();
    }
    assert_eq!(text(&mut client).await, "né!");
    server.stop().await;
}

#[actix_web::test]
async fn pings_are_answered_and_sent() {
    let server = Server::start();
    let mut client = server.connect().await;
    within(client.send(Message::Ping("me".into()))).await.unwrap();
    assert_eq!(message(&mut client).await, Message::Pong("me".into()));
    say(&mut client, "ping").await;
    assert_eq!(message(&mut client).await, Message::Ping("you".into()));
    server.stop().await;
}

#[actix_web::test]
async fn server_closes_with_code_and_reason() {
    let mut server = Server::start();
    let mut client = server.connect().await;
    say(&mut client, "close").await;
    closed(&mut client, CloseCode::SessionRevoked).await;
    assert_eq!(server.end().await, End::Closed);
    server.stop().await;
}

#[actix_web::test]
async fn client_may_close() {
    let mut server = Server::start();
    let mut client = server.connect().await;
    within(client.close(None)).await.unwrap();
    assert_eq!(server.end().await, End::Closed);
    let Message::Close(Some(frame)) = message(&mut client).await else {
        panic!("no close frame");
    };
    assert_eq!(u16::from(frame.code), CloseCode::Normal.code());
    assert!(within(client.next()).await.is_none());
    server.stop().await;
}

#[actix_web::test]
async fn client_may_vanish() {
    let mut server = Server::start();
    drop(server.connect().await);
    assert_eq!(server.end().await, End::Failed);
    server.stop().await;
}

#[actix_web::test]
async fn connection_ends_with_its_task() {
    let server = Server::start();
    let mut client = server.connect().await;
    say(&mut client, "leave").await;
    assert!(within(client.next()).await.is_none_or(|end| end.is_err()));
    server.stop().await;
}

#[actix_web::test]
async fn oversized_frame_is_refused() {
    let mut server = Server::start();
    let mut client = server.connect().await;
    say(&mut client, "x".repeat(MAX_MESSAGE + 1)).await;
    closed(&mut client, CloseCode::TooBig).await;
    assert_eq!(server.end().await, End::TooBig);
    server.stop().await;
}

#[actix_web::test]
async fn announcing_an_oversized_frame_is_enough_but_what_came_before_counts() {
    let mut server = Server::start();
    let mut client = server.connect().await;
    // "hi" under a mask of zeros, then the header of a frame of 4 GiB in the same packet.
    let bytes = b"\x81\x82\0\0\0\0hi\x81\xff\0\0\0\x01\0\0\0\0";
    within(client.get_mut().write_all(bytes)).await.unwrap();
    assert_eq!(server.end().await, End::TooBig);
    assert_eq!(text(&mut client).await, "hi");
    closed(&mut client, CloseCode::TooBig).await;
    server.stop().await;
}

#[actix_web::test]
async fn oversized_fragments_are_refused() {
    let mut server = Server::start();
    let mut client = server.connect().await;
    let part = vec![b'x'; MAX_MESSAGE / 2];
    within(client.send(raw(Kind::Text, &part, false))).await.unwrap();
    within(client.send(raw(Kind::Continue, &part, false))).await.unwrap();
    within(client.send(raw(Kind::Continue, b"x", true))).await.unwrap();
    closed(&mut client, CloseCode::TooBig).await;
    assert_eq!(server.end().await, End::TooBig);
    server.stop().await;
}

#[actix_web::test]
async fn text_must_be_utf8_whole_or_in_fragments() {
    let mut server = Server::start();
    let mut client = server.connect().await;
    within(client.send(raw(Kind::Text, b"\xff", true))).await.unwrap();
    closed(&mut client, CloseCode::NotUtf8).await;
    assert_eq!(server.end().await, End::NotUtf8);

    let mut client = server.connect().await;
    within(client.send(raw(Kind::Text, b"a", false))).await.unwrap();
    within(client.send(raw(Kind::Continue, b"\xff", true))).await.unwrap();
    closed(&mut client, CloseCode::NotUtf8).await;
    assert_eq!(server.end().await, End::NotUtf8);
    server.stop().await;
}

#[actix_web::test]
async fn anything_but_text_is_a_violation() {
    let mut server = Server::start();
    let reserved = {
        let mut frame = RawFrame::message(b"x".to_vec(), OpCode::Data(Kind::Text), true);
        frame.header_mut().rsv1 = true;
        Message::Frame(frame)
    };
    let fragmented_control = {
        let mut frame = RawFrame::ping(b"x".to_vec());
        frame.header_mut().is_final = false;
        frame.header_mut().opcode = OpCode::Control(Control::Ping);
        Message::Frame(frame)
    };
    for bad in [
        Message::binary(b"x".to_vec()),
        raw(Kind::Binary, b"x", false),
        raw(Kind::Continue, b"x", true),
        reserved,
        fragmented_control,
    ] {
        let mut client = server.connect().await;
        within(client.send(bad)).await.unwrap();
        closed(&mut client, CloseCode::ProtocolViolation).await;
        assert_eq!(server.end().await, End::Violation);
    }
    server.stop().await;
}

#[actix_web::test]
async fn stalled_client_loses_its_connection_and_nobody_else() {
    let mut server = Server::start();
    let mut neighbour = server.connect().await;
    let mut stalled = server.connect().await;
    say(&mut stalled, "flood").await;
    assert_eq!(server.report().await, Report::Overflowed);
    // It never reads; that the connection was reset shows in the pending error of the socket.
    let error = within(async {
        loop {
            if let Some(error) = SockRef::from(stalled.get_ref()).take_error().unwrap() {
                break error;
            }
            time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    assert!(matches!(server.end().await, End::Failed | End::Closed));

    say(&mut neighbour, "still here").await;
    assert_eq!(text(&mut neighbour).await, "still here");
    server.stop().await;
}

#[actix_web::test]
async fn slow_client_that_wakes_up_is_told_4408() {
    let mut server = Server::start();
    let mut client = server.connect_to("/ws?patient").await;
    say(&mut client, "flood").await;
    assert_eq!(server.report().await, Report::Overflowed);
    // What it still gets is whole frames, and then why.
    loop {
        match message(&mut client).await {
            Message::Text(text) => assert_eq!(text.len(), 16_000),
            Message::Close(close) => {
                assert_eq!(u16::from(close.unwrap().code), CloseCode::SlowConsumer.code());
                break;
            }
            other => panic!("{other:?}"),
        }
    }
    server.stop().await;
}
