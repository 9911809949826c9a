//! People as a host application keeps them: many at once, deactivated, forgotten by their tokens.

use chinwag_domain::{
    AppRole, AuditTarget, HostRecord, Profile, Session, User, UserId,
    ports::{AppendError, Ended, IdGenerator},
};

use crate::{
    builders::{user, user_id},
    conformance::{Stage, stage::looks::at_once},
};

fn ids(people: &[User]) -> Vec<&str> {
    people.iter().map(|person| person.summary.id.as_str()).collect()
}

async fn save(stage: &Stage, person: &User) {
    let mut unit = stage.begin().await;
    let known = unit.lock_people(std::slice::from_ref(&person.summary.id)).await.unwrap();
    assert_eq!(known.len(), 1, "{person:?}");
    unit.save_people(std::slice::from_ref(person)).await.unwrap();
    unit.commit().await.unwrap();
}

async fn find(stage: &Stage, id: &UserId) -> User {
    stage.store.users.find(id).await.unwrap().unwrap()
}

async fn sign_in(stage: &Stage, person: &User, token: &[u8]) -> Session {
    let now = stage.tick();
    let session = Session {
        id: stage.ids.session(),
        user_id: person.summary.id.clone(),
        refresh_hash: token.to_vec(),
        user_agent: None,
        created_at: now,
        refreshed_at: now,
        expires_at: now.plus_millis(60_000),
        revoked_at: None,
    };
    let target = AuditTarget::new("session", session.id);
    let entry = stage.entry("session.created", Some(person), target);
    stage.store.accounts.open_session(session.clone(), &entry).await.unwrap();
    session
}

/// Of many, the new ones are stored and named; the known ones stay as they are.
pub async fn new_people_are_stored_and_known_ones_stay(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let record = |id: &str, name: &str| HostRecord {
        id: user_id(id),
        username: Some(Some(format!("{id}.{name}"))),
        name: Some(name.to_owned()),
        avatar_url: Some(Some("https://example.org/p?x='\\".to_owned())),
        active: None,
    };
    let now = stage.tick();
    let many: Vec<User> =
        (0..1_200).map(|n| record(&format!("h{n:04}"), "Ü 😀").person(now)).collect();
    let other = record("ann", "Other").person(now);
    let offered: Vec<User> = many.iter().rev().cloned().chain([other]).collect();
    let mut unit = stage.begin().await;
    let mut new = unit.insert_people(&offered).await.unwrap();
    unit.commit().await.unwrap();
    new.sort();
    assert_eq!(new.len(), many.len());
    assert!(new.iter().eq(many.iter().map(|person| &person.summary.id)));
    assert_eq!(find(&stage, &ann.summary.id).await, ann);
    assert_eq!(find(&stage, &many[700].summary.id).await, many[700]);
    let mut unit = stage.begin().await;
    assert_eq!(unit.insert_people(&many).await.unwrap(), []);
}

/// Locked people come by id, and are stored whole; a dropped unit changes nothing.
pub async fn locked_people_are_saved_whole(stage: Stage) {
    let people = stage.people(["carl", "ann", "bob"]).await;
    let mut unit = stage.begin().await;
    let asked = ["carl", "nobody", "ann"].map(user_id);
    let mut locked = unit.lock_people(&asked).await.unwrap();
    assert_eq!(ids(&locked), ["ann", "carl"]);
    let now = stage.tick();
    "Änne".clone_into(&mut locked[0].summary.name);
    locked[0].summary.username = None;
    locked[0].role = AppRole::Supervisor;
    locked[1].erase(now);
    unit.save_people(&locked).await.unwrap();
    drop(unit);
    assert_eq!(find(&stage, &user_id("ann")).await, people[1]);

    let mut unit = stage.begin().await;
    unit.save_people(&locked).await.unwrap();
    unit.commit().await.unwrap();
    assert_eq!(find(&stage, &user_id("ann")).await, locked[0]);
    assert_eq!(find(&stage, &user_id("carl")).await, locked[1]);
    assert_eq!(find(&stage, &user_id("bob")).await, people[2]);
}

/// Of many that store a person at once, one is told that it was new.
pub async fn of_insertions_at_once_one_is_new(stage: Stage) {
    let insertions = (0..8).map(|_| {
        let units = std::sync::Arc::clone(&stage.store.units);
        async move {
            let mut unit = units.begin().await.unwrap();
            let new = unit.insert_people(&[user("bob"), user("ann")]).await.unwrap();
            unit.commit().await.unwrap();
            new.len()
        }
    });
    assert_eq!(at_once(insertions).await.into_iter().sum::<usize>(), 2);
}

/// All of a person's sign-ins end, nobody else's do, and what ended is found by time.
pub async fn sign_ins_end_with_the_account(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let first = sign_in(&stage, &ann, b"1").await;
    let second = sign_in(&stage, &ann, b"2").await;
    sign_in(&stage, &bob, b"3").await;
    let now = stage.tick();
    let mut deactivated = ann.clone();
    assert!(deactivated.deactivate(now));
    let mut unit = stage.begin().await;
    unit.save_people(&[deactivated]).await.unwrap();
    unit.end_sign_ins(std::slice::from_ref(&ann.summary.id), now).await.unwrap();
    unit.commit().await.unwrap();

    let accounts = &stage.store.accounts;
    assert_eq!(accounts.sessions(&ann.summary.id, now).await.unwrap(), []);
    assert_eq!(accounts.sessions(&bob.summary.id, now).await.unwrap().len(), 1);
    let id = ann.summary.id.clone();
    let mut expected = vec![
        Ended::Account(id.clone()),
        Ended::SignIn(id.clone(), first.id),
        Ended::SignIn(id, second.id),
    ];
    expected.sort();
    let mut ended = accounts.ended_since(now).await.unwrap();
    ended.sort();
    assert_eq!(ended, expected);
    assert_eq!(accounts.ended_since(now.plus_millis(1)).await.unwrap(), []);
}

/// Who ends them is told which: those that can be refreshed no more too, none that ended before, and
/// nobody else's.
pub async fn ending_sign_ins_tells_which(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let over = sign_in(&stage, &ann, b"1").await;
    stage.clock.advance(60_001);
    let standing = sign_in(&stage, &ann, b"2").await;
    let of_bob = sign_in(&stage, &bob, b"3").await;
    let end = async |people: &[&User]| {
        let people: Vec<UserId> = people.iter().map(|one| one.summary.id.clone()).collect();
        let mut unit = stage.begin().await;
        let mut ended = unit.end_sign_ins(&people, stage.tick()).await.unwrap();
        unit.commit().await.unwrap();
        ended.sort();
        ended
    };
    assert_eq!(end(&[]).await, []);
    let mut expected = vec![over.id, standing.id];
    expected.sort();
    assert_eq!(end(&[&ann]).await, expected);
    assert_eq!(end(&[&ann, &bob]).await, [of_bob.id]);
}

/// Of somebody deactivated, neither a token nor the person changes anything.
pub async fn a_deactivated_person_stays_as_they_are(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let mut erased = ann.clone();
    erased.erase(stage.tick());
    save(&stage, &erased).await;
    let users = &stage.store.users;
    assert_eq!(users.provision(ann.clone()).await.unwrap(), erased);
    let says = Profile { name: Some("Ann".into()), ..Profile::default() };
    let again = User::new(ann.summary.id.clone(), says, AppRole::Admin, stage.tick());
    assert_eq!(users.provision(again).await.unwrap(), erased);
    let change = chinwag_domain::ProfileChange { name: Some("Ann".into()), avatar_url: None };
    let changed = users.update_profile(&ann.summary.id, change, stage.tick()).await.unwrap();
    assert_eq!(changed, None);
    users.seen(&ann.summary.id, stage.tick()).await.unwrap();
    assert_eq!(find(&stage, &ann.summary.id).await, erased);
}

/// Who is deactivated sends nothing more, though they are still in the conversation.
pub async fn a_deactivated_person_sends_nothing(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let room = stage.direct(&ann, &bob).await;
    stage.say(room, &ann, "before").await;
    let mut deactivated = find(&stage, &ann.summary.id).await;
    deactivated.deactivate(stage.tick());
    save(&stage, &deactivated).await;
    let refused = stage.store.messages.append(stage.text(room, &ann, "after")).await;
    assert!(matches!(refused, Err(AppendError::NotParticipant)), "{refused:?}");
    stage.say(room, &bob, "still here").await;
    deactivated.deactivated_at = None;
    save(&stage, &deactivated).await;
    stage.say(room, &ann, "back").await;
}

/// Everybody comes by id, deactivated people too; of who was erased nothing is left to list.
pub async fn everybody_is_listed_but_who_was_erased(stage: Stage) {
    let [b, mut large, _, mut gone] = stage.people(["b", "B", "a", "gone"]).await;
    large.deactivate(stage.tick());
    save(&stage, &large).await;
    gone.erase(stage.tick());
    save(&stage, &gone).await;
    let users = &stage.store.users;
    let all = users.everybody(None, 100).await.unwrap();
    assert_eq!(ids(&all), ["B", "a", "b"]);
    assert_eq!(all[0], large);
    assert_eq!(ids(&users.everybody(None, 2).await.unwrap()), ["B", "a"]);
    assert_eq!(users.everybody(Some(&user_id("a")), 2).await.unwrap(), [b]);
    assert!(users.everybody(Some(&user_id("b")), 2).await.unwrap().is_empty());
}
