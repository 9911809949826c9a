//! Who may do what in a group: its permissions, its admins, and the application roles of the current token.

use chinwag_client::{Response, Socket};
use chinwag_tests::{
    Person, Settings, Token, World, expect_problem, expect_refusal, expect_status,
    on_both_databases,
};
use serde_json::{Value, json};
use uuid::Uuid;

const FOUNDED_BY_ADMINS: &Settings = &[("groups.create", "admin")];

on_both_databases!(
    a10_a_moderator_who_takes_part_deletes_what_others_said,
    a10_a_moderator_is_nobody_where_they_take_no_part,
    d4_a_supervisor_who_takes_part_governs_the_group,
    d5_each_permission_holds_for_each_role,
    d5_permissions_are_changed_by_admins_alone,
    d5_the_group_passes_on_when_a_moderator_removes_its_last_admin,
    d6_a_role_is_what_the_current_token_says,
    d6_anyone_founds_groups_unless_told_otherwise,
);
on_both_databases!(
    with FOUNDED_BY_ADMINS;
    d6_groups_are_founded_by_application_roles_where_so_configured,
);

const PERMISSIONS: [&str; 4] = ["add_members", "remove_members", "edit", "delete_messages"];

async fn with_role(world: &World, name: &str, role: &str) -> Person {
    Person::with_token(&world.server, &Token::of(name).with("roles", json!([role]))).await
}

/// A group of its founder, members and somebody to be removed, with these permissions.
struct Group {
    id: Uuid,
    /// Said by the founder.
    message: Uuid,
}

impl Group {
    async fn new(founder: &Person, others: &[&str], permissions: Value) -> Self {
        let body = json!({
            "type": "group", "name": "Team", "participant_ids": others, "permissions": permissions,
        });
        let made = expect_status(founder.post("/conversations", body).await, 201);
        let id: Uuid = made["id"].as_str().unwrap().parse().unwrap();
        Self { id, message: founder.say(id, "to be deleted").await.id }
    }

    fn path(&self, rest: &str) -> String {
        format!("/conversations/{}{rest}", self.id)
    }

    /// Does what the permission is about.
    async fn exercise(&self, by: &Person, permission: &str) -> Response {
        match permission {
            "add_members" => {
                by.post(&self.path("/participants"), json!({"user_ids": ["newcomer"]})).await
            }
            "remove_members" => by.delete(&self.path("/participants/victim")).await,
            "edit" => by.patch(&self.path(""), json!({"description": by.id})).await,
            _ => by.delete(&format!("/messages/{}", self.message)).await,
        }
    }

    /// Whether it was done, as the founder sees it.
    async fn is_done(&self, founder: &Person, by: &Person, permission: &str) -> bool {
        let detail = expect_status(founder.get(&self.path("")).await, 200);
        let people = detail["participants"].as_array().unwrap();
        let there = |name: &str| {
            people.iter().any(|one| one["user"]["id"] == name && one["left_at"].is_null())
        };
        match permission {
            "add_members" => there("newcomer"),
            "remove_members" => !there("victim"),
            "edit" => detail["description"] == json!(by.id),
            _ => {
                let message = founder.client.message(self.message).await.unwrap();
                message.extra.get("deleted_by").is_some_and(|it| *it == json!(by.id))
                    || founder.get(&format!("/messages/{}", self.message)).await.json["deleted_by"]
                        == json!(by.id)
            }
        }
    }
}

async fn d5_each_permission_holds_for_each_role(world: World) {
    let [founder, member, appointed, outsider, _, _] =
        world.people(["founder", "member", "appointed", "outsider", "victim", "newcomer"]).await;
    let supervisor = with_role(&world, "supervisor", "supervisor").await;
    let admin = with_role(&world, "admin", "admin").await;
    let (far_supervisor, far_admin) = (
        with_role(&world, "far-supervisor", "supervisor").await,
        with_role(&world, "far-admin", "admin").await,
    );

    for permission in PERMISSIONS {
        for open_to in ["admin", "member"] {
            for (person, may) in [
                (&member, if open_to == "member" { 2 } else { 403 }),
                (&appointed, 2),
                (&supervisor, 2),
                (&admin, 2),
                (&outsider, 404),
                (&far_supervisor, 404),
                (&far_admin, 404),
            ] {
                let others = ["member", "appointed", "supervisor", "admin", "victim"];
                let group = Group::new(&founder, &others, json!({ permission: open_to })).await;
                founder.client.change_role(group.id, "appointed", "admin").await.unwrap();
                let case = format!("{permission} for {open_to}s by {}", person.id);
                let answer = group.exercise(person, permission).await;
                match may {
                    404 => drop(expect_problem(&answer, 404, "not_found")),
                    403 => drop(expect_problem(&answer, 403, "forbidden")),
                    _ => assert_eq!(answer.status / 100, 2, "{case}: {}", answer.text),
                }
                assert_eq!(group.is_done(&founder, person, permission).await, may == 2, "{case}");
                // The other three stay as they are by default.
                for other in PERMISSIONS.iter().filter(|other| **other != permission) {
                    if person.id == "member" {
                        let refused = group.exercise(person, other).await;
                        expect_problem(&refused, 403, "forbidden");
                    }
                }
            }
        }
    }
    deleting_over_a_socket(&world, &founder).await;
}

/// The one of the four that sockets have a request for.
async fn deleting_over_a_socket(world: &World, founder: &Person) {
    let member = world.person("member").await;
    let supervisor = with_role(world, "supervisor", "supervisor").await;
    let far = with_role(world, "far-admin", "admin").await;
    for open_to in ["admin", "member"] {
        for (person, refusal) in [
            (&member, (open_to == "admin").then_some("forbidden")),
            (&supervisor, None),
            (&far, Some("not_found")),
        ] {
            let permissions = json!({ "delete_messages": open_to });
            let group = Group::new(founder, &["member", "supervisor"], permissions).await;
            let socket: Socket = person.socket().await;
            let reply =
                socket.request("message.delete", json!({"message_id": group.message})).await;
            match refusal {
                Some(code) => drop(expect_refusal(reply, code)),
                None => drop(reply.unwrap()),
            }
            let done = group.is_done(founder, person, "delete_messages").await;
            assert_eq!(done, refusal.is_none(), "{open_to} {}", person.id);
        }
    }
}

async fn d5_permissions_are_changed_by_admins_alone(world: World) {
    let [founder, _] = world.people(["founder", "member"]).await;
    let member = world.person("member").await;
    let supervisor = with_role(&world, "supervisor", "supervisor").await;
    let open = json!({"add_members": "member", "remove_members": "member", "edit": "member", "delete_messages": "member"});
    let group = Group::new(&founder, &["member", "supervisor"], open).await;

    // Everything is open to members, but not what is open to them.
    let closed = json!({"permissions": {"edit": "admin"}});
    expect_problem(&member.patch(&group.path(""), closed.clone()).await, 403, "forbidden");
    let role = json!({"role": "admin"});
    let appoint = member.patch(&group.path("/participants/member"), role.clone()).await;
    expect_problem(&appoint, 403, "forbidden");
    let with_role = json!({"user_ids": ["founder"], "role": "admin"});
    expect_problem(&member.post(&group.path("/participants"), with_role).await, 403, "forbidden");
    expect_problem(&member.delete(&group.path("/participants/founder")).await, 403, "forbidden");
    expect_problem(&member.delete(&group.path("")).await, 403, "forbidden");

    let detail = expect_status(supervisor.patch(&group.path(""), closed).await, 200);
    assert_eq!(detail["permissions"]["edit"], "admin");
    assert_eq!(detail["permissions"]["add_members"], "member", "the others are as they were");
    for bad in [
        json!({"edit": "everybody"}),
        json!({"fly": "member"}),
        json!("member"),
        json!({"edit": null, "x": 1}),
    ] {
        let answer = founder.patch(&group.path(""), json!({ "permissions": bad })).await;
        expect_problem(&answer, 422, "validation_failed");
    }
}

async fn d4_a_supervisor_who_takes_part_governs_the_group(world: World) {
    let [founder, member, _] = world.people(["founder", "member", "newcomer"]).await;
    let supervisor = with_role(&world, "supervisor", "supervisor").await;
    let group = Group::new(&founder, &["member", "supervisor"], json!({})).await;

    let fields = json!({
        "name": "Night shift", "description": "from ten to six", "category": "operational",
        "avatar_url": "https://pictures.example/night.png",
    });
    expect_problem(&member.patch(&group.path(""), fields.clone()).await, 403, "forbidden");
    let changed = expect_status(supervisor.patch(&group.path(""), fields.clone()).await, 200);
    for (field, value) in fields.as_object().unwrap() {
        assert_eq!(changed[field], *value, "{field}");
    }
    // Her part in the group is what it was.
    assert_eq!(changed["membership"]["role"], "member");

    let role =
        supervisor.patch(&group.path("/participants/member"), json!({"role": "admin"})).await;
    assert_eq!(expect_status(role, 200)["role"], "admin");
    let added = json!({"user_ids": ["newcomer"], "role": "admin"});
    expect_status(supervisor.post(&group.path("/participants"), added).await, 200);
    expect_status(supervisor.delete(&group.path("/participants/newcomer")).await, 204);
    // Words are their sender's alone.
    let edited =
        supervisor.patch(&format!("/messages/{}", group.message), json!({"content": "!"})).await;
    expect_problem(&edited, 403, "forbidden");
    expect_status(supervisor.delete(&group.path("")).await, 204);
    expect_problem(&founder.get(&group.path("")).await, 404, "not_found");
}

async fn a10_a_moderator_who_takes_part_deletes_what_others_said(world: World) {
    let [founder, member] = world.people(["founder", "member"]).await;
    for role in ["supervisor", "admin"] {
        let moderator = with_role(&world, role, role).await;
        let group = Group::new(&founder, &["member", role], json!({})).await;
        let said = member.say(group.id, "something bad").await;
        expect_status(moderator.delete(&format!("/messages/{}", said.id)).await, 204);

        let tombstone = expect_status(member.get(&format!("/messages/{}", said.id)).await, 200);
        assert_eq!((&tombstone["deleted_by"], &tombstone["content"]), (&json!(role), &Value::Null));
        assert_eq!(tombstone["seq"], json!(said.seq));
        // What the system said stays, and between two people nobody moderates.
        moderator.client.add_participants(group.id, &["founder", "member"]).await.unwrap();
        let direct = member.direct_with(&moderator).await;
        let said = member.say(direct.id, "between us").await;
        let refused = moderator.delete(&format!("/messages/{}", said.id)).await;
        expect_problem(&refused, 403, "forbidden");
    }
}

async fn a10_a_moderator_is_nobody_where_they_take_no_part(world: World) {
    let [founder, _, _] = world.people(["founder", "member", "victim"]).await;
    let group = Group::new(&founder, &["member", "victim"], json!({})).await;
    for role in ["supervisor", "admin"] {
        let moderator = with_role(&world, role, role).await;
        for permission in PERMISSIONS {
            expect_problem(&group.exercise(&moderator, permission).await, 404, "not_found");
        }
        expect_problem(&moderator.get(&group.path("")).await, 404, "not_found");
        expect_problem(&moderator.delete(&group.path("")).await, 404, "not_found");
        // One who took part and left is nobody as well.
        founder.client.add_participants(group.id, &[role]).await.unwrap();
        moderator.client.leave(group.id).await.unwrap();
        expect_problem(&group.exercise(&moderator, "delete_messages").await, 404, "not_found");
    }
}

async fn d5_the_group_passes_on_when_a_moderator_removes_its_last_admin(world: World) {
    let [founder, oldest, younger] = world.people(["founder", "oldest", "younger"]).await;
    let supervisor = with_role(&world, "supervisor", "supervisor").await;
    let group = Group::new(&founder, &["oldest"], json!({})).await;
    founder.client.add_participants(group.id, &["younger", "supervisor"]).await.unwrap();

    expect_status(supervisor.delete(&group.path("/participants/founder")).await, 204);
    let role = |detail: Value| detail["membership"]["role"].as_str().unwrap().to_owned();
    assert_eq!(role(expect_status(oldest.get(&group.path("")).await, 200)), "admin");
    assert_eq!(role(expect_status(younger.get(&group.path("")).await, 200)), "member");
    assert_eq!(role(expect_status(supervisor.get(&group.path("")).await, 200)), "member");
    expect_problem(&founder.get(&group.path("")).await, 404, "not_found");
}

async fn d6_a_role_is_what_the_current_token_says(world: World) {
    let [founder, _] = world.people(["founder", "victim"]).await;
    let supervisor = with_role(&world, "sam", "Supervisor").await;
    let group = Group::new(&founder, &["sam", "victim"], json!({})).await;
    let socket = supervisor.socket().await;
    // The same person with a token that says less, or something else.
    for roles in [json!([]), json!(["member"]), json!(["superadmin"]), json!("moderator")] {
        let plain = Person::with_token(&world.server, &Token::of("sam").with("roles", roles)).await;
        for permission in PERMISSIONS {
            expect_problem(&group.exercise(&plain, permission).await, 403, "forbidden");
        }
    }
    // On a socket as well: by the token it was renewed with.
    socket.authenticate(&Token::of("sam").sign()).await.unwrap();
    let delete = json!({"message_id": group.message});
    expect_refusal(socket.request("message.delete", delete.clone()).await, "forbidden");
    socket.authenticate(supervisor.token()).await.unwrap();
    socket.request("message.delete", delete).await.unwrap();
}

async fn d6_anyone_founds_groups_unless_told_otherwise(world: World) {
    let alice = world.person("alice").await;
    alice.group_with("Team", &[]).await;
}

async fn d6_groups_are_founded_by_application_roles_where_so_configured(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let group = json!({"type": "group", "name": "Team", "participant_ids": ["bob"]});
    // Whatever else is wrong with it.
    let bad = json!({"type": "group", "participant_ids": "bob", "colour": "red"});
    let socket = alice.socket().await;
    for body in [&group, &bad] {
        expect_problem(&alice.post("/conversations", body.clone()).await, 403, "forbidden");
        let reply = socket.request("conversation.create", body.clone()).await;
        expect_refusal(reply, "forbidden");
    }
    assert_eq!(world.database.count("conversations").await, 0);
    assert_eq!(world.database.count("audit_log").await, 4);

    for role in ["supervisor", "admin"] {
        let founder = with_role(&world, role, role).await;
        expect_status(founder.post("/conversations", group.clone()).await, 201);
        founder.socket().await.request("conversation.create", group.clone()).await.unwrap();
        expect_problem(
            &founder.post("/conversations", bad.clone()).await,
            422,
            "validation_failed",
        );
    }
    // Two people need nobody's leave, and a group once founded is its own.
    let direct = alice.direct_with(&bob).await;
    alice.say(direct.id, "hello").await;
    let expected = bob.client.conversations(&[("type", "group")]).await.unwrap().items.len();
    assert_eq!(expected, 4);
}
