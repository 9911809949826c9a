//! Short ways to look at what is stored, and to mark it.

use chinwag_domain::{
    AuditEntry, AuditFilter, AuditTarget, Change, ConversationFilter, ConversationId, Durable,
    Event, Limit, Mark, Membership, Message, NewAuditEntry, Order, Position, ReceiptKind, Seq,
    Timestamp, User, Window,
    ports::{ConversationSummary, IdGenerator},
};

use super::Stage;

impl Stage {
    /// An entry of the audit log about what happens now.
    pub fn entry(
        &self,
        action: &'static str,
        actor: Option<&User>,
        target: AuditTarget,
    ) -> NewAuditEntry {
        NewAuditEntry {
            id: self.ids.audit(),
            at: self.tick(),
            actor_id: actor.map(|actor| actor.summary.id.clone()),
            action,
            target,
            ip: Some("192.0.2.7".parse().unwrap()),
            details: serde_json::json!({"user_ids": ["bob"]}),
        }
    }

    /// The audit log, newest first.
    pub async fn audit(&self) -> Vec<AuditEntry> {
        self.store.audit.list(&AuditFilter::default(), None, 1_000).await.unwrap()
    }

    /// Moves the pointer of what was read; whether it moved.
    pub async fn read(&self, id: ConversationId, who: &User, seq: i64) -> bool {
        self.mark(id, who, ReceiptKind::Read, seq, self.tick()).await
    }

    /// Moves the pointer of what was delivered; whether it moved.
    pub async fn receive(&self, id: ConversationId, who: &User, seq: i64) -> bool {
        self.mark(id, who, ReceiptKind::Delivered, seq, self.tick()).await
    }

    /// Moves a pointer at that time; whether it moved.
    pub async fn mark(
        &self,
        conversation_id: ConversationId,
        who: &User,
        kind: ReceiptKind,
        seq: i64,
        at: Timestamp,
    ) -> bool {
        let user_id = who.summary.id.clone();
        let mark = Mark { conversation_id, user_id, kind, seq: Seq::new(seq), at };
        self.store.receipts.mark(mark).await.unwrap()
    }

    /// Somebody's part in a conversation they are in.
    pub async fn membership(&self, id: ConversationId, who: &User) -> Membership {
        let found = self.store.conversations.membership(id, &who.summary.id).await.unwrap();
        found.expect("not in the conversation")
    }

    /// (read, delivered) of somebody.
    pub async fn pointers(&self, id: ConversationId, who: &User) -> (i64, i64) {
        let row = self.membership(id, who).await.participant;
        (row.read_seq.get(), row.delivered_seq.get())
    }

    /// Somebody's view of a conversation they are in.
    pub async fn summary(&self, id: ConversationId, who: &User) -> ConversationSummary {
        let summaries = self.store.conversations.summaries(&who.summary.id, &[id]).await.unwrap();
        assert_eq!(summaries.len(), 1, "one view of {id}");
        summaries.into_iter().next().unwrap()
    }

    /// What somebody has not read in a conversation.
    pub async fn unread(&self, id: ConversationId, who: &User) -> u64 {
        self.summary(id, who).await.unread
    }

    /// One message as somebody sees it.
    pub async fn look(&self, message: &Message, viewer: &User) -> Message {
        let found = self.store.messages.find(message.id, &viewer.summary.id).await.unwrap();
        found.expect("no such message")
    }

    /// Everything in a conversation, oldest first.
    pub async fn all(&self, id: ConversationId, viewer: &User) -> Vec<Message> {
        let mut all = Vec::new();
        loop {
            let above = all.last().map_or(Seq::ZERO, |message: &Message| message.seq);
            let more = self.range(id, viewer, Window { above, ..everything() }).await;
            let Some(first) = more.first() else { return all };
            assert!(first.seq > above, "goes in circles");
            all.extend(more);
        }
    }

    /// A range as somebody sees it.
    pub async fn range(&self, id: ConversationId, viewer: &User, window: Window) -> Vec<Message> {
        self.store.messages.range(id, window, None, &viewer.summary.id).await.unwrap()
    }

    /// The ids of somebody's list, in order.
    pub async fn list(&self, who: &User, filter: &ConversationFilter) -> Vec<ConversationId> {
        let page = self.store.conversations.list(&who.summary.id, filter).await.unwrap();
        page.items.iter().map(|item| item.membership.conversation.id).collect()
    }
}

/// A window over everything, oldest first, at most 200.
pub fn everything() -> Window {
    Window { above: Seq::ZERO, below: None, order: Order::Ascending, limit: 200, skip: 0 }
}

/// The first hundred conversations that are not hidden.
pub fn shown() -> ConversationFilter {
    ConversationFilter {
        search: None,
        kind: None,
        hidden: false,
        limit: Limit::MAX,
        position: Position::First,
    }
}

/// The seqs of messages.
pub fn seqs(messages: &[Message]) -> Vec<i64> {
    messages.iter().map(|message| message.seq.get()).collect()
}

/// The words of messages.
pub fn words(messages: &[Message]) -> Vec<&str> {
    messages.iter().map(|message| message.body.content.as_deref().unwrap_or_default()).collect()
}

/// The changes among events.
pub fn changes(events: &[Event]) -> Vec<&Durable> {
    let durable = events.iter().map(|event| match event {
        Event::Durable(durable) => durable,
        Event::Signal(signal) => panic!("not a change: {signal:?}"),
    });
    durable.collect()
}

/// The new messages among events.
pub fn told(events: &[Event]) -> Vec<&Message> {
    let told = changes(events).into_iter().filter_map(|durable| match &durable.change {
        Change::MessageCreated(message) => Some(message),
        _ => None,
    });
    told.collect()
}

/// Runs these side by side; their outcomes in the order of the tasks.
pub async fn at_once<T, F>(tasks: impl IntoIterator<Item = F>) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let running: Vec<_> = tasks.into_iter().map(tokio::spawn).collect();
    let mut outcomes = Vec::new();
    for task in running {
        outcomes.push(task.await.unwrap());
    }
    outcomes
}
