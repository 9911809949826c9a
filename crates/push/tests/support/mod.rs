//! A gateway, and the server it talks to. No cases here.
#![allow(dead_code)] // each test binary takes what it needs
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a panic is how a test fails

#[path = "../../../../tests/src/fcm/mod.rs"]
pub mod fake;

use std::sync::Arc;

use chinwag_domain::{
    ConversationId, Device, Notification, PushOutcome, PushProvider, Timestamp,
    ports::{Clock, PushGateway},
};
use chinwag_push::{FcmGateway, FcmOptions, ServiceAccount};
use fake::FakeFcm;
use tokio::runtime::Handle;

pub const TOKEN: &str = "c1xxQ:APA91bH-canary-device_0123456789";

/// The fake's clock.
pub struct Moving(pub Arc<FakeFcm>);

impl Clock for Moving {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.now_millis())
    }
}

pub fn options(fcm: &FakeFcm) -> FcmOptions {
    FcmOptions::at(fcm.url())
}

pub fn gateway_with(fcm: &Arc<FakeFcm>, options: &FcmOptions) -> FcmGateway {
    let account = ServiceAccount::parse(fcm.credentials().to_string().as_bytes()).unwrap();
    FcmGateway::new(account, options, Arc::new(Moving(Arc::clone(fcm))), Handle::current()).unwrap()
}

pub async fn set() -> (Arc<FakeFcm>, FcmGateway) {
    let fcm = Arc::new(FakeFcm::start().await);
    let gateway = gateway_with(&fcm, &options(&fcm));
    (fcm, gateway)
}

pub fn device(token: &str) -> Device {
    Device {
        user_id: "ann".parse().unwrap(),
        device_id: "phone".parse().unwrap(),
        provider: PushProvider::Fcm,
        address: token.parse().unwrap(),
        updated_at: Timestamp::default(),
    }
}

pub fn notification() -> Notification {
    Notification {
        title: "Team: Ann".into(),
        body: "Grüße \"quoted\" 😀".into(),
        data: vec![("type", "message.created".into()), ("seq", "7".into())],
        conversation_id: Some(ConversationId::from_u128(7)),
        badge: Some(3),
    }
}

pub async fn send(gateway: &FcmGateway) -> PushOutcome {
    gateway.send(&device(TOKEN), &notification()).await
}
