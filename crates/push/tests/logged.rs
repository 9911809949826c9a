//! What is logged on the way to FCM. One test, in a process of its own: it hears every thread.
#![allow(clippy::unwrap_used)] // a test fails loudly

mod support;

use chinwag_push::ServiceAccount;
use chinwag_testkit::Log;
use support::{TOKEN, device, send, set};

#[tokio::test]
async fn neither_keys_nor_tokens_are_shown() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let (fcm, gateway) = set().await;
    send(&gateway).await;
    fcm.fail(TOKEN, 404, "NOT_FOUND", "UNREGISTERED");
    let gone = send(&gateway).await;
    let account = ServiceAccount::parse(fcm.credentials().to_string().as_bytes()).unwrap();
    let shown = format!("{gone:?} {gateway:?} {account:?} {:?}", device(TOKEN));
    let logged = log.text();
    let key = fcm.credentials()["private_key"].as_str().unwrap()[40..80].to_owned();
    for secret in [&key, "canary-device", "canary-access"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
        assert!(!logged.contains(secret), "{secret} in the log: {logged}");
    }
    assert!(logged.len() > 100, "nothing was logged at all: {logged}");
}
