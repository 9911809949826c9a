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

/// A form up to the bytes of its only part.
fn form(token: &str, path: &str, part: &str) -> String {
    format!(
        "POST /api/v1{path} HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: multipart/form-data; boundary=x\r\nTransfer-Encoding: chunked\r\n\
         Connection: close\r\n\r\n{}",
        chunk(&format!("--x\r\nContent-Disposition: form-data; {part}\r\n\r\n"))
    )
}

fn chunk(text: &str) -> String {
    format!("{:x}\r\n{text}\r\n", text.len())
}

#[actix_web::test]
async fn a_message_that_comes_in_drops_is_not_waited_for() {
    let mut world = World::new();
    // Each drop comes well in time, and there is no last one.
    world.options.body_patience = Duration::from_millis(500);
    let token = world.person("ann").await.token;
    let served = Served::start(&world);
    let stream = TcpStream::connect(served.address).await.unwrap();
    let (mut reader, mut writer) = stream.into_split();
    let begin = form(&token, "/messages", "name=\"message\"");
    let dripping = actix_web::rt::spawn(async move {
        writer.write_all(begin.as_bytes()).await.unwrap();
        while writer.write_all(chunk(" ").as_bytes()).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
    let mut answer = vec![0; 4096];
    let read = tokio::time::timeout(Duration::from_secs(20), reader.read(&mut answer)).await;
    let read = read.expect("an answer").unwrap();
    expect_problem(std::str::from_utf8(&answer[..read]).unwrap(), 400, "validation_failed");
    dripping.abort();
    served.stop().await;
}

#[actix_web::test]
async fn an_upload_outlives_the_token_that_it_began_with() {
    let world = World::new();
    let token = world.person("ann").await.token;
    let served = Served::start(&world);
    let stream = TcpStream::connect(served.address).await.unwrap();
    let (mut reader, mut writer) = stream.into_split();
    let begin = form(&token, "/media", "name=\"files\"; filename=\"a.png\"");
    writer.write_all((begin + &chunk("PNG")).as_bytes()).await.unwrap();
    let begun = async {
        while world.store.uploads().is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), begun).await.expect("it is begun");
    world.clock.advance(3_600_000);
    let refused = served.exchange(head(&token, "Content-Length: 0\r\n").into()).await;
    expect_problem(&refused, 401, "token_expired");
    writer.write_all((chunk("\r\n--x--\r\n") + "0\r\n\r\n").as_bytes()).await.unwrap();
    let mut answer = String::new();
    let read = tokio::time::timeout(Duration::from_secs(20), reader.read_to_string(&mut answer));
    read.await.expect("an answer").unwrap();
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
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
