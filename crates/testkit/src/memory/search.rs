//! Looking for words in all that a person may see: message by message, so that it is right.

use chinwag_domain::{Limit, Page, SearchCursor, SearchQuery, UserId, ports::Found};

use super::{
    message_log::says,
    state::{Room, State, Stored},
};

/// What was found, the newest first.
pub(super) fn page(
    state: &State,
    user: &UserId,
    query: &SearchQuery,
    after: Option<SearchCursor>,
    limit: Limit,
) -> Page<Found, SearchCursor> {
    let mut found: Vec<(&Room, &Stored)> = state
        .rooms_of(user)
        .filter(|room| query.conversation_id.is_none_or(|id| room.row.id == id))
        .filter(|room| !is_blocked(state, room, user))
        .flat_map(|room| visible(room, user).map(move |stored| (room, stored)))
        .filter(|(_, stored)| after.is_none_or(|after| stored.position < after.0))
        .filter(|(_, stored)| fits(stored, query))
        .collect();
    found.sort_by_key(|(_, stored)| std::cmp::Reverse(stored.position));
    let limit = usize::from(limit.get());
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|(_, last)| SearchCursor(last.position));
    let items = found.into_iter().map(|(room, stored)| {
        let own = stored.message.sender.id == *user && !state.blocked_in(room, user);
        let others = if own { room.others(user) } else { None };
        Found { message: state.message(stored, user), others }
    });
    Page { items: items.collect(), next, total: None }
}

/// Whether it is the direct conversation with somebody whom that person has blocked.
fn is_blocked(state: &State, room: &Room, user: &UserId) -> bool {
    let other = room.row.direct_key.as_ref().and_then(|key| key.other_than(user));
    other.is_some_and(|other| state.blocks.contains_key(&(user.clone(), other)))
}

fn visible<'a>(room: &'a Room, user: &UserId) -> impl Iterator<Item = &'a Stored> {
    let floor = room.present(user).map(chinwag_domain::Participant::floor);
    room.messages
        .iter()
        .filter(move |stored| floor.is_some_and(|floor| stored.message.seq >= floor))
}

fn fits(stored: &Stored, query: &SearchQuery) -> bool {
    let message = &stored.message;
    says(stored, &query.text)
        && message.tombstone.is_none()
        && query.from.is_none_or(|from| message.created_at >= from)
        && query.to.is_none_or(|to| message.created_at < to)
        && query.sender_id.as_ref().is_none_or(|sender| message.sender.id == *sender)
        && query.kind.is_none_or(|kind| message.body.kind == kind)
}
