//! Files and how they travel: forms as browsers send them, and answers that are bytes.

use crate::{PATIENCE, Person, World, contract};
use futures_util::{StreamExt as _, stream};
use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use std::convert::Infallible;
use tokio::{sync::oneshot, task::JoinHandle};

const BOUNDARY: &str = "----a-boundary-of-the-tests";

/// A form with files in the making.
#[derive(Debug, Clone, Default)]
pub struct Form(Vec<u8>);

impl Form {
    /// With a part `message`.
    pub fn message(message: &Value) -> Self {
        let head =
            "Content-Disposition: form-data; name=\"message\"\r\nContent-Type: application/json";
        Self::default().part(head, message.to_string().as_bytes())
    }

    /// And a file of that name, whose type nobody says.
    #[must_use]
    pub fn file(self, name: &str, bytes: &[u8]) -> Self {
        let head = format!("Content-Disposition: form-data; name=\"files\"; filename=\"{name}\"");
        self.part(&head, bytes)
    }

    /// And a part with these headers.
    #[must_use]
    pub fn part(mut self, head: &str, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(format!("--{BOUNDARY}\r\n{head}\r\n\r\n").as_bytes());
        self.0.extend_from_slice(bytes);
        self.0.extend_from_slice(b"\r\n");
        self
    }

    fn end(mut self) -> Vec<u8> {
        self.0.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        self.0
    }
}

/// An answer that may be anything.
#[derive(Debug)]
pub struct Bytes {
    pub status: u16,
    pub bytes: Vec<u8>,
    headers: reqwest::header::HeaderMap,
}

impl Bytes {
    /// A header, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("a header in ASCII"))
    }

    /// The body as JSON, with this status.
    #[track_caller]
    pub fn json(&self, status: u16) -> Value {
        let text = String::from_utf8_lossy(&self.bytes);
        assert_eq!(self.status, status, "{text}");
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    /// The code of a problem, with this status.
    #[track_caller]
    pub fn problem(&self, status: u16) -> String {
        assert!(self.header("content-type").starts_with("application/problem+json"), "{self:?}");
        self.json(status)["code"].as_str().expect("a code").to_owned()
    }
}

impl World {
    /// Any request below the server's address, by anybody.
    pub async fn http(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Bytes {
        answer(self.asking(method, path, headers).body(body)).await
    }

    fn asking(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> RequestBuilder {
        let client = reqwest::Client::builder().no_proxy().timeout(PATIENCE * 2);
        let client = client.build().expect("an HTTP client");
        let request = client.request(method, format!("{}{path}", self.server.url()));
        headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))
    }

    /// Sends a form as that person.
    pub async fn post_form(&self, person: &Person, path: &str, form: Form) -> Bytes {
        answer(self.form(person, path).body(form.end())).await
    }

    /// Begins to send a form as that person: all but its end, to which the last bytes of a file belong.
    pub fn begin_form(&self, person: &Person, path: &str, form: Form) -> Underway {
        let (end, told) = oneshot::channel::<()>();
        let mut first = form.end();
        let rest = first.split_off(first.len() - BOUNDARY.len() * 2);
        let rest = async {
            told.await.expect("a test that ends what it began");
            Ok::<_, Infallible>(rest)
        };
        let pieces = stream::once(async { Ok(first) }).chain(stream::once(rest));
        let request = self.form(person, path).body(reqwest::Body::wrap_stream(pieces));
        Underway { end, answer: tokio::spawn(answer(request)) }
    }

    fn form(&self, person: &Person, path: &str) -> RequestBuilder {
        let (kind, token) = (format!("multipart/form-data; boundary={BOUNDARY}"), bearer(person));
        let headers = [("content-type", kind.as_str()), ("authorization", token.as_str())];
        self.asking(Method::POST, &format!("/api/v1{path}"), &headers)
    }

    /// Uploads one file; what is known of it.
    pub async fn upload(&self, person: &Person, name: &str, bytes: &[u8]) -> Value {
        let form = Form::default().file(name, bytes);
        self.post_form(person, "/media", form).await.json(201)["items"][0].clone()
    }

    /// Gets what is at a path that an answer named, with more headers.
    pub async fn file(&self, person: &Person, url: &Value, more: &[(&str, &str)]) -> Bytes {
        let token = bearer(person);
        let mut headers = vec![("authorization", token.as_str())];
        headers.extend_from_slice(more);
        self.http(Method::GET, url.as_str().expect("a path"), &headers, Vec::new()).await
    }
}

/// A form of which the end is still to come.
#[derive(Debug)]
pub struct Underway {
    end: oneshot::Sender<()>,
    answer: JoinHandle<Bytes>,
}

impl Underway {
    /// Sends the end; what is answered.
    pub async fn finish(self) -> Bytes {
        // Who answered already does not wait for it.
        let _ = self.end.send(());
        self.answer.await.expect("an answer")
    }
}

async fn answer(request: RequestBuilder) -> Bytes {
    let (client, request) = request.build_split();
    let request = request.expect("a request");
    let (method, url) = (request.method().clone(), request.url().clone());
    let response = client.execute(request).await.expect("an answer");
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let bytes = response.bytes().await.expect("a body").to_vec();
    contract::look_at((&method, &url), (status, &headers), &bytes);
    Bytes { status, bytes, headers }
}

fn bearer(person: &Person) -> String {
    format!("Bearer {}", person.token())
}

/// A PNG of that size, as far as its header says.
pub fn png(width: u32, height: u32) -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    png.extend_from_slice(&width.to_be_bytes());
    png.extend_from_slice(&height.to_be_bytes());
    png.extend_from_slice(b"\x08\x02\0\0\0\0\0\0\0");
    png
}

/// Bytes of no known type, none like those near them.
pub fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_u32;
    let mut noise = vec![0, 1, 2, 0xff];
    noise.resize_with(length.max(4), || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state.to_be_bytes()[0]
    });
    noise
}
