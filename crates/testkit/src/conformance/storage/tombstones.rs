//! A deleted message: its place stays, what it said is gone.

use chinwag_domain::{Draft, MessageKind, Revision, Seq, Tombstone};

use crate::{
    builders,
    conformance::{Stage, stage::looks::everything},
};

const SECRET: &str = "xylophone";

/// Id, place, sender, times and kind stay; nothing that was said does.
pub async fn only_the_place_stays(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let group = stage.group(&[&ann, &bob]).await;
    let question = stage.say(group, &bob, "question").await;
    let mut draft = builders::attached_draft(Some(question.id), vec![bob.summary.id.clone()]);
    draft.kind = MessageKind::File;
    let mut new = stage.draft(group, &ann, draft);
    new.client_id = Some("c1".parse().unwrap());
    let sent = stage.send(new).await;
    let gone = stage.delete(&sent, &bob).await;

    let seen = stage.look(&sent, &ann).await;
    assert_eq!(seen, gone);
    assert_eq!(seen.body, Draft { kind: MessageKind::File, ..Draft::default() });
    assert_eq!((seen.id, seen.seq, &seen.sender), (sent.id, sent.seq, &sent.sender));
    assert_eq!((seen.created_at, &seen.client_id), (sent.created_at, &sent.client_id));
    let tombstone = seen.tombstone.unwrap();
    assert_eq!(tombstone, Tombstone { at: tombstone.at, by: bob.summary.id });
    assert!(tombstone.at > sent.created_at);
    assert_eq!(seen.revision.get(), sent.revision.get() + 1);
}

/// No door shows what it said: nor what it said before its edits.
pub async fn no_door_shows_what_it_said(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let group = stage.group(&[&ann]).await;
    let mut new = stage.text(group, &ann, SECRET);
    new.client_id = Some("c1".parse().unwrap());
    new.body.metadata = Some(serde_json::json!({ "note": SECRET }));
    let sent = stage.send(new.clone()).await;
    stage.edit(&sent, &format!("{SECRET} again")).await;
    stage.delete(&sent, &ann).await;

    let (log, viewer) = (&stage.store.messages, &ann.summary.id);
    let found = log.range(group, everything(), Some(SECRET), viewer).await.unwrap();
    assert_eq!(found, []);
    assert_eq!(log.count_matches(group, Seq::ZERO, SECRET).await.unwrap(), 0);
    let changed = log.changed_since(group, Revision::ZERO, Seq::ZERO, 10, viewer).await.unwrap();
    let again = log.append(new).await.unwrap();
    let unit = stage.begin().await.message(sent.id, viewer).await.unwrap();
    let doors = format!(
        "{:?} {:?} {changed:?} {again:?} {unit:?} {:?}",
        stage.look(&sent, &ann).await,
        stage.all(group, &ann).await,
        stage.summary(group, &ann).await,
    );
    assert!(!doors.contains(SECRET), "{doors}");
}

/// Its reactions are gone too.
pub async fn reactions_go_with_the_message(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let group = stage.group(&[&ann, &bob]).await;
    let sent = stage.say(group, &ann, "words").await;
    stage.react(&sent, &bob, "👍").await;
    stage.delete(&sent, &ann).await;
    assert_eq!(stage.look(&sent, &bob).await.reactions, []);
    let mut unit = stage.begin().await;
    let within = unit.message(sent.id, &bob.summary.id).await.unwrap().unwrap();
    assert_eq!(within.reactions, []);
}

/// Numbers go on as if nothing had happened.
pub async fn a_tombstone_keeps_its_number(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let group = stage.group(&[&ann]).await;
    let sent = stage.say(group, &ann, "words").await;
    stage.delete(&sent, &ann).await;
    let next = stage.say(group, &ann, "next").await;
    assert_eq!((next.seq.get(), next.revision.get()), (2, 4));
    let reply = Draft { reply_to: Some(sent.id), ..Draft::text("re") };
    let reply = stage.send(stage.draft(group, &ann, reply)).await;
    assert_eq!(stage.look(&reply, &ann).await.body.reply_to, Some(sent.id));
}
