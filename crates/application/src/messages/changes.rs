//! What changed in a conversation after a revision: how a client that missed
//! something gets it back.

use std::collections::HashSet;

use chinwag_domain::{
    ConversationId, Limit, Message, Participant, Revision, UserId, limits,
    ports::ConversationSummary,
};

use crate::{
    Actor, Error, Ports,
    request::ChangesQuery,
    support::use_case,
    view::{ChangesView, ConversationView, MessageView, ParticipantView},
};

use_case!(
    /// Reads what changed after a revision.
    Changes
);

impl Changes {
    /// # Errors
    /// [`Error::NotFound`] for who is not in it.
    pub async fn execute(
        &self,
        actor: &Actor,
        id: ConversationId,
        query: &ChangesQuery,
    ) -> Result<ChangesView, Error> {
        let summary = self.ports.conversations.summaries(actor.id(), &[id]).await?.pop();
        let summary = summary.ok_or(Error::NotFound)?;
        let limit = query.limit.unwrap_or(Limit::MAX).get();
        let mut budget = Budget { items: usize::from(limit), bytes: usize::MAX };
        let others: Vec<UserId> = summary.other.iter().map(|(user, _)| user.id.clone()).collect();
        let online = self.ports.presence.online(&others).await;
        collect(&self.ports, summary, query.since, &online, &mut budget).await
    }
}

/// How much still fits into an answer.
pub(crate) struct Budget {
    /// Changed messages and participants.
    pub items: usize,
    /// Bytes of JSON.
    pub bytes: usize,
}

enum Item {
    Message(Box<Message>),
    Participant(Box<Participant>),
}

impl Item {
    fn revision(&self) -> Revision {
        match self {
            Self::Message(message) => message.revision,
            Self::Participant(participant) => participant.revision,
        }
    }
}

/// The changes of one conversation after `since`, as many as the budget allows.
/// `summary` was read first: its revision is the head that the rows reach at least.
pub(crate) async fn collect(
    ports: &Ports,
    summary: ConversationSummary,
    since: Revision,
    online: &HashSet<UserId>,
    budget: &mut Budget,
) -> Result<ChangesView, Error> {
    let membership = summary.membership.clone();
    let (conversation, participant) = (&membership.conversation, &membership.participant);
    let viewer = &participant.user.id;
    // From before the (re)joining, or from a future that never was: start anew.
    let reset = since < participant.joined_revision || since > conversation.revision;
    let since = if since > conversation.revision { Revision::ZERO } else { since };

    let fetch = u16::try_from(budget.items.saturating_add(1)).unwrap_or(u16::MAX);
    let floor = participant.floor();
    let messages =
        ports.messages.changed_since(conversation.id, since, floor, fetch, viewer).await?;
    // All founders have the first revision, which pieces could not divide: a client that begins
    // anew has them from the detail.
    let joined = since.max(Revision::ZERO.next());
    let people = ports.conversations.participants_since(conversation.id, joined, fetch).await?;
    let others = ports.others_pointers(&membership).await?;

    let head = conversation.revision;
    let pointers = if usize::try_from(conversation.participant_count).unwrap_or(usize::MAX)
        <= limits::QUIET_GROUP
    {
        ports.conversations.participants(conversation.id).await?
    } else {
        Vec::new()
    };
    let mut view = ChangesView {
        revision: head,
        messages: Vec::new(),
        participants: pointers.iter().map(|it| ParticipantView::seen_by(&membership, it)).collect(),
        conversation: ConversationView::summary(summary, online, ports.clock.now()),
        has_more: false,
        reset,
    };
    budget.bytes = budget.bytes.saturating_sub(size(&view)?);

    let mut last = since;
    for item in merged(messages, people) {
        let revision = item.revision();
        // What came after the membership was read may be nothing that this person may see.
        if revision > head {
            break;
        }
        let written = match item {
            Item::Message(message) => {
                let message = MessageView::of(*message, viewer, others);
                let bytes = size(&message)?;
                (budget.take(bytes)).then(|| view.messages.push(message))
            }
            Item::Participant(person) => {
                let bytes = size(&ParticipantView::from(&*person))?;
                (budget.take(bytes)).then(|| view.put_participant(&person))
            }
        };
        if written.is_none() {
            view.has_more = true;
            view.revision = last;
            break;
        }
        last = revision;
    }
    Ok(view)
}

impl Budget {
    /// Takes an item's place, if there is one.
    fn take(&mut self, bytes: usize) -> bool {
        if self.items == 0 || self.bytes < bytes {
            return false;
        }
        self.items -= 1;
        self.bytes -= bytes;
        true
    }
}

impl ChangesView {
    /// The changed row instead of the pointers alone.
    fn put_participant(&mut self, person: &Participant) {
        self.participants.retain(|known| known.user.id != person.user.id);
        self.participants.push(person.into());
    }
}

fn merged(messages: Vec<Message>, people: Vec<Participant>) -> Vec<Item> {
    let messages = messages.into_iter().map(|message| Item::Message(Box::new(message)));
    let people = people.into_iter().map(|person| Item::Participant(Box::new(person)));
    let mut items: Vec<Item> = messages.chain(people).collect();
    items.sort_by_key(Item::revision);
    items
}

pub(crate) fn size<T: serde::Serialize>(value: &T) -> Result<usize, Error> {
    serde_json::to_vec(value).map(|json| json.len()).map_err(|e| Error::Internal(e.into()))
}
