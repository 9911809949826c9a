//! Coming back: what a client missed in all of its conversations, and what a
//! hub must know to deliver.

use std::collections::{HashMap, HashSet};

use chinwag_domain::{
    ConversationId, Revision, Timestamp, UserId,
    ports::{ConversationSummary, Ended, Head, MembersSnapshot, MembershipHead},
};
use serde_json::value::RawValue;

use crate::{
    Actor, Error,
    messages::{Budget, collect, size},
    request,
    request::SyncRequest,
    support::use_case,
    view::{ChangesView, ConversationView, SyncEntry, SyncView},
};

/// Bounds of one answer, so that it always fits a socket's outbox.
const CONVERSATIONS: usize = 100;
const MESSAGES: usize = 200;
const BYTES: usize = 256 * 1024;

use_case!(
    /// Tells a client that comes back what it missed.
    Sync
);

/// What is to be told of one conversation.
enum Todo {
    /// What changed since.
    Changes(Revision),
    /// All of it is new to the client.
    Unknown,
}

impl Sync {
    /// `body` is a [`SyncRequest`].
    ///
    /// # Errors
    /// [`Error::Invalid`] for a cursor that is not one of these.
    pub async fn execute(&self, actor: &Actor, body: &[u8]) -> Result<SyncView, Error> {
        let request: SyncRequest = request::parse(body)?;
        let after = request.cursor.as_deref().map(parse_cursor).transpose()?;
        let memberships = self.ports.conversations.memberships(actor.id()).await?;

        let removed = if after.is_none() { removed(&request, &memberships) } else { Vec::new() };
        let mut todo = todo(&request, memberships);
        if let Some(after) = after {
            todo.retain(|(place, _)| *place > after);
        }
        let more = todo.len() > CONVERSATIONS;
        todo.truncate(CONVERSATIONS);

        let room = BYTES.saturating_sub(size(&removed)?);
        let (conversations, cut) = self.write(actor, todo, room).await?;
        let next = cut.or(conversations.last().map(|(place, _)| *place).filter(|_| more));
        Ok(SyncView {
            conversations: conversations.into_iter().map(|(_, entry)| entry).collect(),
            removed,
            next_cursor: next.map(|(phase, id)| format!("s{phase}{}", id.uuid().simple())),
        })
    }

    /// Writes entries until `room` bytes are full; then also the place of the last written. Only
    /// where nothing else stands in an answer, it holds an entry in any case.
    async fn write(
        &self,
        actor: &Actor,
        todo: Vec<(Place, Todo)>,
        room: usize,
    ) -> Result<(Vec<(Place, Box<RawValue>)>, Option<Place>), Error> {
        let ids: Vec<ConversationId> = todo.iter().map(|((_, id), _)| *id).collect();
        let summaries = self.ports.conversations.summaries(actor.id(), &ids).await?;
        let others: Vec<UserId> = summaries
            .iter()
            .filter_map(|summary| summary.other.as_ref().map(|(user, _)| user.id.clone()))
            .collect();
        let online = self.ports.presence.online(&others).await;
        let mut summaries: HashMap<ConversationId, ConversationSummary> = summaries
            .into_iter()
            .map(|summary| (summary.membership.conversation.id, summary))
            .collect();

        let mut budget = Budget { items: MESSAGES, bytes: room };
        let mut used = 0;
        let mut written: Vec<(Place, Box<RawValue>)> = Vec::with_capacity(todo.len());
        for (place, what) in todo {
            // Left, or deleted, since the memberships were read: the next sync tells.
            let Some(summary) = summaries.remove(&place.1) else { continue };
            let entry = self.entry(summary, what, &online, &mut budget).await?;
            let entry = serde_json::value::to_raw_value(&entry)
                .map_err(|error| Error::Internal(error.into()))?;
            used += entry.get().len();
            if used > room {
                let last = written.last().map(|(place, _)| *place);
                if let Some(last) = last.or((room < BYTES / 2).then_some(BEGINNING)) {
                    return Ok((written, Some(last)));
                }
            }
            written.push((place, entry));
        }
        Ok((written, None))
    }

    async fn entry(
        &self,
        summary: ConversationSummary,
        what: Todo,
        online: &HashSet<UserId>,
        budget: &mut Budget,
    ) -> Result<SyncEntry, Error> {
        let id = summary.membership.conversation.id;
        let changes = match what {
            Todo::Changes(since) => {
                let changes = collect(&self.ports, summary.clone(), since, online, budget).await?;
                // The pointers of hundreds of people with long pictures' addresses fit no answer.
                if size(&changes)? > BYTES { self.anew(summary, online) } else { changes }
            }
            Todo::Unknown => self.anew(summary, online),
        };
        Ok(SyncEntry { id, changes })
    }

    fn anew(&self, summary: ConversationSummary, online: &HashSet<UserId>) -> ChangesView {
        ChangesView {
            revision: summary.membership.conversation.revision,
            messages: Vec::new(),
            participants: Vec::new(),
            conversation: ConversationView::summary(summary, online, self.ports.clock.now()),
            has_more: false,
            reset: true,
        }
    }
}

/// Where an entry stands in the whole answer: what the client knows first.
type Place = (u8, ConversationId);

/// Before all entries.
const BEGINNING: Place = (0, ConversationId::from_u128(0));

fn todo(request: &SyncRequest, memberships: Vec<MembershipHead>) -> Vec<(Place, Todo)> {
    let mut todo: Vec<(Place, Todo)> = memberships
        .into_iter()
        .filter_map(|membership| {
            let id = membership.head.conversation_id;
            match request.conversations.get(&id.to_string()) {
                Some(known) if *known == membership.head.revision => None,
                Some(known) if *known < membership.joined_revision => {
                    Some(((0, id), Todo::Unknown))
                }
                Some(known) => Some(((0, id), Todo::Changes(*known))),
                None => Some(((1, id), Todo::Unknown)),
            }
        })
        .collect();
    todo.sort_by_key(|(place, _)| *place);
    todo
}

fn removed(request: &SyncRequest, memberships: &[MembershipHead]) -> Vec<String> {
    let present: HashSet<String> =
        memberships.iter().map(|one| one.head.conversation_id.to_string()).collect();
    let mut removed: Vec<String> =
        request.conversations.keys().filter(|id| !present.contains(*id)).cloned().collect();
    removed.sort();
    removed
}

fn parse_cursor(text: &str) -> Result<Place, Error> {
    let bad = || Error::field("/cursor", "must be one that this list gave");
    let rest = text.strip_prefix('s').filter(|rest| rest.is_ascii() && rest.len() == 33);
    let (phase, id) = rest.ok_or_else(bad)?.split_at(1);
    let phase = phase.parse().map_err(|_| bad())?;
    let hyphenated =
        format!("{}-{}-{}-{}-{}", &id[..8], &id[8..12], &id[12..16], &id[16..20], &id[20..]);
    Ok((phase, hyphenated.parse().map_err(|_| bad())?))
}

use_case!(
    /// What a hub asks in order to deliver.
    Deliveries
);

impl Deliveries {
    /// All conversations of a connection that comes in.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn memberships(&self, user: &UserId) -> Result<Vec<MembershipHead>, Error> {
        Ok(self.ports.conversations.memberships(user).await?)
    }

    /// Everybody in a conversation, as of one moment.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn members(&self, id: ConversationId) -> Result<Option<MembersSnapshot>, Error> {
        Ok(self.ports.conversations.members(id).await?)
    }

    /// Who came into which conversation within the last minute: long enough for
    /// nodes whose clocks differ.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn lately_joined(&self) -> Result<Vec<(ConversationId, UserId)>, Error> {
        let since = self.ports.clock.now().plus_millis(-60_000);
        Ok(self.ports.conversations.joined_since(since).await?)
    }

    /// Which accounts and sign-ins ended since that time; a minute more, for nodes whose clocks
    /// differ.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn ended_since(&self, since: Timestamp) -> Result<Vec<Ended>, Error> {
        Ok(self.ports.accounts.ended_since(since.plus_millis(-60_000)).await?)
    }

    /// How far these conversations are; deleted ones are left out.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn heads(&self, ids: &[ConversationId]) -> Result<Vec<Head>, Error> {
        Ok(self.ports.conversations.heads(ids).await?)
    }
}
