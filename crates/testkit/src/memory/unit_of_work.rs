//! Units of work: a copy of the state, which becomes the state with the commit.

use std::{
    collections::{HashSet, hash_map::Entry},
    sync::Arc,
};

use async_trait::async_trait;
use chinwag_domain::{
    Conversation, ConversationId, Edit, Emoji, Event, Job, JobId, Message, MessageId,
    NewAuditEntry, NewJob, Participant, RequestHash, Timestamp, UserId, Webhook, WebhookId,
    ports::{
        AuditWrites, ConversationWrites, DirectInserted, JobWrites, MessageWrites,
        ParticipantWrites, StorageError, UnitOfWork, WebhookWrites,
    },
};
use tokio::sync::OwnedMutexGuard;

use super::{
    state::{Room, State, Stored, direct_key, fault},
    store::Inner,
};

/// One transaction; dropped, its copy is gone.
pub(super) struct MemoryUnitOfWork {
    store: Arc<Inner>,
    /// Nobody else writes while it is held.
    turn: OwnedMutexGuard<()>,
    pub(super) working: State,
    events: Vec<Event>,
    /// What may be written: a database would not stop who forgets the lock.
    pub(super) locked: HashSet<ConversationId>,
    /// Nor who locks rows in another order than all others.
    saved: Option<(ConversationId, UserId)>,
}

impl MemoryUnitOfWork {
    pub(super) fn new(store: Arc<Inner>, turn: OwnedMutexGuard<()>, working: State) -> Self {
        Self { store, turn, working, events: Vec::new(), locked: HashSet::new(), saved: None }
    }

    /// A conversation to write in.
    pub(super) fn locked(&mut self, id: ConversationId) -> Result<&mut Room, StorageError> {
        if !self.locked.contains(&id) {
            return Err(fault(format!("conversation {id} was not locked")));
        }
        let room = self.working.rooms.get_mut(&id).map(Arc::make_mut);
        room.ok_or_else(|| fault(format!("no conversation {id}")))
    }

    /// A message to write.
    fn stored(&mut self, message: &Message) -> Result<&mut Stored, StorageError> {
        let found = self.locked(message.conversation_id)?.at(message.seq);
        found
            .filter(|stored| stored.message.id == message.id)
            .ok_or_else(|| fault(format!("no message {}", message.id)))
    }

    fn insert(&mut self, conversation: &Conversation) -> Result<(), StorageError> {
        let room = Arc::new(Room::new(conversation.clone()));
        if self.working.rooms.insert(conversation.id, room).is_some() {
            return Err(fault(format!("conversation {} is there already", conversation.id)));
        }
        self.locked.insert(conversation.id);
        Ok(())
    }

    fn known(&self, user: &UserId) -> Result<(), StorageError> {
        let known = self.working.users.contains_key(user);
        if known { Ok(()) } else { Err(fault(format!("nobody knows {user}"))) }
    }
}

#[async_trait]
impl UnitOfWork for MemoryUnitOfWork {
    fn publish(&mut self, event: Event) {
        self.events.push(event);
    }

    async fn commit(self: Box<Self>) -> Result<(), StorageError> {
        let Self { store, turn, mut working, events, .. } = *self;
        working.follow(&*store.follow_ups, &events);
        *store.committed.write() = working;
        for event in events {
            store.bus.publish(event);
        }
        drop(turn);
        Ok(())
    }
}

#[async_trait]
impl JobWrites for MemoryUnitOfWork {
    async fn enqueue(&mut self, jobs: &[NewJob]) -> Result<(), StorageError> {
        self.working.enqueue(jobs.iter().cloned());
        Ok(())
    }

    async fn finish_job(&mut self, job: &Job) -> Result<bool, StorageError> {
        Ok(self.working.finish(job))
    }

    async fn revive_job(&mut self, id: JobId, now: Timestamp) -> Result<bool, StorageError> {
        Ok(self.working.revive(id, now))
    }

    async fn discard_job(&mut self, id: JobId) -> Result<bool, StorageError> {
        Ok(self.working.discard(id))
    }
}

#[async_trait]
impl AuditWrites for MemoryUnitOfWork {
    async fn record(&mut self, entry: &NewAuditEntry) -> Result<(), StorageError> {
        self.working.record(entry);
        Ok(())
    }

    async fn erase_personal(&mut self, user: &UserId) -> Result<(), StorageError> {
        self.working.erase_personal(user);
        Ok(())
    }
}

#[async_trait]
impl WebhookWrites for MemoryUnitOfWork {
    async fn insert_webhook(&mut self, webhook: &Webhook) -> Result<(), StorageError> {
        let known = self.working.webhooks.insert(webhook.id, webhook.clone());
        known.map_or(Ok(()), |known| Err(fault(format!("webhook {} is there already", known.id))))
    }

    async fn delete_webhook(&mut self, id: WebhookId) -> Result<bool, StorageError> {
        Ok(self.working.webhooks.remove(&id).is_some())
    }
}

#[async_trait]
impl ConversationWrites for MemoryUnitOfWork {
    async fn lock_conversation(
        &mut self,
        id: ConversationId,
    ) -> Result<Option<Conversation>, StorageError> {
        let row = self.working.room(id).map(|room| room.row.clone());
        self.locked.extend(row.as_ref().map(|row| row.id));
        Ok(row)
    }

    async fn insert_group(&mut self, conversation: &Conversation) -> Result<(), StorageError> {
        self.insert(conversation)
    }

    async fn insert_direct(
        &mut self,
        conversation: &Conversation,
    ) -> Result<DirectInserted, StorageError> {
        let key = conversation.direct_key.as_ref().ok_or_else(|| fault("without a pair"))?;
        match self.working.direct.entry(direct_key(key)) {
            Entry::Occupied(existing) => return Ok(DirectInserted::Existing(*existing.get())),
            Entry::Vacant(place) => place.insert(conversation.id),
        };
        self.insert(conversation)?;
        Ok(DirectInserted::New)
    }

    async fn save_conversation(&mut self, conversation: &Conversation) -> Result<(), StorageError> {
        self.locked(conversation.id)?.row = conversation.clone();
        if let Some(at) = conversation.deleted_at {
            self.working.unshow_all(conversation.id, at);
        }
        Ok(())
    }
}

#[async_trait]
impl ParticipantWrites for MemoryUnitOfWork {
    async fn participant(
        &mut self,
        id: ConversationId,
        user: &UserId,
    ) -> Result<Option<Participant>, StorageError> {
        let row = self.working.rooms.get(&id).and_then(|room| room.people.get(user));
        Ok(row.map(|row| self.working.participant(row)))
    }

    async fn present(&mut self, id: ConversationId) -> Result<Vec<Participant>, StorageError> {
        let room = self.working.rooms.get(&id);
        Ok(room.map(|room| self.working.present(room)).unwrap_or_default())
    }

    async fn insert_participants(
        &mut self,
        participants: &[Participant],
    ) -> Result<(), StorageError> {
        for participant in participants {
            let id = &participant.user.id;
            self.known(id)?;
            let people = &mut self.locked(participant.conversation_id)?.people;
            if people.insert(id.clone(), participant.clone()).is_some() {
                return Err(fault(format!("{id} is in the conversation already")));
            }
        }
        Ok(())
    }

    async fn save_participant(&mut self, participant: &Participant) -> Result<(), StorageError> {
        self.known(&participant.user.id)?;
        let place = (participant.conversation_id, participant.user.id.clone());
        if self.saved.as_ref().is_some_and(|earlier| *earlier > place) {
            return Err(fault(format!("participant {} was saved out of order", place.1)));
        }
        self.saved = Some(place);
        let people = &mut self.locked(participant.conversation_id)?.people;
        let mut row = participant.clone();
        if let Some(before) = people.get(&row.user.id) {
            row.read_seq = row.read_seq.max(before.read_seq);
            row.delivered_seq = row.delivered_seq.max(before.delivered_seq);
            row.cleared_seq = row.cleared_seq.max(before.cleared_seq);
        }
        people.insert(row.user.id.clone(), row);
        Ok(())
    }
}

#[async_trait]
impl MessageWrites for MemoryUnitOfWork {
    async fn message(
        &mut self,
        id: MessageId,
        viewer: &UserId,
    ) -> Result<Option<Message>, StorageError> {
        let found = self.working.find(id);
        Ok(found.map(|(_, stored)| self.working.message(stored, viewer)))
    }

    async fn insert_message(&mut self, message: &Message) -> Result<(), StorageError> {
        self.known(&message.sender.id)?;
        self.locked(message.conversation_id)?.push(message.clone(), RequestHash([0; 32]))
    }

    async fn save_message(
        &mut self,
        message: &Message,
        edit: Option<&Edit>,
    ) -> Result<(), StorageError> {
        let stored = self.stored(message)?;
        let before = std::mem::replace(&mut stored.message, message.clone());
        stored.edits.extend(edit.cloned());
        if message.tombstone.is_some() {
            stored.edits.clear();
            stored.reactions.clear();
        }
        if let Some(tombstone) = &message.tombstone {
            self.working.unshow(&before, tombstone.at);
        }
        Ok(())
    }

    async fn add_reaction(
        &mut self,
        message: &Message,
        user: &UserId,
        emoji: &Emoji,
    ) -> Result<bool, StorageError> {
        let reactions = &mut self.stored(message)?.reactions;
        let reaction = (user.clone(), emoji.clone());
        let new = !reactions.contains(&reaction);
        if new {
            reactions.push(reaction);
        }
        Ok(new)
    }

    async fn remove_reaction(
        &mut self,
        message: &Message,
        user: &UserId,
        emoji: &Emoji,
    ) -> Result<bool, StorageError> {
        let reactions = &mut self.stored(message)?.reactions;
        let before = reactions.len();
        reactions.retain(|(who, what)| (who, what) != (user, emoji));
        Ok(reactions.len() < before)
    }
}
