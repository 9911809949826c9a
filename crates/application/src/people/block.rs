//! Blocking people: between the two no direct messages, presence, typing or
//! receipts, from the commit on. Groups are not touched.

use std::sync::Arc;

use chinwag_domain::{
    AuditTarget, DirectKey, Limit, Signal, Timestamp, UserCursor, UserId, UserSummary,
    ports::UnitOfWork,
};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{Actor, Error, Ports, request, view::ListView};

/// Somebody who is blocked.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "Block")]
pub struct BlockView {
    /// Who.
    pub user: UserSummary,
    /// Since when.
    pub blocked_at: Timestamp,
}

/// Blocks people, takes that back, and tells whom one has blocked.
#[derive(Clone)]
pub struct Blocking {
    ports: Arc<Ports>,
    open: bool,
}

impl Blocking {
    /// Where the directory is not `open`, strangers are unknown here as they are there.
    pub(crate) fn new(ports: &Arc<Ports>, open: bool) -> Self {
        Self { ports: Arc::clone(ports), open }
    }

    /// Blocks somebody and hides the conversation with them. Again, it changes nothing.
    ///
    /// # Errors
    /// [`Error::Invalid`] for oneself, [`Error::NotFound`] for unknown people; where the directory is
    /// closed, strangers too.
    pub async fn add(&self, actor: &Actor, other: &UserId) -> Result<(), Error> {
        let pair = DirectKey::of(actor.id(), other)
            .map_err(|_| Error::field("/user_id", "nobody can block themselves"))?;
        self.known(actor, other).await?;

        let mut unit = self.ports.units.begin().await?;
        let conversation = unit.lock_pair(&pair).await?;
        // From here on, what is being sent waits, and finds the block.
        if let Some(id) = conversation {
            unit.lock_conversation(id).await?;
        }
        let now = self.ports.clock.now();
        if !unit.block(actor.id(), other, now).await? {
            return Ok(());
        }
        if let Some(id) = conversation
            && let Some(mut participant) = unit.participant(id, actor.id()).await?
            && participant.hidden_at.is_none()
        {
            participant.hidden_at = Some(now);
            unit.save_participant(&participant).await?;
            unit.publish(Signal::MembershipUpdated { participant, at: now }.into());
        }
        self.record(&mut *unit, actor, "user.blocked", other).await?;
        Ok(unit.commit().await?)
    }

    /// Takes a block back; the conversation stays hidden. Again, it changes nothing.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn remove(&self, actor: &Actor, other: &UserId) -> Result<(), Error> {
        let Ok(pair) = DirectKey::of(actor.id(), other) else { return Ok(()) };
        let mut unit = self.ports.units.begin().await?;
        unit.lock_pair(&pair).await?;
        if unit.unblock(actor.id(), other).await? {
            self.record(&mut *unit, actor, "user.unblocked", other).await?;
            unit.commit().await?;
        }
        Ok(())
    }

    /// Whom the actor has blocked, by id.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a cursor of another list.
    pub async fn list(
        &self,
        actor: &Actor,
        limit: Option<Limit>,
        cursor: Option<String>,
    ) -> Result<ListView<BlockView>, Error> {
        let after = request::cursor::<UserCursor>(cursor)?;
        let limit = limit.unwrap_or(Limit::LIST);
        let page = self.ports.blocks.list(actor.id(), after.as_ref(), limit).await?;
        let view = |(user, blocked_at)| BlockView { user, blocked_at };
        Ok(ListView::of(page, view))
    }

    /// Whether the actor may know that there is such a person. Whom they have blocked, they know.
    async fn known(&self, actor: &Actor, other: &UserId) -> Result<(), Error> {
        self.ports.users.find(other).await?.ok_or(Error::NotFound)?;
        if self.open {
            return Ok(());
        }
        let one = std::slice::from_ref(other);
        let shared = !self.ports.conversations.sharing(actor.id(), one).await?.is_empty();
        let blocked = !self.ports.blocks.by(other, &[actor.id().clone()]).await?.is_empty();
        if shared || blocked { Ok(()) } else { Err(Error::NotFound) }
    }

    async fn record(
        &self,
        unit: &mut dyn UnitOfWork,
        actor: &Actor,
        action: &'static str,
        other: &UserId,
    ) -> Result<(), Error> {
        let target = AuditTarget::new("user", other.clone());
        let entry = self.ports.audit_entry(actor, action, target, serde_json::json!({}));
        Ok(unit.record(&entry).await?)
    }
}
