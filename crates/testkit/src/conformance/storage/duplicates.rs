//! A `client_id` stands for one message of one sender in one conversation, for ever.

use std::sync::Arc;

use chinwag_domain::{
    ConversationId, Draft, NewMessage, User,
    ports::{AppendError, Appended},
};

use crate::conformance::{Stage, stage::looks::at_once};

/// A message of that `client_id`; its own id is new each time, as in a retry.
fn attempt(
    stage: &Stage,
    to: ConversationId,
    from: &User,
    client_id: &str,
    text: &str,
) -> NewMessage {
    let mut message = stage.text(to, from, text);
    message.client_id = Some(client_id.parse().unwrap());
    message
}

async fn append(stage: &Stage, message: NewMessage) -> Result<Appended, AppendError> {
    stage.store.messages.append(message).await
}

/// The same request again is answered with the stored message, and stores nothing.
pub async fn the_same_again_is_the_stored_message(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let group = stage.group(&[&ann]).await;
    let first = stage.send(attempt(&stage, group, &ann, "c1", "one")).await;
    let second = stage.say(group, &ann, "two").await;
    for _ in 0..2 {
        let again = append(&stage, attempt(&stage, group, &ann, "c1", "one")).await.unwrap();
        assert_eq!(again, Appended { message: first.clone(), duplicate: true });
    }
    assert_eq!(stage.all(group, &ann).await, [first, second]);
}

/// After an edit the repetition is answered with the new words, and told by
/// what was sent, not by what it has become.
pub async fn after_an_edit_the_answer_is_the_edited_message(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let group = stage.group(&[&ann]).await;
    let first = stage.send(attempt(&stage, group, &ann, "c1", "one")).await;
    let edited = stage.edit(&first, "other").await;
    let again = append(&stage, attempt(&stage, group, &ann, "c1", "one")).await.unwrap();
    assert_eq!(again, Appended { message: edited, duplicate: true });
    let other = append(&stage, attempt(&stage, group, &ann, "c1", "other")).await;
    assert!(matches!(other, Err(AppendError::ClientIdReused)), "{other:?}");
}

/// After a deletion it is answered with the tombstone.
pub async fn after_a_deletion_the_answer_is_the_tombstone(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let group = stage.group(&[&ann]).await;
    let first = stage.send(attempt(&stage, group, &ann, "c1", "one")).await;
    let gone = stage.delete(&first, &ann).await;
    let again = append(&stage, attempt(&stage, group, &ann, "c1", "one")).await.unwrap();
    assert_eq!(again, Appended { message: gone, duplicate: true });
    assert_eq!(again.message.body, Draft::default());
    let other = append(&stage, attempt(&stage, group, &ann, "c1", "two")).await;
    assert!(matches!(other, Err(AppendError::ClientIdReused)), "{other:?}");
}

/// The repetition shows its sender's own reaction as such.
pub async fn the_answer_shows_the_reactions(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let group = stage.group(&[&ann, &bob]).await;
    let first = stage.send(attempt(&stage, group, &ann, "c1", "one")).await;
    stage.react(&first, &bob, "👍").await;
    let (_, seen) = stage.react(&first, &ann, "👍").await;
    let again = append(&stage, attempt(&stage, group, &ann, "c1", "one")).await.unwrap();
    assert_eq!(again.message, seen);
    assert_eq!((seen.reactions[0].count, seen.reactions[0].me), (2, true));
}

/// Other content under a used `client_id` is refused, and nothing is stored.
pub async fn other_content_is_refused(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let group = stage.group(&[&ann]).await;
    let first = stage.send(attempt(&stage, group, &ann, "c1", "one")).await;
    let other = append(&stage, attempt(&stage, group, &ann, "c1", "two")).await;
    assert!(matches!(other, Err(AppendError::ClientIdReused)), "{other:?}");
    assert_eq!(stage.all(group, &ann).await, [first]);
    assert_eq!(stage.say(group, &ann, "next").await.seq.get(), 2);
}

/// Another sender, or another conversation, may use the same `client_id`.
pub async fn other_senders_and_conversations_are_apart(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let (one, two) = (stage.group(&[&ann, &bob]).await, stage.direct(&ann, &bob).await);
    let first = stage.send(attempt(&stage, one, &ann, "c1", "one")).await;
    let second = stage.send(attempt(&stage, one, &bob, "c1", "two")).await;
    let third = stage.send(attempt(&stage, two, &ann, "c1", "three")).await;
    assert_eq!((first.seq.get(), second.seq.get(), third.seq.get()), (1, 2, 1));
    assert_eq!(stage.all(one, &ann).await, [first, second]);
}

/// A `client_id` is taken to the letter: case, accents and blanks count.
pub async fn client_ids_are_compared_to_the_letter(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let group = stage.group(&[&ann]).await;
    let ids = ["a", "A", "ä", "a\u{308}", "a ", " a", "%", "_", "a'b", "😀"];
    for id in ids {
        let sent = stage.send(attempt(&stage, group, &ann, id, id)).await;
        assert_eq!(sent.client_id, Some(id.parse().unwrap()));
    }
    assert_eq!(stage.all(group, &ann).await.len(), ids.len());
}

/// Without a `client_id` every send is a message of its own.
pub async fn without_a_client_id_nothing_is_a_repetition(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let group = stage.group(&[&ann]).await;
    stage.say(group, &ann, "same").await;
    stage.say(group, &ann, "same").await;
    assert_eq!(stage.all(group, &ann).await.len(), 2);
}

/// Of one request many times at once, one is stored, and all get it.
pub async fn many_at_once_are_one_message(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let group = stage.group(&[&ann]).await;
    let attempts: Vec<_> = (0..16).map(|_| attempt(&stage, group, &ann, "c1", "one")).collect();
    let answers = at_once(attempts.into_iter().map(|message| {
        let log = Arc::clone(&stage.store.messages);
        async move { log.append(message).await.unwrap() }
    }))
    .await;
    assert_eq!(answers.iter().filter(|answer| !answer.duplicate).count(), 1);
    let stored = stage.all(group, &ann).await;
    assert_eq!(stored.len(), 1);
    assert!(answers.iter().all(|answer| answer.message == stored[0]), "{answers:?}");
}

/// Of different contents under one `client_id` at once, one wins and the others are refused.
pub async fn different_contents_at_once_have_one_winner(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let group = stage.group(&[&ann]).await;
    let attempts: Vec<_> =
        (0..8).map(|at| attempt(&stage, group, &ann, "c1", &format!("text {at}"))).collect();
    let answers = at_once(attempts.into_iter().map(|message| {
        let log = Arc::clone(&stage.store.messages);
        async move { log.append(message).await }
    }))
    .await;
    let (stored, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert_eq!((stored.len(), refused.len()), (1, 7));
    for answer in refused {
        assert!(matches!(answer, Err(AppendError::ClientIdReused)), "{answer:?}");
    }
    assert_eq!(stage.all(group, &ann).await.len(), 1);
}
