//! The handshake: who gets 101, and what the others get.

use chinwag_ws::{HubOptions, WsOptions};
use serde_json::json;

use crate::{
    client::{Client, Refusal},
    server::Server,
};

async fn refused(server: &Server, path: &str, headers: &[(&str, &str)]) -> Refusal {
    let Err(refusal) = Client::connect_to(server.address, path, headers).await else {
        panic!("{path} {headers:?} was let in");
    };
    assert_eq!(refusal.content_type, "application/problem+json");
    assert_eq!(refusal.problem["status"], refusal.status);
    refusal
}

#[actix_web::test]
async fn the_subprotocol_is_negotiated() {
    let server = Server::start();
    let client = server.stranger().await;
    assert_eq!(client.response.status(), 101);
    assert_eq!(client.response.headers()["sec-websocket-protocol"], "chat.v1");
    assert_eq!(client.response.headers().get("sec-websocket-extensions"), None);
    server.stop().await;
}

#[actix_web::test]
async fn a_bad_token_in_the_header_is_401_before_101() {
    let server = Server::start();
    let expired = format!("Bearer {}", server.token_for("ann", 0));
    for (header, code) in [
        ("Bearer nonsense", "token_invalid"),
        ("Bearer", "token_invalid"),
        ("Basic YTpi", "token_invalid"),
        (expired.as_str(), "token_expired"),
    ] {
        let refusal = refused(&server, "/api/v1/ws", &[("authorization", header)]).await;
        assert_eq!((refusal.status, &refusal.problem["code"]), (401, &json!(code)), "{header}");
    }
    server.stop().await;
}

#[actix_web::test]
async fn an_ended_sign_in_is_401_before_101() {
    let server = Server::start();
    let ann = server.actor("ann").await;
    let (session, token) = server.signed_in("ann").await;
    server.chat.accounts.revoke(&ann, session).await.unwrap();
    let bearer = format!("Bearer {token}");
    let refusal = refused(&server, "/api/v1/ws", &[("authorization", &bearer)]).await;
    assert_eq!((refusal.status, &refusal.problem["code"]), (401, &json!("session_revoked")));
    server.stop().await;
}

#[actix_web::test]
async fn a_token_in_the_url_is_refused_even_a_good_one() {
    let server = Server::start();
    let token = server.token("ann");
    let bearer = format!("Bearer {token}");
    for query in
        [format!("token={token}"), format!("a=b&access_token={token}"), "Token=".to_owned()]
    {
        let path = format!("/api/v1/ws?{query}");
        for headers in [&[][..], &[("authorization", bearer.as_str())][..]] {
            let refusal = refused(&server, &path, headers).await;
            assert_eq!(refusal.status, 401);
            assert!(!refusal.problem.to_string().contains(&token));
        }
    }
    server.stop().await;
}

#[actix_web::test]
async fn pages_of_other_sites_may_not_connect() {
    let listed = "https://good.example";
    let options = WsOptions { origins: vec![listed.to_owned()], ..WsOptions::default() };
    let server = Server::with(HubOptions::default(), options);
    let own = server.address.to_string();
    for origin in [
        "https://foreign.example",
        "null",
        "https://good.example.evil",
        "https://evil.good.example",
        "http://good.example",
        "https://good.example:8443",
        "https://good.example/",
        "good.example",
        "",
        &own,
        &format!("file://{own}"),
        &format!("http://{own}.evil"),
        &format!("http://evil@{own}"),
    ] {
        let refusal = refused(&server, "/api/v1/ws", &[("origin", origin)]).await;
        assert_eq!((refusal.status, &refusal.problem["code"]), (403, &json!("forbidden")));
    }
    for origin in [listed, &format!("http://{own}"), &format!("https://{own}")] {
        assert!(Client::connect(server.address, &[("origin", origin)]).await.is_ok(), "{origin}");
    }
    // A program has none.
    server.stranger().await;
    server.stop().await;
}

#[actix_web::test]
async fn an_address_has_so_many_sockets() {
    let options = WsOptions { sockets_per_address: 2, ..WsOptions::default() };
    let server = Server::with(HubOptions::default(), options);
    let (first, _second) = (server.stranger().await, server.stranger().await);
    let refusal = refused(&server, "/api/v1/ws", &[]).await;
    assert_eq!((refusal.status, &refusal.problem["code"]), (429, &json!("rate_limited")));
    // Nobody may say from where they come, unless they are believed.
    let elsewhere = [("x-forwarded-for", "203.0.113.9")];
    assert_eq!(refused(&server, "/api/v1/ws", &elsewhere).await.status, 429);
    first.close().await;
    let mut again = Client::connect(server.address, &[]).await;
    for _ in 0..1_000 {
        if again.is_ok() {
            break;
        }
        tokio::task::yield_now().await;
        again = Client::connect(server.address, &[]).await;
    }
    assert!(again.is_ok());
    server.stop().await;
}

#[actix_web::test]
async fn behind_a_proxy_the_nearest_address_it_tells_counts() {
    let options = WsOptions {
        sockets_per_address: 1,
        trusted_proxies: vec!["127.0.0.1".parse().unwrap()],
        ..WsOptions::default()
    };
    let server = Server::with(HubOptions::default(), options);
    let connect = async |headers: &[(&str, &str)]| Client::connect(server.address, headers).await;
    let _one = connect(&[("x-forwarded-for", "1.1.1.1, 203.0.113.1")]).await.unwrap();
    let _two = connect(&[("x-forwarded-for", "1.1.1.1, 203.0.113.2")]).await.unwrap();
    // What the client claims comes first, in the same header or in one of its own.
    assert!(connect(&[("x-forwarded-for", "2.2.2.2, 203.0.113.1")]).await.is_err());
    let apart = [("x-forwarded-for", "3.3.3.3"), ("x-forwarded-for", "203.0.113.1")];
    assert!(connect(&apart).await.is_err());
    server.stop().await;
}

#[actix_web::test]
async fn what_is_no_handshake_gets_a_problem() {
    let server = Server::start();
    let answer = plainly(&server, "GET").await;
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    assert!(answer.contains("application/problem+json"), "{answer}");
    server.stop().await;
}

#[actix_web::test]
async fn any_other_method_is_told_which_there_is() {
    let server = Server::start();
    for method in ["POST", "DELETE", "TRACE"] {
        let answer = plainly(&server, method).await;
        assert!(answer.starts_with("HTTP/1.1 405"), "{answer}");
        assert!(answer.contains("\r\nallow: GET\r\n"), "{answer}");
        assert!(answer.contains(r#""code":"method_not_allowed""#), "{answer}");
    }
    server.stop().await;
}

/// What a request without an upgrade gets, as it comes over the wire.
async fn plainly(server: &Server, method: &str) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut plain = tokio::net::TcpStream::connect(server.address).await.unwrap();
    let request = format!("{method} /api/v1/ws HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    plain.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    crate::client::within(plain.read_to_string(&mut answer)).await.unwrap();
    answer
}
