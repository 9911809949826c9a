//! What attackers try with tokens. All of it gets the same answer, which says nothing: not valid.

use base64::{Engine, engine::general_purpose::STANDARD};
use chinwag_auth::{Algorithm, VerifierOptions};
use chinwag_domain::ports::{TokenError, TokenVerifier};
use jsonwebtoken::EncodingKey;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{
    NOW, SECRET, TurnedClock, check, claims, claims_without, pem, public, refused, shared, signed,
    token, unsigned, verifier,
};

fn secret() -> EncodingKey {
    EncodingKey::from_secret(SECRET)
}

fn hs256(header: &Value, claims: &Value, secret: &[u8]) -> String {
    signed(header, claims, Algorithm::HS256, &EncodingKey::from_secret(secret))
}

fn both_kinds() -> [VerifierOptions; 2] {
    [shared(), public(Algorithm::RS256, "rsa.public")]
}

#[tokio::test]
async fn unsigned_tokens() {
    let claims = claims(&json!({}));
    for alg in [
        json!("none"),
        json!("None"),
        json!("NONE"),
        json!("nOnE"),
        json!(""),
        json!(null),
        json!(["HS256"]),
        json!("hs256"),
        json!("HS256 "),
    ] {
        let header = json!({ "typ": "JWT", "alg": alg });
        let bare = unsigned(&header, &claims);
        for token in [format!("{bare}."), bare.clone(), hs256(&header, &claims, SECRET)] {
            for options in both_kinds() {
                refused(&alg.to_string(), options, &token).await;
            }
        }
    }
    let unnamed = hs256(&json!({ "typ": "JWT" }), &claims, SECRET);
    refused("no alg", shared(), &unnamed).await;
    let signed = token(&claims);
    let (message, _) = signed.rsplit_once('.').unwrap();
    refused("signature cut off", shared(), &format!("{message}.")).await;
}

#[tokio::test]
async fn a_public_key_used_as_a_secret() {
    let pem = pem("rsa.public");
    let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    let der = STANDARD.decode(&body).unwrap();
    for secret in [pem.as_bytes(), pem.trim().as_bytes(), body.as_bytes(), &der] {
        for alg in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
            let key = EncodingKey::from_secret(secret);
            for named in [alg, Algorithm::RS256] {
                let token = signed(&json!({ "alg": named }), &claims(&json!({})), alg, &key);
                refused("confusion", public(Algorithm::RS256, "rsa.public"), &token).await;
            }
        }
    }
}

#[tokio::test]
async fn key_ids_are_neither_paths_nor_queries() {
    for (kid, secret) in [
        ("../../../../dev/null", ""),
        ("/proc/sys/kernel/randomize_va_space", "2\n"),
        ("' UNION SELECT 'known' --", "known"),
        ("x' OR '1'='1", "1"),
        ("|cat /etc/passwd", ""),
        ("\u{0}", ""),
    ] {
        let header = json!({ "alg": "HS256", "kid": kid });
        let token = hs256(&header, &claims(&json!({})), secret.as_bytes());
        refused(kid, shared(), &token).await;
        let good = hs256(&header, &claims(&json!({})), SECRET);
        assert!(check(shared(), &good).await.is_ok(), "the id chooses nothing: {kid}");
    }
}

#[tokio::test]
async fn keys_that_a_token_brings_along() {
    let stranger = EncodingKey::from_rsa_pem(pem("rsa-other.private").as_bytes()).unwrap();
    let jwk = jsonwebtoken::jwk::Jwk::from_encoding_key(&stranger, Algorithm::RS256).unwrap();
    for brought in [
        json!({ "jwk": jwk }),
        json!({ "jku": "http://127.0.0.1:9/keys" }),
        json!({ "x5u": "http://127.0.0.1:9/chain" }),
        json!({ "x5c": ["MIIB"] }),
        json!({ "kid": "http://127.0.0.1:9/keys" }),
    ] {
        let mut header = brought.clone();
        header["alg"] = json!("RS256");
        let token = signed(&header, &claims(&json!({})), Algorithm::RS256, &stranger);
        refused(&brought.to_string(), public(Algorithm::RS256, "rsa.public"), &token).await;
    }
}

#[tokio::test]
async fn empty_and_guessed_secrets() {
    for guess in [&b""[..], b"\0", b"secret", &SECRET[..31], &SECRET[1..]] {
        let token = hs256(&json!({ "alg": "HS256" }), &claims(&json!({})), guess);
        refused("guessed", shared(), &token).await;
    }
}

#[tokio::test]
async fn tokens_of_other_issuers_or_for_others() {
    let options = || VerifierOptions {
        issuer: vec!["https://id.example.org".into(), "second".into()],
        audience: vec!["chat".into()],
        ..shared()
    };
    let good = json!({ "iss": "https://id.example.org", "aud": "chat" });
    let with = |name: &str, value: Value| {
        let mut claims = claims(&good);
        claims[name] = value;
        claims
    };
    for fine in [claims(&good), with("iss", json!("second")), with("aud", json!(["x", "chat"]))] {
        assert!(check(options(), &token(&fine)).await.is_ok(), "{fine}");
    }
    let mut bad = vec![claims(&json!({ "iss": "second" })), claims(&json!({ "aud": "chat" }))];
    for iss in [
        json!(null),
        json!("https://id.example.org.evil.example"),
        json!(["second"]),
        json!("https://id.example.org/"),
        json!(7),
        json!({}),
    ] {
        bad.push(with("iss", iss));
    }
    for aud in [
        json!(null),
        json!("chat2"),
        json!("CHAT"),
        json!([]),
        json!([["chat"]]),
        json!({ "chat": 1 }),
    ] {
        bad.push(with("aud", aud));
    }
    for claims in bad {
        refused(&claims.to_string(), options(), &token(&claims)).await;
    }
}

#[tokio::test]
async fn tokens_that_are_not_for_access() {
    for (claim, value) in [
        ("typ", "Refresh"),
        ("token_use", "refresh"),
        ("token_type", "refresh_token"),
        ("type", "refresh"),
        ("use", "REFRESH"),
        ("typ", "Offline"),
        ("typ", "Logout"),
    ] {
        refused(value, shared(), &token(&claims(&json!({ claim: value })))).await;
    }
    for value in ["Bearer", "access", "ID", "JWT"] {
        let token = token(&claims(&json!({ "typ": value })));
        assert!(check(shared(), &token).await.is_ok(), "{value}");
    }
    for typ in ["logout+jwt", "application/logout+jwt", "dpop+jwt", "rt+jwt", ""] {
        let token = hs256(&json!({ "alg": "HS256", "typ": typ }), &claims(&json!({})), SECRET);
        refused(typ, shared(), &token).await;
    }
    for typ in ["JWT", "jwt", "at+jwt", "application/at+JWT"] {
        let token = hs256(&json!({ "alg": "HS256", "typ": typ }), &claims(&json!({})), SECRET);
        assert!(check(shared(), &token).await.is_ok(), "{typ}");
    }
}

#[tokio::test]
async fn expiry_that_is_no_time() {
    refused("absent", shared(), &token(&claims_without("exp"))).await;
    for exp in [
        json!("1900000000"),
        json!("never"),
        json!(""),
        json!(null),
        json!(true),
        json!([1_900_000_000]),
        json!({ "$date": 1 }),
        json!(i64::MAX),
        json!(u64::MAX),
        json!(1e300),
        json!(-1e300),
        json!(NOW * 1_000 + 3_600_000),
        json!(253_402_300_800_i64),
    ] {
        refused(&exp.to_string(), shared(), &token(&claims(&json!({ "exp": exp })))).await;
    }
    // What serde_json would not write.
    for exp in
        ["1e999", "-1e999", "NaN", "Infinity", "99999999999999999999999999", "0x7fffffff", "1_900"]
    {
        let header = json!({ "alg": "HS256" });
        let payload = format!(r#"{{"sub":"ann","exp":{exp}}}"#);
        let encode = |text: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text);
        let message = format!("{}.{}", encode(&header.to_string()), encode(&payload));
        let signature =
            jsonwebtoken::crypto::sign(message.as_bytes(), &secret(), Algorithm::HS256).unwrap();
        refused(exp, shared(), &format!("{message}.{signature}")).await;
    }
}

#[tokio::test]
async fn a_token_ends_at_its_expiry_without_leeway() {
    let clock = TurnedClock::new();
    let verifier = chinwag_auth::JwtVerifier::new(shared(), clock.clone()).unwrap();
    let token = token(&claims(&json!({ "exp": NOW + 1 })));
    assert_eq!(verifier.verify(&token).await.unwrap().expires_at.millis(), (NOW + 1) * 1_000);
    clock.turn(999);
    assert!(verifier.verify(&token).await.is_ok());
    clock.turn(1);
    assert!(matches!(verifier.verify(&token).await, Err(TokenError::Expired)));
    for exp in [json!(0), json!(-1), json!(NOW), json!(NOW - 1), json!(1.5)] {
        let token = crate::support::token(&claims(&json!({ "exp": exp })));
        assert!(matches!(verifier.verify(&token).await, Err(TokenError::Expired)), "{exp}");
    }
}

#[tokio::test]
async fn expired_tells_only_who_holds_a_token_that_was_good() {
    let past = json!({ "exp": NOW - 1 });
    let forged = hs256(&json!({ "alg": "HS256" }), &claims(&past), b"guessed");
    refused("forged", shared(), &forged).await;
    refused("odd subject", shared(), &token(&json!({ "sub": "", "exp": NOW - 1 }))).await;
    let options = VerifierOptions { issuer: vec!["us".into()], ..shared() };
    refused("other issuer", options, &token(&claims(&past))).await;
}

#[tokio::test]
async fn damaged_and_oversized_tokens() {
    let good = token(&claims(&json!({})));
    let other = token(&claims(&json!({ "role": "admin" })));
    let [header, payload, signature] = good.split('.').collect::<Vec<_>>()[..] else {
        panic!("three parts")
    };
    let swapped = other.split('.').nth(1).unwrap();
    let long = token(&claims(&json!({ "name": "x".repeat(16 * 1024) })));
    let deep = format!("{}{}", "[".repeat(3_000), "]".repeat(3_000));
    let deep = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(deep);
    for bad in [
        String::new(),
        ".".into(),
        "..".into(),
        "...".into(),
        "a.b.c".into(),
        format!("{header}.{swapped}.{signature}"),
        format!("{header}.{payload}.{}", &signature[1..]),
        format!("{good}="),
        format!("{good}."),
        format!(".{good}"),
        format!(" {good}"),
        format!("{good}\n"),
        format!("{good}.{signature}"),
        format!("{header}.{deep}.{signature}"),
        format!("{deep}.{payload}.{signature}"),
        format!("Bearer {good}"),
        long,
    ] {
        refused(&bad, shared(), &bad).await;
    }
    let critical = json!({ "alg": "HS256", "crit": ["b64"], "b64": true });
    refused("crit", shared(), &hs256(&critical, &claims(&json!({})), SECRET)).await;
    for claims in [json!([]), json!("ann"), json!(null), json!({})] {
        refused(&claims.to_string(), shared(), &token(&claims)).await;
    }
}

fn passes(token: &str) -> bool {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    both_kinds()
        .into_iter()
        .any(|options| runtime.block_on(verifier(options).unwrap().verify(token)).is_ok())
}

proptest! {
    #[test]
    fn random_bytes_never_panic_and_never_pass(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(!passes(&String::from_utf8_lossy(&bytes)));
    }

    #[test]
    fn random_parts_never_panic_and_never_pass(
        header in prop::collection::vec(any::<u8>(), 0..100),
        payload in prop::collection::vec(any::<u8>(), 0..100),
        signature in prop::collection::vec(any::<u8>(), 0..64),
    ) {
        let encode = |bytes: &[u8]| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes);
        let token = format!("{}.{}.{}", encode(&header), encode(&payload), encode(&signature));
        prop_assert!(!passes(&token));
    }

    #[test]
    fn no_byte_of_a_token_can_be_another(at in any::<prop::sample::Index>(), byte in 1_u8..128) {
        let good = token(&claims(&json!({})));
        let mut bytes = good.clone().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let other = String::from_utf8(bytes).unwrap();
        prop_assert_eq!(passes(&other), other == good);
    }

    #[test]
    fn signed_claims_of_any_shape_never_panic(name in "[a-zA-Z]{1,8}", text in ".{0,60}", number in any::<f64>()) {
        for claim in ["sub", "exp", "nbf", "iss", "aud", "sid", "name", "username", "picture", "roles", &name] {
            for value in [json!(text), json!(number), json!([text, number]), json!({ &name: text })] {
                let _ = passes(&token(&claims(&json!({ claim: value }))));
            }
        }
    }
}
