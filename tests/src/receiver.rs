//! A host application's receiver of webhooks, which answers as a test wants.

use crate::PATIENCE;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use std::{
    collections::HashMap,
    fmt::Write as _,
    pin::pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::Notify,
    task::JoinHandle,
    time::{sleep, timeout},
};

/// What a receiver does with a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// Answers with this status.
    Status(u16),
    /// Sends the sender elsewhere.
    Redirect(String),
    /// Says nothing, and keeps the connection.
    Silence,
    /// Begins to answer, a byte at a time, and never ends.
    Trickle,
    /// 200, with a body that never ends.
    Flood,
    /// Answers in another language than HTTP.
    Garbage,
    /// Hangs up.
    HangUp,
}

/// One request as it came.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// By name in lower case.
    pub headers: HashMap<String, String>,
    /// As it came, for the signature.
    pub bytes: Vec<u8>,
    /// The same as JSON.
    pub body: Value,
    /// What the receiver did with it.
    pub reply: Reply,
}

impl Delivery {
    /// A header that must be there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no {name}: {:?}", self.headers))
    }

    /// Whether the signature is of somebody with this secret.
    pub fn is_signed_with(&self, secret: &str) -> bool {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key");
        mac.update(self.header("x-chinwag-timestamp").as_bytes());
        mac.update(b".");
        mac.update(&self.bytes);
        let mut expected = "sha256=".to_owned();
        for byte in mac.finalize().into_bytes() {
            write!(expected, "{byte:02x}").expect("a text");
        }
        self.header("x-chinwag-signature") == expected
    }

    /// The revision of the change it tells of.
    pub fn revision(&self) -> u64 {
        self.body["revision"].as_u64().unwrap_or_else(|| panic!("no revision: {}", self.body))
    }

    /// Whether the receiver took it.
    pub fn is_accepted(&self) -> bool {
        matches!(self.reply, Reply::Status(200..=299) | Reply::Flood)
    }
}

type Answer = Box<dyn FnMut(&Delivery) -> Reply + Send>;

struct Shared {
    answer: Mutex<Answer>,
    heard: Mutex<Vec<Delivery>>,
    news: Notify,
    sent: AtomicUsize,
    /// Deliveries met with silence that are open now, and the most that were at once.
    held: AtomicUsize,
    most_held: AtomicUsize,
}

/// Listens on a port of its own until it is dropped.
pub struct Receiver {
    port: u16,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

impl Receiver {
    /// A receiver that takes everything.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let shared = Arc::new(Shared {
            answer: Mutex::new(Box::new(|_| Reply::Status(204))),
            heard: Mutex::default(),
            news: Notify::new(),
            sent: AtomicUsize::new(0),
            held: AtomicUsize::new(0),
            most_held: AtomicUsize::new(0),
        });
        let accepting = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Self { port, shared, accepting }
    }

    /// From now on it answers so.
    pub fn answers(&self, answer: impl FnMut(&Delivery) -> Reply + Send + 'static) {
        *self.shared.answer.lock().unwrap() = Box::new(answer);
    }

    /// Where it listens, with a path and a query that must come through.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/hook?for=chat", self.port)
    }

    /// Everything that came so far, in the order in which it came.
    pub fn heard(&self) -> Vec<Delivery> {
        self.shared.heard.lock().unwrap().clone()
    }

    /// Bytes of bodies that were sent in floods.
    pub fn sent(&self) -> usize {
        self.shared.sent.load(Ordering::SeqCst)
    }

    /// The most deliveries that it kept open at once by its silence.
    pub fn most_held(&self) -> usize {
        self.shared.most_held.load(Ordering::SeqCst)
    }

    /// Waits until what came is enough.
    pub async fn until(&self, what: &str, enough: impl Fn(&[Delivery]) -> bool) -> Vec<Delivery> {
        self.within(PATIENCE, what, enough).await
    }

    /// The same with another patience, for what leases hold up.
    pub async fn within(
        &self,
        patience: Duration,
        what: &str,
        enough: impl Fn(&[Delivery]) -> bool,
    ) -> Vec<Delivery> {
        let waiting = async {
            loop {
                let mut news = pin!(self.shared.news.notified());
                news.as_mut().enable();
                let heard = self.heard();
                if enough(&heard) {
                    return heard;
                }
                news.await;
            }
        };
        let heard = timeout(patience, waiting).await;
        heard.unwrap_or_else(|_| panic!("not within the time: {what}; came: {:#?}", self.outline()))
    }

    fn outline(&self) -> Vec<String> {
        let line =
            |it: &Delivery| format!("{} {} {:?}", it.body["type"], it.body["revision"], it.reply);
        self.heard().iter().map(line).collect()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(serve(stream, Arc::clone(&shared)));
    }
}

async fn serve(stream: TcpStream, shared: Arc<Shared>) {
    let mut stream = BufReader::new(stream);
    while let Some((headers, bytes)) = request(&mut stream).await {
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        let mut delivery = Delivery { headers, bytes, body, reply: Reply::HangUp };
        let reply = (shared.answer.lock().unwrap())(&delivery);
        delivery.reply = reply.clone();
        shared.heard.lock().unwrap().push(delivery);
        shared.news.notify_waiters();
        if !answer(&mut stream, reply, &shared).await {
            return;
        }
    }
}

/// Headers and body of the next request; none when the sender has hung up.
async fn request(stream: &mut BufReader<TcpStream>) -> Option<(HashMap<String, String>, Vec<u8>)> {
    let mut headers = HashMap::new();
    let mut line = String::new();
    stream.read_line(&mut line).await.ok().filter(|read| *read > 0)?;
    headers.insert(":request".to_owned(), line.trim_end().to_owned());
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.ok().filter(|read| *read > 0)?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.insert(name.to_lowercase(), value.to_owned());
    }
    let length = headers.get("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    Some((headers, body))
}

/// Answers; false where the connection is over.
async fn answer(stream: &mut BufReader<TcpStream>, reply: Reply, shared: &Shared) -> bool {
    const HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-length: 1000000000000\r\n\r\n";
    match reply {
        Reply::Status(status) => {
            let text = format!("HTTP/1.1 {status} So\r\ncontent-length: 2\r\n\r\nok");
            let text = if status == 204 { "HTTP/1.1 204 So\r\n\r\n" } else { &text };
            stream.write_all(text.as_bytes()).await.is_ok()
        }
        Reply::Redirect(to) => {
            let text = format!("HTTP/1.1 307 There\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n");
            stream.write_all(text.as_bytes()).await.is_ok()
        }
        Reply::Silence => {
            let held = shared.held.fetch_add(1, Ordering::SeqCst) + 1;
            shared.most_held.fetch_max(held, Ordering::SeqCst);
            let mut nothing = [0];
            let _ = stream.read(&mut nothing).await;
            shared.held.fetch_sub(1, Ordering::SeqCst);
            false
        }
        Reply::Trickle => {
            while stream.write_all(b"HTTP/1.1 200 OK\r\nx: ").await.is_ok() {
                sleep(Duration::from_millis(100)).await;
            }
            false
        }
        Reply::Flood => {
            let chunk = vec![b'x'; 16 * 1024];
            let mut going = stream.write_all(HEAD.as_bytes()).await.is_ok();
            while going {
                going = stream.write_all(&chunk).await.is_ok();
                shared.sent.fetch_add(chunk.len(), Ordering::SeqCst);
            }
            false
        }
        Reply::Garbage => {
            let _ = stream.write_all(b"\x00\x01\x02 what is this?\r\n\r\n").await;
            false
        }
        Reply::HangUp => false,
    }
}
