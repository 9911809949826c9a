//! Webhooks and jobs: what follows from changes, what a delivery does, and for whom they are.

use std::sync::{Arc, OnceLock};

use chinwag_application::{
    Actor, DeliverWebhook, Error, RegisteredWebhooks, WebhookFollowUps, Worker, WorkerOptions,
};
use chinwag_domain::{
    AppRole, Durable, Job, JobState, NewJob,
    ports::{FollowUps, Jobs, WebhookError, Webhooks},
};
use chinwag_testkit::SequentialIds;
use serde_json::{Value, json};

use crate::world::{World, wire};

/// Follow-ups that are known only after their store.
#[derive(Default)]
pub struct Late(OnceLock<WebhookFollowUps>);

impl FollowUps for Late {
    fn of(&self, event: &Durable) -> Vec<NewJob> {
        self.0.get().map(|follow_ups| follow_ups.of(event)).unwrap_or_default()
    }
}

/// A world whose changes have their webhooks.
fn world() -> World {
    let late = Arc::new(Late::default());
    let world = World::following(late.clone());
    let registered: Arc<RegisteredWebhooks> = world.chat.ports.webhooks.clone();
    let ids = Arc::new(SequentialIds::after(500_000));
    assert!(late.0.set(WebhookFollowUps::new(registered, ids)).is_ok());
    world
}

async fn root(world: &World) -> Actor {
    Actor { role: AppRole::Admin, ..world.person("root").await }
}

async fn register(world: &World, root: &Actor, body: Value) -> Value {
    wire(&world.chat.create_webhook.execute(root, body.to_string().as_bytes()).await.unwrap())
}

fn worker(world: &World) -> Worker {
    let handler = Arc::new(DeliverWebhook::new(&world.chat.ports));
    let options = WorkerOptions { attempts: 3, ..WorkerOptions::default() };
    Worker::new(&world.chat.ports, vec![handler]).with(options)
}

async fn stored(world: &World) -> Vec<Job> {
    world.store.list(None, None, 1_000).await.unwrap()
}

#[tokio::test]
async fn without_webhooks_nothing_follows() {
    let world = world();
    let ann = world.person("ann").await;
    let id = world.group(&ann, &[]).await;
    world.send(&ann, id, "words").await;
    assert_eq!(stored(&world).await, []);
}

#[tokio::test]
async fn each_webhook_that_wants_a_change_has_a_job_in_its_lane() {
    let world = world();
    let (ann, root) = (world.person("ann").await, root(&world).await);
    let url = "https://app.example/hook";
    let all = register(&world, &root, json!({"url": url})).await;
    let some = json!({"url": url, "events": ["message.created"]});
    let some = register(&world, &root, some).await;
    let id = world.group(&ann, &[]).await;
    let sent = world.send(&ann, id, "words").await;

    let jobs = stored(&world).await;
    let lanes: Vec<_> = jobs.iter().filter_map(|job| job.work.lane.clone()).collect();
    let lane = |webhook: &Value| format!("webhook:{}:{id}", webhook["id"].as_str().unwrap());
    assert_eq!(
        lanes.iter().map(|it| (it.name.clone(), it.position)).collect::<Vec<_>>(),
        [(lane(&all), 1), (lane(&all), 2), (lane(&some), 2)]
    );
    let body = &jobs[1].work.payload["body"];
    assert_eq!(body["id"], json!(jobs[1].id()));
    assert_eq!((&body["type"], &body["revision"]), (&json!("message.created"), &json!(2)));
    assert_eq!(body["data"]["content"], sent["content"]);
    assert!(body["data"].get("status").is_none(), "nothing that depends on who looks");
}

#[tokio::test]
async fn a_delivery_ends_with_a_2xx_and_is_tried_again_without() {
    let world = world();
    let (ann, root) = (world.person("ann").await, root(&world).await);
    let made = register(&world, &root, json!({"url": "https://app.example/hook"})).await;
    world.group(&ann, &[]).await;
    let worker = worker(&world);
    world.webhook_sender.answer(Ok(302));
    assert_eq!(worker.work(10).await.unwrap(), 1);
    let waiting = &stored(&world).await[0];
    assert_eq!((waiting.state, waiting.attempts), (JobState::Waiting, 1));
    assert_eq!(waiting.last_error.as_deref(), Some("the receiver answered 302"));
    assert_eq!(worker.work(10).await.unwrap(), 0, "not before its pause is over");
    world.clock.advance(1_000);
    world.webhook_sender.answer(Err(WebhookError::NoAnswer("nobody there".to_owned())));
    assert_eq!(worker.work(10).await.unwrap(), 1);
    assert_eq!(stored(&world).await[0].last_error.as_deref(), Some("nobody there"));
    world.clock.advance(4_000);
    world.webhook_sender.answer(Ok(299));
    assert_eq!(worker.work(10).await.unwrap(), 1);
    assert_eq!(stored(&world).await, []);

    let sent = world.webhook_sender.drain();
    assert_eq!(sent.len(), 3);
    assert!(sent.iter().all(|it| it == &sent[0]), "every attempt is the same");
    assert_eq!(sent[0].secret.expose(), made["secret"].as_str().unwrap());
    assert_eq!(
        (sent[0].event.as_str(), sent[0].url.as_str()),
        ("conversation.created", "https://app.example/hook")
    );
}

#[tokio::test]
async fn after_so_many_attempts_or_when_gone_it_is_dead() {
    let world = world();
    let (ann, root) = (world.person("ann").await, root(&world).await);
    register(&world, &root, json!({"url": "https://app.example/hook"})).await;
    world.group(&ann, &[]).await;
    let worker = worker(&world);
    for _ in 0..3 {
        world.webhook_sender.answer(Ok(500));
        worker.work(10).await.unwrap();
        world.clock.advance(60_000);
    }
    let dead = stored(&world).await;
    assert_eq!((dead[0].state, dead[0].attempts), (JobState::Dead, 3));
    world.group(&ann, &[]).await;
    world.webhook_sender.answer(Ok(410));
    worker.work(10).await.unwrap();
    let gone = &stored(&world).await[1];
    assert_eq!((gone.state, gone.attempts), (JobState::Dead, 1));

    // Tried again by an operator, from the beginning.
    world.chat.retry_job.execute(&root, dead[0].id(), b"").await.unwrap();
    assert_eq!(worker.work(10).await.unwrap(), 1);
    assert_eq!(stored(&world).await.len(), 1);
    world.chat.discard_job.execute(&root, gone.id()).await.unwrap();
    assert_eq!(stored(&world).await, []);
    let missing = world.chat.discard_job.execute(&root, gone.id()).await;
    assert!(matches!(missing, Err(Error::NotFound)));
}

#[tokio::test]
async fn what_a_deleted_webhook_was_not_told_is_dropped() {
    let world = world();
    let (ann, root) = (world.person("ann").await, root(&world).await);
    let made = register(&world, &root, json!({"url": "https://app.example/hook"})).await;
    world.group(&ann, &[]).await;
    let id = made["id"].as_str().unwrap().parse().unwrap();
    world.chat.delete_webhook.execute(&root, id).await.unwrap();
    assert_eq!(worker(&world).work(10).await.unwrap(), 1);
    assert_eq!((stored(&world).await, world.webhook_sender.drain()), (vec![], vec![]));
    world.group(&ann, &[]).await;
    assert_eq!(stored(&world).await, [], "nothing follows any more");
}

#[tokio::test]
async fn a_ping_is_sent_once_and_tells_what_came_back() {
    let world = world();
    let root = root(&world).await;
    let made = register(&world, &root, json!({"url": "https://app.example/hook"})).await;
    let id = made["id"].as_str().unwrap().parse().unwrap();
    for (answer, told) in [
        (Ok(204), json!({"delivered": true, "status": 204, "error": null, "duration_ms": 0})),
        (Ok(302), json!({"delivered": false, "status": 302, "error": null, "duration_ms": 0})),
        (
            Err(WebhookError::Refused("inside")),
            json!({"delivered": false, "status": null, "error": "refused: inside", "duration_ms": 0}),
        ),
    ] {
        world.webhook_sender.answer(answer);
        assert_eq!(wire(&world.chat.ping_webhook.execute(&root, id, b"").await.unwrap()), told);
    }
    let sent = world.webhook_sender.drain();
    let body: Value = serde_json::from_slice(&sent[0].body).unwrap();
    assert_eq!((&body["type"], sent[0].event.as_str()), (&json!("ping"), "ping"));
    assert_eq!((body["id"].as_str().unwrap(), sent.len()), (sent[0].id.as_str(), 3));
    assert_eq!(stored(&world).await, []);
}

#[tokio::test]
async fn members_are_refused_before_anything_is_read() {
    let world = world();
    let (ann, chat) = (world.person("ann").await, world.chat.clone());
    let (webhook, job) =
        ("0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b");
    let (webhook, job) = (webhook.parse().unwrap(), job.parse().unwrap());
    let errors = [
        chat.create_webhook.execute(&ann, b"not even JSON").await.err(),
        chat.list_webhooks.execute(&ann).await.err(),
        chat.delete_webhook.execute(&ann, webhook).await.err(),
        chat.ping_webhook.execute(&ann, webhook, b"[").await.err(),
        chat.list_jobs.execute(&ann, None, None, Some("no cursor".to_owned())).await.err(),
        chat.retry_job.execute(&ann, job, b"[").await.err(),
        chat.discard_job.execute(&ann, job).await.err(),
    ];
    assert!(errors.iter().all(|error| matches!(error, Some(Error::Forbidden(_)))), "{errors:?}");
    assert_eq!(world.store.all().await.unwrap(), []);
}

#[tokio::test]
async fn one_that_does_not_answer_takes_no_more_than_its_places() {
    let world = world();
    let (ann, root) = (world.person("ann").await, root(&world).await);
    let slow = json!({"url": "https://slow.example/hook"});
    register(&world, &root, slow).await;
    for _ in 0..50 {
        world.group(&ann, &[]).await;
    }
    register(&world, &root, json!({"url": "https://quick.example/hook"})).await;
    world.group(&ann, &[]).await;

    let worker = worker(&world);
    let taken = worker.take(32).await.unwrap();
    let slow = taken[0].job().receiver().map(str::to_owned);
    let (mut of_slow, of_quick): (Vec<_>, Vec<_>) =
        taken.into_iter().partition(|it| it.job().receiver() == slow.as_deref());
    assert_eq!((of_slow.len(), of_quick.len()), (4, 1));
    assert_eq!(worker.take(32).await.unwrap().len(), 0, "the rest waits for a place");
    for done in of_slow.drain(..2) {
        worker.run(done).await;
    }
    let next = worker.take(32).await.unwrap();
    assert_eq!(next.len(), 2);
    // Who waits for a place has not been tried.
    let tried = stored(&world).await.iter().filter(|job| job.attempts > 0).count();
    assert_eq!((tried, stored(&world).await.len()), (2 + 2 + 1, 50));
}
