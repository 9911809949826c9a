//! Conversations as one person sees them: filters, pages, unread.

use chinwag_domain::{
    ConversationCursor, ConversationFilter, ConversationType, Page, Position, Timestamp, User,
    UserId,
    ports::{ConversationSummary, Unread},
};

use super::{
    conversations::membership,
    state::{Room, State, contains},
};

/// How many conversations [`Unread`] names.
const NAMED: usize = 100;

/// The person's view of a conversation, if they are in it.
pub(super) fn summary(state: &State, room: &Room, user: &UserId) -> Option<ConversationSummary> {
    let membership = membership(state, room, user)?;
    let newest = room.messages.last().filter(|stored| membership.sees(stored.message.seq));
    let last_message = newest.map(|stored| state.message(stored, user));
    let own = last_message.as_ref().is_some_and(|message| message.sender.id == *user);
    let other = other(state, room, user);
    Some(ConversationSummary {
        other: other.map(|other| (other.summary.clone(), other.last_seen_at)),
        others: if own { room.others(user) } else { None },
        unread: room.unread(&membership.participant),
        last_message,
        membership,
    })
}

/// A page of the person's conversations, newest activity first.
pub(super) fn list(
    state: &State,
    user: &UserId,
    filter: &ConversationFilter,
) -> Page<ConversationSummary, ConversationCursor> {
    let mut rooms: Vec<_> =
        state.rooms_of(user).filter(|room| matches(state, room, user, filter)).collect();
    newest_first(&mut rooms);
    let total = rooms.len() as u64;
    let limit = usize::from(filter.limit.get());
    let (rooms, total) = match &filter.position {
        Position::First => (rooms, None),
        Position::After(cursor) => {
            let after = |room: &&Room| place(room) < (cursor.activity, cursor.id);
            (rooms.into_iter().filter(after).collect(), None)
        }
        Position::Page(number) => {
            let skip = usize::try_from(number.skip(filter.limit)).unwrap_or(usize::MAX);
            (rooms.into_iter().skip(skip).collect(), Some(total))
        }
    };
    let last = if rooms.len() > limit { rooms.get(limit - 1) } else { None };
    let next = last.map(|room| {
        let (activity, id) = place(room);
        ConversationCursor { activity, id }
    });
    let items = rooms.iter().take(limit).filter_map(|room| summary(state, room, user)).collect();
    Page { items, next, total }
}

/// What the person has not read.
pub(super) fn unread(state: &State, user: &UserId) -> Unread {
    let shown = |room: &&Room| room.present(user).is_some_and(|row| row.hidden_at.is_none());
    let mut rooms: Vec<_> = state.rooms_of(user).filter(shown).collect();
    newest_first(&mut rooms);
    let summaries: Vec<_> = rooms
        .into_iter()
        .filter_map(|room| summary(state, room, user))
        .filter(|summary| summary.unread > 0)
        .collect();
    let total = summaries.iter().map(|summary| summary.unread).sum();
    Unread { total, conversations: summaries.into_iter().take(NAMED).collect() }
}

fn place(room: &Room) -> (Timestamp, chinwag_domain::ConversationId) {
    (room.row.last_activity(), room.row.id)
}

fn newest_first(rooms: &mut [&Room]) {
    rooms.sort_by_key(|room| std::cmp::Reverse(place(room)));
}

/// The other person of a direct conversation.
fn other<'a>(state: &'a State, room: &Room, user: &UserId) -> Option<&'a User> {
    let direct = room.row.kind == ConversationType::Direct;
    let other = room.people.keys().find(|id| direct && *id != user)?;
    state.users.get(other)
}

fn matches(state: &State, room: &Room, user: &UserId, filter: &ConversationFilter) -> bool {
    let hidden = room.present(user).is_some_and(|row| row.hidden_at.is_some());
    let found = |search: &String| match other(state, room, user) {
        Some(other) => is_called(other, search),
        None => room.row.settings.name.as_ref().is_some_and(|name| contains(name, search)),
    };
    hidden == filter.hidden
        && filter.kind.is_none_or(|kind| kind == room.row.kind)
        && filter.search.as_ref().is_none_or(found)
}

/// Whether the person's name, username or id contains that, in any case.
pub(super) fn is_called(user: &User, search: &str) -> bool {
    let summary = &user.summary;
    let username = summary.username.as_deref();
    [Some(summary.name.as_str()), username, Some(summary.id.as_str())]
        .into_iter()
        .flatten()
        .any(|text| contains(text, search))
}
