//! Who is in a conversation, who was, and who shares one with whom.

use std::collections::HashSet;

use chinwag_domain::{
    ConversationId, Mute, Participant, Revision, Seq, User, UserId, ports::IdGenerator,
};

use crate::conformance::Stage;

fn ids(participants: &[Participant]) -> Vec<&str> {
    participants.iter().map(|participant| participant.user.id.as_str()).collect()
}

/// In order of joining, then by id, byte by byte.
pub async fn people_come_in_order_of_joining(stage: Stage) {
    let [zoe, ann, upper, cid, dan] = stage.people(["zoe", "ann", "Bob", "cid", "dan"]).await;
    let group = stage.group(&[&zoe, &cid, &ann, &upper]).await;
    stage.join(group, &dan).await;
    let present = stage.store.conversations.participants(group).await.unwrap();
    assert_eq!(ids(&present), ["Bob", "ann", "cid", "zoe", "dan"]);
    stage.leave(group, &ann).await;
    let present = stage.store.conversations.participants(group).await.unwrap();
    assert_eq!(ids(&present), ["Bob", "cid", "zoe", "dan"]);
    stage.join(group, &ann).await;
    let present = stage.store.conversations.participants(group).await.unwrap();
    assert_eq!(ids(&present), ["Bob", "cid", "zoe", "dan", "ann"]);
    let (mut unit, _) = stage.begin_in(group).await;
    assert_eq!(unit.present(group).await.unwrap(), present, "as a unit sees it");
    drop(unit);
    for participant in &present {
        let id = &participant.user.id;
        let own = stage.store.conversations.membership(group, id).await.unwrap().unwrap();
        assert_eq!(own.participant, *participant);
    }
}

/// Nobody is in what has ended, or never was.
pub async fn nobody_is_in_what_is_gone(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let group = stage.group(&[&ann]).await;
    stage.end(group).await;
    for id in [group, stage.ids.conversation()] {
        assert_eq!(stage.store.conversations.participants(id).await.unwrap(), []);
        let since = stage.store.conversations.participants_since(id, Revision::ZERO, 10).await;
        assert_eq!(since.unwrap(), []);
    }
}

/// What has changed of people since a revision, those who left among them.
pub async fn changes_of_people_come_by_revision(stage: Stage) {
    let [ann, bob, cid, dan] = stage.people(["ann", "bob", "cid", "dan"]).await;
    let group = stage.group(&[&ann, &bob]).await; // 1
    let cid_row = stage.join(group, &cid).await; // 2
    stage.say(group, &ann, "words").await; // 3
    let bob_row = stage.leave(group, &bob).await; // 4
    let dan_row = stage.join(group, &dan).await; // 5
    stage.read(group, &cid, 1).await; // nothing that others' lists show
    let since = async |revision, limit| {
        let revision = Revision::new(revision);
        stage.store.conversations.participants_since(group, revision, limit).await.unwrap()
    };
    assert_eq!(ids(&since(0, 10).await), ["ann", "cid", "bob", "dan"]);
    let changed = since(1, 10).await;
    assert_eq!(changed[1..], [bob_row, dan_row.clone()]);
    assert_eq!((&changed[0].user, changed[0].revision), (&cid_row.user, cid_row.revision));
    assert_eq!(ids(&since(1, 2).await), ["cid", "bob"]);
    assert_eq!(since(4, 10).await, [dan_row]);
    assert_eq!(since(5, 10).await, []);
}

/// What a hub must know of everybody present, as of one moment.
pub async fn members_are_for_hubs(stage: Stage) {
    let [ann, bob, cid] = stage.people(["ann", "bob", "cid"]).await;
    let group = stage.group(&[&ann, &bob, &cid]).await;
    stage.say(group, &ann, "words").await;
    stage.clear(group, &ann, 1).await;
    stage.settle(group, &ann, |row| row.mute = Mute::Forever).await;
    stage.leave(group, &cid).await;
    let snapshot = stage.store.conversations.members(group).await.unwrap().unwrap();
    let conversation = stage.membership(group, &ann).await.conversation;
    assert_eq!(snapshot.head.conversation_id, group);
    assert_eq!(snapshot.head.revision, conversation.revision);
    assert_eq!(snapshot.head.members_revision, conversation.members_revision);
    let mut members: Vec<_> = snapshot
        .members
        .iter()
        .map(|member| (member.user_id.as_str(), member.floor, member.mute))
        .collect();
    members.sort_by_key(|(id, ..)| *id);
    let expected = [("ann", Seq::new(2), Mute::Forever), ("bob", Seq::new(1), Mute::Off)];
    assert_eq!(members, expected);
}

/// An ended conversation has no members, an unknown one is unknown.
pub async fn nobody_is_a_member_of_what_is_gone(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let group = stage.group(&[&ann, &bob]).await;
    stage.end(group).await;
    let members = stage.store.conversations.members(group).await.unwrap();
    assert!(members.is_none_or(|snapshot| snapshot.members.is_empty()));
    let unknown = stage.store.conversations.members(stage.ids.conversation()).await.unwrap();
    assert_eq!(unknown, None);
}

/// How far conversations are; what has ended or never was is left out.
pub async fn heads_tell_how_far_conversations_are(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let (one, two, ended) =
        (stage.group(&[&ann]).await, stage.group(&[&ann]).await, stage.group(&[&ann]).await);
    stage.say(one, &ann, "words").await;
    stage.join(two, &bob).await;
    stage.say(two, &ann, "words").await;
    stage.end(ended).await;
    let asked = [two, stage.ids.conversation(), ended, one, two];
    let heads = stage.store.conversations.heads(&asked).await.unwrap();
    let mut heads: Vec<_> = heads
        .iter()
        .map(|head| (head.conversation_id, head.revision.get(), head.members_revision.get()))
        .collect();
    heads.sort();
    assert_eq!(heads, [(one, 2, 1), (two, 3, 2)]);
    assert_eq!(stage.store.conversations.heads(&[]).await.unwrap(), []);
}

/// Who came in since a time and is there: founders and joiners alike.
pub async fn joinings_since_a_time_are_found(stage: Stage) {
    let [ann, bob, cid] = stage.people(["ann", "bob", "cid"]).await;
    let old = stage.group(&[&ann, &cid]).await;
    let since = stage.clock.advance(1_000);
    let new = stage.group(&[&ann]).await;
    stage.join(old, &bob).await;
    let ended = stage.group(&[&ann, &bob]).await;
    stage.end(ended).await;
    let found = async |at| {
        let mut found: Vec<_> = stage.store.conversations.joined_since(at).await.unwrap();
        found.sort();
        found
    };
    let mut expected = vec![(new, ann.summary.id.clone()), (old, bob.summary.id.clone())];
    expected.sort();
    assert_eq!(found(since).await, expected);
    assert_eq!(found(stage.clock.advance(1_000)).await, []);
    stage.leave(old, &bob).await;
    assert_eq!(found(since).await, [(new, ann.summary.id.clone())]);
}

/// Who shares a conversation with whom, now.
pub async fn sharing_is_of_the_moment(stage: Stage) {
    let [ann, bob, cid, dan, eve] = stage.people(["ann", "bob", "cid", "dan", "eve"]).await;
    let group = stage.group(&[&ann, &bob]).await;
    stage.direct(&cid, &ann).await;
    let ended = stage.group(&[&ann, &dan]).await;
    stage.group(&[&bob, &eve]).await;
    stage.end(ended).await;
    let everybody = [&bob, &cid, &dan, &eve].map(|user| user.summary.id.clone());
    let shared = async |who: &User| {
        stage.store.conversations.sharing(&who.summary.id, &everybody).await.unwrap()
    };
    let expected = |people: &[&User]| -> HashSet<UserId> {
        people.iter().map(|user| user.summary.id.clone()).collect()
    };
    assert_eq!(shared(&ann).await, expected(&[&bob, &cid]));
    stage.leave(group, &bob).await;
    assert_eq!(shared(&ann).await, expected(&[&cid]));
    stage.join(group, &bob).await;
    stage.leave(group, &ann).await;
    assert_eq!(shared(&ann).await, expected(&[&cid]));
    let none = stage.store.conversations.sharing(&ann.summary.id, &[]).await.unwrap();
    assert_eq!(none, HashSet::new());
}

/// A group of several hundred is there whole.
pub async fn a_large_group_is_there_whole(stage: Stage) {
    let mut people = Vec::new();
    for at in 0..400 {
        let user = crate::builders::user(&format!("u{at:03}"));
        people.push(stage.store.users.provision(user).await.unwrap());
    }
    let group: ConversationId = stage.group(&people.iter().collect::<Vec<_>>()).await;
    let present = stage.store.conversations.participants(group).await.unwrap();
    assert_eq!(present.len(), 400);
    assert_eq!(present[399].user, people[399].summary);
    let snapshot = stage.store.conversations.members(group).await.unwrap().unwrap();
    assert_eq!(snapshot.members.len(), 400);
    let everybody: Vec<_> = people.iter().map(|user| user.summary.id.clone()).collect();
    assert_eq!(stage.store.users.find_many(&everybody).await.unwrap().len(), 400);
    let shared = stage.store.conversations.sharing(&everybody[0], &everybody[1..]).await.unwrap();
    assert_eq!(shared.len(), 399);
}
