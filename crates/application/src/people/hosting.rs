//! Taking over what a host application says about its people, one or many at once, in an open unit.

use std::collections::{HashMap, HashSet};

use chinwag_domain::{
    AuditTarget, HostRecord, Recorded, Signal, Timestamp, User, UserId, ports::UnitOfWork,
};
use serde_json::json;

use crate::{Actor, Error, Ports};

/// What became of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// Nobody knew the person.
    Created,
    /// The person was known.
    Known(Recorded),
    /// The person was erased, and stays so.
    Erased,
}

/// Stores these records, each of another person, and ends the sign-ins of those who are
/// deactivated by it. Answers what became of each, in their order.
pub(super) async fn take_over(
    unit: &mut dyn UnitOfWork,
    records: &[HostRecord],
    now: Timestamp,
) -> Result<Vec<(User, Fate)>, Error> {
    let offered: Vec<User> = records.iter().map(|record| record.person(now)).collect();
    let new: HashSet<UserId> = unit.insert_people(&offered).await?.into_iter().collect();
    let known: Vec<UserId> =
        records.iter().map(|record| &record.id).filter(|id| !new.contains(id)).cloned().collect();
    let locked = if known.is_empty() { Vec::new() } else { unit.lock_people(&known).await? };
    let mut locked: HashMap<UserId, User> =
        locked.into_iter().map(|user| (user.summary.id.clone(), user)).collect();

    let mut taken = Vec::with_capacity(records.len());
    for (record, person) in records.iter().zip(offered) {
        let Some(mut user) = locked.remove(&record.id) else {
            taken.push((person, Fate::Created));
            continue;
        };
        let fate =
            if user.is_erased() { Fate::Erased } else { Fate::Known(user.record(record, now)) };
        taken.push((user, fate));
    }
    let changed = |fate: &Fate| {
        !matches!(fate, Fate::Known(Recorded::Unchanged) | Fate::Created | Fate::Erased)
    };
    let changed: Vec<User> =
        taken.iter().filter(|(_, fate)| changed(fate)).map(|(user, _)| user.clone()).collect();
    if !changed.is_empty() {
        unit.save_people(&changed).await?;
    }
    Ok(taken)
}

impl Ports {
    /// Ends what these people, just deactivated in the open unit, are signed in with; their sockets
    /// close once it is committed. Who did it, is written down.
    pub(super) async fn end_accounts(
        &self,
        unit: &mut dyn UnitOfWork,
        actor: &Actor,
        people: &[UserId],
        now: Timestamp,
    ) -> Result<(), Error> {
        if people.is_empty() {
            return Ok(());
        }
        unit.end_sign_ins(people, now).await?;
        for user in people {
            let target = AuditTarget::new("user", user);
            unit.record(&self.audit_entry(actor, "user.deactivated", target, json!({}))).await?;
            unit.publish(Signal::AccountDeactivated { user_id: user.clone() }.into());
        }
        Ok(())
    }
}
