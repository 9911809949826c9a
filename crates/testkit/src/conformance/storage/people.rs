//! People: seen for the first time, seen again, changed.

use std::sync::Arc;

use chinwag_domain::{AppRole, Profile, ProfileChange, User};

use crate::{
    builders::{user, user_id},
    conformance::{Stage, stage::looks::at_once},
};

async fn find(stage: &Stage, id: &str) -> Option<User> {
    stage.store.users.find(&user_id(id)).await.unwrap()
}

fn profile(name: Option<&str>, username: Option<&str>, avatar_url: Option<&str>) -> Profile {
    let [name, username, avatar_url] =
        [name, username, avatar_url].map(|text| text.map(str::to_owned));
    Profile { name, username, avatar_url }
}

/// On first sight a person is stored as the token says.
pub async fn a_new_person_is_stored(stage: Stage) {
    let now = stage.tick();
    let says = profile(Some("Ann 'Ü' 😀"), Some("ann"), Some("https://example.org/a"));
    let ann = User::new(user_id("auth0|ann=+~"), says, AppRole::Supervisor, now);
    assert_eq!(find(&stage, "auth0|ann=+~").await, None);
    assert_eq!(stage.store.users.provision(ann.clone()).await.unwrap(), ann);
    assert_eq!(find(&stage, "auth0|ann=+~").await, Some(ann));
    let bare = User::new(user_id("bare"), Profile::default(), AppRole::Member, now);
    assert_eq!(stage.store.users.provision(bare.clone()).await.unwrap(), bare);
}

/// Seen again, what differs is taken over, role included; the rest stays.
pub async fn what_differs_is_taken_over(stage: Stage) {
    let id = user_id("ann");
    let first = stage.tick();
    let says = profile(Some("Ann"), None, None);
    stage.store.users.provision(User::new(id.clone(), says, AppRole::Admin, first)).await.unwrap();
    let seen_at = stage.tick();
    stage.store.users.seen(&id, seen_at).await.unwrap();

    let second = stage.tick();
    let says = profile(Some("Anne"), Some("anne"), Some("https://example.org/b"));
    let again = User::new(id.clone(), says, AppRole::Member, second);
    let stored = stage.store.users.provision(again.clone()).await.unwrap();
    assert_eq!((&stored.summary, stored.role), (&again.summary, AppRole::Member));
    assert_eq!((stored.created_at, stored.updated_at), (first, second));
    assert_eq!(stored.last_seen_at, Some(seen_at));
    assert_eq!(find(&stage, "ann").await, Some(stored));
}

/// What a token does not say stays as it is known.
pub async fn what_is_known_stays(stage: Stage) {
    let id = user_id("u1");
    let first = stage.tick();
    let says = profile(Some("Ann"), Some("ann"), Some("https://example.org/a"));
    let known = User::new(id.clone(), says, AppRole::Member, first);
    stage.store.users.provision(known.clone()).await.unwrap();
    for says in [Profile::default(), profile(None, Some("ann"), None)] {
        let silent = User::new(id.clone(), says, AppRole::Member, stage.tick());
        assert_eq!(stage.store.users.provision(silent).await.unwrap(), known);
    }
    assert_eq!(find(&stage, "u1").await, Some(known));
}

/// Many first sights at once make one person.
pub async fn first_sights_at_once_make_one_person(stage: Stage) {
    let sights = (0..16).map(|_| {
        let users = Arc::clone(&stage.store.users);
        async move { users.provision(user("ann")).await.unwrap() }
    });
    let stored = at_once(sights).await;
    assert!(stored.iter().all(|one| *one == user("ann")), "{stored:?}");
}

/// Of those asked for, the known ones come, each once.
pub async fn only_known_people_are_found(stage: Stage) {
    stage.people(["ann", "bob"]).await;
    let asked = ["bob", "nobody", "ann", "bob", "ANN"].map(user_id);
    let mut found = stage.store.users.find_many(&asked).await.unwrap();
    found.sort_by(|one, other| one.summary.id.cmp(&other.summary.id));
    assert_eq!(found, [user("ann"), user("bob")]);
    assert_eq!(stage.store.users.find_many(&[]).await.unwrap(), []);
}

/// Of name and picture, what a change does not name stays as it is.
pub async fn a_profile_is_changed_where_a_change_names_it(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let id = &ann.summary.id;
    let update = async |name: Option<&str>, avatar_url: Option<Option<&str>>, at| {
        let avatar_url = avatar_url.map(|url| url.map(str::to_owned));
        let change = ProfileChange { name: name.map(str::to_owned), avatar_url };
        stage.store.users.update_profile(id, change, at).await.unwrap().unwrap()
    };
    let first = stage.tick();
    update(None, Some(Some("https://example.org/a")), first).await;
    let changed = update(Some("Änne"), None, first).await;
    assert_eq!(changed.summary.name, "Änne");
    assert_eq!(changed.summary.avatar_url.as_deref(), Some("https://example.org/a"));
    assert_eq!(changed.summary.username, ann.summary.username, "not a part of it");
    assert_eq!(changed.updated_at, first);
    assert_eq!(find(&stage, "ann").await, Some(changed));

    let second = stage.tick();
    let changed = update(None, Some(None), second).await;
    assert_eq!((changed.summary.name.as_str(), changed.summary.avatar_url), ("Änne", None));
    assert_eq!((changed.created_at, changed.updated_at), (ann.created_at, second));
    let (users, nobody) = (&stage.store.users, user_id("nobody"));
    let unknown = users.update_profile(&nobody, ProfileChange::default(), second).await.unwrap();
    assert_eq!(unknown, None);
}

/// The time of the last sight moves forward only.
pub async fn the_last_sight_moves_forward_only(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    assert_eq!(find(&stage, "ann").await.unwrap().last_seen_at, None);
    let (early, late) = (stage.tick(), stage.tick());
    for at in [early, late, early] {
        stage.store.users.seen(&ann.summary.id, at).await.unwrap();
    }
    let seen = find(&stage, "ann").await.unwrap();
    assert_eq!(seen, User { last_seen_at: Some(late), ..ann });
    stage.store.users.seen(&user_id("nobody"), late).await.unwrap();
    assert_eq!(find(&stage, "nobody").await, None);
}
