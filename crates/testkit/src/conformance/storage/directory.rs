//! Looking people up.

use chinwag_domain::{GroupSettings, Limit, ProfileChange, User, UserCursor};

use crate::{builders::user_id, conformance::Stage};

/// Ids of those found, at most 100.
async fn found(stage: &Stage, search: Option<&str>, known_to: Option<&User>) -> Vec<String> {
    let known_to = known_to.map(|user| &user.summary.id);
    let users = &stage.store.users;
    let page = users.directory(search, known_to, None, Limit::MAX).await.unwrap();
    assert_eq!((page.next, page.total), (None, None));
    page.items.iter().map(|user| user.summary.id.to_string()).collect()
}

async fn name(stage: &Stage, id: &str, name: &str) {
    let change = ProfileChange { name: Some(name.into()), avatar_url: None };
    let at = stage.tick();
    stage.store.users.update_profile(&user_id(id), change, at).await.unwrap().unwrap();
}

/// By id, byte by byte, whatever the locale of a database thinks.
pub async fn people_come_by_id(stage: Stage) {
    stage.people(["b", "B", "a-b", "ab", "a", "_", "9", "~", "Z"]).await;
    let expected = ["9", "B", "Z", "_", "a", "a-b", "ab", "b", "~"];
    assert_eq!(found(&stage, None, None).await, expected);
}

/// Cursors lead through everybody.
pub async fn cursors_lead_through_everybody(stage: Stage) {
    stage.people(["b", "B", "a-b", "ab", "a", "_", "9"]).await;
    let everybody = found(&stage, None, None).await;
    for limit in [1, 2, 3, 7] {
        let limit = Limit::new(limit).unwrap();
        let mut seen: Vec<String> = Vec::new();
        let mut after: Option<UserCursor> = None;
        loop {
            let users = &stage.store.users;
            let page = users.directory(None, None, after.as_ref(), limit).await.unwrap();
            assert!(!page.items.is_empty(), "the cursor led to nothing");
            seen.extend(page.items.iter().map(|user| user.summary.id.to_string()));
            after = page.next;
            if after.is_none() {
                break;
            }
            assert_eq!(page.items.len(), usize::from(limit.get()), "full, as more follow");
            assert!(seen.len() <= everybody.len(), "goes in circles");
        }
        assert_eq!(seen, everybody);
    }
}

/// A part of name, username or id finds a person, in any case.
pub async fn a_part_of_name_or_id_is_enough(stage: Stage) {
    stage.people(["u1", "u2", "u3"]).await;
    name(&stage, "u1", "Zoë Ärmel").await;
    name(&stage, "u2", "Robert 世界").await;
    for (search, expected) in [
        ("ZOË", vec!["u1"]),
        ("ë Ä", vec!["u1"]),
        ("ärm", vec!["u1"]),
        ("世", vec!["u2"]),
        ("ROBERT", vec!["u2"]),
        ("U2", vec!["u2"]),
        ("u", vec!["u1", "u2", "u3"]),
        ("nobody", vec![]),
    ] {
        assert_eq!(found(&stage, Some(search), None).await, expected, "{search}");
    }
    name(&stage, "u1", "Anna").await;
    assert_eq!(found(&stage, Some("zoë"), None).await, [""; 0], "the old name is gone");
    assert_eq!(found(&stage, Some("anna"), None).await, ["u1"]);
}

/// What a token says later is found too.
pub async fn a_name_from_a_token_is_found(stage: Stage) {
    let [ann] = stage.people(["u1"]).await;
    let mut again = ann.clone();
    again.summary.name = "Renamed".into();
    again.summary.username = Some("login.name".into());
    stage.store.users.provision(again).await.unwrap();
    assert_eq!(found(&stage, Some("renamed"), None).await, ["u1"]);
    assert_eq!(found(&stage, Some("N.NAME"), None).await, ["u1"]);
}

/// Wildcards are text.
pub async fn wildcards_are_text(stage: Stage) {
    stage.people(["u1", "u2", "u_3", "u4"]).await;
    name(&stage, "u1", "100%").await;
    name(&stage, "u2", r"back\slash").await;
    name(&stage, "u4", "O'Neil \"x\"").await;
    for (search, expected) in
        [("%", "u1"), ("_", "u_3"), ("u_", "u_3"), (r"\", "u2"), ("'", "u4"), ("\"", "u4")]
    {
        assert_eq!(found(&stage, Some(search), None).await, [expected], "{search}");
    }
    assert_eq!(found(&stage, Some("u%"), None).await, [""; 0]);
}

/// Where the directory is closed: oneself, and whom one shares a conversation with now.
pub async fn only_acquaintances_where_it_is_closed(stage: Stage) {
    let [ann, bob, cid, dan, _] = stage.people(["ann", "bob", "cid", "dan", "eve"]).await;
    let group = stage.group(&[&ann, &bob, &cid]).await;
    let ended = stage.group(&[&ann, &dan]).await;
    stage.direct(&bob, &ann).await;
    stage.end(ended).await;
    assert_eq!(found(&stage, None, Some(&ann)).await, ["ann", "bob", "cid"]);
    assert_eq!(found(&stage, None, Some(&dan)).await, ["dan"]);
    stage.leave(group, &cid).await;
    assert_eq!(found(&stage, None, Some(&ann)).await, ["ann", "bob"]);
    assert_eq!(found(&stage, Some("B"), Some(&ann)).await, ["bob"]);
    let users = &stage.store.users;
    let (one, known) = (Limit::new(1).unwrap(), Some(&ann.summary.id));
    let first = users.directory(None, known, None, one).await.unwrap();
    assert_eq!(first.next, Some(UserCursor(user_id("ann"))));
    let rest = users.directory(None, known, first.next.as_ref(), one).await.unwrap();
    assert_eq!((rest.items[0].summary.id.as_str(), rest.next), ("bob", None));
}

/// Operators see who is deactivated too, by id and found by name, and cursors lead through all.
pub async fn operators_see_everybody(stage: Stage) {
    let [_, mut bob, _] = stage.people(["ann", "bob", "cid"]).await;
    let mut unit = stage.begin().await;
    unit.lock_people(std::slice::from_ref(&bob.summary.id)).await.unwrap();
    assert!(bob.deactivate(stage.tick()));
    unit.save_people(std::slice::from_ref(&bob)).await.unwrap();
    unit.commit().await.unwrap();
    assert_eq!(found(&stage, None, None).await, ["ann", "cid"]);
    let users = &stage.store.users;
    let one = Limit::new(1).unwrap();
    let mut seen: Vec<(String, bool)> = Vec::new();
    let mut after = None;
    loop {
        let page = users.search_everybody(None, after.as_ref(), one).await.unwrap();
        let active = |user: &User| user.deactivated_at.is_none();
        seen.extend(page.items.iter().map(|user| (user.summary.id.to_string(), active(user))));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let everybody = [("ann", true), ("bob", false), ("cid", true)];
    assert_eq!(seen, everybody.map(|(id, active)| (id.to_owned(), active)));
    let bobs = users.search_everybody(Some("BO"), None, Limit::MAX).await.unwrap();
    assert_eq!((bobs.items.len(), bobs.items[0].summary.id.as_str()), (1, "bob"));
}

/// Operators see all groups, newest first; no direct conversations, and nothing that was deleted.
pub async fn operators_see_every_group(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let first = stage.group_with(&[&ann], GroupSettings::named("Über 100%")).await;
    stage.direct(&ann, &bob).await;
    let ended = stage.group(&[&ann]).await;
    stage.end(ended).await;
    let second = stage.group_with(&[&bob, &ann], GroupSettings::named("Zoo")).await;
    let groups = &stage.store.conversations;
    let all = groups.groups(None, None, Limit::MAX).await.unwrap();
    let ids: Vec<_> = all.items.iter().map(|group| group.id).collect();
    assert_eq!((ids, all.next), (vec![second, first], None));
    assert_eq!(all.items[0].participant_count, 2);
    let one = groups.groups(None, None, Limit::new(1).unwrap()).await.unwrap();
    assert_eq!((one.items[0].id, one.next), (second, Some(second)));
    let rest = groups.groups(None, one.next, Limit::new(1).unwrap()).await.unwrap();
    assert_eq!((rest.items[0].id, rest.next), (first, None));
    for (search, expected) in
        [("ÜBER", Some(first)), ("0%", Some(first)), ("zo", Some(second)), ("_", None)]
    {
        let found = groups.groups(Some(search), None, Limit::MAX).await.unwrap();
        assert_eq!(found.items.first().map(|group| group.id), expected, "{search}");
    }
}
