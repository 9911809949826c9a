//! `[metrics]`: who may read what the server measures.

use secrecy::{ExposeSecret as _, SecretString};

use super::Reader;

/// The shortest token, in characters: it cannot be guessed as fast as one may ask.
const SHORTEST: usize = 16;

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
            text.len() >= SHORTEST && text.bytes().all(|byte| byte.is_ascii_graphic())
        };
        if token.as_ref().is_some_and(|token| !fits(token)) {
            reader.refuse("metrics.token", "must be at least 16 visible ASCII characters");
        }
        Self { token }
    }
}
