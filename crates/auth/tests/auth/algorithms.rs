//! Every algorithm with its key, and none with the key or the signature of another.

use chinwag_auth::{Algorithm, KeySource, VerifierOptions};
use jsonwebtoken::EncodingKey;
use serde_json::json;

use crate::support::{SECRET, check, claims, pem, public, refused, signed};

const ALGORITHMS: [Algorithm; 12] = [
    Algorithm::HS256,
    Algorithm::HS384,
    Algorithm::HS512,
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];

fn kind(algorithm: Algorithm) -> Option<&'static str> {
    match format!("{algorithm:?}").as_str() {
        "ES256" => Some("p256"),
        "ES384" => Some("p384"),
        "EdDSA" => Some("ed25519"),
        name if name.starts_with("HS") => None,
        _ => Some("rsa"),
    }
}

fn options(algorithm: Algorithm) -> VerifierOptions {
    match kind(algorithm) {
        Some(kind) => public(algorithm, &format!("{kind}.public")),
        None => VerifierOptions::new(algorithm, KeySource::Secret(SECRET.to_vec())),
    }
}

fn token(algorithm: Algorithm, named: Algorithm) -> String {
    let private = |kind: &str| pem(&format!("{kind}.private")).into_bytes();
    let key = match kind(algorithm) {
        None => EncodingKey::from_secret(SECRET),
        Some("rsa") => EncodingKey::from_rsa_pem(&private("rsa")).unwrap(),
        Some("ed25519") => EncodingKey::from_ed_pem(&private("ed25519")).unwrap(),
        Some(curve) => EncodingKey::from_ec_pem(&private(curve)).unwrap(),
    };
    signed(&json!({ "alg": named }), &claims(&json!({})), algorithm, &key)
}

#[tokio::test]
async fn each_algorithm_accepts_its_own_tokens() {
    for algorithm in ALGORITHMS {
        let result = check(options(algorithm), &token(algorithm, algorithm)).await;
        assert_eq!(result.unwrap().subject.as_str(), "ann", "{algorithm:?}");
    }
}

#[tokio::test]
async fn no_algorithm_accepts_the_tokens_of_another() {
    for configured in ALGORITHMS {
        for signed in ALGORITHMS.into_iter().filter(|signed| *signed != configured) {
            // As it is, and with a header that claims to be what is configured.
            for named in [signed, configured] {
                let what = format!("{signed:?} named {named:?} for {configured:?}");
                refused(&what, options(configured), &token(signed, named)).await;
            }
        }
    }
}

#[tokio::test]
async fn a_strangers_key_is_no_key() {
    let key = EncodingKey::from_rsa_pem(pem("rsa-other.private").as_bytes()).unwrap();
    for algorithm in [Algorithm::RS256, Algorithm::PS256] {
        let token = signed(&json!({ "alg": algorithm }), &claims(&json!({})), algorithm, &key);
        refused("a stranger's", options(algorithm), &token).await;
    }
}
