//! The page at `/`: a chat client in plain JavaScript, compiled into the binary. It is served as it
//! is, under a policy that lets it talk to this server alone.

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use sha2::{Digest as _, Sha256};

/// One file of the page.
struct Asset {
    path: &'static str,
    kind: &'static str,
    text: &'static str,
}

const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

macro_rules! asset {
    ($path:literal, $file:literal, $kind:expr) => {
        Asset { path: $path, kind: $kind, text: include_str!(concat!("../assets/", $file)) }
    };
}

static ASSETS: [Asset; 6] = [
    asset!("/", "index.html", "text/html; charset=utf-8"),
    asset!("/app.css", "app.css", "text/css; charset=utf-8"),
    asset!("/app.js", "app.js", JAVASCRIPT),
    asset!("/api.js", "api.js", JAVASCRIPT),
    asset!("/store.js", "store.js", JAVASCRIPT),
    asset!("/view.js", "view.js", JAVASCRIPT),
];

/// Mounts the page.
pub fn configure(config: &mut web::ServiceConfig) {
    for asset in &ASSETS {
        let tag = tag(asset.text);
        let answer = move |request: HttpRequest| {
            let response = answer(asset, &tag, &request);
            async move { response }
        };
        let resource = web::resource(asset.path)
            .route(web::get().to(answer.clone()))
            .route(web::head().to(answer));
        config.service(resource);
    }
}

fn answer(asset: &Asset, tag: &str, request: &HttpRequest) -> HttpResponse {
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let unchanged = known.is_some_and(|known| {
        known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag || one.trim() == "*")
    });
    let mut response = if unchanged { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response
        .insert_header((header::ETAG, tag.to_owned()))
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .insert_header(("Cross-Origin-Opener-Policy", "same-origin"))
        .insert_header((header::CONTENT_SECURITY_POLICY, policy(request)));
    if unchanged { response.finish() } else { response.content_type(asset.kind).body(asset.text) }
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
         img-src 'self' https: data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )
}

/// Nothing that could end a directive or begin another.
fn is_plain(host: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte);
    !host.is_empty() && host.len() <= 255 && host.bytes().all(allowed)
}

fn tag(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    let start = digest.first_chunk().copied().map(u64::from_be_bytes).unwrap_or_default();
    format!("\"{start:016x}\"")
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use actix_web::{App, http::StatusCode, test as http, test::TestRequest};

    use super::*;

    async fn get(request: TestRequest) -> (StatusCode, HashMap<String, String>, String) {
        let app = http::init_service(App::new().configure(configure)).await;
        let response = http::call_service(&app, request.to_request()).await;
        let text = |value: &header::HeaderValue| value.to_str().unwrap().to_owned();
        let headers =
            response.headers().iter().map(|(name, value)| (name.to_string(), text(value)));
        let (status, headers) = (response.status(), headers.collect());
        let body = http::read_body(response).await;
        (status, headers, String::from_utf8(body.to_vec()).unwrap())
    }

    #[actix_web::test]
    async fn every_file_has_the_strict_headers() {
        for asset in &ASSETS {
            let request = TestRequest::get().uri(asset.path).insert_header(("host", "chat:8080"));
            let (status, headers, body) = get(request).await;
            assert_eq!((status, body.as_str()), (StatusCode::OK, asset.text), "{}", asset.path);
            assert_eq!(headers["content-type"], asset.kind);
            assert_eq!(headers["x-content-type-options"], "nosniff");
            assert_eq!(headers["referrer-policy"], "no-referrer");
            assert_eq!(
                headers["content-security-policy"],
                "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' \
                 ws://chat:8080 wss://chat:8080; img-src 'self' https: data:; frame-ancestors \
                 'none'; base-uri 'none'; form-action 'none'"
            );
        }
    }

    #[actix_web::test]
    async fn an_unchanged_file_is_not_sent_again() {
        let (_, headers, _) = get(TestRequest::get().uri("/app.js")).await;
        let tag = &headers["etag"];
        for known in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}")] {
            let request = TestRequest::get().uri("/app.js").insert_header(("if-none-match", known));
            let (status, headers, body) = get(request).await;
            assert_eq!((status, body.as_str()), (StatusCode::NOT_MODIFIED, ""));
            assert_eq!(&headers["etag"], tag);
        }
        let stale = TestRequest::get().uri("/app.js").insert_header(("if-none-match", "\"old\""));
        assert_eq!(get(stale).await.0, StatusCode::OK);
    }

    #[actix_web::test]
    async fn a_host_cannot_add_to_the_policy() {
        for host in ["a; script-src *", "a 'unsafe-inline'", ""] {
            let request = TestRequest::get().uri("/").insert_header(("host", host));
            let policy = get(request).await.1["content-security-policy"].clone();
            assert!(policy.contains("connect-src 'self'; img-src"), "{policy:?}");
        }
    }

    /// The policy would break them, and they would break the policy.
    #[test]
    fn the_page_needs_no_inline_code_and_never_parses_markup() {
        let page = ASSETS[0].text;
        assert!(
            !page.contains("<script>") && !page.contains("style=") && !page.contains("onclick")
        );
        for asset in &ASSETS[2..] {
            for banned in
                ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("]
            {
                assert!(!asset.text.contains(banned), "{} has {banned}", asset.path);
            }
        }
    }
}
