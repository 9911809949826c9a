//! Who wants nothing to do with whom.

use std::collections::HashSet;

use async_trait::async_trait;
use chinwag_domain::{
    ConversationId, DirectKey, Limit, Page, Timestamp, UserCursor, UserId, UserSummary,
    ports::{BlockWrites, Blocks, StorageError},
};

use super::{
    MemoryStore,
    state::{Room, State, direct_key},
    unit_of_work::MemoryUnitOfWork,
};

impl State {
    pub(super) fn blocked(&self, one: &UserId, other: &UserId) -> bool {
        self.blocks.contains_key(&(one.clone(), other.clone()))
            || self.blocks.contains_key(&(other.clone(), one.clone()))
    }

    /// Whether a block stands between the person and the other of a direct conversation.
    pub(super) fn blocked_in(&self, room: &Room, user: &UserId) -> bool {
        let other = room.row.direct_key.as_ref().and_then(|key| key.other_than(user));
        other.is_some_and(|other| self.blocked(user, &other))
    }
}

#[async_trait]
impl Blocks for MemoryStore {
    async fn list(
        &self,
        blocker: &UserId,
        after: Option<&UserCursor>,
        limit: Limit,
    ) -> Result<Page<(UserSummary, Timestamp), UserCursor>, StorageError> {
        Ok(self.read(|state| {
            let mut items: Vec<_> = state
                .blocks
                .iter()
                .filter(|((by, whom), _)| by == blocker && after.is_none_or(|it| *whom > it.0))
                .map(|((_, whom), at)| (state.summary(whom), *at))
                .collect();
            let more = items.len() > usize::from(limit.get());
            items.truncate(usize::from(limit.get()));
            let last = items.last().filter(|_| more);
            let next = last.map(|(user, _)| UserCursor(user.id.clone()));
            Page { items, next, total: None }
        }))
    }

    async fn between(
        &self,
        user: &UserId,
        others: &[UserId],
    ) -> Result<HashSet<UserId>, StorageError> {
        Ok(self.read(|state| {
            others.iter().filter(|other| state.blocked(user, other)).cloned().collect()
        }))
    }

    async fn by(&self, user: &UserId, others: &[UserId]) -> Result<HashSet<UserId>, StorageError> {
        Ok(self.read(|state| {
            let made =
                |other: &&UserId| state.blocks.contains_key(&((*other).clone(), user.clone()));
            others.iter().filter(made).cloned().collect()
        }))
    }
}

#[async_trait]
impl BlockWrites for MemoryUnitOfWork {
    async fn lock_pair(
        &mut self,
        pair: &DirectKey,
    ) -> Result<Option<ConversationId>, StorageError> {
        Ok(self.working.direct.get(&direct_key(pair)).copied())
    }

    async fn block(
        &mut self,
        blocker: &UserId,
        blocked: &UserId,
        at: Timestamp,
    ) -> Result<bool, StorageError> {
        let pair = (blocker.clone(), blocked.clone());
        if self.working.blocks.contains_key(&pair) {
            return Ok(false);
        }
        self.working.blocks.insert(pair, at);
        Ok(true)
    }

    async fn unblock(&mut self, blocker: &UserId, blocked: &UserId) -> Result<bool, StorageError> {
        Ok(self.working.blocks.remove(&(blocker.clone(), blocked.clone())).is_some())
    }

    async fn blocked_between(
        &mut self,
        one: &UserId,
        other: &UserId,
    ) -> Result<bool, StorageError> {
        Ok(self.working.blocked(one, other))
    }
}
