//! What only shows on a real connection: bodies in pieces, HEAD, slow clients.

use std::{net::SocketAddr, time::Duration};

use actix_web::{App, HttpServer, dev::ServerHandle};
use chinwag_rest::configure;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::world::World;

struct Served {
    address: SocketAddr,
    handle: ServerHandle,
}

impl Served {
    fn start(world: &World) -> Self {
        let (chat, options) = (world.chat.clone(), world.options.clone());
        let server =
            HttpServer::new(move || App::new().configure(configure(chat.clone(), options.clone())))
                .workers(1)
                .disable_signals()
                .bind(("127.0.0.1", 0))
                .unwrap();
        let address = server.addrs()[0];
        let server = server.run();
        let handle = server.handle();
        actix_web::rt::spawn(server);
        Self { address, handle }
    }

    /// Everything that comes back on one connection to which this is written.
    async fn exchange(&self, bytes: Vec<u8>) -> String {
        let stream = TcpStream::connect(self.address).await.unwrap();
        let (mut reader, mut writer) = stream.into_split();
        // The server may answer, and close, before it has read everything.
        let writing = actix_web::rt::spawn(async move {
            let _ = writer.write_all(&bytes).await;
            writer
        });
        let mut all = Vec::new();
        let read = tokio::time::timeout(Duration::from_secs(20), reader.read_to_end(&mut all));
        let _ = read.await.expect("the server closes");
        drop(writing.await);
        String::from_utf8(all).unwrap()
    }

    async fn stop(self) {
        self.handle.stop(false).await;
    }
}

fn head(world_token: &str, more: &str) -> String {
    format!(
        "PATCH /api/v1/users/me HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer {world_token}\r\n\
         Content-Type: application/json\r\nConnection: close\r\n{more}\r\n"
    )
}

fn in_pieces(pieces: usize, piece: &str) -> String {
    let one = format!("{:x}\r\n{piece}\r\n", piece.len());
    one.repeat(pieces)
}

#[track_caller]
fn expect_problem(answer: &str, status: u16, code: &str) {
    assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
    assert!(answer.contains("content-type: application/problem+json"), "{answer}");
    assert!(answer.contains(&format!("\"code\":\"{code}\"")), "{answer}");
}

#[actix_web::test]
async fn a_body_in_pieces_is_bounded_while_it_comes() {
    let world = World::new();
    let token = world.person("ann").await.token;
    let served = Served::start(&world);
    let chunked = head(&token, "Transfer-Encoding: chunked\r\n");

    let fits = format!("{chunked}{}2\r\n{{}}\r\n0\r\n\r\n", in_pieces(255, &" ".repeat(1024)));
    let answer = served.exchange(fits.into()).await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");

    let over = format!("{chunked}{}0\r\n\r\n", in_pieces(257, &" ".repeat(1024)));
    expect_problem(&served.exchange(over.into()).await, 413, "payload_too_large");

    let endless = format!("{chunked}{}", in_pieces(1200, &" ".repeat(1024)));
    expect_problem(&served.exchange(endless.into()).await, 413, "payload_too_large");

    let declared = format!("{}{}", head(&token, "Content-Length: 400000\r\n"), " ".repeat(400_000));
    expect_problem(&served.exchange(declared.into()).await, 413, "payload_too_large");
    served.stop().await;
}

#[actix_web::test]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let mut world = World::new();
    world.options.body_patience = Duration::from_millis(50);
    let token = world.person("ann").await.token;
    let served = Served::start(&world);
    for (length, half) in
        [("Content-Length: 10\r\n", "{\"na"), ("Transfer-Encoding: chunked\r\n", "5\r\n{\"")]
    {
        let request = format!("{}{half}", head(&token, length));
        let answer = served.exchange(request.into()).await;
        expect_problem(&answer, 400, "validation_failed");
        // Nor is it when nobody has asked for it.
        let request = format!("{}{half}", head("unknown", length));
        expect_problem(&served.exchange(request.into()).await, 401, "token_invalid");
    }
    let broken = format!("{}zz\r\n", head(&token, "Transfer-Encoding: chunked\r\n"));
    let answer = served.exchange(broken.into()).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400 "), "{answer}");
    served.stop().await;
}

#[actix_web::test]
async fn a_connection_goes_on_after_a_body_that_came_whole() {
    let world = World::new();
    let token = world.person("ann").await.token;
    let served = Served::start(&world);
    let whole = head(&token, "Transfer-Encoding: chunked\r\n").replace("Connection: close\r\n", "");
    let twice = format!("{whole}2\r\n{{}}\r\n0\r\n\r\n{}", head(&token, ""));
    let answers = served.exchange(twice.into()).await;
    assert_eq!(answers.matches("HTTP/1.1 200 ").count(), 2, "{answers}");
    served.stop().await;
}

#[actix_web::test]
async fn head_is_get_without_the_body() {
    let world = World::new();
    let token = world.person("ann").await.token;
    let served = Served::start(&world);
    let ask = |method: &str, token: &str| head(token, "").replacen("PATCH", method, 1).into_bytes();
    let (got, told) =
        (served.exchange(ask("GET", &token)).await, served.exchange(ask("HEAD", &token)).await);
    assert!(got.contains("\"id\":\"ann\""), "{got}");
    let (got, _) = got.split_once("\r\n\r\n").unwrap();
    let (told, body) = told.split_once("\r\n\r\n").unwrap();
    assert_eq!(body, "");
    let length = |head: &str| {
        let line = head.lines().find(|line| line.to_lowercase().starts_with("content-length"));
        line.map(str::to_lowercase)
    };
    assert_eq!((told.lines().next(), length(told)), (got.lines().next(), length(got)));
    let refused = served.exchange(ask("HEAD", "unknown")).await;
    assert!(refused.starts_with("HTTP/1.1 401 ") && refused.ends_with("\r\n\r\n"), "{refused}");
    served.stop().await;
}
