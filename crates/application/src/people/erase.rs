//! Erasing a person: nothing but the id stays, and tombstones where they spoke.
//!
//! The first step scrubs the profile, ends the account and stores a job; of the steps that the job
//! will take as many as one run has are then taken at once. A run that comes to no end leaves a job
//! for the next, so that none outlives its lease.

mod scrub;

use std::sync::Arc;

use async_trait::async_trait;
use chinwag_domain::{AuditTarget, ConversationId, Job, NewJob, Signal, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use serde_json::json;

use self::scrub::scrub;
use super::{standing::Standing, upsert::OWN_ACCOUNT};
use crate::{Actor, Error, JobError, JobHandler, Ports, support::for_admins};

/// The kind of the job that sees to the end of an erasure.
const ERASE: &str = "user.erase";
/// When that job looks: after requests that had been let in before are over.
const LOOK_AGAIN_MS: i64 = 10_000;

/// Erases a person. Doing it again changes nothing more.
#[derive(Clone)]
pub struct EraseUser {
    ports: Arc<Ports>,
    standing: Standing,
}

/// Whom to erase, and who said so.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Erasure {
    user_id: UserId,
    by: UserId,
    /// Up to there all conversations are done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<ConversationId>,
}

impl Erasure {
    fn job(&self, ports: &Ports, due_at: Timestamp) -> NewJob {
        NewJob {
            id: ports.ids.job(),
            kind: ERASE.to_owned(),
            lane: None,
            payload: json!(self),
            due_at,
            created_at: ports.clock.now(),
        }
    }
}

for_admins!(EraseUser, "user.erase");

impl EraseUser {
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

        let erasure = Erasure { user_id: id.clone(), by: actor.id().clone(), after: None };
        self.begin(actor, &erasure).await?;
        self.standing.doubt(id);
        // What is left, the job finds.
        scrub(&self.ports, &erasure).await?;
        Ok(())
    }

    /// From then on nobody knows who the person was, and it will be brought to its end.
    async fn begin(&self, actor: &Actor, erasure: &Erasure) -> Result<(), Error> {
        let Erasure { user_id, .. } = erasure;
        let now = self.ports.clock.now();
        let mut unit = self.ports.units.begin().await?;
        let found = unit.lock_people(std::slice::from_ref(user_id)).await?.pop();
        let mut user = found.ok_or(Error::NotFound)?;
        if !user.erase(now) {
            return Ok(());
        }
        unit.save_people(&[user]).await?;
        let job = erasure.job(&self.ports, now.plus_millis(LOOK_AGAIN_MS));
        unit.enqueue(&[job]).await?;
        let target = AuditTarget::new("user", user_id);
        unit.record(&self.ports.audit_entry(actor, "user.erased", target, json!({}))).await?;
        unit.publish(Signal::AccountDeactivated { user_id: user_id.clone() }.into());
        Ok(unit.commit().await?)
    }
}

/// Brings an erasure to its end that was begun.
pub struct FinishErasure {
    ports: Arc<Ports>,
}

impl FinishErasure {
    /// On these ports.
    pub fn new(ports: &Arc<Ports>) -> Self {
        Self { ports: Arc::clone(ports) }
    }
}

#[async_trait]
impl JobHandler for FinishErasure {
    fn kind(&self) -> &'static str {
        ERASE
    }

    async fn run(&self, job: &Job) -> Result<(), JobError> {
        let erasure = Erasure::deserialize(&job.work.payload)
            .map_err(|error| JobError::GiveUp(format!("its payload is not understood: {error}")))?;
        let Some(rest) = scrub(&self.ports, &erasure).await? else { return Ok(()) };
        let next = rest.job(&self.ports, self.ports.clock.now());
        let mut unit = self.ports.units.begin().await?;
        if unit.finish_job(job).await? {
            unit.enqueue(&[next]).await?;
            unit.commit().await?;
        }
        Ok(())
    }
}
