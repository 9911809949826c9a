//! Rules of the hub, over the in-memory adapters. Time is paused: it moves on
//! when nothing else can.

mod bus;
mod delivering;
mod doubt;
mod ear;
mod entering;
mod interleavings;
mod leaving;
mod membership;
mod order;
mod presence;
mod reads;
mod repairing;
mod socket;

use std::{sync::Arc, time::Duration};

use chinwag_application::{Actor, Chat, ChatOptions, view::MembershipView};
use chinwag_domain::{
    AppRole, ConversationId, Event, Session, SessionId, Timestamp,
    ports::{Accounts, Clock, IdGenerator, Users},
};
use chinwag_testkit::{
    ManualClock, SequentialIds,
    memory::{MemoryAdapters, MemoryStore},
    user,
};
use serde_json::{Value, json};

use self::{bus::HandBus, reads::Reads, socket::Socket};
use super::{Hub, HubOptions, Refused};
use crate::outbox::Outbox;

/// A chat over memory with one hub.
struct World {
    chat: Arc<Chat>,
    hub: Arc<Hub>,
    bus: Arc<HandBus>,
    reads: Arc<Reads>,
    store: MemoryStore,
    clock: ManualClock,
    ids: SequentialIds,
}

impl World {
    fn new() -> Self {
        Self::with(HubOptions::default())
    }

    fn with(options: HubOptions) -> Self {
        let bus = Arc::new(HandBus::default());
        let memory = MemoryAdapters::new(bus.clone());
        memory.clock.set(Timestamp::from_millis(1_763_640_000_000));
        let reads = Arc::new(Reads::new(memory.store.clone()));
        let mut ports = chinwag_testkit::ports!(&memory);
        ports.conversations = reads.clone();
        let MemoryAdapters { store, clock, ids, .. } = memory;
        let chat = Chat::new(ports, &ChatOptions::default());
        let hub = Hub::start(Arc::clone(&chat), options);
        Self { chat, hub, bus, reads, store, clock, ids }
    }

    async fn people<const N: usize>(&self, ids: [&str; N]) -> [Actor; N] {
        let mut actors = Vec::new();
        for id in ids {
            let user = self.store.provision(user(id)).await.unwrap();
            actors.push(Actor {
                user: user.summary,
                role: AppRole::Member,
                session: None,
                address: None,
            });
        }
        actors.try_into().unwrap()
    }

    /// The same person, by a sign-in of its own.
    async fn signed_in(&self, actor: &Actor) -> Actor {
        let id = self.ids.session();
        let now = self.clock.now();
        let session = Session {
            id,
            user_id: actor.id().clone(),
            refresh_hash: id.to_string().into_bytes(),
            user_agent: None,
            created_at: now,
            refreshed_at: now,
            expires_at: now.plus_millis(1_000_000),
            revoked_at: None,
        };
        let entry = chinwag_testkit::sign_in_entry(&session);
        self.store.open_session(session, &entry).await.unwrap();
        Actor { session: Some(id), ..actor.clone() }
    }

    async fn revoke(&self, actor: &Actor, session: SessionId) {
        self.chat.accounts.revoke(actor, session).await.unwrap();
    }

    async fn group(&self, founder: &Actor, others: &[&Actor]) -> ConversationId {
        self.group_with(founder, others, json!({})).await
    }

    async fn group_with(
        &self,
        founder: &Actor,
        others: &[&Actor],
        settings: Value,
    ) -> ConversationId {
        let ids: Vec<_> = others.iter().map(|one| one.id()).collect();
        let mut body = json!({"type": "group", "name": "Team", "participant_ids": ids});
        body.as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
        let body = body.to_string();
        let created = self.chat.create_conversation.execute(founder, body.as_bytes()).await;
        created.unwrap().conversation.id()
    }

    async fn send(&self, actor: &Actor, id: ConversationId, content: &str) -> Value {
        let body = json!({ "content": content }).to_string();
        let sent = self.chat.send_message.to_conversation(actor, id, body.as_bytes()).await;
        serde_json::to_value(sent.unwrap()).unwrap()
    }

    async fn add(&self, by: &Actor, id: ConversationId, who: &Actor) {
        let body = json!({ "user_ids": [who.id()] }).to_string();
        self.chat.add_participants.execute(by, id, body.as_bytes()).await.unwrap();
    }

    async fn remove(&self, by: &Actor, id: ConversationId, who: &Actor) {
        self.chat.remove_participant.execute(by, id, who.id()).await.unwrap();
    }

    async fn read(&self, actor: &Actor, id: ConversationId) -> MembershipView {
        self.chat.mark_read.execute(actor, id, b"{}").await.unwrap()
    }

    async fn settings(&self, actor: &Actor, id: ConversationId, patch: Value) {
        let patch = patch.to_string();
        self.chat.update_membership.execute(actor, id, patch.as_bytes()).await.unwrap();
    }

    /// Comes in and is told so.
    async fn enter(&self, actor: &Actor) -> Socket {
        self.try_enter(actor).await.unwrap()
    }

    async fn try_enter(&self, actor: &Actor) -> Result<Socket, Refused> {
        let socket = self.entering(actor);
        rest().await;
        socket.await.unwrap()
    }

    /// Begins to come in.
    fn entering(&self, actor: &Actor) -> tokio::task::JoinHandle<Result<Socket, Refused>> {
        let (hub, actor, id) = (Arc::clone(&self.hub), actor.clone(), self.ids.connection());
        tokio::spawn(async move {
            let outbox = Arc::new(Outbox::new(1 << 20));
            let seat = hub.enter(actor, id, Arc::clone(&outbox)).await?;
            Ok(Socket::ready(seat, outbox))
        })
    }

    async fn leave(&self, socket: &Socket) {
        self.hub.leave(&socket.seat).await;
        rest().await;
    }

    /// What was published while the bus was held, to be delivered by hand.
    fn deliver<'a>(&self, events: impl IntoIterator<Item = &'a Arc<Event>>) {
        for event in events {
            chinwag_domain::ports::EventSink::deliver(&*self.hub, event);
        }
    }

    /// Nothing is left of anybody.
    fn assert_empty(&self) {
        let left = (self.hub.people.len(), self.hub.feeds.len(), self.hub.watchers.len());
        assert_eq!(left, (0, 0, 0), "people, feeds, watchers");
    }
}

/// Until nothing is left to do but to wait for time.
async fn rest() {
    pass(1).await;
}

/// So many milliseconds go by.
async fn pass(millis: u64) {
    tokio::time::sleep(Duration::from_millis(millis)).await;
}
