//! How far people have received and read.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use chinwag_domain::{
    ConversationId, Mark, ReceiptKind, Seq, Timestamp, UserId,
    ports::{ReceiptRow, Receipts, StorageError},
};

use super::{
    MemoryStore,
    state::{ReceiptMark, Room, State},
};

#[async_trait]
impl Receipts for MemoryStore {
    async fn mark(&self, mark: Mark) -> Result<bool, StorageError> {
        Ok(self.write(|state| store(state, &mark).unwrap_or(false)).await)
    }

    async fn of_message(
        &self,
        conversation_id: ConversationId,
        seq: Seq,
        except: &UserId,
    ) -> Result<Vec<ReceiptRow>, StorageError> {
        Ok(self.read(|state| {
            let rows = state.room(conversation_id).map(|room| first_times(room, seq, except));
            rows.unwrap_or_default()
        }))
    }
}

/// `None` where the person is not present.
fn store(state: &mut State, mark: &Mark) -> Option<bool> {
    state.room(mark.conversation_id)?.present(&mark.user_id)?;
    let room = Arc::make_mut(state.rooms.get_mut(&mark.conversation_id)?);
    let moved = room.people.get_mut(&mark.user_id)?.mark(mark.kind, mark.seq);
    if moved {
        room.receipts.push(ReceiptMark {
            user_id: mark.user_id.clone(),
            kind: mark.kind,
            up_to: mark.seq,
            at: mark.at,
        });
    }
    Some(moved)
}

fn first_times(room: &Room, seq: Seq, except: &UserId) -> Vec<ReceiptRow> {
    let mut first: BTreeMap<(&UserId, ReceiptKind), Timestamp> = BTreeMap::new();
    // A mark above says nothing of what its owner may not see.
    let sees =
        |user: &UserId| room.present(user).is_some_and(|person| person.history_from_seq <= seq);
    let of_others =
        |mark: &&ReceiptMark| mark.up_to >= seq && mark.user_id != *except && sees(&mark.user_id);
    for mark in room.receipts.iter().filter(of_others) {
        // Who has read it has received it.
        for kind in [ReceiptKind::Delivered, mark.kind] {
            let at = first.entry((&mark.user_id, kind)).or_insert(mark.at);
            *at = mark.at.min(*at);
        }
    }
    let mut rows: Vec<_> = first
        .into_iter()
        .map(|((user, kind), at)| ReceiptRow { user_id: user.clone(), kind, at })
        .collect();
    rows.sort_by(|one, other| (one.at, &one.user_id).cmp(&(other.at, &other.user_id)));
    rows
}
