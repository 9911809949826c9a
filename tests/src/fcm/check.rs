//! What Google and FCM take, written down from their documentation, and nothing beyond it.

use super::wire::Request;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

const SCOPE: &str = "https://www.googleapis.com/auth/firebase.messaging";
const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// Who asks for a token.
pub(super) struct Account<'a> {
    pub key_id: &'a str,
    pub email: &'a str,
    pub token_uri: &'a str,
}

fn unless(fine: bool, complaint: impl Into<String>) -> Result<(), String> {
    if fine { Ok(()) } else { Err(complaint.into()) }
}

/// A request for a token (RFC 7523, and Google's "Using OAuth 2.0 for server to server applications").
pub(super) fn grant(
    request: &Request,
    key: &DecodingKey,
    account: &Account<'_>,
    now: i64,
) -> Result<(), String> {
    unless(request.method == "POST", "a token is asked for with POST")?;
    let kind = request.header("content-type");
    unless(kind == "application/x-www-form-urlencoded", format!("content-type {kind:?}"))?;
    let fields: BTreeMap<String, String> =
        reqwest::Url::parse(&format!("http://x/?{}", String::from_utf8_lossy(&request.body)))
            .map_err(|error| error.to_string())?
            .query_pairs()
            .into_owned()
            .collect();
    let names: Vec<_> = fields.keys().map(String::as_str).collect();
    unless(names == ["assertion", "grant_type"], format!("fields {names:?}"))?;
    unless(fields["grant_type"] == GRANT, format!("grant_type {}", fields["grant_type"]))?;
    assertion(&fields["assertion"], key, account, now)
}

fn assertion(jwt: &str, key: &DecodingKey, account: &Account<'_>, now: i64) -> Result<(), String> {
    let mut rules = Validation::new(Algorithm::RS256);
    rules.validate_exp = false; // below, by the clock of the test
    rules.validate_aud = false; // below
    let decoded = jsonwebtoken::decode::<Map<String, Value>>(jwt, key, &rules);
    let decoded = decoded.map_err(|error| format!("the assertion's signature: {error}"))?;
    unless(decoded.header.typ.as_deref() == Some("JWT"), "typ is not JWT")?;
    unless(decoded.header.kid.as_deref() == Some(account.key_id), "kid is not the key's id")?;
    let claims = decoded.claims;
    let mut names: Vec<_> = claims.keys().map(String::as_str).collect();
    names.sort_unstable();
    unless(names == ["aud", "exp", "iat", "iss", "scope"], format!("claims {names:?}"))?;
    unless(claims["iss"] == account.email, format!("iss {}", claims["iss"]))?;
    unless(claims["aud"] == account.token_uri, format!("aud {}", claims["aud"]))?;
    unless(claims["scope"] == SCOPE, format!("scope {}", claims["scope"]))?;
    let time = |name: &str| claims[name].as_i64().ok_or(format!("{name} is no whole number"));
    let (issued, expires) = (time("iat")?, time("exp")?);
    unless((issued - now).abs() <= 30, format!("iat is {} s off", issued - now))?;
    unless(expires > now && expires - issued <= 3_600, "exp is not within an hour of iat")
}

/// The access token of a request to send.
pub(super) fn bearer(request: &Request, project: &str) -> Result<String, String> {
    let path = format!("/v1/projects/{project}/messages:send");
    let line = format!("{} {}", request.method, request.path);
    unless(line == format!("POST {path}"), line.clone())?;
    let authorization = request.header("authorization");
    authorization.strip_prefix("Bearer ").map(str::to_owned).ok_or("no Bearer".to_owned())
}

/// The message of a request to send (`projects.messages`).
pub(super) fn message(request: &Request) -> Result<Value, String> {
    let kind = request.header("content-type");
    unless(kind.starts_with("application/json"), format!("content-type {kind:?}"))?;
    let body: Value = serde_json::from_slice(&request.body).map_err(|error| error.to_string())?;
    known(&body, "body", &["message", "validate_only"])?;
    let message = &body["message"];
    known(message, "message", &["token", "notification", "data", "android", "apns", "webpush"])?;
    text(&message["token"], "message.token")?;
    let notification = &message["notification"];
    known(notification, "message.notification", &["title", "body", "image"])?;
    text(&notification["title"], "title")?;
    text(&notification["body"], "body")?;
    data(&message["data"])?;
    android(&message["android"])?;
    apns(&message["apns"])?;
    let size = notification.to_string().len() + message["data"].to_string().len();
    unless(size <= 4_096, format!("{size} bytes are too many"))?;
    Ok(message.clone())
}

fn data(data: &Value) -> Result<(), String> {
    for (name, value) in object(data, "message.data")? {
        unless(value.is_string(), format!("message.data.{name} is no text: {value}"))?;
        let reserved = ["from", "message_type", "collapse_key", "gcm"].contains(&name.as_str())
            || name.starts_with("google")
            || name.starts_with("gcm.");
        unless(!reserved, format!("message.data.{name} is a reserved name"))?;
    }
    Ok(())
}

fn android(android: &Value) -> Result<(), String> {
    let names = ["collapse_key", "priority", "ttl", "restricted_package_name", "notification"];
    known(android, "message.android", &names)?;
    let priority = android["priority"].as_str().unwrap_or_default();
    unless(["NORMAL", "HIGH"].contains(&priority), format!("android.priority {priority:?}"))?;
    let seconds = android["ttl"].as_str().and_then(|ttl| ttl.strip_suffix('s'));
    let seconds: u32 = seconds.and_then(|text| text.parse().ok()).ok_or("android.ttl")?;
    unless(seconds <= 2_419_200, "android.ttl is above four weeks")?;
    if let Some(key) = android.get("collapse_key") {
        text(key, "android.collapse_key")?;
    }
    if let Some(shown) = android.get("notification") {
        known(
            shown,
            "android.notification",
            &["tag", "notification_count", "sound", "channel_id"],
        )?;
        let count = shown.get("notification_count").is_none_or(Value::is_u64);
        unless(count, "android.notification.notification_count is no count")?;
    }
    Ok(())
}

fn apns(apns: &Value) -> Result<(), String> {
    known(apns, "message.apns", &["headers", "payload"])?;
    for (name, value) in object(&apns["headers"], "apns.headers")? {
        let value = value.as_str().ok_or(format!("apns.headers.{name} is no text"))?;
        let fine = match name.as_str() {
            "apns-priority" => ["5", "10"].contains(&value),
            "apns-collapse-id" => (1..=64).contains(&value.len()),
            _ => false,
        };
        unless(fine, format!("apns.headers.{name}: {value:?}"))?;
    }
    known(&apns["payload"], "apns.payload", &["aps"])?;
    let aps = &apns["payload"]["aps"];
    known(aps, "aps", &["alert", "badge", "sound", "thread-id", "category"])?;
    unless(aps.get("badge").is_none_or(Value::is_u64), "aps.badge is no count")
}

fn object<'a>(value: &'a Value, what: &str) -> Result<&'a Map<String, Value>, String> {
    value.as_object().ok_or_else(|| format!("{what} is no object: {value}"))
}

fn known(value: &Value, what: &str, names: &[&str]) -> Result<(), String> {
    for name in object(value, what)?.keys() {
        unless(names.contains(&name.as_str()), format!("{what} has no {name:?}"))?;
    }
    Ok(())
}

fn text(value: &Value, what: &str) -> Result<(), String> {
    unless(value.as_str().is_some_and(|text| !text.is_empty()), format!("{what}: {value}"))
}
