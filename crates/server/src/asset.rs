//! Files that are compiled into the binary or made when it starts, as HTTP answers: with a tag by
//! which a browser knows whether it has them, under a policy that lets a page talk to this server
//! alone.

use std::borrow::Cow;

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use bytes::Bytes;
use sha2::{Digest as _, Sha256};

pub const HTML: &str = "text/html; charset=utf-8";
pub const CSS: &str = "text/css; charset=utf-8";
pub const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
pub const JSON: &str = "application/json";
pub const SVG: &str = "image/svg+xml";
pub const TEXT: &str = "text/plain; charset=utf-8";

/// One file, and where it is.
#[derive(Clone)]
pub struct Asset {
    pub path: Cow<'static, str>,
    pub kind: &'static str,
    pub body: Bytes,
}

impl Asset {
    /// A text of the binary.
    pub const fn new(path: &'static str, kind: &'static str, text: &'static str) -> Self {
        Self { path: Cow::Borrowed(path), kind, body: Bytes::from_static(text.as_bytes()) }
    }

    /// A text that was made.
    pub fn made(path: impl Into<Cow<'static, str>>, kind: &'static str, text: String) -> Self {
        Self { path: path.into(), kind, body: text.into() }
    }

    /// Mounts it.
    pub fn configure(self, config: &mut web::ServiceConfig) {
        let tag = tag(&self.body);
        let path = self.path.clone();
        let answer = move |request: HttpRequest| {
            let response = self.answer(&tag, &request);
            async move { response }
        };
        config.service(
            web::resource(path.as_ref())
                .route(web::get().to(answer.clone()))
                .route(web::head().to(answer)),
        );
    }

    fn answer(&self, tag: &str, request: &HttpRequest) -> HttpResponse {
        let known = request.headers().get(header::IF_NONE_MATCH);
        let known = known.and_then(|value| value.to_str().ok());
        let unchanged = known.is_some_and(|known| {
            let mut tags = known.split(',').map(str::trim);
            tags.any(|one| one.trim_start_matches("W/") == tag || one == "*")
        });
        let mut response = if unchanged { HttpResponse::NotModified() } else { HttpResponse::Ok() };
        response
            .insert_header((header::ETAG, tag.to_owned()))
            .insert_header((header::CACHE_CONTROL, "no-cache"))
            .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
            .insert_header((header::REFERRER_POLICY, "no-referrer"))
            .insert_header(("Cross-Origin-Opener-Policy", "same-origin"))
            .insert_header((header::CONTENT_SECURITY_POLICY, policy(request)));
        if unchanged {
            response.finish()
        } else {
            response.content_type(self.kind).body(self.body.clone())
        }
    }
}

/// `'self'` covers sockets in current browsers; those that do not know it need the host by name.
fn policy(request: &HttpRequest) -> String {
    let host = request.headers().get(header::HOST).and_then(|value| value.to_str().ok());
    let sockets = match host {
        Some(host) if is_plain(host) => format!(" ws://{host} wss://{host}"),
        _ => String::new(),
    };
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'{sockets}; \
         img-src 'self' blob: https: data:; media-src 'self' https:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )
}

/// Nothing that could end a directive or begin another.
fn is_plain(host: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte);
    !host.is_empty() && host.len() <= 255 && host.bytes().all(allowed)
}

fn tag(body: &[u8]) -> String {
    let digest = Sha256::digest(body);
    let start = digest.first_chunk().copied().map(u64::from_be_bytes).unwrap_or_default();
    format!("\"{start:016x}\"")
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use actix_web::{App, http::StatusCode, test as http, test::TestRequest};

    use super::*;

    static PAGE: Asset = Asset::new("/a.html", HTML, "<p>hello</p>");

    async fn get(request: TestRequest) -> (StatusCode, HashMap<String, String>, String) {
        let app = http::init_service(App::new().configure(|it| PAGE.clone().configure(it))).await;
        let response = http::call_service(&app, request.to_request()).await;
        let text = |value: &header::HeaderValue| value.to_str().unwrap().to_owned();
        let headers =
            response.headers().iter().map(|(name, value)| (name.to_string(), text(value)));
        let (status, headers) = (response.status(), headers.collect());
        let body = http::read_body(response).await;
        (status, headers, String::from_utf8(body.to_vec()).unwrap())
    }

    #[actix_web::test]
    async fn a_file_has_the_strict_headers() {
        let request = TestRequest::get().uri("/a.html").insert_header(("host", "chat:8080"));
        let (status, headers, body) = get(request).await;
        assert_eq!((status, body.as_str()), (StatusCode::OK, "<p>hello</p>"));
        assert_eq!(headers["content-type"], HTML);
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert_eq!(headers["referrer-policy"], "no-referrer");
        assert_eq!(
            headers["content-security-policy"],
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' \
             ws://chat:8080 wss://chat:8080; img-src 'self' blob: https: data:; media-src 'self' \
             https:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
        );
    }

    #[actix_web::test]
    async fn an_unchanged_file_is_not_sent_again() {
        let (_, headers, _) = get(TestRequest::get().uri("/a.html")).await;
        let tag = &headers["etag"];
        for known in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}")] {
            let request = TestRequest::get().uri("/a.html").insert_header(("if-none-match", known));
            let (status, headers, body) = get(request).await;
            assert_eq!((status, body.as_str()), (StatusCode::NOT_MODIFIED, ""));
            assert_eq!(&headers["etag"], tag);
        }
        let stale = TestRequest::get().uri("/a.html").insert_header(("if-none-match", "\"old\""));
        assert_eq!(get(stale).await.0, StatusCode::OK);
    }

    #[actix_web::test]
    async fn a_host_cannot_add_to_the_policy() {
        for host in ["a; script-src *", "a 'unsafe-inline'", ""] {
            let request = TestRequest::get().uri("/a.html").insert_header(("host", host));
            let policy = get(request).await.1["content-security-policy"].clone();
            assert!(policy.contains("connect-src 'self'; img-src"), "{policy:?}");
        }
    }
}
