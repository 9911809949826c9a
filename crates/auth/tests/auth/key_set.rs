//! Key sets of an identity provider, over a small server on this machine.

use std::{sync::Arc, time::Duration};

use chinwag_auth::{Algorithm, JwksOptions, JwtVerifier, KeySource, VerifierOptions};
use chinwag_domain::ports::{TokenError, TokenVerifier};
use jsonwebtoken::{EncodingKey, jwk::Jwk};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
};

use crate::support::{SECRET, TurnedClock, claims, pem, signed};

/// Milliseconds between two attempts, as the tests configure it.
const INTERVAL: i64 = 10_000;

/// An HTTP server with one answer, which counts who asks and answers while the gate is open.
struct KeyServer {
    url: String,
    answer: watch::Sender<Vec<u8>>,
    asked: watch::Sender<usize>,
    gate: watch::Sender<bool>,
}

impl KeyServer {
    async fn start(answer: Vec<u8>) -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Arc::new(Self {
            url: format!("http://{}/keys", listener.local_addr().unwrap()),
            answer: watch::Sender::new(answer),
            asked: watch::Sender::new(0),
            gate: watch::Sender::new(true),
        });
        let serving = Arc::clone(&server);
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let server = Arc::clone(&serving);
                tokio::spawn(async move { server.serve(socket).await });
            }
        });
        server
    }

    async fn serve(&self, mut socket: TcpStream) {
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") && socket.read_buf(&mut request).await.unwrap() > 0 {}
        self.asked.send_modify(|asked| *asked += 1);
        self.gate.subscribe().wait_for(|open| *open).await.unwrap();
        let answer = self.answer.borrow().clone();
        // The client may have hung up: a large answer is not read to its end.
        let _ = socket.write_all(&answer).await;
        let _ = socket.shutdown().await;
    }

    fn asked(&self) -> usize {
        *self.asked.borrow()
    }

    async fn until_asked(&self, times: usize) {
        let mut asked = self.asked.subscribe();
        let enough = asked.wait_for(|asked| *asked >= times);
        // So that a request that never comes fails the test instead of hanging it.
        tokio::time::timeout(Duration::from_secs(30), enough).await.unwrap().unwrap();
    }

    fn verifier(&self, clock: &Arc<TurnedClock>) -> Arc<JwtVerifier> {
        let options = JwksOptions {
            refresh_after: Duration::from_mins(10),
            min_interval: Duration::from_millis(INTERVAL.unsigned_abs()),
            timeout: Duration::from_secs(30),
            url: self.url.clone(),
        };
        verifier(options, clock)
    }
}

fn verifier(options: JwksOptions, clock: &Arc<TurnedClock>) -> Arc<JwtVerifier> {
    let options = VerifierOptions::new(Algorithm::RS256, KeySource::Jwks(options));
    Arc::new(JwtVerifier::new(options, clock.clone()).unwrap())
}

fn answer(status: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\ncontent-type: application/json\r\n");
    format!("{head}content-length: {length}\r\nconnection: close\r\n\r\n{body}").into_bytes()
}

fn key_set(keys: &[Value]) -> Vec<u8> {
    answer("200 OK", &json!({ "keys": keys }).to_string())
}

fn private(name: &str) -> EncodingKey {
    EncodingKey::from_rsa_pem(pem(&format!("{name}.private")).as_bytes()).unwrap()
}

/// A public key of the set, with other members where told (`null`: without).
fn jwk(name: &str, kid: &str, others: &Value) -> Value {
    let key = Jwk::from_encoding_key(&private(name), Algorithm::RS256).unwrap();
    let mut key = serde_json::to_value(key).unwrap();
    key["kid"] = json!(kid);
    key["use"] = json!("sig");
    for (member, value) in others.as_object().unwrap() {
        key[member] = value.clone();
    }
    key.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    key
}

fn plain(name: &str, kid: &str) -> Value {
    jwk(name, kid, &json!({}))
}

fn token(name: &str, kid: Option<&str>) -> String {
    let mut header = json!({ "alg": "RS256" });
    if let Some(kid) = kid {
        header["kid"] = json!(kid);
    }
    signed(&header, &claims(&json!({})), Algorithm::RS256, &private(name))
}

async fn ok(verifier: &JwtVerifier, token: &str) -> bool {
    verifier.verify(token).await.is_ok()
}

async fn invalid(verifier: &JwtVerifier, token: &str) -> bool {
    matches!(verifier.verify(token).await, Err(TokenError::Invalid))
}

async fn unavailable(verifier: &JwtVerifier, token: &str) -> bool {
    matches!(verifier.verify(token).await, Err(TokenError::Unavailable(_)))
}

/// An operator who reads the log has to learn where and why.
#[tokio::test]
async fn what_keeps_the_keys_away_is_told_with_the_address_and_the_cause() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/keys", listener.local_addr().unwrap());
    drop(listener);
    let verifier = verifier(JwksOptions::new(url.as_str()), &TurnedClock::new());
    let outcome = verifier.verify(&token("rsa", Some("a"))).await;
    let Err(TokenError::Unavailable(why)) = outcome else { panic!("{outcome:?}") };
    let why = why.to_string();
    assert!(why.starts_with(&format!("{url}: the key set could not be fetched: ")), "{why}");
    assert!(why.contains("Connection refused"), "{why}");
}

#[tokio::test]
async fn many_callers_cause_one_request() {
    let server = KeyServer::start(key_set(&[plain("rsa", "a"), plain("rsa-other", "b")])).await;
    let verifier = server.verifier(&TurnedClock::new());
    let callers: Vec<_> = (0..20)
        .map(|_| {
            let verifier = Arc::clone(&verifier);
            tokio::spawn(async move { ok(&verifier, &token("rsa", Some("a"))).await })
        })
        .collect();
    for caller in callers {
        assert!(caller.await.unwrap());
    }
    assert!(ok(&verifier, &token("rsa-other", Some("b"))).await);
    assert!(invalid(&verifier, &token("rsa", Some("b"))).await, "signed by the other key");
    assert!(invalid(&verifier, &token("rsa", None)).await, "which key?");
    assert_eq!(server.asked(), 1);
}

#[tokio::test]
async fn a_single_key_needs_no_id() {
    let server = KeyServer::start(key_set(&[jwk("rsa", "a", &json!({ "kid": null }))])).await;
    let verifier = server.verifier(&TurnedClock::new());
    assert!(ok(&verifier, &token("rsa", None)).await);
    assert!(invalid(&verifier, &token("rsa-other", None)).await);
}

#[tokio::test]
async fn unknown_key_ids_cause_one_request_per_interval() {
    let server = KeyServer::start(key_set(&[plain("rsa", "a")])).await;
    let clock = TurnedClock::new();
    let verifier = server.verifier(&clock);
    assert!(ok(&verifier, &token("rsa", Some("a"))).await);
    for kid in ["../../etc/passwd", "' OR 1=1 --", "b", "", "http://127.0.0.1:9/"] {
        assert!(invalid(&verifier, &token("rsa", Some(kid))).await);
    }
    assert_eq!(server.asked(), 1);
    server.answer.send_replace(key_set(&[plain("rsa-other", "b")]));
    clock.turn(INTERVAL - 1);
    assert!(invalid(&verifier, &token("rsa-other", Some("b"))).await);
    clock.turn(1);
    assert!(ok(&verifier, &token("rsa-other", Some("b"))).await, "the rotated key");
    assert!(invalid(&verifier, &token("rsa", Some("a"))).await, "the withdrawn key");
    assert_eq!(server.asked(), 2);
}

#[tokio::test]
async fn a_clock_set_back_does_not_keep_new_keys_away() {
    let server = KeyServer::start(key_set(&[plain("rsa", "a")])).await;
    let clock = TurnedClock::new();
    let verifier = server.verifier(&clock);
    assert!(ok(&verifier, &token("rsa", Some("a"))).await);
    server.answer.send_replace(key_set(&[plain("rsa-other", "b")]));
    clock.turn(-3_600_000);
    assert!(ok(&verifier, &token("rsa-other", Some("b"))).await);
}

#[tokio::test]
async fn old_keys_are_refreshed_while_they_serve() {
    let server = KeyServer::start(key_set(&[plain("rsa", "a")])).await;
    let clock = TurnedClock::new();
    let verifier = server.verifier(&clock);
    assert!(ok(&verifier, &token("rsa", Some("a"))).await);
    server.answer.send_replace(key_set(&[plain("rsa-other", "b")]));
    server.gate.send_replace(false);
    clock.turn(600_000);
    assert!(ok(&verifier, &token("rsa", Some("a"))).await, "nobody waits for the refresh");
    server.until_asked(2).await;
    assert!(ok(&verifier, &token("rsa", Some("a"))).await);
    server.gate.send_replace(true);
    assert!(ok(&verifier, &token("rsa-other", Some("b"))).await, "joins the refresh under way");
    assert!(invalid(&verifier, &token("rsa", Some("a"))).await);
    assert_eq!(server.asked(), 2);
}

#[tokio::test]
async fn keys_stay_when_a_refresh_fails() {
    let server = KeyServer::start(key_set(&[plain("rsa", "a")])).await;
    let clock = TurnedClock::new();
    let verifier = server.verifier(&clock);
    assert!(ok(&verifier, &token("rsa", Some("a"))).await);
    for broken in [
        answer("500 Oh", "{}"),
        answer("200 OK", "<html>"),
        answer("200 OK", r#"{"keys":[]}"#),
        Vec::new(),
    ] {
        server.answer.send_replace(broken);
        clock.turn(INTERVAL);
        let asked = server.asked();
        assert!(invalid(&verifier, &token("rsa", Some("b"))).await);
        assert_eq!(server.asked(), asked + 1);
        assert!(ok(&verifier, &token("rsa", Some("a"))).await);
    }
}

#[tokio::test]
async fn without_any_keys_tokens_cannot_be_judged_until_the_next_second() {
    let server = KeyServer::start(answer("503 Later", "")).await;
    let clock = TurnedClock::new();
    let verifier = server.verifier(&clock);
    assert!(unavailable(&verifier, &token("rsa", Some("a"))).await);
    assert!(invalid(&verifier, "a.b.c").await, "that needs no key");
    server.answer.send_replace(key_set(&[plain("rsa", "a")]));
    clock.turn(999);
    assert!(unavailable(&verifier, &token("rsa", Some("a"))).await);
    assert_eq!(server.asked(), 1);
    clock.turn(1);
    assert!(ok(&verifier, &token("rsa", Some("a"))).await);
}

#[tokio::test]
async fn redirects_and_large_or_missing_answers_are_refused() {
    let elsewhere = KeyServer::start(key_set(&[plain("rsa", "a")])).await;
    let moved =
        format!("HTTP/1.1 302 Found\r\nlocation: {}\r\ncontent-length: 0\r\n\r\n", elsewhere.url);
    let mut large = vec![plain("rsa", "a")];
    large.push(json!({ "kty": "oct", "k": "x".repeat(256 * 1024) }));
    let mut endless = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
    endless.resize(1024 * 1024, b' ');
    for refused in [moved.into_bytes(), key_set(&large), endless] {
        let server = KeyServer::start(refused).await;
        let verifier = server.verifier(&TurnedClock::new());
        assert!(unavailable(&verifier, &token("rsa", Some("a"))).await);
        assert_eq!(server.asked(), 1);
    }
    assert_eq!(elsewhere.asked(), 0);
}

#[tokio::test]
async fn an_answer_that_does_not_come_is_given_up() {
    let server = KeyServer::start(key_set(&[plain("rsa", "a")])).await;
    server.gate.send_replace(false);
    let options =
        JwksOptions { timeout: Duration::from_millis(50), ..JwksOptions::new(&*server.url) };
    let verifier = verifier(options, &TurnedClock::new());
    assert!(unavailable(&verifier, &token("rsa", Some("a"))).await);
}

#[tokio::test]
async fn a_caller_who_goes_away_does_not_take_the_request_along() {
    let server = KeyServer::start(key_set(&[plain("rsa", "a")])).await;
    server.gate.send_replace(false);
    let verifier = server.verifier(&TurnedClock::new());
    let caller = tokio::spawn({
        let verifier = Arc::clone(&verifier);
        async move { ok(&verifier, &token("rsa", Some("a"))).await }
    });
    server.until_asked(1).await;
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    server.gate.send_replace(true);
    assert!(ok(&verifier, &token("rsa", Some("a"))).await);
    assert_eq!(server.asked(), 1);
}

#[tokio::test]
async fn keys_for_other_ends_are_passed_over() {
    let octets =
        json!({ "kty": "oct", "kid": "shared", "k": "c2VjcmV0", "alg": "RS256", "use": "sig" });
    let server = KeyServer::start(key_set(&[
        plain("rsa", "good"),
        jwk("rsa", "unnamed", &json!({ "alg": null, "use": null })),
        jwk("rsa", "verify", &json!({ "use": null, "key_ops": ["verify"] })),
        jwk("rsa", "encrypts", &json!({ "use": "enc" })),
        jwk("rsa", "signs only", &json!({ "use": null, "key_ops": ["sign"] })),
        jwk("rsa", "another algorithm", &json!({ "alg": "PS256" })),
        jwk("rsa", "unknown algorithm", &json!({ "alg": "RS1" })),
        jwk("rsa", "small", &json!({ "n": "AQAB" })),
        jwk("rsa", "odd", &json!({ "n": 7 })),
        jwk("rsa", "other kind", &json!({ "kty": "EC" })),
        octets,
        json!("not a key"),
    ]))
    .await;
    let verifier = server.verifier(&TurnedClock::new());
    for kid in ["good", "unnamed", "verify"] {
        assert!(ok(&verifier, &token("rsa", Some(kid))).await, "{kid}");
    }
    let others = [
        "encrypts",
        "signs only",
        "another algorithm",
        "unknown algorithm",
        "small",
        "odd",
        "other kind",
        "shared",
    ];
    for kid in others {
        assert!(invalid(&verifier, &token("rsa", Some(kid))).await, "{kid}");
    }
}

#[tokio::test]
async fn a_public_key_of_the_set_is_no_secret() {
    let server = KeyServer::start(key_set(&[plain("rsa", "a")])).await;
    let verifier = server.verifier(&TurnedClock::new());
    let header = json!({ "alg": "HS256", "kid": "a" });
    for secret in [pem("rsa.public").as_bytes(), SECRET, b""] {
        let key = EncodingKey::from_secret(secret);
        let token = signed(&header, &claims(&json!({})), Algorithm::HS256, &key);
        assert!(invalid(&verifier, &token).await);
    }
    assert_eq!(server.asked(), 0, "not even asked for");
}
