//! What a large file costs in memory: measured on demand, since it takes a while.
//!
//! `cargo test -p chinwag-tests --test e2e media_memory -- --ignored --nocapture`

use chinwag_tests::{Engine, World};
use std::time::Instant;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

const GIBIBYTE: u64 = 1024 * 1024 * 1024;
const PIECE: usize = 1024 * 1024;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "moves a gibibyte twice; run it by name"]
async fn a_gibibyte_goes_up_and_down_in_flat_memory() {
    let binary = env!("CARGO_BIN_EXE_chinwag-under-test");
    let settings = &[("media.max_bytes", "1073741824")];
    let world = World::start(Engine::Sqlite, binary, settings).await;
    let alice = world.person("alice").await;
    // Whatever the server makes once, it makes now.
    world.upload(&alice, "first", &chinwag_tests::noise(400_000)).await;
    let token = alice.token();
    let before = Resident::of(&world);

    let begun = Instant::now();
    let id = up(world.server.port(), token).await;
    let (up, took) = (Resident::of(&world), begun.elapsed());
    println!("up:   {before} before, {up} after, in {took:?}");
    let begun = Instant::now();
    let count = down(world.server.port(), token, &id).await;
    let (down, took) = (Resident::of(&world), begun.elapsed());
    println!("down: {up} before, {down} after, in {took:?}");
    assert_eq!(count, GIBIBYTE);
    let grown = down.peak.saturating_sub(before.now);
    println!("grown by {grown} KiB at most");
    assert!(grown < 30 * 1024, "{grown} KiB");
}

/// What the server's process holds in memory, in KiB.
struct Resident {
    now: u64,
    peak: u64,
}

impl Resident {
    fn of(world: &World) -> Self {
        let pid = world.server.pid().unwrap();
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
        let field = |name: &str| {
            let line = status.lines().find(|line| line.starts_with(name)).unwrap();
            line.split_whitespace().nth(1).unwrap().parse().unwrap()
        };
        Self { now: field("VmRSS:"), peak: field("VmHWM:") }
    }
}

impl std::fmt::Display for Resident {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} KiB (peak {})", self.now, self.peak)
    }
}

async fn connect(port: u16, head: String) -> TcpStream {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    stream
}

/// Sends the file as a form; its id.
async fn up(port: u16, token: &str) -> String {
    let begin = "--x\r\nContent-Disposition: form-data; name=\"files\"; filename=\"large\"\r\n\r\n";
    let end = "\r\n--x--\r\n";
    let length = GIBIBYTE + (begin.len() + end.len()) as u64;
    let head = format!(
        "POST /api/v1/media HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {length}\r\n\
         Connection: close\r\n\r\n{begin}"
    );
    let mut stream = connect(port, head).await;
    let piece = chinwag_tests::noise(PIECE);
    for _ in 0..GIBIBYTE / PIECE as u64 {
        stream.write_all(&piece).await.unwrap();
    }
    stream.write_all(end.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    let (_, id) = answer.split_once("{\"id\":\"").unwrap();
    id[..36].to_owned()
}

/// Reads the file; how many bytes came.
async fn down(port: u16, token: &str, id: &str) -> u64 {
    let head = format!(
        "GET /api/v1/media/{id} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\
         Connection: close\r\n\r\n"
    );
    let mut stream = connect(port, head).await;
    let mut buffer = vec![0; PIECE];
    let (mut count, mut header) = (0, Vec::new());
    loop {
        let read = stream.read(&mut buffer).await.unwrap();
        if read == 0 {
            return count;
        }
        if count > 0 {
            count += read as u64;
            continue;
        }
        header.extend_from_slice(&buffer[..read]);
        if let Some(end) = header.windows(4).position(|window| window == b"\r\n\r\n") {
            assert!(header.starts_with(b"HTTP/1.1 200"));
            count = (header.len() - end - 4) as u64;
        }
    }
}
