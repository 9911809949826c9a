//! Notifications: what follows from a message, how many queries that takes, and what becomes of a failure.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use chinwag_application::{
    Actor, Ports, PushDevice, PushFollowUps, PushMessage, Worker, WorkerOptions,
};
use chinwag_domain::{
    ConversationId, Device, DeviceAddress, DeviceId, Job, JobState, Notification, PushFault,
    PushOutcome, PushProvider, UserId,
    ports::{Capacity, DevicePut, Devices, Jobs, PushGateway, StorageError},
};
use chinwag_testkit::{SequentialIds, memory::MemoryStore};
use parking_lot::Mutex;
use serde_json::json;

use crate::world::World;

const GRACE_MS: i64 = 5_000;

/// Answers as it is told, and remembers what it was given.
struct FakeGateway {
    outcome: Mutex<PushOutcome>,
    sent: Mutex<Vec<(UserId, Notification)>>,
}

#[async_trait]
impl PushGateway for FakeGateway {
    async fn send(&self, device: &Device, notification: &Notification) -> PushOutcome {
        self.sent.lock().push((device.user_id.clone(), notification.clone()));
        self.outcome.lock().clone()
    }
}

/// Counts how often it is asked.
struct Counted {
    store: MemoryStore,
    asked: AtomicUsize,
}

#[async_trait]
impl Devices for Counted {
    async fn put(&self, device: &Device, most: u16) -> Result<DevicePut, StorageError> {
        self.store.put(device, most).await
    }

    async fn delete(&self, user: &UserId, id: &DeviceId) -> Result<bool, StorageError> {
        self.store.delete(user, id).await
    }

    async fn forget(
        &self,
        provider: PushProvider,
        address: &DeviceAddress,
    ) -> Result<bool, StorageError> {
        self.store.forget(provider, address).await
    }

    async fn find(&self, user: &UserId, id: &DeviceId) -> Result<Option<Device>, StorageError> {
        Devices::find(&self.store, user, id).await
    }

    async fn of(&self, user: &UserId) -> Result<Vec<Device>, StorageError> {
        Devices::of(&self.store, user).await
    }

    async fn of_many(&self, users: &[UserId]) -> Result<Vec<Device>, StorageError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        self.store.of_many(users).await
    }
}

/// A world in which people are notified.
struct Pushing {
    world: World,
    ports: Arc<Ports>,
    gateway: Arc<FakeGateway>,
    devices: Arc<Counted>,
}

impl Pushing {
    fn new() -> Self {
        let ids = Arc::new(SequentialIds::after(500_000));
        let world = World::following(Arc::new(PushFollowUps::new(ids, GRACE_MS)));
        let gateway = Arc::new(FakeGateway {
            outcome: Mutex::new(PushOutcome::Delivered { status: 200 }),
            sent: Mutex::default(),
        });
        let devices = Arc::new(Counted { store: world.store.clone(), asked: AtomicUsize::new(0) });
        let ports = Arc::new(Ports {
            push: Some(gateway.clone()),
            devices: devices.clone(),
            ..(*world.chat.ports).clone()
        });
        Self { world, ports, gateway, devices }
    }

    async fn register(&self, person: &Actor) {
        let body = json!({"provider": "fcm", "token": format!("token-{}", person.id())});
        let register = &self.world.chat.register_device;
        register.execute(person, "phone", body.to_string().as_bytes()).await.unwrap();
    }

    /// Does the jobs of that kind that are due; how many there were.
    async fn work(&self, device: bool) -> usize {
        let handler: Arc<dyn chinwag_application::JobHandler> = if device {
            Arc::new(PushDevice::new(&self.ports))
        } else {
            Arc::new(PushMessage::new(&self.ports))
        };
        let options = WorkerOptions { attempts: 3, ..WorkerOptions::default() };
        let worker = Worker::new(&self.ports, vec![handler]).with(options);
        worker.work(1_000).await.unwrap()
    }

    async fn jobs(&self) -> Vec<Job> {
        self.world.store.list(None, None, 1_000).await.unwrap()
    }

    /// A message of ann to bob, whose device has its job.
    async fn one_for_bob(&self) -> (Actor, Actor, ConversationId) {
        let (ann, bob) = (self.world.person("ann").await, self.world.person("bob").await);
        let id = self.world.group(&ann, &[&bob]).await;
        self.register(&bob).await;
        self.world.send(&ann, id, "words").await;
        self.world.clock.advance(GRACE_MS);
        assert_eq!(self.work(false).await, 1);
        (ann, bob, id)
    }

    fn answers(&self, outcome: PushOutcome) {
        *self.gateway.outcome.lock() = outcome;
    }

    fn sent(&self) -> usize {
        self.gateway.sent.lock().len()
    }
}

fn fault(status: u16) -> PushFault {
    PushFault { status: Some(status), code: "CODE".into(), detail: "it went wrong".into() }
}

#[tokio::test]
async fn a_message_has_one_job_that_waits_for_the_grace() {
    let pushing = Pushing::new();
    let (ann, bob) = (pushing.world.person("ann").await, pushing.world.person("bob").await);
    let id = pushing.world.group(&ann, &[&bob]).await;
    pushing.register(&bob).await;
    let message = pushing.world.send(&ann, id, "a secret").await;
    let jobs = pushing.jobs().await;
    assert_eq!(jobs.len(), 1);
    assert_eq!(jobs[0].work.due_at.millis_since(jobs[0].work.created_at), GRACE_MS);
    assert_eq!(jobs[0].work.payload["message"], message["id"]);
    pushing.world.clock.advance(GRACE_MS - 1);
    assert_eq!(pushing.work(false).await, 0);
    pushing.world.clock.advance(1);
    assert_eq!(pushing.work(false).await, 1);
    let jobs = pushing.jobs().await;
    assert_eq!((jobs.len(), jobs[0].work.kind.as_str()), (1, "push.device"));
    assert!(!format!("{jobs:?}").contains("secret"), "what is said stays in the message");
    assert!(!format!("{jobs:?}").contains("token-"), "and the token with the device");
}

#[tokio::test]
async fn a_large_group_is_asked_for_once() {
    let pushing = Pushing::new();
    let ann = pushing.world.person("ann").await;
    let mut others = Vec::new();
    for number in 0..400 {
        let person = pushing.world.person(&format!("p{number}")).await;
        pushing.register(&person).await;
        others.push(person);
    }
    let id = pushing.world.group(&ann, &others.iter().collect::<Vec<_>>()).await;
    pushing.world.send(&ann, id, "words").await;
    pushing.world.clock.advance(GRACE_MS);
    assert_eq!(pushing.work(false).await, 1);
    assert_eq!(pushing.devices.asked.load(Ordering::SeqCst), 1);
    assert_eq!(pushing.jobs().await.len(), 400);
}

#[tokio::test]
async fn a_taken_job_that_was_given_to_another_makes_nothing() {
    let pushing = Pushing::new();
    let (ann, bob) = (pushing.world.person("ann").await, pushing.world.person("bob").await);
    let id = pushing.world.group(&ann, &[&bob]).await;
    pushing.register(&bob).await;
    pushing.world.send(&ann, id, "words").await;
    pushing.world.clock.advance(GRACE_MS);
    let now = pushing.ports.clock.now();
    let take = |now: chinwag_domain::Timestamp| {
        let store = pushing.world.store.clone();
        async move {
            store.take(&Capacity::of(&["push.message"], 1), now, now.plus_millis(10)).await.unwrap()
        }
    };
    let slow = take(now).await;
    let other = take(now.plus_millis(10)).await;
    let handler = PushMessage::new(&pushing.ports);
    chinwag_application::JobHandler::run(&handler, &slow[0]).await.unwrap();
    assert_eq!(pushing.jobs().await.len(), 1, "still the other's");
    chinwag_application::JobHandler::run(&handler, &other[0]).await.unwrap();
    let kinds: Vec<_> = pushing.jobs().await.into_iter().map(|job| job.work.kind).collect();
    assert_eq!(kinds, ["push.device"]);
}

#[tokio::test]
async fn a_named_wait_is_kept_and_a_longer_one_of_our_own_too() {
    let pushing = Pushing::new();
    pushing.one_for_bob().await;
    pushing.answers(PushOutcome::Retry { fault: fault(429), after_millis: Some(90_000) });
    assert_eq!(pushing.work(true).await, 1);
    let job = pushing.jobs().await.remove(0);
    assert_eq!(job.work.due_at.millis_since(pushing.ports.clock.now()), 90_000);
    assert_eq!(job.last_error.as_deref(), Some("429 CODE: it went wrong"));
    pushing.world.clock.advance(89_999);
    assert_eq!(pushing.work(true).await, 0);
    pushing.world.clock.advance(1);
    pushing.answers(PushOutcome::Retry { fault: fault(503), after_millis: Some(1) });
    assert_eq!(pushing.work(true).await, 1);
    let job = pushing.jobs().await.remove(0);
    assert_eq!(job.work.due_at.millis_since(pushing.ports.clock.now()), 4_000, "the second pause");
    // Nor for ever, whatever is named; and the third attempt is the last.
    pushing.world.clock.advance(4_000);
    pushing.answers(PushOutcome::Retry { fault: fault(503), after_millis: Some(1) });
    assert_eq!(pushing.work(true).await, 1);
    assert_eq!(pushing.jobs().await.remove(0).state, JobState::Dead);
}

#[tokio::test]
async fn a_wait_of_days_is_cut_to_an_hour() {
    let pushing = Pushing::new();
    pushing.one_for_bob().await;
    pushing.answers(PushOutcome::Retry { fault: fault(503), after_millis: Some(i64::MAX) });
    pushing.work(true).await;
    let job = pushing.jobs().await.remove(0);
    assert_eq!(job.work.due_at.millis_since(pushing.ports.clock.now()), 3_600_000);
}

#[tokio::test]
async fn what_is_refused_is_given_up_and_shown() {
    let pushing = Pushing::new();
    pushing.one_for_bob().await;
    pushing.answers(PushOutcome::Refused(fault(400)));
    pushing.work(true).await;
    let job = pushing.jobs().await.remove(0);
    assert_eq!((job.state, job.attempts), (JobState::Dead, 1));
    assert_eq!(job.last_error.as_deref(), Some("400 CODE: it went wrong"));
}

#[tokio::test]
async fn a_device_that_was_given_up_meanwhile_is_left_alone() {
    let pushing = Pushing::new();
    let (_, bob, _) = pushing.one_for_bob().await;
    let phone = "phone".parse().unwrap();
    pushing.world.chat.remove_device.execute(&bob, &phone).await.unwrap();
    assert_eq!(pushing.work(true).await, 1);
    assert_eq!((pushing.sent(), pushing.jobs().await.len()), (0, 0));
}

#[tokio::test]
async fn who_came_back_before_an_attempt_is_left_alone() {
    let pushing = Pushing::new();
    let (_, bob, _) = pushing.one_for_bob().await;
    let connection = chinwag_domain::ConnectionId::from_u128(1);
    pushing.ports.presence.arrive(bob.id(), connection).await;
    assert_eq!(pushing.work(true).await, 1);
    assert_eq!((pushing.sent(), pushing.jobs().await.len()), (0, 0));
}

#[tokio::test]
async fn after_a_day_it_is_no_news() {
    let pushing = Pushing::new();
    let (ann, _, id) = pushing.one_for_bob().await;
    pushing.world.send(&ann, id, "more").await;
    pushing.world.clock.advance(24 * 3_600_000 + 1);
    assert_eq!(pushing.work(true).await, 1);
    assert_eq!(pushing.work(false).await, 1);
    assert_eq!((pushing.sent(), pushing.jobs().await.len()), (0, 0));
}

#[tokio::test]
async fn after_a_failure_an_older_message_gives_way_to_a_newer_one() {
    let pushing = Pushing::new();
    let (ann, _, id) = pushing.one_for_bob().await;
    pushing.answers(PushOutcome::Retry { fault: fault(503), after_millis: None });
    pushing.work(true).await;
    pushing.world.send(&ann, id, "newer").await;
    pushing.answers(PushOutcome::Delivered { status: 200 });
    pushing.world.clock.advance(1_000);
    assert_eq!(pushing.work(true).await, 1);
    assert_eq!(pushing.sent(), 1, "only the attempt that failed");
    pushing.world.clock.advance(GRACE_MS);
    pushing.work(false).await;
    pushing.work(true).await;
    let last = pushing.gateway.sent.lock().last().cloned().unwrap().1;
    assert_eq!((last.body.as_str(), last.badge), ("newer", Some(2)));
}
