//! The log of messages.

use std::sync::Arc;

use async_trait::async_trait;
use chinwag_domain::{
    Change, ConversationId, Durable, Event, Limit, Message, MessageId, NewMessage, Order, Page,
    Pointers, Revision, SearchCursor, SearchQuery, Seq, UserId, Window,
    ports::{AppendError, Appended, EventBus, Found, MessageLog, StorageError},
};

use super::{
    MemoryStore, search,
    state::{Room, State, Stored, contains},
};

/// What is answered, and what is told when it is new.
type Outcome = Result<(Appended, Option<Event>), AppendError>;

#[async_trait]
impl MessageLog for MemoryStore {
    async fn append(&self, message: NewMessage) -> Result<Appended, AppendError> {
        let tell = |outcome: &Outcome, bus: &dyn EventBus| {
            if let Ok((_, Some(event))) = outcome {
                bus.publish(event.clone());
            }
        };
        let store = |state: &mut State| {
            let outcome = append(state, message);
            if let Ok((_, event)) = &outcome {
                state.follow(self.follow_ups(), event);
            }
            outcome
        };
        let outcome = self.write_and_tell(store, tell).await;
        outcome.map(|(appended, _)| appended)
    }

    async fn sent_before(&self, message: &NewMessage) -> Result<Option<Message>, AppendError> {
        self.read(|state| {
            let room = state.rooms.get(&message.conversation_id);
            match room.and_then(|room| sent_before(room, message)) {
                Some(stored) if stored.request_hash != message.request_hash => {
                    Err(AppendError::ClientIdReused)
                }
                stored => Ok(stored.map(|stored| state.message(stored, &message.sender_id))),
            }
        })
    }

    async fn find(&self, id: MessageId, viewer: &UserId) -> Result<Option<Message>, StorageError> {
        Ok(self.read(|state| {
            let (_, stored) = state.find(id)?;
            Some(state.message(stored, viewer))
        }))
    }

    async fn range(
        &self,
        conversation_id: ConversationId,
        window: Window,
        search: Option<&str>,
        viewer: &UserId,
    ) -> Result<Vec<Message>, StorageError> {
        Ok(self.read(|state| {
            let Some(room) = state.rooms.get(&conversation_id) else { return Vec::new() };
            let wanted = |stored: &&Stored| {
                let seq = stored.message.seq;
                seq > window.above
                    && window.below.is_none_or(|below| seq < below)
                    && search.is_none_or(|search| says(stored, search))
            };
            let skip = usize::try_from(window.skip).unwrap_or(usize::MAX);
            let limit = usize::from(window.limit);
            let whole = |stored| state.message(stored, viewer);
            let messages = room.messages.iter();
            match window.order {
                Order::Ascending => {
                    messages.filter(wanted).skip(skip).take(limit).map(whole).collect()
                }
                Order::Descending => {
                    messages.rev().filter(wanted).skip(skip).take(limit).map(whole).collect()
                }
            }
        }))
    }

    async fn count_matches(
        &self,
        conversation_id: ConversationId,
        above: Seq,
        search: &str,
    ) -> Result<u64, StorageError> {
        Ok(self.read(|state| {
            let Some(room) = state.rooms.get(&conversation_id) else { return 0 };
            let found = room
                .messages
                .iter()
                .filter(|stored| stored.message.seq > above && says(stored, search));
            found.count() as u64
        }))
    }

    async fn search(
        &self,
        user: &UserId,
        query: &SearchQuery,
        after: Option<SearchCursor>,
        limit: Limit,
    ) -> Result<Page<Found, SearchCursor>, StorageError> {
        Ok(self.read(|state| search::page(state, user, query, after, limit)))
    }

    async fn changed_since(
        &self,
        conversation_id: ConversationId,
        since: Revision,
        floor: Seq,
        limit: u16,
        viewer: &UserId,
    ) -> Result<Vec<Message>, StorageError> {
        Ok(self.read(|state| {
            let Some(room) = state.rooms.get(&conversation_id) else { return Vec::new() };
            let changed =
                |Stored { message, .. }: &&Stored| message.revision > since && message.seq >= floor;
            let mut found: Vec<_> = room.messages.iter().filter(changed).collect();
            found.sort_by_key(|stored| stored.message.revision);
            found.truncate(usize::from(limit));
            found.into_iter().map(|stored| state.message(stored, viewer)).collect()
        }))
    }

    async fn others_pointers(
        &self,
        conversation_id: ConversationId,
        user: &UserId,
    ) -> Result<Option<Pointers>, StorageError> {
        Ok(self.read(|state| state.room(conversation_id)?.others(user)))
    }
}

/// Whether the message's words contain that; the server's own are not searched.
pub(super) fn says(stored: &Stored, search: &str) -> bool {
    let body = &stored.message.body;
    body.system.is_none() && body.content.as_ref().is_some_and(|text| contains(text, search))
}

fn append(state: &mut State, new: NewMessage) -> Outcome {
    let sender = state.summary(&new.sender_id);
    let room = state.room(new.conversation_id).ok_or(AppendError::NotParticipant)?;
    let deactivated = state.users.get(&sender.id).is_some_and(|user| user.deactivated_at.is_some());
    if deactivated || room.present(&sender.id).is_none() {
        return Err(AppendError::NotParticipant);
    }
    if let Some(stored) = sent_before(room, &new) {
        if stored.request_hash != new.request_hash {
            return Err(AppendError::ClientIdReused);
        }
        let message = state.message(stored, &sender.id);
        return Ok((Appended { message, duplicate: true }, None));
    }

    if state.blocked_in(room, &sender.id) {
        return Err(AppendError::Blocked);
    }
    let room = state.rooms.get_mut(&new.conversation_id).map(Arc::make_mut);
    let room = room.ok_or(AppendError::NotParticipant)?;
    let (hash, now) = (new.request_hash, new.created_at);
    let message = Message::placed(new, sender, room.row.next_message(now));
    if let Some(participant) = room.people.get_mut(&message.sender.id) {
        participant.sent(message.seq);
    }
    room.push(message.clone(), hash)?;
    let event = Durable::of(&room.row, now, Change::MessageCreated(message.clone()));
    Ok((Appended { message, duplicate: false }, Some(event.into())))
}

fn sent_before<'a>(room: &'a Room, new: &NewMessage) -> Option<&'a Stored> {
    let key = (new.sender_id.clone(), new.client_id.clone()?);
    room.by_client_id.get(&key).and_then(|at| room.messages.get(*at))
}
