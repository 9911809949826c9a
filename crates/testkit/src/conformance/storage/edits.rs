//! Changing what a message says.

use crate::{builders, conformance::Stage};

/// The new words stand, with a new revision and the time of the change; the rest stays.
pub async fn an_edit_changes_the_words_and_nothing_else(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let group = stage.group(&[&ann, &bob]).await;
    let draft = builders::attached_draft(None, vec![bob.summary.id.clone()]);
    let sent = stage.send(stage.draft(group, &ann, draft)).await;
    stage.react(&sent, &bob, "👍").await;
    let edited = stage.edit(&sent, "new 'words' 😀").await;

    let seen = stage.look(&sent, &ann).await;
    assert_eq!(seen, edited);
    let mut expected = sent.clone();
    expected.body.content = Some("new 'words' 😀".into());
    expected.revision = seen.revision;
    expected.edited_at = seen.edited_at;
    expected.reactions.clone_from(&seen.reactions);
    assert_eq!(seen, expected);
    assert_eq!(seen.revision.get(), 4, "sent 2, reaction 3, edit 4");
    assert!(seen.edited_at > Some(sent.created_at));
    assert_eq!(seen.reactions.len(), 1);
}

/// Words can be changed again and again, and the last stand.
pub async fn the_last_of_many_edits_stands(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let group = stage.group(&[&ann]).await;
    let sent = stage.say(group, &ann, "0").await;
    let other = stage.say(group, &ann, "other").await;
    for at in 1..=5 {
        stage.edit(&sent, &at.to_string()).await;
    }
    let seen = stage.look(&sent, &ann).await;
    assert_eq!((seen.body.content.as_deref(), seen.revision.get()), (Some("5"), 8));
    assert_eq!(stage.look(&other, &ann).await, other, "its neighbour is as it was");
    assert_eq!(stage.membership(group, &ann).await.conversation.last_seq, other.seq);
}

/// An edit shows in the list and in the unit that made it.
pub async fn an_edit_shows_everywhere(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let group = stage.group(&[&ann]).await;
    let sent = stage.say(group, &ann, "before").await;
    let (mut unit, mut conversation) = stage.begin_in(group).await;
    let mut message = unit.message(sent.id, &ann.summary.id).await.unwrap().unwrap();
    let now = stage.tick();
    let edit = message.edit("after".into(), conversation.next_revision(now), now);
    unit.save_message(&message, Some(&edit)).await.unwrap();
    unit.save_conversation(&conversation).await.unwrap();
    let within = unit.message(sent.id, &ann.summary.id).await.unwrap();
    assert_eq!(within.as_ref(), Some(&message));
    unit.commit().await.unwrap();
    assert_eq!(stage.summary(group, &ann).await.last_message, Some(message.clone()));
    assert_eq!(stage.all(group, &ann).await, [message]);
}

/// A unit that does not end well leaves the words as they were.
pub async fn a_dropped_edit_never_was(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let group = stage.group(&[&ann]).await;
    let sent = stage.say(group, &ann, "before").await;
    let (mut unit, mut conversation) = stage.begin_in(group).await;
    let mut message = unit.message(sent.id, &ann.summary.id).await.unwrap().unwrap();
    let now = stage.tick();
    let edit = message.edit("after".into(), conversation.next_revision(now), now);
    unit.save_message(&message, Some(&edit)).await.unwrap();
    unit.save_conversation(&conversation).await.unwrap();
    drop(unit);
    assert_eq!(stage.look(&sent, &ann).await, sent);
    assert_eq!(stage.edit(&sent, "again").await.revision.get(), 3);
}
