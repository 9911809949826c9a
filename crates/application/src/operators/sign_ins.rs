//! Ending all sign-ins of a person, whose account stays.

use std::sync::Arc;

use chinwag_domain::{AuditTarget, Signal, UserId};
use serde_json::json;

use crate::{Actor, Error, Ports, people::Standing, support::for_admins, view::EndedSignIns};

/// Ends all sign-ins of a person: their refresh tokens are worth nothing, their access tokens are refused, their
/// sockets close. They may sign in again.
#[derive(Clone)]
pub struct EndSignIns {
    ports: Arc<Ports>,
    standing: Standing,
}

for_admins!(EndSignIns, "sessions.end");

impl EndSignIns {
    pub(crate) fn new(ports: &Arc<Ports>, standing: Standing) -> Self {
        Self { ports: Arc::clone(ports), standing }
    }

    /// # Errors
    /// [`Error::Forbidden`] for who is no application admin; [`Error::NotFound`] for an unknown
    /// person; [`Error::Conflict`] where a host application issues the tokens.
    pub async fn execute(&self, actor: &Actor, id: &UserId) -> Result<EndedSignIns, Error> {
        self.may(actor).await?;
        if self.ports.issuer.is_none() {
            return Err(HOST_ISSUES);
        }

        let now = self.ports.clock.now();
        let people = std::slice::from_ref(id);
        let mut unit = self.ports.units.begin().await?;
        unit.lock_people(people).await?.pop().ok_or(Error::NotFound)?;
        // Also those that can be refreshed no more: their sockets are open, their access tokens may be good.
        let ended = unit.end_sign_ins(people, now).await?;
        let (target, details) = (AuditTarget::new("user", id), json!({ "count": ended.len() }));
        unit.record(&self.ports.audit_entry(actor, "sessions.ended", target, details)).await?;
        for session_id in &ended {
            let (user_id, session_id) = (id.clone(), *session_id);
            unit.publish(Signal::SessionRevoked { user_id, session_id }.into());
        }
        unit.commit().await?;
        self.standing.doubt(id);
        Ok(EndedSignIns { ended: ended.len() })
    }
}

const HOST_ISSUES: Error = Error::Conflict(
    "the host application issues the tokens: have it end its own sign-ins, or deactivate the person",
);
