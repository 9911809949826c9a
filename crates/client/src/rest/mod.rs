//! The REST side: one HTTP client, the generic request, and how answers become values or errors.
//!
//! The routes themselves are in the files beside this one, by subject; they hold no logic.

mod accounts;
mod conversations;
mod messages;
mod path;
mod reading;

use crate::{
    error::{Error, Problem},
    witness::{Seen, is_watched, show},
};
use reqwest::{
    Method, Url,
    header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::time::Duration;

/// How long an answer may take that is taken piece by piece.
const LONG: Duration = Duration::from_hours(24);

/// How much of an unexpected body an error quotes, in characters.
const QUOTED_BODY: usize = 300;

/// Talks to one server as one person, or as nobody. Cheap to clone; clones share their connections.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    base: Url,
    token: Option<String>,
}

/// An answer as it came, whatever its status.
#[derive(Debug, Clone)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// All headers.
    pub headers: HeaderMap,
    /// The body, `Null` where there is none or it is not JSON.
    pub json: Value,
    /// The body as text.
    pub text: String,
}

/// An answer that is still arriving.
#[derive(Debug)]
pub struct Pieces(reqwest::Response);

impl Pieces {
    /// The next piece; `None` when it was the whole answer. One that broke off is an error.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, Error> {
        Ok(self.0.chunk().await?.map(|piece| piece.to_vec()))
    }
}

impl Client {
    /// A client of the server at `base_url`, such as `http://127.0.0.1:8080`, without a token.
    pub fn new(base_url: &str) -> Result<Self, Error> {
        let base = Url::parse(base_url).map_err(|_| Error::Invalid("base URL"))?;
        let mut http = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(10))
            .timeout(Duration::from_mins(1));
        if is_loopback(&base) {
            // A proxy that the environment names cannot reach this machine's own servers.
            http = http.no_proxy();
        }
        Ok(Self { http: http.build()?, base, token: None })
    }

    /// The same client with this access token.
    #[must_use]
    pub fn with_token(&self, token: impl Into<String>) -> Self {
        Self { token: Some(token.into()), ..self.clone() }
    }

    /// The same client without a token.
    #[must_use]
    pub fn without_token(&self) -> Self {
        Self { token: None, ..self.clone() }
    }

    /// The access token, if there is one.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// The server's address as given to [`Client::new`].
    pub fn base_url(&self) -> &Url {
        &self.base
    }

    /// Any request under `/api/v1`, with a JSON body where there is one. Refusals are answers here, not errors.
    pub async fn request(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Response, Error> {
        let mut request = self.start(method, path)?;
        if let Some(body) = body {
            request = request.json(body);
        }
        self.finish(request).await
    }

    /// A request whose body is sent as it is, be it JSON or not.
    pub async fn request_raw(
        &self,
        method: Method,
        path: &str,
        content_type: Option<&str>,
        body: impl Into<Vec<u8>>,
    ) -> Result<Response, Error> {
        let mut request = self.start(method, path)?.body(body.into());
        if let Some(content_type) = content_type {
            request = request.header(CONTENT_TYPE, content_type);
        }
        self.finish(request).await
    }

    /// A request without a body that carries further headers.
    pub async fn request_with_headers(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
    ) -> Result<Response, Error> {
        let mut request = self.start(method, path)?;
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.finish(request).await
    }

    /// An answer of any length, to be taken piece by piece; nothing but success is one.
    pub async fn stream(&self, path: &str) -> Result<Pieces, Error> {
        let response = self.start(Method::GET, path)?.timeout(LONG).send().await?;
        if response.status().is_success() {
            return Ok(Pieces(response));
        }
        Self::whole(response).await?.into_success()?;
        Err(Error::Invalid("answer"))
    }

    fn start(&self, method: Method, path: &str) -> Result<reqwest::RequestBuilder, Error> {
        let base = self.base.as_str().trim_end_matches('/');
        let url =
            Url::parse(&format!("{base}/api/v1{path}")).map_err(|_| Error::Invalid("path"))?;
        let mut request = self.http.request(method, url);
        if let Some(token) = &self.token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        Ok(request)
    }

    async fn finish(&self, request: reqwest::RequestBuilder) -> Result<Response, Error> {
        let request = request.build()?;
        let asked = is_watched().then(|| request.try_clone()).flatten();
        let response = Self::whole(self.http.execute(request).await?).await?;
        if let Some(asked) = &asked {
            show(&Seen::Answer {
                method: asked.method(),
                url: asked.url(),
                body: asked.body().and_then(reqwest::Body::as_bytes),
                response: &response,
            });
        }
        Ok(response)
    }

    async fn whole(response: reqwest::Response) -> Result<Response, Error> {
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let text = response.text().await?;
        Ok(Response {
            status,
            headers,
            json: serde_json::from_str(&text).unwrap_or(Value::Null),
            text,
        })
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Error> {
        self.request(Method::GET, path, None).await?.into_value()
    }

    /// Sends `body` and reads the answer.
    async fn call<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Error> {
        let body = serde_json::to_value(body).map_err(|_| Error::Invalid("body"))?;
        self.request(method, path, Some(&body)).await?.into_value()
    }

    /// Sends `body` where there is one, and expects success without looking at the answer.
    async fn tell(&self, method: Method, path: &str, body: Option<&Value>) -> Result<(), Error> {
        self.request(method, path, body).await?.into_success()?;
        Ok(())
    }
}

impl Response {
    /// A header's value, empty where it is absent or no text.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// This answer if its status is 2xx, else the problem that it carries.
    pub fn into_success(self) -> Result<Self, Error> {
        if (200..300).contains(&self.status) {
            return Ok(self);
        }
        match serde_json::from_value::<Problem>(self.json.clone()) {
            Ok(problem) => Err(problem.into()),
            Err(_) => Err(self.unexpected()),
        }
    }

    /// The body as a value of the protocol, or the problem that came instead.
    pub fn into_value<T: DeserializeOwned>(self) -> Result<T, Error> {
        let response = self.into_success()?;
        match serde_json::from_value(response.json.clone()) {
            Ok(value) => Ok(value),
            Err(error) => {
                tracing::debug!(%error, "the answer does not have the promised form");
                Err(response.unexpected())
            }
        }
    }

    fn unexpected(self) -> Error {
        Error::Unexpected {
            status: self.status,
            body: self.text.chars().take(QUOTED_BODY).collect(),
        }
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host_str() {
        Some("localhost" | "[::1]") => true,
        Some(host) => host.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback()),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(status: u16, text: &str) -> Response {
        Response {
            status,
            headers: HeaderMap::new(),
            json: serde_json::from_str(text).unwrap_or(Value::Null),
            text: text.to_owned(),
        }
    }

    #[test]
    fn a_refusal_becomes_the_problem_it_carries() {
        let text =
            r#"{"status":422,"code":"validation_failed","errors":[{"pointer":"/a","detail":"b"}]}"#;
        let error = response(422, text).into_value::<Value>().unwrap_err();
        let problem = error.problem().expect("a problem");
        assert_eq!(problem.code, "validation_failed");
        assert_eq!(problem.errors[0].pointer, "/a");
    }

    #[test]
    fn a_refusal_without_a_problem_is_unexpected() {
        let error = response(502, "<html>").into_value::<Value>().unwrap_err();
        assert!(matches!(error, Error::Unexpected { status: 502, .. }));
    }

    #[test]
    fn an_answer_of_another_form_is_unexpected() {
        let error = response(200, r#"{"a":1}"#).into_value::<Vec<u8>>();
        assert!(matches!(error, Err(Error::Unexpected { status: 200, .. })));
    }
}
