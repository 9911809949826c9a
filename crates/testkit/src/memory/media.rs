//! What is known of uploads. What shows them are the messages themselves.

use async_trait::async_trait;
use chinwag_domain::{
    ConversationId, Media, MediaId, MediaState, Message, Timestamp, UserId,
    ports::{MediaCatalogue, StorageError, Unused},
};

use super::{
    MemoryStore,
    state::{State, fault},
};

impl State {
    /// Whether any message shows it.
    pub(super) fn shows(&self, id: MediaId) -> bool {
        let rooms = self.rooms.values().filter(|room| room.row.deleted_at.is_none());
        let mut messages = rooms.flat_map(|room| &room.messages);
        messages.any(|stored| shows(&stored.message, id))
    }

    /// Notes that a message no longer shows what it showed.
    pub(super) fn unshow(&mut self, message: &Message, now: Timestamp) {
        for id in message.body.media() {
            if let Some(media) = self.media.get_mut(&id) {
                media.unused_since = Some(now);
            }
        }
    }

    /// Notes that nothing of a conversation is shown any more.
    pub(super) fn unshow_all(&mut self, id: ConversationId, now: Timestamp) {
        let Some(room) = self.rooms.get(&id).cloned() else { return };
        for stored in &room.messages {
            self.unshow(&stored.message, now);
        }
    }

    fn is_unused(&self, media: &Media, unused: Unused) -> bool {
        match media.state {
            MediaState::Slot => media.slot.as_ref().is_none_or(|it| it.expires_at <= unused.now),
            MediaState::Uploading => media.created_at < unused.begun_before,
            MediaState::Ready => {
                media.unused_since.is_some_and(|since| since < unused.ready_before)
                    && !self.shows(media.id)
            }
            MediaState::Doomed => false,
        }
    }

    fn doom(&mut self, ids: &[MediaId]) {
        for id in ids {
            if let Some(media) = self.media.get_mut(id) {
                media.state = MediaState::Doomed;
            }
        }
    }
}

impl MemoryStore {
    /// All that is known of uploads, whatever their state, by id.
    pub fn uploads(&self) -> Vec<Media> {
        self.read(|state| state.media.values().cloned().collect())
    }
}

fn shows(message: &Message, id: MediaId) -> bool {
    message.tombstone.is_none() && message.body.media().any(|shown| shown == id)
}

#[async_trait]
impl MediaCatalogue for MemoryStore {
    async fn insert(&self, media: &Media) -> Result<(), StorageError> {
        let known = self.write(|state| state.media.insert(media.id, media.clone())).await;
        if known.is_none() { Ok(()) } else { Err(fault(format!("{} is there already", media.id))) }
    }

    async fn enter_slot(
        &self,
        id: MediaId,
        token_hash: &[u8; 32],
        now: Timestamp,
    ) -> Result<Option<Media>, StorageError> {
        let enter = |state: &mut State| {
            let media = state.media.get_mut(&id).filter(|it| it.state == MediaState::Slot)?;
            let slot = media.slot.as_ref()?;
            if slot.token_hash != *token_hash || slot.expires_at <= now {
                return None;
            }
            media.state = MediaState::Uploading;
            Some(media.clone())
        };
        Ok(self.write(enter).await)
    }

    async fn arrived(&self, media: &Media) -> Result<bool, StorageError> {
        let arrive = |state: &mut State| {
            let stored = state.media.get_mut(&media.id);
            let stored = stored.filter(|it| it.state == MediaState::Uploading)?;
            *stored = media.clone();
            Some(())
        };
        Ok(self.write(arrive).await.is_some())
    }

    async fn find(&self, id: MediaId) -> Result<Option<Media>, StorageError> {
        Ok(self.read(|state| state.media.get(&id).cloned()))
    }

    async fn claim(
        &self,
        owner: &UserId,
        ids: &[MediaId],
        now: Timestamp,
    ) -> Result<Vec<Media>, StorageError> {
        let claim = |state: &mut State| {
            let mut claimed = Vec::new();
            for media in state.media.values_mut().filter(|media| ids.contains(&media.id)) {
                if media.owner_id == *owner && media.state == MediaState::Ready {
                    media.unused_since = Some(now);
                    claimed.push(media.clone());
                }
            }
            claimed
        };
        Ok(self.write(claim).await)
    }

    async fn is_shown_to(&self, id: MediaId, user: &UserId) -> Result<bool, StorageError> {
        Ok(self.read(|state| {
            state.rooms_of(user).any(|room| {
                let floor = room.present(user).map(chinwag_domain::Participant::floor);
                room.messages.iter().any(|stored| {
                    floor.is_some_and(|floor| stored.message.seq >= floor)
                        && shows(&stored.message, id)
                })
            })
        }))
    }

    async fn doom_unused(&self, unused: Unused, limit: u16) -> Result<u64, StorageError> {
        let sweep = |state: &mut State| {
            let found = state.media.values().filter(|media| state.is_unused(media, unused));
            let found: Vec<MediaId> =
                found.map(|media| media.id).take(usize::from(limit)).collect();
            state.doom(&found);
            found.len() as u64
        };
        Ok(self.write(sweep).await)
    }

    async fn doomed(&self, after: Option<&Media>, limit: u16) -> Result<Vec<Media>, StorageError> {
        let place = |media: &Media| (media.created_at, media.id);
        Ok(self.read(|state| {
            let doomed = state.media.values().filter(|it| it.state == MediaState::Doomed);
            let rest = doomed.filter(|it| after.is_none_or(|after| place(it) > place(after)));
            let mut rest: Vec<Media> = rest.cloned().collect();
            rest.sort_by_key(place);
            rest.truncate(usize::from(limit));
            rest
        }))
    }

    async fn doom(&self, ids: &[MediaId]) -> Result<Vec<Media>, StorageError> {
        let doom = |state: &mut State| {
            let unshown: Vec<MediaId> =
                ids.iter().copied().filter(|id| !state.shows(*id)).collect();
            state.doom(&unshown);
            unshown.iter().filter_map(|id| state.media.get(id).cloned()).collect()
        };
        Ok(self.write(doom).await)
    }

    async fn doom_all_of(&self, owner: &UserId) -> Result<u64, StorageError> {
        let doom = |state: &mut State| {
            let theirs = state
                .media
                .values()
                .filter(|media| media.owner_id == *owner && media.state != MediaState::Doomed);
            let theirs: Vec<MediaId> = theirs.map(|media| media.id).collect();
            state.doom(&theirs);
            theirs.len() as u64
        };
        Ok(self.write(doom).await)
    }

    async fn forget(&self, id: MediaId) -> Result<(), StorageError> {
        let forget = |state: &mut State| {
            state.media.retain(|_, media| media.id != id || media.state != MediaState::Doomed);
        };
        self.write(forget).await;
        Ok(())
    }

    async fn signing_key(&self, candidate: [u8; 32]) -> Result<[u8; 32], StorageError> {
        Ok(self.write(|state| *state.link_key.get_or_insert(candidate)).await)
    }
}
