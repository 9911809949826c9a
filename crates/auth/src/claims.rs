//! Reading the claims of a token whose signature has been checked. Pure: no keys, no network, and
//! the time is told.

use chinwag_domain::{AccessClaims, AppRole, Timestamp, UserId, ports::TokenError};
use serde_json::{Map, Value};

use crate::{ClaimNames, VerifierOptions, profile::profile};

/// Claims as a token carries them.
pub(crate) type Claims = Map<String, Value>;

/// Value of `typ` in the access tokens of this server.
pub(crate) const ACCESS: &str = "access";

/// Claims in which issuers say what a token is for.
const PURPOSE: [&str; 5] = ["typ", "type", "use", "token_use", "token_type"];

/// Milliseconds that `nbf` may lie ahead: two machines' clocks differ a little. Expiry has no leeway.
const EARLY_MILLIS: i64 = 5_000;

/// What must hold for the claims of a token.
pub(crate) struct ClaimRules {
    issuer: Vec<String>,
    audience: Vec<String>,
    names: ClaimNames,
    sessions: bool,
}

impl ClaimRules {
    pub(crate) fn new(options: &VerifierOptions) -> Self {
        Self {
            issuer: options.issuer.clone(),
            audience: options.audience.clone(),
            names: options.claims.clone(),
            sessions: options.sessions,
        }
    }

    /// What the claims say. Expiry is looked at last: `Expired` tells that all else was right.
    pub(crate) fn read(&self, claims: &Claims, now: Timestamp) -> Result<AccessClaims, TokenError> {
        if !self.is_for_access(claims) || !self.is_from_issuer(claims) || !self.is_for_us(claims) {
            return Err(TokenError::Invalid);
        }
        let access = AccessClaims {
            subject: self.subject(claims)?,
            session: self.session(claims)?,
            profile: profile(
                first_text(claims, &self.names.name),
                first_text(claims, &self.names.username),
                first_text(claims, &self.names.picture),
            ),
            role: self.role(claims),
            expires_at: claims.get("exp").and_then(numeric_date).ok_or(TokenError::Invalid)?,
        };
        if let Some(not_before) = claims.get("nbf") {
            let not_before = numeric_date(not_before).ok_or(TokenError::Invalid)?;
            if not_before > now.plus_millis(EARLY_MILLIS) {
                return Err(TokenError::Invalid);
            }
        }
        if now >= access.expires_at { Err(TokenError::Expired) } else { Ok(access) }
    }

    /// Own tokens must say that they are access tokens; those of others must not say that they
    /// are there for renewing or for ending a sign-in.
    fn is_for_access(&self, claims: &Claims) -> bool {
        if self.sessions {
            return claims.get("typ").and_then(Value::as_str) == Some(ACCESS);
        }
        !PURPOSE.iter().filter_map(|claim| claims.get(*claim)?.as_str()).any(|purpose| {
            let purpose = purpose.to_ascii_lowercase();
            ["refresh", "offline", "logout"].iter().any(|other| purpose.contains(other))
        })
    }

    fn is_from_issuer(&self, claims: &Claims) -> bool {
        self.issuer.is_empty()
            || claims
                .get("iss")
                .and_then(Value::as_str)
                .is_some_and(|issuer| self.issuer.iter().any(|known| known == issuer))
    }

    fn is_for_us(&self, claims: &Claims) -> bool {
        let ours = |value: &Value| {
            value.as_str().is_some_and(|audience| self.audience.iter().any(|our| our == audience))
        };
        self.audience.is_empty()
            || match claims.get("aud") {
                Some(Value::Array(list)) => list.iter().any(ours),
                Some(value) => ours(value),
                None => false,
            }
    }

    /// The first subject claim that is there decides, and must be good: going on to the next would
    /// let one token mean two people.
    fn subject(&self, claims: &Claims) -> Result<UserId, TokenError> {
        let subject = match first(claims, &self.names.subject) {
            Some(Value::String(text)) => text.parse(),
            Some(Value::Number(number)) if number.is_i64() || number.is_u64() => {
                number.to_string().parse()
            }
            _ => return Err(TokenError::Invalid),
        };
        subject.map_err(|_| TokenError::Invalid)
    }

    fn session(&self, claims: &Claims) -> Result<Option<chinwag_domain::SessionId>, TokenError> {
        match claims.get("sid") {
            Some(sid) if self.sessions => {
                let sid = sid.as_str().and_then(|text| text.parse().ok());
                sid.map(Some).ok_or(TokenError::Invalid)
            }
            _ => Ok(None),
        }
    }

    fn role(&self, claims: &Claims) -> AppRole {
        let texts =
            self.names.roles.iter().filter_map(|name| find(claims, name)).flat_map(|value| {
                let list = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
                list.iter().filter_map(Value::as_str)
            });
        AppRole::from_names(texts)
    }
}

/// A claim by its name or, failing that, by its path; `null` is as good as absent.
fn find<'a>(claims: &'a Claims, name: &str) -> Option<&'a Value> {
    let by_path = || {
        let mut parts = name.split('.');
        let first = claims.get(parts.next()?)?;
        parts.try_fold(first, |value, part| value.get(part))
    };
    claims.get(name).or_else(by_path).filter(|value| !value.is_null())
}

fn first<'a>(claims: &'a Claims, names: &[String]) -> Option<&'a Value> {
    names.iter().find_map(|name| find(claims, name))
}

fn first_text<'a>(claims: &'a Claims, names: &[String]) -> Option<&'a str> {
    names.iter().find_map(|name| find(claims, name)?.as_str())
}

/// Seconds since 1970 as RFC 7519 has them, with a fraction or without; nothing after the year 9999,
/// which also catches issuers that count milliseconds and would never expire.
fn numeric_date(value: &Value) -> Option<Timestamp> {
    let millis = (value.as_f64()? * 1000.0).floor();
    #[allow(clippy::cast_precision_loss)] // exact: below 2^48
    let latest = Timestamp::MAX.millis() as f64;
    if !(-latest..=latest).contains(&millis) {
        return None;
    }
    #[allow(clippy::cast_possible_truncation)] // whole, and within the bounds above
    Some(Timestamp::from_millis(millis as i64))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{Algorithm, KeySource};

    fn options() -> VerifierOptions {
        VerifierOptions::new(Algorithm::HS256, KeySource::Secret(Vec::new()))
    }

    fn read(options: &VerifierOptions, claims: Value) -> Result<AccessClaims, TokenError> {
        let Value::Object(mut claims) = claims else { panic!("an object") };
        claims.entry("exp").or_insert(json!(2_000));
        claims.entry("sub").or_insert(json!("ann"));
        ClaimRules::new(options).read(&claims, Timestamp::from_millis(1_000_000))
    }

    #[test]
    fn subjects_are_text_or_integers() {
        let subject = |value| read(&options(), json!({ "sub": value })).map(|c| c.subject);
        assert_eq!(subject(json!("auth0|7")).unwrap().as_str(), "auth0|7");
        assert_eq!(subject(json!(42)).unwrap().as_str(), "42");
        assert_eq!(subject(json!(u64::MAX)).unwrap().as_str(), "18446744073709551615");
        for odd in [json!(""), json!("a b"), json!(1.5), json!([1]), json!({}), json!(true)] {
            assert!(matches!(subject(odd), Err(TokenError::Invalid)));
        }
    }

    #[test]
    fn the_first_subject_claim_that_is_there_decides() {
        let claims = json!({ "sub": null, "userId": 7, "id": "other" });
        assert_eq!(read(&options(), claims).unwrap().subject.as_str(), "7");
        let claims = json!({ "sub": "not good", "userId": 7 });
        assert!(matches!(read(&options(), claims), Err(TokenError::Invalid)));
        let claims = json!({ "sub": null });
        assert!(matches!(read(&options(), claims), Err(TokenError::Invalid)));
    }

    #[test]
    fn roles_are_text_or_lists_or_nothing() {
        let role = |claims| read(&options(), claims).unwrap().role;
        assert_eq!(role(json!({ "role": "Admin" })), AppRole::Admin);
        assert_eq!(role(json!({ "roles": ["x", "supervisor"] })), AppRole::Supervisor);
        assert_eq!(role(json!({ "roles": ["supervisor"], "role": "admin" })), AppRole::Admin);
        for odd in [json!({}), json!({ "roles": { "admin": true } }), json!({ "role": 1 })] {
            assert_eq!(role(odd), AppRole::Member);
        }
    }

    #[test]
    fn claims_are_found_under_names_with_dots_and_by_path() {
        let mut options = options();
        options.claims.roles = vec!["https://example.org/roles".into(), "realm.roles".into()];
        let role = |claims| read(&options, claims).unwrap().role;
        assert_eq!(role(json!({ "https://example.org/roles": "admin" })), AppRole::Admin);
        assert_eq!(role(json!({ "realm": { "roles": ["admin"] } })), AppRole::Admin);
        assert_eq!(role(json!({ "realm": "roles", "roles": "admin" })), AppRole::Member);
    }

    #[test]
    fn odd_profiles_never_refuse_a_token() {
        let claims = json!({ "name": 7, "username": ["a"], "picture": "javascript:alert(1)" });
        assert_eq!(read(&options(), claims).unwrap().profile, chinwag_domain::Profile::default());
        let claims =
            json!({ "name": "Ann", "preferred_username": "ann", "picture": "https://e.org/a" });
        let profile = read(&options(), claims).unwrap().profile;
        assert_eq!(profile.name.as_deref(), Some("Ann"));
        assert_eq!(profile.username.as_deref(), Some("ann"));
        assert_eq!(profile.avatar_url.as_deref(), Some("https://e.org/a"));
    }

    #[test]
    fn sign_ins_are_known_in_local_mode_alone() {
        let sid = "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b";
        let claims = json!({ "sid": sid, "typ": "access" });
        assert_eq!(read(&options(), claims.clone()).unwrap().session, None);
        let local = VerifierOptions { sessions: true, ..options() };
        assert_eq!(read(&local, claims).unwrap().session, Some(sid.parse().unwrap()));
        assert_eq!(read(&local, json!({ "typ": "access" })).unwrap().session, None);
        for odd in [json!("x"), json!(7), json!(null)] {
            let claims = json!({ "typ": "access", "sid": odd });
            assert!(matches!(read(&local, claims), Err(TokenError::Invalid)));
        }
    }

    #[test]
    fn a_token_is_good_from_nbf_within_seconds() {
        let at = |nbf| read(&options(), json!({ "nbf": nbf }));
        assert!(at(json!(1_005)).is_ok());
        for odd in [json!(1_006), json!("900"), json!(null)] {
            assert!(matches!(at(odd), Err(TokenError::Invalid)));
        }
    }

    #[test]
    fn expiry_may_have_a_fraction() {
        let expiry = |exp| read(&options(), json!({ "exp": exp }));
        assert_eq!(expiry(json!(1_000.25)).unwrap().expires_at.millis(), 1_000_250);
        assert!(matches!(expiry(json!(999.999)), Err(TokenError::Expired)));
    }
}
