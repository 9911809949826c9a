//! What FCM's answers mean (<https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode>).

use chinwag_domain::{DeviceAddress, PushFault, PushOutcome, Timestamp};
use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde::Deserialize;
use time::{OffsetDateTime, format_description::well_known::Rfc2822};

/// How long to wait where FCM says that it is too much, but not how long.
const QUOTA_PAUSE_MS: i64 = 60_000;
/// Characters of what FCM says that are kept.
const DETAIL_CHARS: usize = 200;

/// An answer, as far as it matters.
pub(super) struct Answer<'a> {
    pub status: u16,
    pub retry_after: Option<i64>,
    pub body: &'a [u8],
}

#[derive(Deserialize, Default)]
struct Body {
    #[serde(default)]
    error: RpcError,
}

/// `google.rpc.Status`, as HTTP carries it.
#[derive(Deserialize, Default)]
#[serde(default)]
struct RpcError {
    message: String,
    status: String,
    details: Vec<Detail>,
}

/// `FcmError` or `BadRequest`; others have neither.
#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Detail {
    error_code: String,
    field_violations: Vec<Violation>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Violation {
    field: String,
    description: String,
}

/// What became of the notification; nothing of the address is in it.
pub(super) fn judge(answer: &Answer<'_>, address: &DeviceAddress) -> PushOutcome {
    if answer.status == 200 {
        return PushOutcome::Delivered { status: 200 };
    }
    let told = serde_json::from_slice::<Body>(answer.body).unwrap_or_default().error;
    let fcm_code = told.details.iter().map(|it| it.error_code.as_str()).find(|it| !it.is_empty());
    let fault = fault(answer.status, &told, fcm_code, address);
    match (answer.status, fcm_code) {
        (404, Some("UNREGISTERED")) => PushOutcome::Gone(fault),
        (400, _) if is_about_the_token(&told, fcm_code) => PushOutcome::Gone(fault),
        (429, _) => {
            let after_millis = Some(answer.retry_after.unwrap_or(QUOTA_PAUSE_MS));
            PushOutcome::Retry { fault, after_millis }
        }
        // Of what this server asked nothing will ever come.
        (400 | 405 | 411 | 413 | 415 | 422, _) => PushOutcome::Refused(fault),
        // An operator may mend it: keys, rights, the wrong project or address; or FCM itself.
        _ => PushOutcome::Retry { fault, after_millis: answer.retry_after },
    }
}

/// `INVALID_ARGUMENT` may be anything; only if it is the token, the device is no more.
fn is_about_the_token(told: &RpcError, fcm_code: Option<&str>) -> bool {
    let violations = || told.details.iter().flat_map(|detail| &detail.field_violations);
    let named = violations().any(|it| it.field == "message.token");
    let others = violations().any(|it| it.field != "message.token");
    let said = told.message.to_lowercase().contains("registration token");
    fcm_code == Some("INVALID_ARGUMENT") && !others && (named || said)
}

fn fault(
    status: u16,
    told: &RpcError,
    fcm_code: Option<&str>,
    address: &DeviceAddress,
) -> PushFault {
    let named = Some(told.status.as_str()).filter(|name| !name.is_empty());
    let code = fcm_code.or(named).map_or_else(|| format!("HTTP_{status}"), str::to_owned);
    let violations = told.details.iter().flat_map(|detail| &detail.field_violations);
    let words: Vec<&str> = [told.message.as_str()]
        .into_iter()
        .chain(violations.map(|it| it.description.as_str()))
        .filter(|text| !text.is_empty())
        .collect();
    let said = if words.is_empty() { "without saying why".to_owned() } else { words.join("; ") };
    let said = said.replace(address.expose(), "…");
    let said: String = said.chars().take(DETAIL_CHARS).collect();
    let mut detail = format!("FCM: {said}");
    if let Some(cure) = cure(&code) {
        detail = format!("{detail} ({cure})");
    }
    PushFault { status: Some(status), code: code.chars().take(60).collect(), detail }
}

/// What helps, where that is known.
fn cure(code: &str) -> Option<&'static str> {
    Some(match code {
        "UNREGISTERED" => "the token is gone: the app was removed, or has got a new one",
        "QUOTA_EXCEEDED" => "the project's quota, or the device's, is used up for now",
        "SENDER_ID_MISMATCH" => {
            "the token belongs to another Firebase project than push.fcm_credentials"
        }
        "THIRD_PARTY_AUTH_ERROR" => {
            "the project's APNs key or web push certificate is missing or not valid"
        }
        "PERMISSION_DENIED" => {
            "the account of push.fcm_credentials may not send, or the FCM API is not enabled"
        }
        "UNAUTHENTICATED" => "Google did not take the access token",
        _ => return None,
    })
}

/// `Retry-After` in milliseconds from now: seconds, or a date.
pub(super) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<i64> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u32>() {
        return Some(i64::from(seconds) * 1_000);
    }
    let at = OffsetDateTime::parse(text, &Rfc2822).ok()?.unix_timestamp();
    Some((at * 1_000 - now.millis()).max(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address() -> DeviceAddress {
        "c1xxQ:APA91bH-canary_0123456789".parse().unwrap()
    }

    fn judged(status: u16, body: &str) -> PushOutcome {
        judge(&Answer { status, retry_after: None, body: body.as_bytes() }, &address())
    }

    fn fcm_error(code: u16, status: &str, message: &str, error_code: &str) -> String {
        serde_json::json!({"error": {
            "code": code, "message": message, "status": status,
            "details": [{
                "@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError",
                "errorCode": error_code,
            }],
        }})
        .to_string()
    }

    #[test]
    fn only_a_token_that_is_no_more_costs_the_device() {
        let gone = fcm_error(404, "NOT_FOUND", "Requested entity was not found.", "UNREGISTERED");
        assert!(matches!(judged(404, &gone), PushOutcome::Gone(_)));
        let message = "The registration token is not a valid FCM registration token";
        let invalid = fcm_error(400, "INVALID_ARGUMENT", message, "INVALID_ARGUMENT");
        assert!(matches!(judged(400, &invalid), PushOutcome::Gone(_)));
        // The wrong address, or project: the devices can do nothing about it.
        let page = "<!DOCTYPE html><title>Error 404 (Not Found)!!1</title>";
        let PushOutcome::Retry { fault, .. } = judged(404, page) else { panic!() };
        assert_eq!((fault.status, fault.code.as_str()), (Some(404), "HTTP_404"));
        let absent = r#"{"error":{"code":404,"message":"Not found.","status":"NOT_FOUND"}}"#;
        assert!(matches!(judged(404, absent), PushOutcome::Retry { .. }));
    }

    #[test]
    fn a_field_that_does_not_fit_is_no_token_that_is_gone() {
        let of = |field: &str| {
            serde_json::json!({"error": {
                "code": 400, "status": "INVALID_ARGUMENT",
                "message": "Request contains an invalid argument.",
                "details": [
                    {"@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError",
                     "errorCode": "INVALID_ARGUMENT"},
                    {"@type": "type.googleapis.com/google.rpc.BadRequest",
                     "fieldViolations": [{"field": field, "description": "Invalid value"}]},
                ],
            }})
            .to_string()
        };
        assert!(matches!(judged(400, &of("message.token")), PushOutcome::Gone(_)));
        let PushOutcome::Refused(fault) = judged(400, &of("message.data[0].value")) else {
            panic!()
        };
        assert_eq!(fault.detail, "FCM: Request contains an invalid argument.; Invalid value");
        assert!(matches!(judged(400, "{}"), PushOutcome::Refused(_)));
    }

    #[test]
    fn what_may_pass_is_tried_again() {
        let busy = fcm_error(503, "UNAVAILABLE", "The service is unavailable.", "UNAVAILABLE");
        for (status, body) in
            [(500, ""), (503, busy.as_str()), (502, "<html>"), (302, ""), (401, "{}")]
        {
            let PushOutcome::Retry { after_millis, .. } = judged(status, body) else {
                panic!("{status}")
            };
            assert_eq!(after_millis, None, "{status}");
        }
        let quota = fcm_error(429, "RESOURCE_EXHAUSTED", "Quota exceeded.", "QUOTA_EXCEEDED");
        let PushOutcome::Retry { fault, after_millis } = judged(429, &quota) else { panic!() };
        assert_eq!((fault.code.as_str(), after_millis), ("QUOTA_EXCEEDED", Some(60_000)));
        let mismatch =
            fcm_error(403, "PERMISSION_DENIED", "SenderId mismatch", "SENDER_ID_MISMATCH");
        let PushOutcome::Retry { fault, .. } = judged(403, &mismatch) else { panic!() };
        assert!(fault.detail.contains("another Firebase project"), "{}", fault.detail);
    }

    #[test]
    fn the_wait_is_the_one_that_was_named() {
        let now = Timestamp::parse("2026-11-25T12:00:00Z").unwrap();
        let of = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, text.parse().unwrap());
            retry_after(&headers, now)
        };
        assert_eq!(of("30"), Some(30_000));
        assert_eq!(of("Wed, 25 Nov 2026 12:01:00 GMT"), Some(60_000));
        assert_eq!(of("Wed, 25 Nov 2026 11:00:00 GMT"), Some(0));
        assert_eq!((of("-5"), of("soon"), retry_after(&HeaderMap::new(), now)), (None, None, None));
    }

    #[test]
    fn the_address_is_in_nothing_that_is_told() {
        let message = format!("no such registration token: {}", address().expose());
        let invalid = fcm_error(400, "INVALID_ARGUMENT", &message, "INVALID_ARGUMENT");
        let PushOutcome::Gone(fault) = judged(400, &invalid) else { panic!() };
        assert!(!format!("{fault:?}").contains("canary"), "{fault:?}");
    }
}
