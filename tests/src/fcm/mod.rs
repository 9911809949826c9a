//! Google's token endpoint and Firebase Cloud Messaging, as far as a sender can tell: strict about what is
//! asked, and answering as the documentation shows. What does not conform is answered 400 and fails the test
//! when this is dropped.

mod check;
mod wire;

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der},
    rsa::{KeyPair, KeySize},
    signature::KeyPair as _,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use jsonwebtoken::DecodingKey;
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tokio::{net::TcpListener, task::JoinHandle};
use wire::{Reply, Request};

const PROJECT: &str = "my-app-1234";
const KEY_ID: &str = "0123456789abcdef0123456789abcdef01234567";
const EMAIL: &str = "firebase-adminsdk-x1y2z@my-app-1234.iam.gserviceaccount.com";

/// The two of them, on one address, until this is dropped.
#[derive(Debug)]
pub struct FakeFcm {
    address: SocketAddr,
    private_key: String,
    shared: Arc<Shared>,
    serving: JoinHandle<()>,
}

#[derive(Debug)]
struct Shared {
    address: SocketAddr,
    public_key: String,
    ahead: AtomicI64,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Messages that were taken.
    taken: Vec<Value>,
    /// The token of each request to send that conformed, whatever the answer.
    asked: Vec<String>,
    /// Access tokens that are good.
    access: Vec<String>,
    granted: usize,
    complaints: Vec<String>,
    /// Instead of taking a message: by token, or for all under "".
    answers: HashMap<String, Reply>,
    /// Instead of giving a token.
    no_grant: Option<Reply>,
    slow: Duration,
}

impl FakeFcm {
    /// Listens on a free port of this machine, with a fresh key.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
        let private: Pkcs8V1Der<'_> = pair.as_der().unwrap();
        let public: PublicKeyX509Der<'_> = pair.public_key().as_der().unwrap();
        let shared = Arc::new(Shared {
            address,
            public_key: pem("PUBLIC KEY", public.as_ref()),
            ahead: AtomicI64::new(0),
            state: Mutex::default(),
        });
        let serving = tokio::spawn(wire::serve(listener, Arc::clone(&shared)));
        let private_key = pem("PRIVATE KEY", private.as_ref());
        Self { address, private_key, shared, serving }
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The service account as the Firebase console gives it out.
    pub fn credentials(&self) -> Value {
        json!({
            "type": "service_account",
            "project_id": PROJECT,
            "private_key_id": KEY_ID,
            "private_key": self.private_key,
            "client_email": EMAIL,
            "client_id": "123456789012345678901",
            "auth_uri": "https://accounts.google.com/o/oauth2/auth",
            "token_uri": self.shared.token_uri(),
            "auth_provider_x509_cert_url": "https://www.googleapis.com/oauth2/v1/certs",
            "client_x509_cert_url": format!("https://www.googleapis.com/robot/v1/metadata/x509/{EMAIL}"),
            "universe_domain": "googleapis.com",
        })
    }

    /// The messages that were taken, in the order of their coming.
    pub fn taken(&self) -> Vec<Value> {
        self.shared.state.lock().unwrap().taken.clone()
    }

    /// Those for one device.
    pub fn taken_for(&self, token: &str) -> Vec<Value> {
        self.taken().into_iter().filter(|message| message["token"] == token).collect()
    }

    /// How often it was asked to send to that device, whatever the answer.
    pub fn asked_for(&self, token: &str) -> usize {
        let state = self.shared.state.lock().unwrap();
        state.asked.iter().filter(|asked| *asked == token).count()
    }

    /// How many access tokens were given.
    pub fn granted(&self) -> usize {
        self.shared.state.lock().unwrap().granted
    }

    /// From now on messages to that device, or all with "", are answered so.
    pub fn answer(&self, token: &str, status: u16, headers: &[(&str, &str)], body: &Value) {
        let reply = Reply::new(status, body).with(headers);
        self.shared.state.lock().unwrap().answers.insert(token.to_owned(), reply);
    }

    /// As [`FakeFcm::answer`], with an error as FCM writes it.
    pub fn fail(&self, token: &str, status: u16, name: &str, code: &str) {
        self.answer(token, status, &[], &error(status, name, "it went wrong", Some(code)));
    }

    /// From now on messages are taken, and tokens given.
    pub fn mend(&self) {
        let mut state = self.shared.state.lock().unwrap();
        state.answers.clear();
        state.no_grant = None;
    }

    /// From now on the account gets no token.
    pub fn refuse_grants(&self, error: &str, description: &str) {
        let body = json!({"error": error, "error_description": description});
        self.shared.state.lock().unwrap().no_grant = Some(Reply::new(400, &body));
    }

    /// Tokens that were given are good no more.
    pub fn forget_access(&self) {
        self.shared.state.lock().unwrap().access.clear();
    }

    /// Every answer takes so long.
    pub fn be_slow(&self, by: Duration) {
        self.shared.state.lock().unwrap().slow = by;
    }

    /// Its clock, and that of whoever asks for it, moves on.
    pub fn advance(&self, seconds: i64) {
        self.shared.ahead.fetch_add(seconds, Ordering::SeqCst);
    }

    /// The time, in milliseconds since 1970.
    pub fn now_millis(&self) -> i64 {
        self.shared.now_millis()
    }
}

impl Drop for FakeFcm {
    fn drop(&mut self) {
        self.serving.abort();
        if !std::thread::panicking() {
            let complaints = std::mem::take(&mut self.shared.state.lock().unwrap().complaints);
            assert!(complaints.is_empty(), "FCM would have refused: {complaints:#?}");
        }
    }
}

impl Shared {
    fn token_uri(&self) -> String {
        format!("http://{}/token", self.address)
    }

    fn now_millis(&self) -> i64 {
        #[allow(clippy::disallowed_methods)] // assertions are judged by the real clock
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        i64::try_from(since.as_millis()).unwrap() + self.ahead.load(Ordering::SeqCst) * 1_000
    }

    async fn answer(&self, request: &Request) -> Reply {
        let slow = self.state.lock().unwrap().slow;
        tokio::time::sleep(slow).await;
        let reply = match request.path.as_str() {
            "/token" => self.grant(request),
            _ => self.send(request),
        };
        reply.unwrap_or_else(|complaint| {
            self.state.lock().unwrap().complaints.push(complaint.clone());
            Reply::new(400, &error(400, "INVALID_ARGUMENT", &complaint, Some("INVALID_ARGUMENT")))
        })
    }

    fn grant(&self, request: &Request) -> Result<Reply, String> {
        let key = DecodingKey::from_rsa_pem(self.public_key.as_bytes()).unwrap();
        let account = check::Account { key_id: KEY_ID, email: EMAIL, token_uri: &self.token_uri() };
        check::grant(request, &key, &account, self.now_millis() / 1_000)?;
        let mut state = self.state.lock().unwrap();
        if let Some(reply) = &state.no_grant {
            return Ok(reply.clone());
        }
        state.granted += 1;
        let access = format!("ya29.canary-access-{}", state.granted);
        state.access.push(access.clone());
        let grant = json!({"access_token": access, "expires_in": 3599, "token_type": "Bearer"});
        Ok(Reply::new(200, &grant))
    }

    fn send(&self, request: &Request) -> Result<Reply, String> {
        let mut state = self.state.lock().unwrap();
        let bearer = check::bearer(request, PROJECT)?;
        if !state.access.contains(&bearer) {
            let message = "Request had invalid authentication credentials.";
            return Ok(Reply::new(401, &error(401, "UNAUTHENTICATED", message, None)));
        }
        let message = check::message(request)?;
        let token = message["token"].as_str().unwrap().to_owned();
        state.asked.push(token.clone());
        if let Some(reply) = state.answers.get(&token).or_else(|| state.answers.get("")) {
            return Ok(reply.clone());
        }
        state.taken.push(message);
        let name = format!("projects/{PROJECT}/messages/0:{}%31bd1c96", state.taken.len());
        Ok(Reply::new(200, &json!({"name": name})))
    }
}

/// An error in Google's form; `code` is FCM's own name for it.
fn error(status: u16, name: &str, message: &str, code: Option<&str>) -> Value {
    let details = code.map(|code| {
        json!([{
            "@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError",
            "errorCode": code,
        }])
    });
    let mut error = json!({"code": status, "message": message, "status": name});
    if let Some(details) = details {
        error["details"] = details;
    }
    json!({ "error": error })
}

fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<&str> =
        text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}
