//! An app over adapters in memory, and the people who call it.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use actix_web::{
    App,
    body::MessageBody,
    dev::ServiceResponse,
    http::header::HeaderMap,
    test::{TestRequest, call_service, init_service, read_body},
};
use chinwag_application::{Chat, ChatOptions};
use chinwag_domain::{
    AccessClaims, AppRole, Profile,
    ports::{Clock as _, PasswordHasher},
};
use chinwag_rest::{RestOptions, configure};
use chinwag_testkit::{
    ManualClock,
    memory::{FakeTokens, MemoryAdapters, MemoryBus, MemoryStore, PlainPasswords},
    user_id,
};
use serde_json::{Value, json};

/// An id that nothing has.
pub const ABSENT: &str = "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b";

pub struct World {
    pub chat: Arc<Chat>,
    pub options: RestOptions,
    pub clock: ManualClock,
    pub store: MemoryStore,
    pub tokens: Arc<FakeTokens>,
    requests: AtomicUsize,
}

impl World {
    pub fn new() -> Self {
        Self::with(&ChatOptions { guests: true, ..ChatOptions::default() }, PlainPasswords)
    }

    pub fn with(options: &ChatOptions, passwords: impl PasswordHasher + 'static) -> Self {
        let memory = MemoryAdapters::new(Arc::new(MemoryBus::new()));
        let mut ports = chinwag_testkit::ports!(&memory);
        ports.passwords = Arc::new(passwords);
        let MemoryAdapters { clock, store, tokens, .. } = memory;
        let chat = Chat::new(ports, options);
        let requests = AtomicUsize::default();
        Self { chat, options: RestOptions::default(), clock, store, tokens, requests }
    }

    /// One request through the whole app, with a request id of its own number.
    pub async fn send(&self, request: TestRequest) -> Reply {
        let number = self.requests.fetch_add(1, Ordering::SeqCst) + 1;
        self.send_as_it_is(request.insert_header(("x-request-id", format!("r{number}")))).await
    }

    pub async fn send_as_it_is(&self, request: TestRequest) -> Reply {
        let routes = configure(self.chat.clone(), self.options.clone());
        let app = init_service(App::new().configure(routes)).await;
        Reply::of(call_service(&app, request.to_request()).await).await
    }

    /// Somebody of a host application, known from the first request on.
    pub async fn person(&self, id: &str) -> Person<'_> {
        let mut name = id.to_owned();
        name[..1].make_ascii_uppercase();
        let token = self.tokens.grant(AccessClaims {
            subject: user_id(id),
            session: None,
            profile: Profile { name: Some(name), username: Some(id.to_owned()), avatar_url: None },
            role: AppRole::Member,
            expires_at: self.clock.now().plus_millis(3_600_000),
        });
        let person = Person { world: self, token };
        person.get("/users/me").await.expect(200);
        person
    }
}

/// Somebody with a token.
pub struct Person<'a> {
    world: &'a World,
    pub token: String,
}

impl Person<'_> {
    pub async fn send(&self, request: TestRequest) -> Reply {
        self.world.send(request.insert_header(("authorization", self.bearer()))).await
    }

    pub fn bearer(&self) -> String {
        format!("Bearer {}", self.token)
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.send(at("GET", path)).await
    }

    pub async fn call(&self, method: &str, path: &str, body: Value) -> Reply {
        self.send(at(method, path).set_json(body)).await
    }

    /// A body sent as it is, said to be JSON.
    pub async fn raw(&self, method: &str, path: &str, body: impl Into<Vec<u8>>) -> Reply {
        let kind = ("content-type", "application/json");
        self.send(at(method, path).insert_header(kind).set_payload(body.into())).await
    }

    pub async fn group(&self, others: &[&str]) -> String {
        let body = json!({"type": "group", "name": "Team", "participant_ids": others});
        self.call("POST", "/conversations", body).await.expect(201).id()
    }

    pub async fn say(&self, conversation: &str, content: &str) -> String {
        let path = format!("/conversations/{conversation}/messages");
        self.call("POST", &path, json!({"content": content})).await.expect(201).id()
    }
}

/// A request below the base path.
pub fn at(method: &str, path: &str) -> TestRequest {
    TestRequest::with_uri(&format!("/api/v1{path}")).method(method.parse().unwrap())
}

/// A whole answer.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
    pub json: Value,
}

impl Reply {
    pub async fn of(response: ServiceResponse<impl MessageBody>) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = String::from_utf8(read_body(response).await.to_vec()).unwrap();
        let json = serde_json::from_str(&text).unwrap_or(Value::Null);
        Self { status, headers, text, json }
    }

    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// A problem, complete and as it says of itself.
    #[track_caller]
    pub fn expect_problem(self, status: u16, code: &str) -> Self {
        let reply = self.expect(status);
        assert_eq!(reply.header("content-type"), "application/problem+json", "{}", reply.text);
        assert_eq!(reply.json["status"], status, "{}", reply.text);
        assert_eq!(reply.json["code"], code, "{}", reply.text);
        assert_eq!(reply.json["request_id"], reply.header("x-request-id"), "{}", reply.text);
        assert!(reply.json["detail"].is_string(), "{}", reply.text);
        reply
    }

    /// A 422 about exactly these.
    #[track_caller]
    pub fn expect_refused(self, pointers: &[&str]) -> Self {
        let reply = self.expect_problem(422, "validation_failed");
        let errors = reply.json["errors"].as_array().unwrap();
        let found: Vec<_> = errors.iter().map(|it| it["pointer"].as_str().unwrap()).collect();
        assert_eq!(found, pointers, "{}", reply.text);
        reply
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    #[track_caller]
    pub fn id(&self) -> String {
        self.json["id"].as_str().expect("an id").to_owned()
    }

    /// For snapshots: the status, the headers that say something, the body.
    pub fn golden(&self) -> Value {
        let shown =
            ["allow", "content-type", "link", "location", "retry-after", "www-authenticate"];
        let headers: BTreeMap<&str, &str> = shown
            .into_iter()
            .filter(|name| self.headers.contains_key(*name))
            .map(|name| (name, self.header(name)))
            .collect();
        json!({"status": self.status, "headers": headers, "body": self.json})
    }
}
