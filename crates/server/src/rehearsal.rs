//! What `serve` would refuse before it begins, found without beginning: no folder is made, no database
//! opened, no port taken, nobody asked but the resolver of this machine.

use std::sync::Arc;

use chinwag_domain::ports::Clock;

use crate::{
    ambient::SystemClock,
    config::{Config, Values},
    database,
    failure::Failure,
    identity, listening, media, push,
};

/// Everything that does not fit, each with its place; empty where nothing was found. The current runtime
/// is needed for as long as it takes.
pub async fn rehearse(config: &Config, values: &Values) -> Vec<String> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let keys = ["auth.public_key", "auth.jwks_url", "auth.secret"];
    let key = keys.into_iter().find(|key| values.origin(key).is_some());
    let found = [
        (key.unwrap_or("auth.algorithm"), identity::check(config, &clock)),
        ("push.fcm_credentials", push::gateway(&config.push, &clock).map(drop)),
        ("media.url", media::check(&config.media)),
        ("database.url", database::check(config)),
    ];
    let mut problems: Vec<String> = found
        .into_iter()
        .filter_map(|(key, outcome)| Some(values.placed(key, &outcome.err()?.told())))
        .collect();
    // It names its place itself.
    let addresses = listening::addresses(&config.server, values).await;
    problems.extend(addresses.err().as_ref().map(Failure::told));
    problems
}
