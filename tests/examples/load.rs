//! Load: senders in pairs over real sockets, each with so many sends in flight.
//!
//! `load --url http://127.0.0.1:8080 --senders 50 --in-flight 1 --seconds 5`
//!
//! Needs a server that lets guests in. Prints acknowledged and delivered
//! messages a second, and the time from send to acknowledgement. Frames are
//! told apart by how they begin, not parsed: the load must cost less than what
//! it measures.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use chinwag_client::Client;
use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message, client::IntoClientRequest},
};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

struct Options {
    url: String,
    senders: usize,
    in_flight: usize,
    seconds: u64,
}

#[derive(Default)]
struct Counts {
    over: AtomicBool,
    delivered: AtomicU64,
    refused: AtomicU64,
}

fn options() -> Options {
    let mut arguments = std::env::args().skip(1);
    let mut given = HashMap::new();
    while let (Some(name), Some(value)) = (arguments.next(), arguments.next()) {
        given.insert(name, value);
    }
    let number = |name: &str, default: u64| {
        given.get(name).map_or(default, |value| value.parse().expect("a number"))
    };
    Options {
        url: given.get("--url").cloned().unwrap_or_else(|| "http://127.0.0.1:8080".into()),
        senders: usize::try_from(number("--senders", 50)).unwrap(),
        in_flight: usize::try_from(number("--in-flight", 1)).unwrap(),
        seconds: number("--seconds", 5),
    }
}

async fn connect(url: &str, token: &str) -> Socket {
    let address = format!("{}/api/v1/ws", url.replacen("http", "ws", 1));
    let mut request = address.into_client_request().unwrap();
    let headers = request.headers_mut();
    headers.insert("authorization", format!("Bearer {token}").parse().unwrap());
    headers.insert("sec-websocket-protocol", "chat.v1".parse().unwrap());
    let (mut socket, _) = connect_async(request).await.unwrap();
    while let Some(Ok(frame)) = socket.next().await {
        if frame
            .to_text()
            .is_ok_and(|text| text.starts_with(r#"{"at""#) || text.contains(r#""ready""#))
        {
            return socket;
        }
    }
    panic!("the socket ended before it was ready");
}

/// Sends with so many in flight until the time is over; answers the waiting times.
async fn sender(
    mut socket: Socket,
    conversation: String,
    in_flight: usize,
    counts: Arc<Counts>,
) -> Vec<Duration> {
    let mut begun: HashMap<u64, Instant> = HashMap::new();
    let mut waited = Vec::with_capacity(100_000);
    let mut next = 0_u64;
    let frame = |number: u64| {
        Message::text(format!(
            r#"{{"id":"{number}","type":"message.send","data":{{"conversation_id":"{conversation}","client_id":"{number}-{conversation}","content":"The quick brown fox jumps over the lazy dog, again and again."}}}}"#
        ))
    };
    for _ in 0..in_flight {
        begun.insert(next, Instant::now());
        socket.send(frame(next)).await.unwrap();
        next += 1;
    }
    while let Some(Ok(frame_in)) = socket.next().await {
        let Ok(text) = frame_in.to_text() else { continue };
        if text.starts_with(r#"{"type":"message.created""#) {
            counts.delivered.fetch_add(1, Ordering::Relaxed);
        } else if let Some(reply) = text.strip_prefix(r#"{"type":"reply","id":""#) {
            let (id, rest) = reply.split_once('"').unwrap();
            if !rest.starts_with(r#","ok":true"#) {
                counts.refused.fetch_add(1, Ordering::Relaxed);
            }
            waited.push(begun.remove(&id.parse().unwrap()).unwrap().elapsed());
            if counts.over.load(Ordering::Relaxed) {
                if begun.is_empty() {
                    return waited;
                }
            } else {
                begun.insert(next, Instant::now());
                socket.send(frame(next)).await.unwrap();
                next += 1;
            }
        }
    }
    waited
}

#[tokio::main]
async fn main() {
    let options = options();
    let anonymous = Client::new(&options.url).unwrap();
    let mut people = Vec::new();
    for number in 0..options.senders.max(2) {
        let signed_in = anonymous.guest(&format!("sender {number}")).await.unwrap();
        people.push((signed_in.user.id.clone(), signed_in.access_token));
    }
    let mut seats = Vec::new();
    for pair in people.chunks(2) {
        let [(_, one), (other_id, other)] = pair else { continue };
        let client = anonymous.with_token(one.clone());
        let conversation = client.create_direct(other_id).await.unwrap().id.to_string();
        for token in [one, other] {
            seats.push((connect(&options.url, token).await, conversation.clone()));
        }
    }

    let counts = Arc::new(Counts::default());
    let begun = Instant::now();
    let tasks: Vec<_> = seats
        .into_iter()
        .map(|(socket, conversation)| {
            tokio::spawn(sender(socket, conversation, options.in_flight, Arc::clone(&counts)))
        })
        .collect();
    tokio::time::sleep(Duration::from_secs(options.seconds)).await;
    counts.over.store(true, Ordering::Relaxed);
    let mut waited = Vec::new();
    for task in tasks {
        waited.extend(task.await.unwrap());
    }
    let elapsed = begun.elapsed().as_secs_f64();
    waited.sort();
    let at = |percent: usize| waited[(waited.len() - 1) * percent / 100].as_secs_f64() * 1e3;
    let per_second = |count: u64| u32::try_from(count).map_or(f64::NAN, f64::from) / elapsed;
    println!(
        "acknowledged/s {:.0}  delivered/s {:.0}  p50 {:.2} ms  p99 {:.2} ms  refused {}",
        per_second(waited.len() as u64),
        per_second(counts.delivered.load(Ordering::Relaxed)),
        at(50),
        at(99),
        counts.refused.load(Ordering::Relaxed),
    );
}
