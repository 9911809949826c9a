//! A chat over memory, and people in it.

use std::sync::Arc;

use chinwag_application::{Actor, Chat, ChatOptions, MeetingDue, Worker};
use chinwag_domain::{
    AppRole, ConversationId, Event, MessageId, Timestamp,
    ports::{FollowUps, NoFollowUps, Users},
};
use chinwag_testkit::{
    ManualClock, SequentialIds,
    memory::{FakeTokens, FakeWebhookSender, MemoryAdapters, MemoryBlobs, MemoryBus, MemoryStore},
    user,
};
use serde::Serialize;
use serde_json::{Value, json};

pub struct World {
    pub chat: Arc<Chat>,
    pub bus: Arc<MemoryBus>,
    pub clock: ManualClock,
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
        let memory = MemoryAdapters {
            ids: SequentialIds::after(1_000),
            ..MemoryAdapters::with_follow_ups(bus.clone(), follow_ups)
        };
        memory.clock.set(Timestamp::from_millis(1_763_640_000_000));
        let chat = Chat::new(chinwag_testkit::ports!(&memory), options);
        let MemoryAdapters { clock, tokens, store, blobs, webhook_sender, .. } = memory;
        Self { chat, bus, clock, tokens, store, blobs, webhook_sender }
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
        created.unwrap().conversation.id()
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
