//! Reading conversations and who takes part in them.

use std::collections::HashSet;

use async_trait::async_trait;
use chinwag_domain::{
    Conversation, ConversationCursor, ConversationFilter, ConversationId, DirectKey, Limit,
    Membership, Page, Participant, Revision, Timestamp, UserId,
    ports::{
        ConversationSummary, Conversations, Head, MemberView, MembersSnapshot, MembershipHead,
        StorageError, Unread,
    },
};

use super::{
    MemoryStore,
    state::{Room, State, contains, direct_key},
    summaries,
};

#[async_trait]
impl Conversations for MemoryStore {
    async fn membership(
        &self,
        id: ConversationId,
        user: &UserId,
    ) -> Result<Option<Membership>, StorageError> {
        Ok(self.read(|state| membership(state, state.room(id)?, user)))
    }

    async fn direct(&self, key: &DirectKey) -> Result<Option<ConversationId>, StorageError> {
        Ok(self.read(|state| {
            let id = *state.direct.get(&direct_key(key))?;
            state.room(id).map(|room| room.row.id)
        }))
    }

    async fn list(
        &self,
        user: &UserId,
        filter: &ConversationFilter,
    ) -> Result<Page<ConversationSummary, ConversationCursor>, StorageError> {
        Ok(self.read(|state| summaries::list(state, user, filter)))
    }

    async fn summaries(
        &self,
        user: &UserId,
        ids: &[ConversationId],
    ) -> Result<Vec<ConversationSummary>, StorageError> {
        let ids: HashSet<_> = ids.iter().copied().collect();
        Ok(self.read(|state| {
            let rooms = state.rooms_of(user).filter(|room| ids.contains(&room.row.id));
            rooms.filter_map(|room| summaries::summary(state, room, user)).collect()
        }))
    }

    async fn participants(&self, id: ConversationId) -> Result<Vec<Participant>, StorageError> {
        Ok(self.read(|state| state.room(id).map(|room| state.present(room)).unwrap_or_default()))
    }

    async fn participants_since(
        &self,
        id: ConversationId,
        since: Revision,
        limit: u16,
    ) -> Result<Vec<Participant>, StorageError> {
        Ok(self.read(|state| {
            let Some(room) = state.room(id) else { return Vec::new() };
            let changed = room.people.values().filter(|row| row.revision > since);
            let mut changed: Vec<_> = changed.map(|row| state.participant(row)).collect();
            changed.sort_by_key(|participant| participant.revision);
            changed.truncate(usize::from(limit));
            changed
        }))
    }

    async fn memberships(&self, user: &UserId) -> Result<Vec<MembershipHead>, StorageError> {
        Ok(self.read(|state| {
            let rooms = state.rooms_of(user);
            rooms
                .filter_map(|room| {
                    let row = room.present(user)?;
                    let (head, member) = (head(room), member(row));
                    Some(MembershipHead { head, joined_revision: row.joined_revision, member })
                })
                .collect()
        }))
    }

    async fn members(&self, id: ConversationId) -> Result<Option<MembersSnapshot>, StorageError> {
        Ok(self.read(|state| {
            let room = state.rooms.get(&id)?;
            let present = state.room(id).into_iter().flat_map(Room::everybody_present);
            Some(MembersSnapshot { head: head(room), members: present.map(member).collect() })
        }))
    }

    async fn heads(&self, ids: &[ConversationId]) -> Result<Vec<Head>, StorageError> {
        let ids: HashSet<_> = ids.iter().copied().collect();
        Ok(self.read(|state| ids.into_iter().filter_map(|id| state.room(id)).map(head).collect()))
    }

    async fn joined_since(
        &self,
        at: Timestamp,
    ) -> Result<Vec<(ConversationId, UserId)>, StorageError> {
        Ok(self.read(|state| {
            let rooms = state.rooms.keys().filter_map(|id| state.room(*id));
            let people = rooms.flat_map(Room::everybody_present);
            let came = people.filter(|row| row.joined_at >= at);
            came.map(|row| (row.conversation_id, row.user.id.clone())).collect()
        }))
    }

    async fn unread(&self, user: &UserId) -> Result<Unread, StorageError> {
        Ok(self.read(|state| summaries::unread(state, user)))
    }

    async fn unread_total(&self, user: &UserId) -> Result<u64, StorageError> {
        Ok(self.read(|state| summaries::unread(state, user).total))
    }

    async fn groups(
        &self,
        search: Option<&str>,
        after: Option<ConversationId>,
        limit: Limit,
    ) -> Result<Page<Conversation, ConversationId>, StorageError> {
        let limit = usize::from(limit.get());
        let mut found: Vec<Conversation> = self.read(|state| {
            let rooms = state.rooms.keys().rev().filter_map(|id| state.room(*id));
            rooms
                .map(|room| &room.row)
                .filter(|row| row.direct_key.is_none() && after.is_none_or(|after| row.id < after))
                .filter(|row| {
                    let name = row.settings.name.as_deref().unwrap_or_default();
                    search.is_none_or(|search| contains(name, search))
                })
                .take(limit + 1)
                .cloned()
                .collect()
        });
        let more = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| more).map(|row| row.id);
        Ok(Page { items: found, next, total: None })
    }

    async fn sharing(
        &self,
        user: &UserId,
        others: &[UserId],
    ) -> Result<HashSet<UserId>, StorageError> {
        Ok(self.read(|state| {
            others.iter().filter(|other| state.share(user, other)).cloned().collect()
        }))
    }
}

/// The capability, with the person's present name beside it.
pub(super) fn membership(state: &State, room: &Room, user: &UserId) -> Option<Membership> {
    let participant = room.people.get(user).map(|row| state.participant(row));
    let membership = room.row.clone().as_participant(participant)?;
    Some(membership.with_block(state.blocked_in(room, user)))
}

fn head(room: &Room) -> Head {
    Head {
        conversation_id: room.row.id,
        revision: room.row.revision,
        members_revision: room.row.members_revision,
    }
}

fn member(row: &Participant) -> MemberView {
    MemberView { user_id: row.user.id.clone(), floor: row.floor(), mute: row.mute }
}
