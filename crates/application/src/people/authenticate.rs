//! From a token to an actor: verified, not revoked, not deactivated, known.

use std::{net::IpAddr, sync::Arc};

use chinwag_domain::{AccessClaims, SessionId, SessionState, Timestamp, User, UserId, UserSummary};

use super::standing::Standing;
use crate::{Actor, Error, Ports};

/// A verified token's bearer, and until when it is good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authenticated {
    /// Who.
    pub actor: Actor,
    /// From then on the token is refused.
    pub expires_at: Timestamp,
}

/// Checks tokens, and makes a person's profile on first sight.
pub struct Authenticate {
    ports: Arc<Ports>,
    standing: Standing,
}

impl Authenticate {
    pub(crate) fn new(ports: &Arc<Ports>) -> Self {
        Self { ports: Arc::clone(ports), standing: Standing::new(&ports.bus) }
    }

    /// `address` is where the request or connection comes from.
    ///
    /// # Errors
    /// [`Error::TokenExpired`], [`Error::TokenInvalid`],
    /// [`Error::SessionRevoked`], [`Error::Deactivated`].
    pub async fn execute(
        &self,
        token: &str,
        address: Option<IpAddr>,
    ) -> Result<Authenticated, Error> {
        let claims = self.ports.verifier.verify(token).await?;
        self.vouched(claims, address).await
    }

    /// The same without a token, for a host program that knows by itself who somebody is.
    ///
    /// # Errors
    /// [`Error::SessionRevoked`], [`Error::Deactivated`].
    pub async fn vouched(
        &self,
        claims: AccessClaims,
        address: Option<IpAddr>,
    ) -> Result<Authenticated, Error> {
        let expires_at = claims.expires_at;
        if let Some(session) = claims.session {
            self.check_session(session, &claims.subject).await?;
        }
        let (role, session) = (claims.role, claims.session);
        let user = self.person(claims).await?;
        Ok(Authenticated { actor: Actor { user, role, session, address }, expires_at })
    }

    /// Whether what a live connection stands on still holds; asked of the
    /// store, since what is believed may be older than the connection.
    ///
    /// # Errors
    /// [`Error::SessionRevoked`] or [`Error::Deactivated`].
    pub async fn still_holds(&self, actor: &Actor) -> Result<(), Error> {
        self.ports.still_holds(actor.id(), actor.session).await
    }

    /// Who is believed to stand, for who ends a sign-in or an account: it is refused here at once.
    pub(crate) fn standing(&self) -> Standing {
        self.standing.clone()
    }

    async fn check_session(&self, session: SessionId, user: &UserId) -> Result<(), Error> {
        if self.standing.session(session, user) {
            return Ok(());
        }
        self.ports.read_session(session, user).await?;
        self.standing.believe_session(session);
        Ok(())
    }

    async fn person(&self, claims: AccessClaims) -> Result<UserSummary, Error> {
        let key = (claims.subject.clone(), claims.profile.clone(), claims.role);
        if let Some(known) = self.standing.person(&key) {
            return Ok(known);
        }
        let user = if claims.session.is_some() {
            // A local account: the store knows better than the token.
            self.ports.users.find(&claims.subject).await?.ok_or(Error::TokenInvalid)?
        } else {
            let now = self.ports.clock.now();
            let user = User::new(claims.subject, claims.profile, claims.role, now);
            self.ports.users.provision(user).await?
        };
        if user.deactivated_at.is_some() {
            return Err(Error::Deactivated);
        }
        self.standing.believe_person(key, user.summary.clone());
        Ok(user.summary)
    }
}

impl Ports {
    /// Whether that person may still do something, on that sign-in if they came by one; asked of the
    /// store. Whether the token has run out since is not asked.
    ///
    /// # Errors
    /// [`Error::SessionRevoked`] or [`Error::Deactivated`].
    pub(crate) async fn still_holds(
        &self,
        user: &UserId,
        session: Option<SessionId>,
    ) -> Result<(), Error> {
        if let Some(session) = session {
            self.read_session(session, user).await?;
        }
        match self.users.find(user).await? {
            Some(user) if user.deactivated_at.is_none() => Ok(()),
            _ => Err(Error::Deactivated),
        }
    }

    async fn read_session(&self, session: SessionId, user: &UserId) -> Result<(), Error> {
        if let Some(SessionState::Active) = self.accounts.session_state(session).await? {
            return Ok(());
        }
        // With an account all its sign-ins end: that is then the reason.
        match self.users.find(user).await? {
            Some(user) if user.deactivated_at.is_some() => Err(Error::Deactivated),
            _ => Err(Error::SessionRevoked),
        }
    }
}
