//! Tokens without cryptography.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use async_trait::async_trait;
use chinwag_domain::{
    AccessClaims, AppRole, Profile, SessionId, Timestamp, UserSummary,
    ports::{Clock, RefreshToken, TokenError, TokenIssuer, TokenVerifier},
};
use parking_lot::Mutex;

/// Issues tokens that only it understands, and verifies them by a clock.
pub struct FakeTokens {
    clock: Arc<dyn Clock>,
    granted: Mutex<HashMap<String, AccessClaims>>,
    count: AtomicU64,
    unavailable: AtomicBool,
}

impl FakeTokens {
    /// None is issued yet.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            granted: Mutex::default(),
            count: AtomicU64::new(0),
            unavailable: AtomicBool::new(false),
        }
    }

    /// A token that says just that, as a host application would issue it.
    pub fn grant(&self, claims: AccessClaims) -> String {
        let token = self.next("access");
        self.granted.lock().insert(token.clone(), claims);
        token
    }

    /// From now on the keys cannot be had, or can again.
    pub fn set_unavailable(&self, unavailable: bool) {
        self.unavailable.store(unavailable, Ordering::SeqCst);
    }

    fn next(&self, what: &str) -> String {
        format!("{what}-{}", self.count.fetch_add(1, Ordering::SeqCst) + 1)
    }
}

#[async_trait]
impl TokenVerifier for FakeTokens {
    async fn verify(&self, token: &str) -> Result<AccessClaims, TokenError> {
        if self.unavailable.load(Ordering::SeqCst) {
            return Err(TokenError::Unavailable("the keys are away".into()));
        }
        let claims = self.granted.lock().get(token).cloned().ok_or(TokenError::Invalid)?;
        if claims.expires_at > self.clock.now() { Ok(claims) } else { Err(TokenError::Expired) }
    }
}

impl TokenIssuer for FakeTokens {
    fn access_token(
        &self,
        user: &UserSummary,
        role: AppRole,
        session: SessionId,
        expires_at: Timestamp,
    ) -> Result<String, TokenError> {
        Ok(self.grant(AccessClaims {
            subject: user.id.clone(),
            session: Some(session),
            profile: Profile {
                name: Some(user.name.clone()),
                username: user.username.clone(),
                avatar_url: user.avatar_url.clone(),
            },
            role,
            expires_at,
        }))
    }

    fn refresh_token(&self) -> RefreshToken {
        let text = self.next("refresh");
        RefreshToken { hash: self.refresh_hash(&text), text }
    }

    fn refresh_hash(&self, text: &str) -> Vec<u8> {
        format!("hash of {text}").into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ManualClock, SequentialIds, summary};
    use chinwag_domain::ports::IdGenerator;

    #[tokio::test]
    async fn a_token_is_good_until_it_expires() {
        let clock = ManualClock::default();
        let tokens = FakeTokens::new(Arc::new(clock.clone()));
        let session = SequentialIds::default().session();
        let until = clock.now().plus_millis(10);
        let token = tokens.access_token(&summary("ann"), AppRole::Admin, session, until).unwrap();
        let claims = tokens.verify(&token).await.unwrap();
        assert_eq!((claims.subject.as_str(), claims.session), ("ann", Some(session)));
        assert!(matches!(tokens.verify("access-9").await, Err(TokenError::Invalid)));
        clock.advance(10);
        assert!(matches!(tokens.verify(&token).await, Err(TokenError::Expired)));
        tokens.set_unavailable(true);
        assert!(matches!(tokens.verify(&token).await, Err(TokenError::Unavailable(_))));
    }

    #[test]
    fn a_refresh_token_is_known_by_its_hash() {
        let tokens = FakeTokens::new(Arc::new(ManualClock::default()));
        let (one, other) = (tokens.refresh_token(), tokens.refresh_token());
        assert_eq!(one.hash, tokens.refresh_hash(&one.text));
        assert_ne!(one.hash, other.hash);
    }
}
