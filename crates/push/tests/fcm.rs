//! The way to FCM, against a server that is as strict as FCM and Google are.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails loudly

mod support;

use std::{sync::Arc, time::Duration};

use chinwag_domain::{ConversationId, Notification, PushFault, PushOutcome, ports::PushGateway};
use chinwag_push::{FcmGateway, FcmOptions, ServiceAccount};
use serde_json::json;
use support::{Moving, TOKEN, device, fake::FakeFcm, gateway_with, options, send, set};
use tokio::runtime::Handle;

#[track_caller]
fn retried(outcome: PushOutcome) -> (PushFault, Option<i64>) {
    match outcome {
        PushOutcome::Retry { fault, after_millis } => (fault, after_millis),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_message_is_what_the_documentation_says() {
    let (fcm, gateway) = set().await;
    assert_eq!(send(&gateway).await, PushOutcome::Delivered { status: 200 });
    let id = ConversationId::from_u128(7).to_string();
    let expected = json!({
        "token": TOKEN,
        "notification": {"title": "Team: Ann", "body": "Grüße \"quoted\" 😀"},
        "data": {"type": "message.created", "seq": "7"},
        "android": {
            "priority": "HIGH",
            "ttl": "86400s",
            "collapse_key": id,
            "notification": {"tag": id, "notification_count": 3},
        },
        "apns": {
            "headers": {"apns-priority": "10", "apns-collapse-id": id},
            "payload": {"aps": {"sound": "default", "thread-id": id, "badge": 3}},
        },
    });
    assert_eq!(fcm.taken(), [expected]);
}

#[tokio::test]
async fn a_test_notification_collapses_with_nothing() {
    let (fcm, gateway) = set().await;
    let outcome = gateway.send(&device(TOKEN), &Notification::test()).await;
    assert_eq!(outcome, PushOutcome::Delivered { status: 200 });
    let taken = &fcm.taken()[0];
    assert_eq!(taken["android"], json!({"priority": "HIGH", "ttl": "86400s"}));
    assert_eq!(taken["apns"]["payload"], json!({"aps": {"sound": "default"}}));
    assert_eq!(taken["data"], json!({"type": "test"}));
}

#[tokio::test]
async fn a_token_serves_until_a_minute_before_its_end() {
    let (fcm, gateway) = set().await;
    send(&gateway).await;
    fcm.advance(3_599 - 60 - 5);
    send(&gateway).await;
    assert_eq!(fcm.granted(), 1);
    fcm.advance(10);
    assert_eq!(send(&gateway).await, PushOutcome::Delivered { status: 200 });
    assert_eq!(fcm.granted(), 2);
}

#[tokio::test]
async fn many_at_once_ask_for_one_token() {
    let (fcm, gateway) = set().await;
    fcm.be_slow(Duration::from_millis(100));
    let sending: Vec<_> = (0..20)
        .map(|_| {
            let gateway = gateway.clone();
            tokio::spawn(async move { send(&gateway).await })
        })
        .collect();
    for sent in sending {
        assert_eq!(sent.await.unwrap(), PushOutcome::Delivered { status: 200 });
    }
    assert_eq!((fcm.granted(), fcm.taken().len()), (1, 20));
}

#[tokio::test]
async fn many_at_once_share_a_failure() {
    let fcm = Arc::new(FakeFcm::start().await);
    let patience = Duration::from_millis(300);
    let options = FcmOptions { token_timeout: patience, ..options(&fcm) };
    let gateway = gateway_with(&fcm, &options);
    fcm.be_slow(Duration::from_secs(3));
    let sending: Vec<_> = (0..50)
        .map(|_| {
            let gateway = gateway.clone();
            tokio::spawn(async move { send(&gateway).await })
        })
        .collect();
    // One after the other they would take 15 seconds, and outlast the lease of their jobs.
    let all = futures(sending);
    let outcomes = tokio::time::timeout(Duration::from_secs(8), all).await.expect("together");
    for outcome in outcomes {
        let (fault, _) = retried(outcome);
        assert_eq!((fault.status, fault.code.as_str()), (None, "NO_ANSWER"));
        assert!(fault.detail.contains("did not answer in time"), "{}", fault.detail);
    }
}

async fn futures<T>(running: Vec<tokio::task::JoinHandle<T>>) -> Vec<T> {
    let mut outcomes = Vec::new();
    for one in running {
        outcomes.push(one.await.unwrap());
    }
    outcomes
}

#[tokio::test]
async fn a_token_that_is_refused_is_fetched_anew() {
    let (fcm, gateway) = set().await;
    send(&gateway).await;
    fcm.forget_access();
    let (fault, _) = retried(send(&gateway).await);
    assert_eq!((fault.status, fault.code.as_str()), (Some(401), "UNAUTHENTICATED"));
    assert_eq!(send(&gateway).await, PushOutcome::Delivered { status: 200 });
    assert_eq!(fcm.granted(), 2);
}

#[tokio::test]
async fn an_account_that_gets_no_token_is_told_why() {
    let (fcm, gateway) = set().await;
    fcm.refuse_grants("invalid_grant", "Invalid JWT Signature.");
    let (fault, _) = retried(send(&gateway).await);
    assert_eq!((fault.status, fault.code.as_str()), (Some(400), "invalid_grant"));
    assert!(fault.detail.contains("push.fcm_credentials"), "{}", fault.detail);
    assert!(fault.detail.contains("Invalid JWT Signature."), "{}", fault.detail);
    fcm.mend();
    assert_eq!(send(&gateway).await, PushOutcome::Delivered { status: 200 });
}

#[tokio::test]
async fn what_fcm_answers_is_understood() {
    let (fcm, gateway) = set().await;
    fcm.fail(TOKEN, 404, "NOT_FOUND", "UNREGISTERED");
    let PushOutcome::Gone(fault) = send(&gateway).await else { panic!() };
    assert_eq!((fault.status, fault.code.as_str()), (Some(404), "UNREGISTERED"));

    let quota = json!({"error": {"code": 429, "status": "RESOURCE_EXHAUSTED", "message": "Quota",
        "details": [{"@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError",
                     "errorCode": "QUOTA_EXCEEDED"}]}});
    fcm.answer(TOKEN, 429, &[("retry-after", "17")], &quota);
    let (fault, after) = retried(send(&gateway).await);
    assert_eq!((fault.code.as_str(), after), ("QUOTA_EXCEEDED", Some(17_000)));

    fcm.fail(TOKEN, 400, "INVALID_ARGUMENT", "INVALID_ARGUMENT");
    assert!(matches!(send(&gateway).await, PushOutcome::Refused(_)));
    fcm.fail(TOKEN, 403, "PERMISSION_DENIED", "SENDER_ID_MISMATCH");
    assert_eq!(retried(send(&gateway).await).0.status, Some(403));
}

#[tokio::test]
async fn no_redirect_is_followed() {
    let (fcm, gateway) = set().await;
    let elsewhere = format!("{}/v1/elsewhere", fcm.url());
    fcm.answer(TOKEN, 307, &[("location", &elsewhere)], &json!({}));
    let (fault, _) = retried(send(&gateway).await);
    // Had it been followed, the fake would complain about the path.
    assert_eq!((fault.status, fault.code.as_str()), (Some(307), "HTTP_307"));
}

#[tokio::test]
async fn a_huge_answer_is_cut_off() {
    let (fcm, gateway) = set().await;
    fcm.answer(TOKEN, 500, &[], &json!("x".repeat(20 * 1024 * 1024)));
    let (fault, _) = retried(send(&gateway).await);
    assert_eq!(fault.status, Some(500));
    assert!(fault.detail.len() < 300, "{}", fault.detail.len());
}

#[tokio::test]
async fn nobody_there_is_an_answer_too() {
    let (fcm, _) = set().await;
    let unused = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let gateway = gateway_with(&fcm, &FcmOptions::at(format!("http://{unused}")));
    let (fault, _) = retried(send(&gateway).await);
    assert_eq!((fault.status, fault.code.as_str()), (None, "NO_ANSWER"));
    assert!(fault.detail.contains("cannot be reached"), "{}", fault.detail);
}

#[tokio::test]
async fn keys_do_not_go_over_plain_http() {
    let (fcm, _) = set().await;
    let account = ServiceAccount::parse(fcm.credentials().to_string().as_bytes()).unwrap();
    let clock = Arc::new(Moving(Arc::clone(&fcm)));
    let options = FcmOptions::at("http://fcm.example.org");
    let refused = FcmGateway::new(account, &options, clock, Handle::current()).unwrap_err();
    assert!(refused.to_string().starts_with("push.fcm_url must be an https"), "{refused}");
}
