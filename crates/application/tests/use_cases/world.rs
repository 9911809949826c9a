//! A chat over memory, and people in it.

use std::sync::Arc;

use chinwag_application::{
    Actor, Chat, ChatOptions, MediaPorts, MeetingDue, Ports, RegisteredWebhooks, Worker,
};
use chinwag_domain::{
    AppRole, ConversationId, Event, MessageId, Timestamp,
    ports::{FollowUps, NoFollowUps, Users},
};
use chinwag_testkit::{
    ManualClock, SequentialIds,
    memory::{
        FakeTokens, FakeWebhookSender, MemoryBlobs, MemoryBus, MemoryPresenceBoard, MemoryStore,
        PlainMediaTokens, PlainPasswords, PlainTypes, Unlimited,
    },
    user,
};
use serde::Serialize;
use serde_json::{Value, json};

pub struct World {
    pub chat: Arc<Chat>,
    pub bus: Arc<MemoryBus>,
    pub clock: Arc<ManualClock>,
    pub tokens: Arc<FakeTokens>,
    pub store: MemoryStore,
    pub blobs: MemoryBlobs,
    pub webhook_sender: Arc<FakeWebhookSender>,
}

impl World {
    pub fn new() -> Self {
        Self::with(&ChatOptions { guests: true, ..ChatOptions::default() })
    }

    pub fn with(options: &ChatOptions) -> Self {
        Self::build(options, Arc::new(NoFollowUps))
    }

    /// One whose changes have these jobs.
    pub fn following(follow_ups: Arc<dyn FollowUps>) -> Self {
        Self::build(&ChatOptions::default(), follow_ups)
    }

    fn build(options: &ChatOptions, follow_ups: Arc<dyn FollowUps>) -> Self {
        let bus = Arc::new(MemoryBus::new());
        let clock = Arc::new(ManualClock::at(Timestamp::from_millis(1_763_640_000_000)));
        let store = MemoryStore::with_follow_ups(bus.clone(), follow_ups);
        let webhook_sender = Arc::new(FakeWebhookSender::default());
        let tokens = Arc::new(FakeTokens::new(clock.clone()));
        let blobs = MemoryBlobs::default();
        let ports = Ports {
            messages: Arc::new(store.clone()),
            conversations: Arc::new(store.clone()),
            receipts: Arc::new(store.clone()),
            users: Arc::new(store.clone()),
            accounts: Arc::new(store.clone()),
            units: Arc::new(store.clone()),
            blocks: Arc::new(store.clone()),
            jobs: Arc::new(store.clone()),
            personal: Arc::new(store.clone()),
            audit: Arc::new(store.clone()),
            webhooks: Arc::new(RegisteredWebhooks::new(Arc::new(store.clone()))),
            webhook_sender: webhook_sender.clone(),
            devices: Arc::new(store.clone()),
            push: None,
            bus: bus.clone(),
            presence: Arc::new(MemoryPresenceBoard::default()),
            limiter: Arc::new(Unlimited),
            verifier: tokens.clone(),
            issuer: Some(tokens.clone()),
            passwords: Arc::new(PlainPasswords),
            clock: clock.clone(),
            ids: Arc::new(SequentialIds::after(1_000)),
            media: MediaPorts {
                catalogue: Arc::new(store.clone()),
                blobs: Arc::new(blobs.clone()),
                types: Arc::new(PlainTypes),
                tokens: Arc::new(PlainMediaTokens::default()),
            },
        };
        Self { chat: Chat::new(ports, options), bus, clock, tokens, store, blobs, webhook_sender }
    }

    pub async fn person(&self, id: &str) -> Actor {
        let user = self.store.provision(user(id)).await.unwrap();
        Actor { user: user.summary, role: AppRole::Member, session: None, address: None }
    }

    pub async fn group(&self, founder: &Actor, others: &[&Actor]) -> ConversationId {
        let ids: Vec<_> = others.iter().map(|one| one.id()).collect();
        self.create(founder, &json!({"type": "group", "name": "Team", "participant_ids": ids}))
            .await
    }

    pub async fn create(&self, founder: &Actor, body: &Value) -> ConversationId {
        let body = body.to_string();
        let created = self.chat.create_conversation.execute(founder, body.as_bytes()).await;
        created.unwrap().conversation.id
    }

    /// Has the jobs of meetings done that are due; how many.
    pub async fn work(&self) -> usize {
        let ports = &self.chat.ports;
        let worker = Worker::new(ports, vec![Arc::new(MeetingDue::new(ports))]);
        worker.work(100).await.unwrap()
    }

    /// Sends words and answers what the sender gets back.
    pub async fn send(&self, actor: &Actor, id: ConversationId, content: &str) -> Value {
        let body = json!({ "content": content }).to_string();
        wire(&self.chat.send_message.to_conversation(actor, id, body.as_bytes()).await.unwrap())
    }

    pub async fn history(&self, actor: &Actor, id: ConversationId) -> Vec<Value> {
        let query = chinwag_application::request::HistoryQuery::default();
        let page = wire(&self.chat.history.execute(actor, id, query).await.unwrap());
        page["items"].as_array().unwrap().clone()
    }

    /// The durable events since the last call, as revision and name.
    pub fn told(&self) -> Vec<(i64, String)> {
        let durable = |event: Event| match event {
            Event::Durable(event) => {
                let change = format!("{:?}", event.change);
                let name = change.split(['(', ' ']).next().unwrap_or_default().to_owned();
                Some((event.revision.get(), name))
            }
            Event::Signal(_) => None,
        };
        self.bus.drain().into_iter().filter_map(durable).collect()
    }
}

pub fn wire<T: Serialize>(value: &T) -> Value {
    serde_json::to_value(value).unwrap()
}

pub fn message_id(message: &Value) -> MessageId {
    message["id"].as_str().unwrap().parse().unwrap()
}
