//! History: ranges of seq. A deep page costs what the first one costs.

use chinwag_domain::{
    ConversationId, Limit, Membership, Message, Order, PageNumber, Seq, SeqCursor, Window,
};

use crate::{
    Actor, Error,
    request::{HistoryQuery, search_text},
    support::use_case,
    view::{ListView, MessageView, Pages},
};

use_case!(
    /// Reads a conversation's messages, newest first unless asked otherwise.
    History
);

/// A range, its bounds exclusive, and how the answer is cut from it.
struct Plan {
    above: Seq,
    below: Seq,
    order: Order,
    limit: Limit,
    search: Option<String>,
}

/// What was found, and whether more follows in the same direction.
struct Found {
    messages: Vec<Message>,
    more: bool,
    pages: Option<Pages>,
}

impl History {
    /// # Errors
    /// [`Error::NotFound`] for who is not in it; [`Error::Invalid`] for bounds
    /// that exclude each other.
    pub async fn execute(
        &self,
        actor: &Actor,
        id: ConversationId,
        query: HistoryQuery,
    ) -> Result<ListView<MessageView>, Error> {
        let membership = self.ports.membership(actor, id).await?;
        let plan = Plan::new(&membership, &query)?;

        let found = match (query.around, query.page) {
            (Some(around), _) => self.around(actor, id, &plan, around).await?,
            (None, Some(page)) => self.page(actor, id, &plan, page).await?,
            (None, None) => self.range(actor, id, &plan, plan.above, plan.below, 0).await?,
        };

        let others = self.ports.others_pointers(&membership).await?;
        let next = found.messages.last().filter(|_| found.more);
        Ok(ListView {
            next_cursor: next
                .map(|last| SeqCursor { seq: last.seq, order: plan.order }.to_string()),
            items: found
                .messages
                .into_iter()
                .map(|message| MessageView::of(message, actor.id(), others))
                .collect(),
            pages: found.pages,
        })
    }

    /// One more than asked for tells whether more follows.
    async fn range(
        &self,
        actor: &Actor,
        id: ConversationId,
        plan: &Plan,
        above: Seq,
        below: Seq,
        skip: u64,
    ) -> Result<Found, Error> {
        let limit = plan.limit.get();
        let window =
            Window { above, below: Some(below), order: plan.order, limit: limit + 1, skip };
        let search = plan.search.as_deref();
        let mut messages = self.ports.messages.range(id, window, search, actor.id()).await?;
        let more = messages.len() > usize::from(limit);
        messages.truncate(usize::from(limit));
        Ok(Found { messages, more, pages: None })
    }

    async fn page(
        &self,
        actor: &Actor,
        id: ConversationId,
        plan: &Plan,
        page: PageNumber,
    ) -> Result<Found, Error> {
        let skip = page.skip(plan.limit);
        let (mut found, total) = if let Some(search) = &plan.search {
            let found = self.range(actor, id, plan, plan.above, plan.below, skip).await?;
            (found, self.ports.messages.count_matches(id, plan.above, search).await?)
        } else {
            // Without gaps, a page is a range: nothing needs to be counted or skipped.
            let total = (plan.below.get() - plan.above.get() - 1).max(0);
            let skip = i64::try_from(skip).unwrap_or(i64::MAX);
            let (above, below) = match plan.order {
                Order::Descending => (plan.above, Seq::new(plan.below.get().saturating_sub(skip))),
                Order::Ascending => (Seq::new(plan.above.get().saturating_add(skip)), plan.below),
            };
            let found = self.range(actor, id, plan, above, below, 0).await?;
            (found, u64::try_from(total).unwrap_or(0))
        };
        found.pages = Some(Pages::new(page.get(), total, plan.limit.get()));
        Ok(found)
    }

    /// Half up to and including the message, half after it; where one side is
    /// short, the other is longer.
    async fn around(
        &self,
        actor: &Actor,
        id: ConversationId,
        plan: &Plan,
        around: Seq,
    ) -> Result<Found, Error> {
        let limit = plan.limit.get();
        let window = |above, below, order| Window {
            above,
            below: Some(below),
            order,
            limit: limit + 1,
            skip: 0,
        };
        let messages = &self.ports.messages;
        let below = window(plan.above, around.next().min(plan.below), Order::Descending);
        let mut older = messages.range(id, below, None, actor.id()).await?;
        let above = window(around.max(plan.above), plan.below, Order::Ascending);
        let mut newer = messages.range(id, above, None, actor.id()).await?;

        let limit = usize::from(limit);
        let wanted_newer = (limit / 2).max(limit.saturating_sub(older.len())).min(newer.len());
        let wanted_older = (limit - wanted_newer).min(older.len());
        let (more_older, more_newer) = (older.len() > wanted_older, newer.len() > wanted_newer);
        older.truncate(wanted_older);
        newer.truncate(wanted_newer);
        older.reverse();
        older.append(&mut newer);
        let more = match plan.order {
            Order::Ascending => more_newer,
            Order::Descending => {
                older.reverse();
                more_older
            }
        };
        Ok(Found { messages: older, more, pages: None })
    }
}

impl Plan {
    fn new(membership: &Membership, query: &HistoryQuery) -> Result<Self, Error> {
        let cursor = query.cursor.as_deref().map(str::parse::<SeqCursor>).transpose();
        let cursor = cursor.map_err(|invalid| Error::field("cursor", invalid.to_string()))?;
        let bounded = cursor.is_some() || query.before.is_some() || query.after.is_some();
        if query.page.is_some() && (bounded || query.around.is_some()) {
            return Err(Error::field("page", "cannot be combined with other positions"));
        }
        if query.around.is_some() && (bounded || query.search.is_some()) {
            return Err(Error::field("around", "cannot be combined with other positions"));
        }
        let order = cursor.map(|cursor| cursor.order).or(query.order).unwrap_or(Order::Descending);
        if query.order.is_some_and(|asked| asked != order) {
            return Err(Error::field("cursor", "belongs to a list in the other order"));
        }
        let mut plan = Self {
            above: membership.participant.floor().previous().max(query.after.unwrap_or_default()),
            below: membership.conversation.last_seq.next(),
            order,
            limit: query.limit.unwrap_or(Limit::HISTORY),
            search: search_text(query.search.clone())?,
        };
        plan.below = query.before.map_or(plan.below, |before| before.min(plan.below));
        match cursor {
            Some(SeqCursor { seq, order: Order::Ascending }) => plan.above = plan.above.max(seq),
            Some(SeqCursor { seq, order: Order::Descending }) => plan.below = plan.below.min(seq),
            None => {}
        }
        Ok(plan)
    }
}
