//! Reads of conversations that tests let fail, or hold back with an answer
//! that grows old meanwhile.

use std::collections::{HashMap, HashSet};

use async_trait::async_trait;
use chinwag_domain::{
    Conversation, ConversationCursor, ConversationFilter, ConversationId, DirectKey, Limit,
    Membership, Page, Participant, Revision, Timestamp, UserId,
    ports::{
        ConversationSummary, Conversations, Head, MembersSnapshot, MembershipHead, StorageError,
        Unread,
    },
};
use chinwag_testkit::memory::MemoryStore;
use parking_lot::Mutex;
use tokio::sync::Notify;

/// What a hub reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Read {
    Memberships,
    Members,
    Heads,
    Summaries,
    Sharing,
}

pub(super) struct Reads {
    store: MemoryStore,
    failing: Mutex<HashSet<Read>>,
    held: Mutex<HashSet<Read>>,
    released: Notify,
    counts: Mutex<HashMap<Read, usize>>,
}

impl Reads {
    pub(super) fn new(store: MemoryStore) -> Self {
        Self {
            store,
            failing: Mutex::default(),
            held: Mutex::default(),
            released: Notify::new(),
            counts: Mutex::default(),
        }
    }

    pub(super) fn fail(&self, read: Read) {
        self.failing.lock().insert(read);
    }

    pub(super) fn mend(&self, read: Read) {
        self.failing.lock().remove(&read);
    }

    /// From now on answers are read at once and given later.
    pub(super) fn hold(&self, read: Read) {
        self.held.lock().insert(read);
    }

    pub(super) fn release(&self, read: Read) {
        self.held.lock().remove(&read);
        self.released.notify_waiters();
    }

    /// How often it was asked.
    pub(super) fn count(&self, read: Read) -> usize {
        self.counts.lock().get(&read).copied().unwrap_or_default()
    }

    async fn pass<T>(&self, read: Read, answer: T) -> Result<T, StorageError> {
        *self.counts.lock().entry(read).or_default() += 1;
        loop {
            let mut released = std::pin::pin!(self.released.notified());
            released.as_mut().enable();
            if !self.held.lock().contains(&read) {
                break;
            }
            released.await;
        }
        if self.failing.lock().contains(&read) {
            return Err(StorageError::unavailable("as the test wants it"));
        }
        Ok(answer)
    }
}

#[async_trait]
impl Conversations for Reads {
    async fn membership(
        &self,
        id: ConversationId,
        user: &UserId,
    ) -> Result<Option<Membership>, StorageError> {
        self.store.membership(id, user).await
    }

    async fn joined_since(
        &self,
        at: Timestamp,
    ) -> Result<Vec<(ConversationId, UserId)>, StorageError> {
        self.store.joined_since(at).await
    }

    async fn groups(
        &self,
        search: Option<&str>,
        after: Option<ConversationId>,
        limit: Limit,
    ) -> Result<Page<Conversation, ConversationId>, StorageError> {
        self.store.groups(search, after, limit).await
    }

    async fn direct(&self, key: &DirectKey) -> Result<Option<ConversationId>, StorageError> {
        self.store.direct(key).await
    }

    async fn list(
        &self,
        user: &UserId,
        filter: &ConversationFilter,
    ) -> Result<Page<ConversationSummary, ConversationCursor>, StorageError> {
        self.store.list(user, filter).await
    }

    async fn summaries(
        &self,
        user: &UserId,
        ids: &[ConversationId],
    ) -> Result<Vec<ConversationSummary>, StorageError> {
        let answer = self.store.summaries(user, ids).await?;
        self.pass(Read::Summaries, answer).await
    }

    async fn participants(&self, id: ConversationId) -> Result<Vec<Participant>, StorageError> {
        self.store.participants(id).await
    }

    async fn participants_since(
        &self,
        id: ConversationId,
        since: Revision,
        limit: u16,
    ) -> Result<Vec<Participant>, StorageError> {
        self.store.participants_since(id, since, limit).await
    }

    async fn memberships(&self, user: &UserId) -> Result<Vec<MembershipHead>, StorageError> {
        let answer = self.store.memberships(user).await?;
        self.pass(Read::Memberships, answer).await
    }

    async fn members(&self, id: ConversationId) -> Result<Option<MembersSnapshot>, StorageError> {
        let answer = self.store.members(id).await?;
        self.pass(Read::Members, answer).await
    }

    async fn heads(&self, ids: &[ConversationId]) -> Result<Vec<Head>, StorageError> {
        let answer = self.store.heads(ids).await?;
        self.pass(Read::Heads, answer).await
    }

    async fn unread(&self, user: &UserId) -> Result<Unread, StorageError> {
        self.store.unread(user).await
    }

    async fn unread_total(&self, user: &UserId) -> Result<u64, StorageError> {
        self.store.unread_total(user).await
    }

    async fn sharing(
        &self,
        user: &UserId,
        others: &[UserId],
    ) -> Result<HashSet<UserId>, StorageError> {
        let answer = self.store.sharing(user, others).await?;
        self.pass(Read::Sharing, answer).await
    }
}
