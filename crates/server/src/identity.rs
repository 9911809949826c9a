//! From the configuration to keys: what verifies tokens here, and what signs them.

use std::{path::Path, sync::Arc};

use chinwag_auth::{
    ClaimNames, JwksOptions, JwtVerifier, KeySource, LocalTokens, SignerOptions, VerifierOptions,
};
use chinwag_domain::ports::{Clock, TokenIssuer, TokenVerifier};
use secrecy::{ExposeSecret as _, SecretString};

use crate::{
    config::{
        AuthConfig, AuthMode, Config,
        first_run::{SECRET_FILE, SecretError, development_secret, kept_secret},
        sections::Algorithm,
    },
    failure::Failure,
};

/// What verifies tokens, and what signs them where this server does.
pub struct Identity {
    pub verifier: Arc<dyn TokenVerifier>,
    pub issuer: Option<Arc<dyn TokenIssuer>>,
}

/// What happens in development where there is no secret yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstRun {
    /// It is made now and kept.
    MakesSecret,
    /// Nothing is made: a secret that no server knows would be of no use.
    NeedsSecret,
}

impl Identity {
    /// As configured.
    pub fn new(
        config: &Config,
        first_run: FirstRun,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, Failure> {
        let refused = |error: chinwag_auth::ConfigError| {
            Failure::Refused(format!("the keys of [auth] cannot be used: {error}"))
        };
        match config.auth.mode {
            AuthMode::Local => {
                let options = signing(config, first_run)?;
                let tokens = Arc::new(LocalTokens::new(options, clock).map_err(refused)?);
                Ok(Self { verifier: Arc::clone(&tokens) as _, issuer: Some(tokens) })
            }
            AuthMode::External => {
                let options = verifying(&config.auth)?;
                let verifier = JwtVerifier::new(options, clock).map_err(refused)?;
                Ok(Self { verifier: Arc::new(verifier), issuer: None })
            }
        }
    }
}

/// Whether there could be an identity; no secret is made.
pub fn check(config: &Config, clock: &Arc<dyn Clock>) -> Result<(), Failure> {
    if config.development() {
        return match kept_secret(Path::new(SECRET_FILE)) {
            // Made when somebody serves.
            Ok(_) | Err(SecretError::Missing { .. }) => Ok(()),
            Err(error) => Err(Failure::Refused(error.to_string())),
        };
    }
    Identity::new(config, FirstRun::NeedsSecret, Arc::clone(clock)).map(drop)
}

/// How this installation's own tokens are signed.
pub fn signing(config: &Config, first_run: FirstRun) -> Result<SignerOptions, Failure> {
    let auth = &config.auth;
    if !auth.algorithm.is_shared_secret() {
        return Err(Failure::Refused(
            "auth.algorithm names a public key, and nobody can sign with that; take a token from \
             the host application that holds the private one"
                .to_owned(),
        ));
    }
    Ok(SignerOptions {
        algorithm: algorithm(auth.algorithm),
        secret: secret(config, first_run)?.expose_secret().as_bytes().to_vec(),
        issuer: auth.issuer.clone(),
        audience: auth.audience.clone(),
    })
}

fn secret(config: &Config, first_run: FirstRun) -> Result<SecretString, Failure> {
    match &config.auth.secret {
        Some(secret) => Ok(secret.clone()),
        None if config.development() => {
            let file = Path::new(SECRET_FILE);
            let secret = match first_run {
                FirstRun::MakesSecret => development_secret(file),
                FirstRun::NeedsSecret => kept_secret(file),
            };
            secret.map_err(|error| Failure::Refused(error.to_string()))
        }
        None => Err(Failure::Refused("auth.secret is not set".to_owned())),
    }
}

fn verifying(auth: &AuthConfig) -> Result<VerifierOptions, Failure> {
    let key = if let (true, Some(secret)) = (auth.algorithm.is_shared_secret(), &auth.secret) {
        KeySource::Secret(secret.expose_secret().as_bytes().to_vec())
    } else if let Some(pem) = &auth.public_key {
        KeySource::Pem(pem.clone())
    } else if let Some(url) = &auth.jwks_url {
        KeySource::Jwks(JwksOptions::new(url.as_str()))
    } else {
        return Err(Failure::Refused("there is no key to verify tokens with".to_owned()));
    };
    let names = &auth.claims;
    Ok(VerifierOptions {
        issuer: auth.issuer.iter().cloned().collect(),
        audience: auth.audience.iter().cloned().collect(),
        claims: ClaimNames {
            subject: names.subject.clone(),
            name: names.name.clone(),
            username: names.username.clone(),
            picture: names.picture.clone(),
            roles: names.roles.clone(),
        },
        ..VerifierOptions::new(algorithm(auth.algorithm), key)
    })
}

fn algorithm(algorithm: Algorithm) -> chinwag_auth::Algorithm {
    match algorithm {
        Algorithm::Hs256 => chinwag_auth::Algorithm::HS256,
        Algorithm::Hs384 => chinwag_auth::Algorithm::HS384,
        Algorithm::Hs512 => chinwag_auth::Algorithm::HS512,
        Algorithm::Rs256 => chinwag_auth::Algorithm::RS256,
        Algorithm::Ps256 => chinwag_auth::Algorithm::PS256,
        Algorithm::Es256 => chinwag_auth::Algorithm::ES256,
        Algorithm::EdDsa => chinwag_auth::Algorithm::EdDSA,
    }
}
