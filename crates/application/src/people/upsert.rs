//! What a host application says about one of its people.

use std::sync::Arc;

use chinwag_domain::{AuditTarget, Recorded, UserId, ports::UnitOfWork};
use serde_json::json;

use super::{
    hosting::{Fate, take_over},
    standing::Standing,
};
use crate::{
    Actor, Error, Ports, request, request::HostedUser, support::for_admins, view::HostedProfile,
};

/// A person as they stand now.
#[derive(Debug, Clone)]
pub struct Upserted {
    /// The person.
    pub profile: HostedProfile,
    /// Nobody knew the person before.
    pub new: bool,
}

/// Makes a person known, or takes over what is new about them.
#[derive(Clone)]
pub struct UpsertUser {
    ports: Arc<Ports>,
    standing: Standing,
}

for_admins!(UpsertUser, "user.upsert");

impl UpsertUser {
    pub(crate) fn new(ports: &Arc<Ports>, standing: Standing) -> Self {
        Self { ports: Arc::clone(ports), standing }
    }

    /// `body` is a [`HostedUser`].
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who is no application admin; [`Error::Conflict`] for somebody who
    /// was erased, and for deactivating oneself.
    pub async fn execute(&self, actor: &Actor, id: UserId, body: &[u8]) -> Result<Upserted, Error> {
        self.may(actor).await?;
        let own_accounts = self.ports.issuer.is_some();
        let record = request::parse::<HostedUser>(body)?.record(id, own_accounts)?;
        if record.active == Some(false) && record.id == *actor.id() {
            return Err(OWN_ACCOUNT);
        }

        let now = self.ports.clock.now();
        let mut unit = self.ports.units.begin().await?;
        let taken = take_over(&mut *unit, std::slice::from_ref(&record), now).await?;
        let (user, fate) = taken.into_iter().next().ok_or(Error::NotFound)?;
        if fate == Fate::Erased {
            return Err(Error::Conflict("this person was erased; give a new one another id"));
        }
        if fate == Fate::Known(Recorded::Deactivated) {
            let people = std::slice::from_ref(&record.id);
            self.ports.end_accounts(&mut *unit, actor, people, now).await?;
        }
        self.note(&mut *unit, actor, &record.id, fate).await?;
        unit.commit().await?;
        self.standing.doubt(&record.id);
        Ok(Upserted { profile: user.into(), new: fate == Fate::Created })
    }

    async fn note(
        &self,
        unit: &mut dyn UnitOfWork,
        actor: &Actor,
        id: &UserId,
        fate: Fate,
    ) -> Result<(), Error> {
        let action = match fate {
            Fate::Created | Fate::Known(Recorded::Changed) => "user.upserted",
            Fate::Known(Recorded::Reactivated) => "user.reactivated",
            // Written down with what it ended, or nothing happened.
            Fate::Known(Recorded::Deactivated | Recorded::Unchanged) | Fate::Erased => {
                return Ok(());
            }
        };
        let details = json!({ "new": fate == Fate::Created });
        let entry = self.ports.audit_entry(actor, action, AuditTarget::new("user", id), details);
        Ok(unit.record(&entry).await?)
    }
}

/// An installation must not lose its last admin by a slip.
pub(super) const OWN_ACCOUNT: Error =
    Error::Conflict("nobody deactivates their own account; ask another admin");
