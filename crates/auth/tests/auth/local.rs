//! Tokens of the server's own accounts.

use std::{collections::HashSet, sync::Arc};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chinwag_auth::{LocalTokens, SignerOptions, TokenSigner};
use chinwag_domain::{
    AppRole, SessionId, Timestamp, UserSummary,
    ports::{Clock, TokenError, TokenIssuer, TokenVerifier},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::{NOW, SECRET, TurnedClock, claims, refused, shared, token};

const SESSION: SessionId = SessionId::from_u128(7);

fn tokens(clock: &Arc<TurnedClock>) -> LocalTokens {
    let options = SignerOptions { issuer: Some("chinwag".into()), ..SignerOptions::new(SECRET) };
    LocalTokens::new(options, clock.clone()).unwrap()
}

fn ann() -> UserSummary {
    let ann = UserSummary::bare("ann".parse().unwrap());
    UserSummary { name: "Ann".into(), username: Some("ann7".into()), ..ann }
}

fn in_an_hour() -> Timestamp {
    Timestamp::from_millis((NOW + 3_600) * 1_000)
}

fn payload(token: &str) -> Value {
    let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    serde_json::from_slice(&payload).unwrap()
}

#[tokio::test]
async fn what_was_signed_is_read_back() {
    let clock = TurnedClock::new();
    let tokens = tokens(&clock);
    let token = tokens.access_token(&ann(), AppRole::Supervisor, SESSION, in_an_hour()).unwrap();
    let read = tokens.verify(&token).await.unwrap();
    assert_eq!(read.subject.as_str(), "ann");
    assert_eq!(read.session, Some(SESSION));
    assert_eq!(read.role, AppRole::Supervisor);
    assert_eq!(read.profile.name.as_deref(), Some("Ann"));
    assert_eq!(read.profile.username.as_deref(), Some("ann7"));
    assert_eq!(read.expires_at, in_an_hour());
    let expected = json!({
        "typ": "access", "sub": "ann", "sid": SESSION, "name": "Ann", "username": "ann7",
        "role": "supervisor", "iat": NOW, "exp": NOW + 3_600, "iss": "chinwag",
    });
    assert_eq!(payload(&token), expected);
    clock.turn(3_600_000);
    assert!(matches!(tokens.verify(&token).await, Err(TokenError::Expired)));
}

#[tokio::test]
async fn expiry_is_rounded_down_never_up() {
    let clock = TurnedClock::new();
    let tokens = tokens(&clock);
    let late = clock.now().plus_millis(1_999);
    let token = tokens.access_token(&ann(), AppRole::Member, SESSION, late).unwrap();
    assert_eq!(payload(&token)["exp"], json!(NOW + 1));
}

#[tokio::test]
async fn an_operators_token_has_no_sign_in() {
    let tokens = tokens(&TurnedClock::new());
    let token = tokens.signer().sign(&ann(), AppRole::Admin, None, in_an_hour()).unwrap();
    let read = tokens.verify(&token).await.unwrap();
    assert_eq!((read.session, read.role), (None, AppRole::Admin));
}

#[tokio::test]
async fn a_host_applications_verifier_takes_a_signers_tokens() {
    let signer = TokenSigner::new(SignerOptions::new(SECRET), TurnedClock::new()).unwrap();
    let token = signer.sign(&ann(), AppRole::Member, Some(SESSION), in_an_hour()).unwrap();
    let read = crate::support::check(shared(), &token).await.unwrap();
    assert_eq!(read.session, None, "its sign-ins mean nothing there");
}

#[tokio::test]
async fn refresh_tokens_are_random_and_never_give_access() {
    let tokens = tokens(&TurnedClock::new());
    let mut seen = HashSet::new();
    for _ in 0..100 {
        let refresh = tokens.refresh_token();
        assert_eq!(URL_SAFE_NO_PAD.decode(&refresh.text).unwrap().len(), 32);
        assert_eq!(refresh.hash, Sha256::digest(&refresh.text).to_vec());
        assert_eq!(refresh.hash, tokens.refresh_hash(&refresh.text));
        assert!(matches!(tokens.verify(&refresh.text).await, Err(TokenError::Invalid)));
        assert!(seen.insert(refresh.text));
    }
}

#[tokio::test]
async fn own_tokens_say_that_they_are_for_access() {
    let tokens = tokens(&TurnedClock::new());
    let own = |typ: Value| token(&claims(&json!({ "iss": "chinwag", "sid": SESSION, "typ": typ })));
    assert!(tokens.verify(&own(json!("access"))).await.is_ok());
    for typ in [json!(null), json!("refresh"), json!("Access"), json!(["access"]), json!("media")] {
        let result = tokens.verify(&own(typ.clone())).await;
        assert!(matches!(result, Err(TokenError::Invalid)), "{typ}");
    }
    let foreign = token(&claims(&json!({ "sid": SESSION, "typ": "access" })));
    assert!(matches!(tokens.verify(&foreign).await, Err(TokenError::Invalid)), "no issuer");
    let other = SignerOptions::new(b"another secret that is as long as it must be".as_slice());
    let other = LocalTokens::new(other, TurnedClock::new()).unwrap();
    let stolen = other.access_token(&ann(), AppRole::Admin, SESSION, in_an_hour()).unwrap();
    refused("another server's", shared(), &stolen).await;
}
