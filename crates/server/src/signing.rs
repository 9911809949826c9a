//! Tokens that the operator of this installation signs with its own secret, and by which secret that was.

use std::sync::Arc;

use chinwag_auth::TokenSigner;
use chinwag_domain::{
    AppRole, Timestamp, UserId, UserSummary,
    ports::{Clock, TokenVerifier},
};

use crate::{
    ambient::SystemClock,
    config::{AuthMode, Config, Values, first_run::SECRET_FILE},
    database::absolute,
    failure::Failure,
    identity::{FirstRun, Identity, signing},
};

/// Signs tokens that a server with this configuration takes.
pub struct Signer {
    tokens: TokenSigner,
    clock: Arc<dyn Clock>,
    secret: String,
    mode: AuthMode,
    roles_are_read: bool,
}

/// A token to be signed.
pub struct Wanted<'a> {
    /// Whose.
    pub user: &'a UserId,
    /// The name to show; `None` leaves the one that is known.
    pub name: Option<&'a str>,
    /// What the person may do.
    pub role: AppRole,
    /// How long it is good.
    pub ttl_seconds: i64,
}

impl Signer {
    /// With the secret that there is; none is made, since no server would know it.
    ///
    /// # Errors
    /// When there is no secret, or a server with this configuration would not take what it signs.
    pub async fn new(config: &Config, values: &Values) -> Result<Self, Failure> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let tokens = TokenSigner::new(signing(config, FirstRun::NeedsSecret)?, Arc::clone(&clock))
            .map_err(|error| Failure::Refused(format!("no token can be signed: {error}")))?;
        let secret = match values.origin("auth.secret") {
            Some(origin) if config.auth.secret.is_some() => format!("auth.secret of {origin}"),
            _ => format!("the development secret {}", absolute(SECRET_FILE.as_ref()).display()),
        };
        let mode = config.auth.mode;
        let mut signer =
            Self { tokens, clock: Arc::clone(&clock), secret, mode, roles_are_read: true };
        let verifier = Identity::new(config, FirstRun::NeedsSecret, clock)?.verifier;
        signer.roles_are_read = signer.prove(verifier).await?;
        Ok(signer)
    }

    /// A token.
    ///
    /// # Errors
    /// When signing fails, or the role would not be read.
    pub fn sign(&self, wanted: &Wanted<'_>) -> Result<String, Failure> {
        if wanted.role != AppRole::Member && !self.roles_are_read {
            return Err(Failure::Refused(
                "a server with this configuration would not read the token's role: \
                 auth.claims.roles does not name the claim role"
                    .to_owned(),
            ));
        }
        let user = UserSummary {
            name: wanted.name.unwrap_or_default().to_owned(),
            ..UserSummary::bare(wanted.user.clone())
        };
        let expires_at = self.after(wanted.ttl_seconds);
        let token = self.tokens.sign(&user, wanted.role, None, expires_at);
        token.map_err(|error| Failure::because("the token cannot be signed", &error))
    }

    /// Which secret signs, and for which kind of server, without the secret.
    pub fn told(&self) -> String {
        let mode = match self.mode {
            AuthMode::Local => "local",
            AuthMode::External => "external",
        };
        format!("signed with {} for a server with auth.mode \"{mode}\"", self.secret)
    }

    fn after(&self, seconds: i64) -> Timestamp {
        self.clock.now().plus_millis(seconds.saturating_mul(1000))
    }

    /// A server with claims of other names would not know whom its tokens mean. True when it reads roles.
    async fn prove(&self, verifier: Arc<dyn TokenVerifier>) -> Result<bool, Failure> {
        let user: UserId = "proof"
            .parse()
            .map_err(|error: chinwag_domain::Invalid| Failure::Failed(error.to_string()))?;
        let wanted = Wanted { user: &user, name: None, role: AppRole::Admin, ttl_seconds: 60 };
        match verifier.verify(&self.sign(&wanted)?).await {
            Ok(claims) if claims.subject == user => Ok(claims.role == AppRole::Admin),
            _ => Err(Failure::Refused(
                "a server with this configuration would not take the token: auth.claims.subject \
                 does not name the claim sub"
                    .to_owned(),
            )),
        }
    }
}
