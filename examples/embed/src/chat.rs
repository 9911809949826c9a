//! Where shop and chat meet: the shop's sessions open the chat, and the shop speaks in it.

use std::sync::Arc;

use actix_web::error::ErrorInternalServerError;
use async_trait::async_trait;
use chinwag_server::{
    SystemClock,
    application::Chat,
    domain::{
        AccessClaims, AppRole, Profile,
        ports::{Clock as _, TokenError, TokenVerifier},
    },
};
use serde_json::json;

use crate::shop::{Customer, Shop};

/// A session may end at any time; a connection asks again whether it stands after so long.
const ASKED_AGAIN_MS: i64 = 5 * 60 * 1_000;

#[async_trait]
impl TokenVerifier for Shop {
    async fn verify(&self, session: &str) -> Result<AccessClaims, TokenError> {
        self.customer(session).as_ref().and_then(claims).ok_or(TokenError::Invalid)
    }
}

/// A customer as the chat sees them; `None` for an id that it does not take.
fn claims(customer: &Customer) -> Option<AccessClaims> {
    Some(AccessClaims {
        subject: customer.id.parse().ok()?,
        session: None,
        profile: Profile { name: Some(customer.name.clone()), ..Profile::default() },
        role: AppRole::Member,
        expires_at: SystemClock.now().plus_millis(ASKED_AGAIN_MS),
    })
}

/// The shop's own voice.
#[derive(Clone)]
pub struct Voice(pub Arc<Chat>);

impl Voice {
    /// Writes to a customer, once per `key`, whether they have ever opened the chat or not.
    pub async fn say(&self, to: &Customer, text: &str, key: &str) -> actix_web::Result<()> {
        let known = |customer: &Customer| {
            claims(customer).ok_or_else(|| ErrorInternalServerError("an id that no chat takes"))
        };
        let failed = |error| ErrorInternalServerError(format!("{error:?}"));
        let authenticate = &self.0.authenticate;
        let shop = authenticate.vouched(known(&Customer::the_shop())?, None).await;
        let shop = shop.map_err(failed)?.actor;
        authenticate.vouched(known(to)?, None).await.map_err(failed)?;
        let body = json!({ "recipient_id": to.id, "content": text, "client_id": key }).to_string();
        self.0.send_message.to_person(&shop, body.as_bytes()).await.map_err(failed)?;
        Ok(())
    }
}
