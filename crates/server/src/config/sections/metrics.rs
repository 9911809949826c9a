//! `[metrics]`: who may read what the server measures.

use secrecy::{ExposeSecret as _, SecretString};

use super::Reader;

/// The shortest token, in characters: it cannot be guessed as fast as one may ask.
const SHORTEST: usize = 16;

const UNFIT: &str = "must be at least 16 of the characters that an Authorization header can carry \
    (A-Z a-z 0-9 - . _ ~ + /, and = at the end): take what `openssl rand -hex 32` prints";

/// Who may read the metrics.
#[derive(Debug, Clone)]
pub struct MetricsConfig {
    /// What a scraper has to bring; without it only this machine may ask.
    pub token: Option<SecretString>,
}

impl MetricsConfig {
    pub(in crate::config) fn read(reader: &mut Reader<'_>) -> Self {
        let token = reader.secret("metrics.token");
        let fits = |token: &SecretString| {
            let text = token.expose_secret();
            // What the route would not take for a token could be set and never be used.
            text.len() >= SHORTEST && chinwag_rest::can_be_borne(text)
        };
        if token.as_ref().is_some_and(|token| !fits(token)) {
            reader.refuse("metrics.token", UNFIT);
        }
        Self { token }
    }
}
