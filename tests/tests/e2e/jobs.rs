//! e9: work that outlives the process, and what operators see of it.

use crate::webhooks::{LOCAL, register, root};
use chinwag_client::Method;
use chinwag_tests::{
    Delivery, IsJson, Person, Receiver, Reply, Settings, World, expect_problem, expect_status,
    on_both_databases, soon,
};
use serde_json::{Value, json};
use std::{collections::HashSet, time::Duration};
use uuid::Uuid;

/// Given up soon.
const IMPATIENT: &Settings =
    &[("webhooks.allow_private", "true"), ("jobs.first_pause_ms", "10"), ("jobs.attempts", "2")];

on_both_databases!(with IMPATIENT;
    e9_a_dead_job_is_seen_retried_and_done,
    e9_a_dead_job_is_discarded,
    e9_what_is_gone_is_given_up_at_once,
    e9_dead_jobs_come_in_pieces,
    e9_jobs_are_for_application_admins,
);
on_both_databases!(with LOCAL; e9_jobs_survive_a_kill, e9_one_server_does_what_another_left);

/// The jobs in that state.
async fn jobs(root: &Person, state: &str) -> Vec<Value> {
    let listed = expect_status(root.get(&format!("/jobs?state={state}")).await, 200);
    listed["items"].as_array().unwrap().clone()
}

/// Waits for so many dead ones.
async fn dead(root: &Person, count: usize) -> Vec<Value> {
    soon("they are given up", || async {
        let dead = jobs(root, "dead").await;
        (dead.len() == count).then_some(dead)
    })
    .await
}

/// The delivery of alice's new group, answered with that status until it was given up: the receiver,
/// alice, an admin, and the dead jobs.
async fn one_given_up(world: &World, status: u16) -> (Receiver, Person, Person, Vec<Value>) {
    let receiver = Receiver::start().await;
    receiver.answers(move |_| Reply::Status(status));
    let alice = world.person("alice").await;
    let root = root(world).await;
    register(&root, json!({"url": receiver.url()})).await;
    alice.group_with("Team", &[]).await;
    let dead = dead(&root, 1).await;
    (receiver, alice, root, dead)
}

async fn e9_a_dead_job_is_seen_retried_and_done(world: World) {
    let receiver = Receiver::start().await;
    receiver.answers(|it| {
        Reply::Status(if it.body["data"]["content"] == "ill-fated" { 500 } else { 200 })
    });
    let alice = world.person("alice").await;
    let root = root(&world).await;
    let group = alice.group_with("Team", &[]).await;
    let (webhook, _) = register(&root, json!({"url": receiver.url()})).await;
    let said = alice.say(group.id, "ill-fated").await;
    alice.say(group.id, "lucky").await;

    let dead = dead(&root, 1).await;
    assert!(
        dead[0].has_only_keys(&[
            "id",
            "kind",
            "state",
            "attempts",
            "due_at",
            "created_at",
            "last_error",
            "lane",
            "position",
        ]),
        "what was said is not shown: {}",
        dead[0]
    );
    assert_eq!((&dead[0]["kind"], &dead[0]["attempts"]), (&json!("webhook.deliver"), &json!(2)));
    assert_eq!((&dead[0]["state"], &dead[0]["position"]), (&json!("dead"), &json!(said.revision)));
    assert_eq!(dead[0]["last_error"], "the receiver answered 500");
    assert_eq!(dead[0]["lane"], json!(format!("webhook:{webhook}:{}", group.id)));
    // It holds up nobody.
    receiver
        .until("the next one", |it| it.iter().any(|it| it.body["data"]["content"] == "lucky"))
        .await;

    receiver.answers(|_| Reply::Status(200));
    let path = format!("/jobs/{}/retry", dead[0]["id"].as_str().unwrap());
    expect_status(root.post(&path, json!({})).await, 204);
    let heard = receiver.until("a third attempt", |it| it.len() >= 4).await;
    assert_eq!(heard[3].body["data"]["content"], "ill-fated");
    assert_eq!(json!(heard[3].header("x-chinwag-delivery")), dead[0]["id"]);
    soon("no job is left", || async { (world.database.count("jobs").await == 0).then_some(()) })
        .await;
    expect_problem(&root.post(&path, json!({})).await, 404, "not_found");
}

async fn e9_a_dead_job_is_discarded(world: World) {
    let (receiver, _alice, root, dead) = one_given_up(&world, 500).await;
    let entries = world.database.count("audit_log").await;
    let path = format!("/jobs/{}", dead[0]["id"].as_str().unwrap());
    expect_status(root.delete(&path).await, 204);
    expect_problem(&root.delete(&path).await, 404, "not_found");
    assert_eq!(world.database.count("jobs").await, 0);
    assert_eq!(world.database.count("audit_log").await, entries + 1);
    assert_eq!(receiver.heard().len(), 2);
}

async fn e9_what_is_gone_is_given_up_at_once(world: World) {
    let (receiver, _alice, _root, dead) = one_given_up(&world, 410).await;
    assert_eq!((&dead[0]["attempts"], receiver.heard().len()), (&json!(1), 1));
}

async fn e9_dead_jobs_come_in_pieces(world: World) {
    let receiver = Receiver::start().await;
    receiver.answers(|_| Reply::Status(410));
    let alice = world.person("alice").await;
    let root = root(&world).await;
    register(&root, json!({"url": receiver.url(), "events": ["message.created"]})).await;
    let group = alice.group_with("Team", &[]).await;
    for number in 0..5 {
        alice.say(group.id, &format!("{number}")).await;
    }
    let all = dead(&root, 5).await;
    assert_eq!(jobs(&root, "waiting").await.len() + jobs(&root, "running").await.len(), 0);
    let (mut pieces, mut next) = (Vec::new(), "/jobs?limit=2".to_owned());
    for expected in [2, 2, 1] {
        let piece = expect_status(root.get(&next).await, 200);
        assert_eq!(piece["items"].as_array().unwrap().len(), expected);
        pieces.extend(piece["items"].as_array().unwrap().clone());
        next = format!("/jobs?limit=2&cursor={}", piece["next_cursor"].as_str().unwrap_or("end"));
    }
    assert_eq!((pieces, next.as_str()), (all, "/jobs?limit=2&cursor=end"));
}

async fn e9_jobs_are_for_application_admins(world: World) {
    let (_receiver, alice, root, dead) = one_given_up(&world, 410).await;
    let id = dead[0]["id"].as_str().unwrap();
    for (method, path) in [
        (Method::GET, "/jobs".to_owned()),
        (Method::GET, "/jobs?state=dead".to_owned()),
        // Before what is asked is looked at.
        (Method::GET, "/jobs?limit=0".to_owned()),
        (Method::POST, format!("/jobs/{id}/retry")),
        (Method::DELETE, format!("/jobs/{id}")),
    ] {
        expect_problem(&alice.request(method.clone(), &path, None).await, 403, "forbidden");
        let answer = world.nobody().request(method, &path, None).await.unwrap();
        expect_problem(&answer, 401, "token_missing");
    }
    for path in ["/jobs?state=done", "/jobs?limit=0", "/jobs?cursor=x", "/jobs?kind=x"] {
        expect_problem(&root.get(path).await, 422, "validation_failed");
    }
    let retry = format!("/jobs/{id}/retry");
    expect_problem(&root.post(&retry, json!({"at": 1})).await, 422, "validation_failed");
    let absent = format!("/jobs/{}/retry", Uuid::nil());
    expect_problem(&root.post(&absent, json!({})).await, 404, "not_found");
    assert_eq!(jobs(&root, "dead").await, dead);
}

async fn e9_jobs_survive_a_kill(world: World) {
    let receiver = Receiver::start().await;
    receiver.answers(|_| Reply::Status(503));
    let alice = world.person("alice").await;
    let root = root(&world).await;
    let group = alice.group_with("Team", &[]).await;
    register(&root, json!({"url": receiver.url()})).await;
    let mut said = Vec::new();
    for number in 0..5 {
        said.push(alice.say(group.id, &format!("{number}")).await.revision);
    }
    receiver.until("an attempt", |it| !it.is_empty()).await;
    world.server.kill();
    assert_eq!(world.database.count("jobs").await, 5);
    receiver.answers(|_| Reply::Status(200));
    world.server.restart().await;
    let accepted = |it: &[Delivery]| it.iter().filter(|it| it.is_accepted()).count();
    let patience = Duration::from_mins(1);
    let heard = receiver.within(patience, "all of them", |it| accepted(it) >= 5).await;
    let revisions: Vec<_> =
        heard.iter().filter(|it| it.is_accepted()).map(Delivery::revision).collect();
    assert_eq!(revisions, said);
    soon("no job is left", || async { (world.database.count("jobs").await == 0).then_some(()) })
        .await;
}

/// On `PostgreSQL` two servers share the jobs, each done once; where there is one server, it comes
/// back.
async fn e9_one_server_does_what_another_left(world: World) {
    const COUNT: usize = 40;
    let receiver = Receiver::start().await;
    let alice = world.person("alice").await;
    register(&root(&world).await, json!({"url": receiver.url()})).await;
    let other = world.second_server().await;
    for number in 0..COUNT {
        alice.group_with(&format!("{number}"), &[]).await;
    }
    let heard = receiver.until("all of them", |it| it.len() >= COUNT).await;
    let ids = |heard: &[Delivery]| -> HashSet<String> {
        heard.iter().map(|it| it.header("x-chinwag-delivery").to_owned()).collect()
    };
    assert_eq!((heard.len(), ids(&heard).len()), (COUNT, COUNT), "each is done by one");

    receiver.answers(|_| Reply::Silence);
    for number in 0..COUNT {
        alice.group_with(&format!("more {number}"), &[]).await;
    }
    receiver.until("that some are begun", |it| it.len() > COUNT).await;
    world.server.kill();
    receiver.answers(|_| Reply::Status(200));
    if other.is_none() {
        world.server.restart().await;
    }
    let patience = Duration::from_secs(90);
    let accepted = |heard: &[Delivery]| -> HashSet<String> {
        let accepted = heard.iter().filter(|it| it.is_accepted());
        accepted.map(|it| it.header("x-chinwag-delivery").to_owned()).collect()
    };
    receiver.within(patience, "the rest", |it| accepted(it).len() >= 2 * COUNT).await;
}
