//! Erasing a person: nothing but the id stays, and tombstones where they spoke.
//!
//! The first step scrubs the profile, ends the account and stores a job that looks for what was let in
//! before. The steps that it will take are taken at once, as far as one run goes; a run that comes to
//! no end leaves a job that goes on at once where it ended, so that none outlives its lease.

mod scrub;

use std::sync::Arc;

use async_trait::async_trait;
use chinwag_domain::{
    AuditTarget, ConversationId, Job, Lane, NewJob, Seq, Signal, Timestamp, UserId,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use self::scrub::scrub;
use super::{standing::Standing, upsert::OWN_ACCOUNT};
use crate::{Actor, Error, JobError, JobHandler, Ports, support::for_admins};

/// The kind of the job that sees to the end of an erasure.
const ERASE: &str = "user.erase";
/// When the job looks again: after requests that had been let in before are over.
const LOOK_AGAIN_MS: i64 = 10_000;
/// The places in the lane of a person's erasure: who looks again waits until all runs are over.
const GO_ON: i64 = 0;
const LOOK_AGAIN: i64 = 1;

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
    /// In the one that comes then, mentions were looked for up to there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    looked: Option<(ConversationId, Seq)>,
}

impl Erasure {
    fn job(&self, ports: &Ports, position: i64, due_at: Timestamp) -> NewJob {
        NewJob {
            id: ports.ids.job(),
            kind: ERASE.to_owned(),
            lane: Some(Lane { name: self.user_id.to_string(), position, receiver: None }),
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

        let (user_id, by) = (id.clone(), actor.id().clone());
        let erasure = Erasure { user_id, by, after: None, looked: None };
        self.begin(actor, &erasure).await?;
        self.standing.doubt(id);
        let Some(rest) = scrub(&self.ports, &erasure).await? else { return Ok(()) };
        let mut unit = self.ports.units.begin().await?;
        unit.enqueue(&[rest.job(&self.ports, GO_ON, self.ports.clock.now())]).await?;
        Ok(unit.commit().await?)
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
        let job = erasure.job(&self.ports, LOOK_AGAIN, now.plus_millis(LOOK_AGAIN_MS));
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
        let next = rest.job(&self.ports, GO_ON, self.ports.clock.now());
        let mut unit = self.ports.units.begin().await?;
        if unit.finish_job(job).await? {
            unit.enqueue(&[next]).await?;
            unit.commit().await?;
        }
        Ok(())
    }
}
