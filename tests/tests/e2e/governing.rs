//! Groups as a team keeps them: what they are called, and what members may do in them.

use chinwag_tests::{World, expect_event, expect_problem, expect_status, on_both_databases};
use serde_json::{Value, json};

on_both_databases!(
    d4_a_group_has_name_description_picture_and_category,
    d5_each_permission_opens_one_thing_to_members,
);

async fn d4_a_group_has_name_description_picture_and_category(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let body = json!({
        "type": "group", "participant_ids": ["bob"], "name": "Night shift", "category": "operational",
        "description": "from ten to six", "avatar_url": "https://pictures.example/night.png",
    });
    let made = expect_status(alice.post("/conversations", body).await, 201);
    let path = format!("/conversations/{}", made["id"].as_str().unwrap());
    let fields = |group: &Value| {
        ["name", "category", "description", "avatar_url"].map(|field| group[field].clone())
    };
    let seen = expect_status(bob.get(&path).await, 200);
    let expected =
        ["Night shift", "operational", "from ten to six", "https://pictures.example/night.png"];
    assert_eq!(fields(&seen), expected.map(|text| json!(text)));
    let listed = expect_status(bob.get("/conversations").await, 200);
    assert_eq!(listed["items"][0]["name"], "Night shift");
    assert_eq!(listed["items"][0]["category"], "operational");

    let socket = bob.socket().await;
    let change = json!({"name": "Day shift", "category": "department", "description": null});
    let changed = expect_status(alice.patch(&path, change).await, 200);
    let now = [json!("Day shift"), json!("department"), Value::Null, seen["avatar_url"].clone()];
    assert_eq!(fields(&changed), now, "what is not named stays");
    let told = expect_event(&socket, "conversation.updated").await;
    assert_eq!(told.data["name"], "Day shift");
    assert_eq!(told.data["category"], "department");

    let long = "x".repeat(1_000);
    for (change, pointer) in [
        (json!({"name": ""}), "/name"),
        (json!({"name": long}), "/name"),
        (json!({"category": long}), "/category"),
        (json!({"avatar_url": "javascript:alert(1)"}), "/avatar_url"),
    ] {
        let problem = alice.patch(&path, change.clone()).await;
        let problem = expect_problem(&problem, 422, "validation_failed");
        assert_eq!(problem.errors[0].pointer, pointer, "{change}");
    }
    assert_eq!(fields(&expect_status(bob.get(&path).await, 200)), now, "nothing half done");
}

async fn d5_each_permission_opens_one_thing_to_members(world: World) {
    let [alice, bob, _, _] = world.people(["alice", "bob", "carol", "dave"]).await;
    let everything = ["add_members", "remove_members", "edit", "delete_messages"];
    for open in everything {
        let permissions: Value = json!({open: "member"});
        let body = json!({"type": "group", "participant_ids": ["bob", "carol"], "name": "Team",
            "permissions": permissions});
        let made = expect_status(alice.post("/conversations", body).await, 201);
        let id = made["id"].as_str().unwrap();
        for other in everything {
            let expected = if other == open { "member" } else { "admin" };
            assert_eq!(made["permissions"][other], expected, "{open}: {other}");
        }
        let said = alice.say(id.parse().unwrap(), "a message of alice").await;
        let path = format!("/conversations/{id}");
        let answers = [
            bob.post(&format!("{path}/participants"), json!({"user_ids": ["dave"]})).await,
            bob.delete(&format!("{path}/participants/carol")).await,
            bob.patch(&path, json!({"name": "Renamed"})).await,
            bob.delete(&format!("/messages/{}", said.id)).await,
        ];
        for (operation, answer) in everything.into_iter().zip(answers) {
            if operation == open {
                assert!((200..300).contains(&answer.status), "{open}: {}", answer.text);
            } else {
                expect_problem(&answer, 403, "forbidden");
            }
        }
    }
}
