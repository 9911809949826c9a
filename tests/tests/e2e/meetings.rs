//! Appointments: proposed, answered, moved, called off, and ended by the clock.

use chinwag_tests::{
    Person, World, expect_event, expect_problem, expect_refusal, expect_status, from_now,
    on_both_databases, soon,
};
use serde_json::{Value, json};
use uuid::Uuid;

on_both_databases!(
    a9_every_step_and_every_refused_step_of_a_meeting,
    a9_after_another_time_was_named_the_other_side_answers,
    a9_the_clock_ends_meetings_also_after_a_crash,
    a9_what_a_meeting_request_must_look_like,
    a9_a_meeting_is_sent_ahead_of_its_time,
    a9_in_a_group_every_invited_person_may_answer,
    a9_of_two_steps_at_once_one_is_taken,
);

const HOUR: i64 = 3_600_000;

async fn propose(by: &Person, conversation: Uuid, at: &str) -> Value {
    let body = json!({"kind": "meeting", "meeting": {"place": "Café", "scheduled_at": at}});
    expect_status(by.post(&format!("/conversations/{conversation}/messages"), body).await, 201)
}

async fn step(by: &Person, message: &Value, body: Value) -> chinwag_client::Response {
    by.patch(&format!("/messages/{}/meeting", message["id"].as_str().unwrap()), body).await
}

async fn seen(by: &Person, message: &Value) -> Value {
    expect_status(by.get(&format!("/messages/{}", message["id"].as_str().unwrap())).await, 200)
}

/// Takes a new meeting of alice's there by steps of hers and bob's.
async fn brought_to(status: &str, alice: &Person, bob: &Person, conversation: Uuid) -> Value {
    let message = propose(alice, conversation, &from_now(HOUR)).await;
    let to = |status: &str| json!({"status": status});
    let steps = match status {
        "pending" => vec![],
        "confirmed" | "rejected" => vec![(bob, to(status))],
        "canceled" => vec![(alice, to(status))],
        "rescheduled" => vec![(alice, json!({"scheduled_at": from_now(2 * HOUR)}))],
        other => panic!("{other}"),
    };
    for (by, body) in steps {
        expect_status(step(by, &message, body).await, 200);
    }
    message
}

async fn a9_every_step_and_every_refused_step_of_a_meeting(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let open: &[&str] = &["confirmed", "rejected", "rescheduled", "canceled"];
    for (from, ways) in [
        ("pending", open),
        ("rescheduled", open),
        ("confirmed", &["rescheduled", "canceled"]),
        ("rejected", &[]),
        ("canceled", &[]),
    ] {
        for to in open {
            for by in [&alice, &bob] {
                let message = brought_to(from, &alice, &bob, direct.id).await;
                let before = seen(&alice, &message).await;
                let body = match *to {
                    "rescheduled" => json!({"status": to, "scheduled_at": from_now(3 * HOUR)}),
                    _ => json!({"status": to}),
                };
                let what = format!("{from} -> {to} by {}", by.id);
                // Alice named the time last in all of these, so the answer is bob's.
                let own = ["confirmed", "rejected"].contains(to) && by.id == "alice";
                let answer = step(by, &message, body).await;
                if own {
                    expect_problem(&answer, 403, "forbidden");
                } else if !ways.contains(to) {
                    expect_problem(&answer, 409, "conflict");
                } else {
                    let after = expect_status(answer, 200);
                    assert_eq!(after["meeting"]["status"], *to, "{what}");
                    let raised =
                        before["revision"].as_u64().unwrap() < after["revision"].as_u64().unwrap();
                    assert!(raised && after["edited_at"].is_null(), "{what}: {after}");
                    continue;
                }
                let after = seen(&alice, &message).await;
                assert_eq!(after, before, "{what} is refused and changes nothing");
            }
        }
    }
}

async fn a9_after_another_time_was_named_the_other_side_answers(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let message = propose(&alice, direct.id, &from_now(HOUR)).await;
    let alices = alice.socket().await;
    let later = from_now(2 * HOUR);

    let moved = expect_status(step(&bob, &message, json!({"scheduled_at": later})).await, 200);
    let expected = json!({"place": "Café", "scheduled_at": later, "status": "rescheduled"});
    assert_eq!(moved["meeting"], expected);
    let event = expect_event(&alices, "message.updated").await;
    assert_eq!(event.data["meeting"], expected, "nothing more is told");
    assert_eq!(event.revision, moved["revision"].as_u64());
    expect_problem(&step(&bob, &message, json!({"status": "confirmed"})).await, 403, "forbidden");
    expect_status(step(&alice, &message, json!({"status": "confirmed"})).await, 200);
    let event = expect_event(&alices, "message.updated").await;
    assert_eq!(event.data["meeting"]["status"], "confirmed");
    // Agreed, and moved again by the other side.
    expect_status(step(&alice, &message, json!({"scheduled_at": from_now(3 * HOUR)})).await, 200);
    expect_problem(&step(&alice, &message, json!({"status": "rejected"})).await, 403, "forbidden");
    expect_status(step(&bob, &message, json!({"status": "rejected"})).await, 200);
    // Who was away has the same from the changes.
    let since = message["revision"].as_u64().unwrap();
    let changes = format!("/conversations/{}/changes?since={since}", direct.id);
    let changes = expect_status(bob.get(&changes).await, 200);
    assert_eq!(changes["messages"][0]["meeting"]["status"], "rejected");
}

async fn status_becomes(by: &Person, message: &Value, status: &str) -> Value {
    soon(status, || async {
        let now = seen(by, message).await;
        (now["meeting"]["status"] == status).then_some(now)
    })
    .await
}

async fn a9_the_clock_ends_meetings_also_after_a_crash(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let bobs = bob.socket().await;
    let open = propose(&alice, direct.id, &from_now(1_000)).await;
    let moved = propose(&alice, direct.id, &from_now(900)).await;
    expect_status(step(&alice, &moved, json!({"scheduled_at": from_now(HOUR)})).await, 200);
    let event = expect_event(&bobs, "message.updated").await;
    assert_eq!(event.data["meeting"]["status"], "rescheduled");

    let expired = status_becomes(&bob, &open, "expired").await;
    let event = expect_event(&bobs, "message.updated").await;
    assert_eq!(
        (&event.data["id"], &event.data["meeting"]["status"]),
        (&open["id"], &json!("expired"))
    );
    assert_eq!(event.revision, expired["revision"].as_u64());
    expect_problem(&step(&bob, &open, json!({"status": "confirmed"})).await, 409, "conflict");
    assert_eq!(
        seen(&bob, &moved).await["meeting"]["status"],
        "rescheduled",
        "its old time is over"
    );

    // Agreed, and the server is gone when its time comes.
    let agreed = propose(&alice, direct.id, &from_now(1_000)).await;
    expect_status(step(&bob, &agreed, json!({"status": "confirmed"})).await, 200);
    world.server.kill();
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    world.server.restart().await;
    let (alice, bob) = (alice.at(&world.server.url()), bob.at(&world.server.url()));
    status_becomes(&bob, &agreed, "completed").await;
    expect_problem(&step(&alice, &agreed, json!({"status": "canceled"})).await, 409, "conflict");
    // Only the job of the one that was moved is left.
    soon("the jobs are done", || async { (world.database.count("jobs").await == 1).then_some(()) })
        .await;
}

async fn a9_what_a_meeting_request_must_look_like(world: World) {
    let [alice, bob, mallory] = world.people(["alice", "bob", "mallory"]).await;
    let direct = alice.direct_with(&bob).await;
    let message = propose(&alice, direct.id, &from_now(HOUR)).await;
    let before = seen(&bob, &message).await;

    for (body, pointer) in [
        (json!({}), "/status"),
        (json!({"status": "completed"}), "/status"),
        (json!({"status": "expired"}), "/status"),
        (json!({"status": "pending"}), "/status"),
        (json!({"status": "done"}), "/status"),
        (json!({"status": "rescheduled"}), "/scheduled_at"),
        (json!({"status": "confirmed", "scheduled_at": from_now(HOUR)}), "/scheduled_at"),
        (json!({"scheduled_at": from_now(-1)}), "/scheduled_at"),
        (json!({"scheduled_at": "soon"}), "/scheduled_at"),
        (json!({"place": "There"}), "/place"),
    ] {
        let problem =
            expect_problem(&step(&bob, &message, body.clone()).await, 422, "validation_failed");
        assert_eq!(problem.errors[0].pointer, pointer, "{body}");
    }
    assert_eq!(seen(&bob, &message).await, before);

    // Who may not see it learns nothing, whatever the body.
    for body in [json!({"status": "confirmed"}), json!({"nope": 1})] {
        expect_problem(&step(&mallory, &message, body).await, 404, "not_found");
    }
    let confirm = json!({"status": "confirmed"});
    for path in [format!("/messages/{}/meeting", Uuid::nil()), "/messages/x/meeting".to_owned()] {
        expect_problem(&bob.patch(&path, confirm.clone()).await, 404, "not_found");
    }
    // Other kinds, what the server wrote, and what is gone, are no meetings.
    let text = alice.say(direct.id, "words").await;
    let path = format!("/messages/{}/meeting", text.id);
    expect_problem(&bob.patch(&path, confirm.clone()).await, 403, "forbidden");
    let group = alice.group_with("Team", &[]).await;
    alice.client.add_participants(group.id, &["bob"]).await.unwrap();
    let system = alice.client.history(group.id, &[]).await.unwrap().items[0].id;
    let path = format!("/messages/{system}/meeting");
    expect_problem(&alice.patch(&path, confirm.clone()).await, 403, "forbidden");
    alice.client.delete(message["id"].as_str().unwrap().parse().unwrap()).await.unwrap();
    expect_problem(&step(&bob, &message, confirm).await, 403, "forbidden");
}

async fn a9_a_meeting_is_sent_ahead_of_its_time(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let socket = alice.socket().await;
    let send = |at: &str| {
        json!({"conversation_id": direct.id, "kind": "meeting", "client_id": "m",
            "meeting": {"place": "Café", "scheduled_at": at}})
    };
    let late = expect_refusal(
        socket.request("message.send", send(&from_now(-1))).await,
        "validation_failed",
    );
    assert_eq!(late.errors[0].pointer, "/meeting/scheduled_at");
    let at = from_now(700);
    let first = socket.request("message.send", send(&at)).await.unwrap();
    status_becomes(&bob, &first, "expired").await;
    // The answer was lost, and the client tries again after the time of the meeting.
    let again = socket.request("message.send", send(&at)).await.unwrap();
    assert_eq!((&again["duplicate"], &again["id"]), (&json!(true), &first["id"]));
    assert_eq!(again["meeting"]["status"], "expired");
    expect_refusal(socket.request("message.send", send(&from_now(-5))).await, "conflict");
    assert_eq!(world.database.count("messages").await, 1);
}

async fn a9_in_a_group_every_invited_person_may_answer(world: World) {
    let [alice, bob, carol] = world.people(["alice", "bob", "carol"]).await;
    let group = alice.group_with("Team", &[&bob, &carol]).await;
    let message = propose(&alice, group.id, &from_now(HOUR)).await;
    let confirm = json!({"status": "confirmed"});
    expect_problem(&step(&alice, &message, confirm.clone()).await, 403, "forbidden");
    expect_status(step(&carol, &message, json!({"scheduled_at": from_now(2 * HOUR)})).await, 200);
    // Bob stands on carol's side: the answer is for alice.
    expect_problem(&step(&bob, &message, confirm.clone()).await, 403, "forbidden");
    expect_status(step(&alice, &message, confirm.clone()).await, 200);
    expect_problem(&step(&carol, &message, confirm).await, 403, "forbidden");
    expect_status(step(&bob, &message, json!({"status": "canceled"})).await, 200);
}

async fn a9_of_two_steps_at_once_one_is_taken(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let message = propose(&alice, direct.id, &from_now(HOUR)).await;
    let answers = futures_util::future::join_all((0..8).map(|at| {
        let status = if at % 2 == 0 { "confirmed" } else { "rejected" };
        step(&bob, &message, json!({"status": status}))
    }))
    .await;
    let taken = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(taken, 1, "{answers:?}");
    let refused = answers.iter().filter(|answer| answer.status == 409).count();
    assert_eq!(refused, 7, "{answers:?}");
    let after = seen(&bob, &message).await;
    assert_eq!(after["revision"].as_u64(), message["revision"].as_u64().map(|it| it + 1));
}
