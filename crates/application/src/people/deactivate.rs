//! Ending an account, so that it can be opened again.

use std::sync::Arc;

use chinwag_domain::UserId;

use super::{standing::Standing, upsert::OWN_ACCOUNT};
use crate::{Actor, Error, Ports, support::for_admins};

/// Deactivates a person: tokens are refused, sign-ins end, sockets close. What they said and where
/// they take part stays. Doing it again changes nothing.
#[derive(Clone)]
pub struct DeactivateUser {
    ports: Arc<Ports>,
    standing: Standing,
}

for_admins!(DeactivateUser, "user.deactivate");

impl DeactivateUser {
    pub(crate) fn new(ports: &Arc<Ports>, standing: Standing) -> Self {
        Self { ports: Arc::clone(ports), standing }
    }

    /// # Errors
    /// [`Error::Forbidden`] for who is no application admin; [`Error::NotFound`] for an unknown
    /// person; [`Error::Conflict`] for oneself.
    pub async fn execute(&self, actor: &Actor, id: &UserId) -> Result<(), Error> {
        self.may(actor).await?;
        if id == actor.id() {
            return Err(OWN_ACCOUNT);
        }

        let now = self.ports.clock.now();
        let people = std::slice::from_ref(id);
        let mut unit = self.ports.units.begin().await?;
        let mut user = unit.lock_people(people).await?.pop().ok_or(Error::NotFound)?;
        if !user.deactivate(now) {
            return Ok(());
        }
        unit.save_people(&[user]).await?;
        self.ports.end_accounts(&mut *unit, actor, people, now).await?;
        unit.commit().await?;
        self.standing.doubt(id);
        Ok(())
    }
}
