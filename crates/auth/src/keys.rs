//! Which keys may be used with which algorithm. A key is judged once, when it comes in: no token can
//! later make a public key pass for a secret or be checked with a key of another kind.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{
    Algorithm, AlgorithmFamily, DecodingKey,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyOperations, PublicKeyUse},
};

use crate::ConfigError;

/// The shortest secret that is accepted, in bytes: as long as the output of SHA-256.
pub(crate) const MIN_SECRET: usize = 32;

/// The shortest RSA modulus that is accepted, in bytes.
const MIN_MODULUS: usize = 256;

/// Whether the algorithm works with a shared secret.
pub(crate) fn is_shared(algorithm: Algorithm) -> bool {
    algorithm.family() == AlgorithmFamily::Hmac
}

/// Refuses a secret that does not belong to the algorithm, is short, or is no secret.
pub(crate) fn check_secret(algorithm: Algorithm, secret: &[u8]) -> Result<(), ConfigError> {
    if !is_shared(algorithm) {
        return Err(ConfigError::NeedsPublicKey(algorithm));
    }
    if secret.trim_ascii_start().starts_with(b"-----BEGIN ") {
        return Err(ConfigError::KeyAsSecret(algorithm));
    }
    let length = secret.trim_ascii().len();
    if length < MIN_SECRET {
        return Err(ConfigError::ShortSecret { algorithm, length, minimum: MIN_SECRET });
    }
    Ok(())
}

/// A shared secret as a key.
pub(crate) fn from_secret(algorithm: Algorithm, secret: &[u8]) -> Result<DecodingKey, ConfigError> {
    check_secret(algorithm, secret)?;
    Ok(DecodingKey::from_secret(secret))
}

/// A public key in PEM as a key.
pub(crate) fn from_pem(algorithm: Algorithm, pem: &str) -> Result<DecodingKey, ConfigError> {
    let pem = pem.trim();
    // The library would take the parts of a private RSA key for a public one.
    if !["-----BEGIN PUBLIC KEY-----", "-----BEGIN RSA PUBLIC KEY-----"]
        .iter()
        .any(|begin| pem.starts_with(begin))
    {
        return Err(ConfigError::NotAPublicKey);
    }
    let misfit = || ConfigError::KeyDoesNotFit(algorithm);
    let key = match algorithm.family() {
        AlgorithmFamily::Hmac => return Err(ConfigError::NeedsSecret(algorithm)),
        AlgorithmFamily::Rsa => DecodingKey::from_rsa_pem(pem.as_bytes()),
        AlgorithmFamily::Ec => DecodingKey::from_ec_pem(pem.as_bytes()),
        AlgorithmFamily::Ed => DecodingKey::from_ed_pem(pem.as_bytes()),
    }
    .map_err(|_| misfit())?;
    let shape = Jwk::from_decoding_key(&key, None).map_err(|_| misfit())?;
    if fits(&shape.algorithm, algorithm) { Ok(key) } else { Err(misfit()) }
}

/// A key of a key set as a key; `None` for keys that are there for something else.
pub(crate) fn from_jwk(algorithm: Algorithm, jwk: &Jwk) -> Option<DecodingKey> {
    let common = &jwk.common;
    let signs = common
        .public_key_use
        .as_ref()
        .is_none_or(|usage| *usage == PublicKeyUse::Signature)
        && common.key_operations.as_ref().is_none_or(|list| list.contains(&KeyOperations::Verify));
    let ours = common.key_algorithm.is_none_or(|named| named == algorithm.into());
    if !signs || !ours || !fits(&jwk.algorithm, algorithm) {
        return None;
    }
    DecodingKey::from_jwk(jwk).ok()
}

/// Whether a key's kind and size are those that the algorithm asks for; never for shared secrets.
fn fits(key: &AlgorithmParameters, algorithm: Algorithm) -> bool {
    match key {
        AlgorithmParameters::RSA(rsa) => {
            let modulus = URL_SAFE_NO_PAD.decode(&rsa.n).unwrap_or_default();
            let size = modulus.iter().skip_while(|byte| **byte == 0).count();
            algorithm.family() == AlgorithmFamily::Rsa && size >= MIN_MODULUS
        }
        AlgorithmParameters::EllipticCurve(ec) => match algorithm {
            Algorithm::ES256 => ec.curve == EllipticCurve::P256,
            Algorithm::ES384 => ec.curve == EllipticCurve::P384,
            _ => false,
        },
        AlgorithmParameters::OctetKeyPair(okp) => {
            algorithm == Algorithm::EdDSA && okp.curve == EllipticCurve::Ed25519
        }
        _ => false,
    }
}
