//! All that is kept of one person.

use async_trait::async_trait;
use chinwag_domain::{
    Conversation, ConversationId, Emoji, FileName, Media, MediaId, MediaState, MessageId,
    RequestHash, Seq, UserId,
    ports::{ErasureWrites, Mentions, PartTaken, PersonalData, Said, StorageError},
};

use super::{MemoryStore, state::Stored, unit_of_work::MemoryUnitOfWork};

#[allow(clippy::trivially_copy_pass_by_ref)] // filters hand it over so
fn says(stored: &&Stored) -> bool {
    stored.message.tombstone.is_none() && stored.message.body.system.is_none()
}

#[async_trait]
impl PersonalData for MemoryStore {
    async fn parts_of(
        &self,
        user: &UserId,
        after: Option<ConversationId>,
        limit: u16,
    ) -> Result<Vec<PartTaken>, StorageError> {
        Ok(self.read(|state| {
            let rooms = state.rooms.iter().filter(|(id, _)| after.is_none_or(|after| **id > after));
            let parts = rooms.filter_map(|(_, room)| {
                let participant = state.participant(room.people.get(user)?);
                Some(PartTaken { conversation: room.row.clone(), participant })
            });
            parts.take(usize::from(limit)).collect()
        }))
    }

    async fn said_by(
        &self,
        id: ConversationId,
        user: &UserId,
        above: Seq,
        limit: u16,
    ) -> Result<Vec<Said>, StorageError> {
        Ok(self.read(|state| {
            let Some(room) = state.rooms.get(&id) else { return Vec::new() };
            let own =
                room.messages.iter().filter(says).filter(|stored| {
                    stored.message.sender.id == *user && stored.message.seq > above
                });
            own.take(usize::from(limit))
                .map(|one| Said { message: state.message(one, user), edits: one.edits.clone() })
                .collect()
        }))
    }

    async fn reactions_of(
        &self,
        id: ConversationId,
        user: &UserId,
        after: Option<MessageId>,
        limit: u16,
    ) -> Result<Vec<(MessageId, Emoji)>, StorageError> {
        Ok(self.read(|state| {
            let Some(room) = state.rooms.get(&id) else { return Vec::new() };
            let mut all: Vec<_> = room.messages.iter().map(|one| (one.message.id, one)).collect();
            all.sort_by_key(|(id, _)| *id);
            let mut found = Vec::new();
            for (id, stored) in all {
                if after.is_some_and(|after| id <= after) || found.len() >= usize::from(limit) {
                    continue;
                }
                let own = stored.reactions.iter().filter(|(who, _)| who == user);
                let mut own: Vec<_> = own.map(|(_, emoji)| (id, emoji.clone())).collect();
                own.sort_by(|one, other| one.1.as_str().cmp(other.1.as_str()));
                found.extend(own);
            }
            found
        }))
    }

    async fn unshown_uploads_of(
        &self,
        user: &UserId,
        after: Option<MediaId>,
        limit: u16,
    ) -> Result<Vec<Media>, StorageError> {
        Ok(self.read(|state| {
            let own = state.media.values().filter(|media| {
                media.owner_id == *user
                    && media.state == MediaState::Ready
                    && !state.shows(media.id)
            });
            let mut own: Vec<Media> =
                own.filter(|media| after.is_none_or(|after| media.id > after)).cloned().collect();
            own.sort_by_key(|media| media.id);
            own.truncate(usize::from(limit));
            own
        }))
    }

    async fn mentions_of(
        &self,
        id: ConversationId,
        user: &UserId,
        above: Seq,
        limit: u16,
    ) -> Result<Mentions, StorageError> {
        Ok(self.read(|state| {
            let Some(room) = state.rooms.get(&id) else {
                return Mentions { messages: Vec::new(), looked: None };
            };
            let stretch = room.messages.iter().filter(|stored| stored.message.seq > above);
            let stretch: Vec<&Stored> = stretch.take(usize::from(limit)).collect();
            let named =
                stretch.iter().copied().filter(says).filter(|Stored { message, .. }| {
                    message.sender.id != *user && message.body.mentions.contains(user)
                });
            let messages = named.map(|one| state.message(one, user)).collect();
            let looked = stretch.last().map(|stored| stored.message.seq);
            Mentions { messages, looked: looked.filter(|looked| *looked < room.row.last_seq) }
        }))
    }
}

#[async_trait]
impl ErasureWrites for MemoryUnitOfWork {
    async fn lock_whatever(
        &mut self,
        id: ConversationId,
    ) -> Result<Option<Conversation>, StorageError> {
        let row = self.working.rooms.get(&id).map(|room| room.row.clone());
        self.locked.extend(row.as_ref().map(|row| row.id));
        Ok(row)
    }

    async fn forget_how_sent(
        &mut self,
        id: ConversationId,
        user: &UserId,
        (first, last): (Seq, Seq),
    ) -> Result<(), StorageError> {
        let room = self.locked(id)?;
        for Stored { message, request_hash, .. } in &mut room.messages {
            let meant = message.sender.id == *user && (first..=last).contains(&message.seq);
            if meant && message.tombstone.is_some() {
                (message.client_id, message.client_created_at) = (None, None);
                *request_hash = RequestHash([0; 32]);
                let seq = message.seq;
                room.by_client_id.retain(|_, at| i64::try_from(*at).unwrap() + 1 != seq.get());
            }
        }
        Ok(())
    }

    async fn forget_receipts(
        &mut self,
        id: ConversationId,
        user: &UserId,
    ) -> Result<(), StorageError> {
        self.locked(id)?.receipts.retain(|mark| mark.user_id != *user);
        Ok(())
    }

    async fn forget_person(&mut self, user: &UserId) -> Result<(), StorageError> {
        let state = &mut self.working;
        state.sessions.retain(|_, session| session.user_id != *user);
        let sessions = &state.sessions;
        state.refresh_tokens.retain(|_, token| sessions.contains_key(&token.session));
        state.credentials.retain(|_, (owner, _)| owner != user);
        state.devices.retain(|(owner, _), _| owner != user);
        state.blocks.retain(|(blocker, blocked), _| blocker != user && blocked != user);
        for media in state.media.values_mut().filter(|media| media.owner_id == *user) {
            media.state = MediaState::Doomed;
            media.name = FileName::erased();
        }
        for job in state.jobs.values_mut() {
            chinwag_domain::forget_person(&mut job.work.payload, user);
        }
        Ok(())
    }
}
