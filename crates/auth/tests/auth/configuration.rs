//! Keys that must not be configured: the process refuses to start, and says why.

use chinwag_auth::{
    Algorithm, ConfigError, JwksOptions, KeySource, LocalTokens, SignerOptions, VerifierOptions,
};

use crate::support::{SECRET, TurnedClock, pem, public, verifier};

const SHARED: [Algorithm; 3] = [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512];
const PUBLIC: [Algorithm; 5] =
    [Algorithm::RS256, Algorithm::PS256, Algorithm::ES256, Algorithm::ES384, Algorithm::EdDSA];

fn error(algorithm: Algorithm, key: KeySource) -> ConfigError {
    verifier(VerifierOptions::new(algorithm, key)).err().unwrap()
}

#[test]
fn short_secrets() {
    for algorithm in SHARED {
        let secrets = [
            vec![],
            b"secret".to_vec(),
            SECRET[..31].to_vec(),
            vec![b' '; 64],
            [&SECRET[..31], b"\n"].concat(),
        ];
        for secret in secrets {
            let error = error(algorithm, KeySource::Secret(secret.clone()));
            assert!(matches!(error, ConfigError::ShortSecret { .. }), "{error}");
            let text = error.to_string();
            assert!(text.contains("openssl rand") && text.contains("at least 32"), "{text}");
            let own = SignerOptions { algorithm, ..SignerOptions::new(secret) };
            assert!(LocalTokens::new(own, TurnedClock::new()).is_err());
        }
        let key = KeySource::Secret(SECRET[..32].to_vec());
        assert!(verifier(VerifierOptions::new(algorithm, key)).is_ok());
    }
}

#[test]
fn keys_of_the_other_kind() {
    let url = "https://id.example.org/keys";
    for algorithm in SHARED {
        for key in [KeySource::Pem(pem("rsa.public")), KeySource::Jwks(JwksOptions::new(url))] {
            assert!(matches!(error(algorithm, key), ConfigError::NeedsSecret(_)));
        }
        let public_key = KeySource::Secret(pem("rsa.public").into_bytes());
        assert!(matches!(error(algorithm, public_key), ConfigError::KeyAsSecret(_)));
    }
    for algorithm in PUBLIC {
        let secret = KeySource::Secret(SECRET.to_vec());
        assert!(matches!(error(algorithm, secret), ConfigError::NeedsPublicKey(_)));
        let own = SignerOptions { algorithm, ..SignerOptions::new(SECRET) };
        assert!(LocalTokens::new(own, TurnedClock::new()).is_err());
        assert!(
            verifier(VerifierOptions::new(algorithm, KeySource::Jwks(JwksOptions::new(url))))
                .is_ok()
        );
    }
}

#[test]
fn private_damaged_weak_and_unfitting_public_keys() {
    for name in ["rsa.private", "p256.private", "ed25519.private"] {
        let error = verifier(public(Algorithm::RS256, name)).err().unwrap();
        assert!(matches!(error, ConfigError::NotAPublicKey), "{name}: {error}");
    }
    for (algorithm, name) in [
        (Algorithm::RS256, "rsa-1024.public"),
        (Algorithm::PS512, "rsa-1024.public"),
        (Algorithm::RS256, "p256.public"),
        (Algorithm::ES256, "p384.public"),
        (Algorithm::ES384, "p256.public"),
        (Algorithm::ES256, "rsa.public"),
        (Algorithm::EdDSA, "p256.public"),
        (Algorithm::ES256, "ed25519.public"),
    ] {
        let error = verifier(public(algorithm, name)).err().unwrap();
        assert!(matches!(error, ConfigError::KeyDoesNotFit(_)), "{algorithm:?} {name}: {error}");
    }
    let damaged = pem("rsa.public").replace("MIIB", "AAAA");
    assert!(matches!(
        error(Algorithm::RS256, KeySource::Pem(damaged)),
        ConfigError::KeyDoesNotFit(_)
    ));
    for text in ["", "not a key", "/etc/keys/public.pem"] {
        let key = KeySource::Pem(text.into());
        assert!(matches!(error(Algorithm::RS256, key), ConfigError::NotAPublicKey));
    }
}

#[test]
fn key_sets_from_where_they_could_be_replaced() {
    for url in ["http://id.example.org/keys", "", "file:///etc/keys", "https://a:b@id.example.org/"]
    {
        let key = KeySource::Jwks(JwksOptions::new(url));
        assert!(matches!(error(Algorithm::RS256, key), ConfigError::KeySetUrl), "{url}");
    }
}
