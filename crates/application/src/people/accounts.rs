//! Local accounts: registering, signing in, refreshing, signing out.

use std::{net::IpAddr, sync::Arc};

use chinwag_domain::{
    AppRole, AuditTarget, NewAuditEntry, Profile, Session, SessionId, Signal, User, UserId,
    ports::{NewAccount, Rotation, TokenIssuer},
};
use serde_json::json;

use super::standing::Standing;
use crate::{
    Actor, ChatOptions, Error, Limits, Ports, request,
    request::{Credentials, GuestName, RefreshRequest, Registration},
    view::{Items, OwnProfile, SessionView, TokensView},
};

/// Where somebody signs in from.
#[derive(Debug, Clone, Default)]
pub struct SignIn {
    /// What the client calls itself.
    pub user_agent: Option<String>,
    /// As far as proxies that are trusted tell it.
    pub address: Option<IpAddr>,
}

/// Accounts kept by this server. With tokens of a host application, nothing here exists.
pub struct Accounts {
    ports: Arc<Ports>,
    limits: Limits,
    options: ChatOptions,
    standing: Standing,
}

impl Accounts {
    pub(crate) fn new(ports: &Arc<Ports>, options: ChatOptions, standing: Standing) -> Self {
        Self { ports: Arc::clone(ports), limits: Limits::new(ports), options, standing }
    }

    /// Makes an account and signs in. `body` is a [`Registration`].
    ///
    /// # Errors
    /// [`Error::Conflict`] for a taken username; [`Error::RateLimited`] after too many attempts.
    pub async fn register(&self, from: SignIn, body: &[u8]) -> Result<TokensView, Error> {
        let issuer = self.issuer()?;
        let request: Registration = request::parse(body)?;
        request.check()?;
        let login = request.username.to_lowercase();
        self.limits.of_sign_in(from.address, Some(&login))?;
        let password_hash = self.ports.passwords.hash(&request.password).await?;
        let profile =
            Profile { name: request.name, username: Some(request.username), avatar_url: None };
        self.open(issuer, from, profile, Some((login, password_hash))).await
    }

    /// Signs in by a name alone. `body` is a [`GuestName`].
    ///
    /// # Errors
    /// [`Error::NotFound`] where guests are not let in; [`Error::RateLimited`] after too many of an address.
    pub async fn guest(&self, from: SignIn, body: &[u8]) -> Result<TokensView, Error> {
        let issuer = self.issuer()?;
        if !self.options.guests {
            return Err(Error::NotFound);
        }
        let request: GuestName = request::parse(body)?;
        request.check()?;
        self.limits.of_sign_in(from.address, None)?;
        let profile = Profile { name: Some(request.name), username: None, avatar_url: None };
        self.open(issuer, from, profile, None).await
    }

    /// Signs in. `body` is a [`Credentials`].
    ///
    /// # Errors
    /// [`Error::TokenInvalid`] alike, and after as long, for an unknown name
    /// and for a wrong password; [`Error::RateLimited`] after too many attempts,
    /// alike again.
    pub async fn login(&self, from: SignIn, body: &[u8]) -> Result<TokensView, Error> {
        let issuer = self.issuer()?;
        let request: Credentials = request::parse(body)?;
        let login = request.username.to_lowercase();
        // Nothing that registration refuses can be in the store.
        let login = login.chars().any(char::is_control).then(String::new).unwrap_or(login);
        self.limits.of_sign_in(from.address, Some(&login))?;
        let credential = self.ports.accounts.credential(&login).await?;
        let hash = credential.as_ref().map(|credential| credential.password_hash.clone());
        let right = self.ports.passwords.verify(&request.password, hash).await?;
        let user = match credential.map(|credential| credential.user) {
            Some(user) if right && user.deactivated_at.is_none() => user,
            user => return Err(self.refuse(&from, user, right).await),
        };
        let refresh = issuer.refresh_token();
        let address = from.address;
        let session = self.session(user.summary.id.clone(), from, refresh.hash);
        let entry = self.entry("session.created", &session, address, json!({"by": "password"}));
        self.ports.accounts.open_session(session.clone(), &entry).await?;
        self.answer(issuer, user, session.id, refresh.text)
    }

    /// Exchanges a refresh token for a new pair. `body` is a [`RefreshRequest`].
    ///
    /// # Errors
    /// [`Error::TokenInvalid`]; [`Error::SessionRevoked`] for one that was used
    /// before, which ends its sign-in; [`Error::RateLimited`] after too many of an address.
    pub async fn refresh(&self, from: &SignIn, body: &[u8]) -> Result<TokensView, Error> {
        let issuer = self.issuer()?;
        let request: RefreshRequest = request::parse(body)?;
        self.limits.of_sign_in(from.address, None)?;
        let now = self.ports.clock.now();
        let refresh = issuer.refresh_token();
        let presented = issuer.refresh_hash(&request.refresh_token);
        let until = now.plus_millis(self.options.refresh_ttl_seconds.saturating_mul(1000));
        let on_reuse = |user: &UserId, session| {
            let id = self.ports.ids.audit();
            NewAuditEntry::session_reused(id, now, user, session, from.address)
        };
        let accounts = &self.ports.accounts;
        match accounts.rotate(&presented, &refresh.hash, now, until, &on_reuse).await? {
            Rotation::Rotated(_, user) if user.deactivated_at.is_some() => Err(Error::Deactivated),
            Rotation::Rotated(session, user) => {
                self.answer(issuer, *user, session.id, refresh.text)
            }
            Rotation::Reused { user_id, session_id } => {
                self.ended(user_id, session_id);
                Err(Error::SessionRevoked)
            }
            Rotation::Unknown => Err(Error::TokenInvalid),
        }
    }

    /// Ends the sign-in that the actor's token belongs to.
    ///
    /// # Errors
    /// [`Error::NotFound`] where a host application issues the tokens.
    pub async fn logout(&self, actor: &Actor) -> Result<(), Error> {
        let session = actor.session.ok_or(Error::NotFound)?;
        self.revoke(actor, session).await
    }

    /// The actor's sign-ins that stand.
    ///
    /// # Errors
    /// [`Error::NotFound`] where a host application issues the tokens.
    pub async fn sessions(&self, actor: &Actor) -> Result<Items<SessionView>, Error> {
        self.issuer()?;
        let now = self.ports.clock.now();
        let sessions = self.ports.accounts.sessions(actor.id(), now).await?;
        let items = sessions.into_iter().map(|one| SessionView::new(one, actor.session));
        Ok(Items { items: items.collect() })
    }

    /// Ends one of the actor's sign-ins; its sockets close.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is not the actor's or has ended.
    pub async fn revoke(&self, actor: &Actor, session: SessionId) -> Result<(), Error> {
        let now = self.ports.clock.now();
        let current = actor.session == Some(session);
        let (target, details) = (AuditTarget::new("session", session), json!({"current": current}));
        let entry = self.ports.audit_entry(actor, "session.revoked", target, details);
        if !self.ports.accounts.revoke(actor.id(), session, now, &entry).await? {
            return Err(Error::NotFound);
        }
        self.ended(actor.id().clone(), session);
        Ok(())
    }

    fn issuer(&self) -> Result<&Arc<dyn TokenIssuer>, Error> {
        self.ports.issuer.as_ref().ok_or(Error::NotFound)
    }

    fn ended(&self, user_id: UserId, session_id: SessionId) {
        self.standing.end(session_id);
        self.ports.bus.publish(Signal::SessionRevoked { user_id, session_id }.into());
    }

    async fn open(
        &self,
        issuer: &Arc<dyn TokenIssuer>,
        from: SignIn,
        profile: Profile,
        credential: Option<(String, String)>,
    ) -> Result<TokensView, Error> {
        let id = self.ports.ids.uuid().to_string();
        let id: UserId =
            id.parse().map_err(|error: chinwag_domain::Invalid| Error::Internal(error.into()))?;
        let user = User::new(id.clone(), profile, AppRole::Member, self.ports.clock.now());
        let refresh = issuer.refresh_token();
        let (address, guest) = (from.address, credential.is_none());
        let session = self.session(id, from, refresh.hash);
        let session_id = session.id;
        let entries = self.entries(&session, address, guest);
        let account = NewAccount { user: user.clone(), credential, session };
        if !self.ports.accounts.register(account, &entries).await? {
            return Err(Error::Conflict("this username is taken"));
        }
        self.answer(issuer, user, session_id, refresh.text)
    }

    /// What is written down of a new account.
    fn entries(&self, session: &Session, from: Option<IpAddr>, guest: bool) -> [NewAuditEntry; 2] {
        let (target, id) = (AuditTarget::new("user", &session.user_id), Some(&session.user_id));
        let details = json!({"guest": guest});
        let by = if guest { "name" } else { "registration" };
        [
            self.ports.audit_entry_of(id, from, "user.registered", target, details),
            self.entry("session.created", session, from, json!({"by": by})),
        ]
    }

    /// What is written down of a sign-in.
    fn entry(
        &self,
        action: &'static str,
        session: &Session,
        from: Option<IpAddr>,
        details: serde_json::Value,
    ) -> NewAuditEntry {
        let target = AuditTarget::new("session", session.id);
        self.ports.audit_entry_of(Some(&session.user_id), from, action, target, details)
    }

    /// Writes down that somebody was not let in, and says what they are told. The name that was
    /// typed is not kept: it may be anything, a password too.
    async fn refuse(&self, from: &SignIn, user: Option<User>, right: bool) -> Error {
        let id = user.as_ref().map(|user| &user.summary.id);
        let target = match id {
            Some(id) => AuditTarget::new("user", id),
            None => AuditTarget::new("account", "unknown"),
        };
        let (reason, error) = match (id, right) {
            (None, _) => ("unknown_name", Error::TokenInvalid),
            (_, false) => ("wrong_password", Error::TokenInvalid),
            (_, true) => ("deactivated", Error::Deactivated),
        };
        let details = json!({ "reason": reason });
        let action = "session.refused";
        let entry = self.ports.audit_entry_of(None, from.address, action, target, details);
        self.ports.record_refusal(&entry).await;
        error
    }

    fn session(&self, user_id: UserId, from: SignIn, refresh_hash: Vec<u8>) -> Session {
        let now = self.ports.clock.now();
        let agent = from
            .user_agent
            .map(|agent| agent.chars().filter(|c| !c.is_control()).take(256).collect::<String>());
        Session {
            id: self.ports.ids.session(),
            user_id,
            refresh_hash,
            user_agent: agent,
            created_at: now,
            refreshed_at: now,
            expires_at: now.plus_millis(self.options.refresh_ttl_seconds.saturating_mul(1000)),
            revoked_at: None,
        }
    }

    fn answer(
        &self,
        issuer: &Arc<dyn TokenIssuer>,
        user: User,
        session: SessionId,
        refresh_token: String,
    ) -> Result<TokensView, Error> {
        let expires_in = self.options.access_ttl_seconds;
        let expires_at = self.ports.clock.now().plus_millis(expires_in.saturating_mul(1000));
        let role = user.role;
        Ok(TokensView {
            access_token: issuer.access_token(&user.summary, role, session, expires_at)?,
            refresh_token,
            token_type: "Bearer",
            expires_in,
            user: OwnProfile::new(user, role),
        })
    }
}
