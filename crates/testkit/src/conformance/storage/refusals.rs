//! Who may not send: checked under the lock, and nothing is left behind.

use std::sync::Arc;

use chinwag_domain::{
    ConversationId, User,
    ports::{AppendError, IdGenerator},
};

use crate::conformance::{Stage, stage::looks::at_once};

/// That the person's message is refused and changes nothing.
async fn assert_refused(stage: &Stage, to: ConversationId, from: &User, viewer: &User) {
    let before = stage.all(to, viewer).await;
    let answer = stage.store.messages.append(stage.text(to, from, "no")).await;
    assert!(matches!(answer, Err(AppendError::NotParticipant)), "{answer:?}");
    assert_eq!(stage.all(to, viewer).await, before);
}

/// A stranger's message is refused.
pub async fn a_stranger_may_not_send(stage: Stage) {
    let [ann, eve] = stage.people(["ann", "eve"]).await;
    let group = stage.group(&[&ann]).await;
    assert_refused(&stage, group, &eve, &ann).await;
    assert_eq!(stage.say(group, &ann, "words").await.revision.get(), 2, "no number was lost");
}

/// So is that of somebody whom the store does not know.
pub async fn an_unknown_person_may_not_send(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let group = stage.group(&[&ann]).await;
    assert_refused(&stage, group, &crate::builders::user("nobody"), &ann).await;
}

/// Who left may not send until they are back.
pub async fn who_left_may_not_send(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let group = stage.group(&[&ann, &bob]).await;
    stage.say(group, &bob, "before").await;
    stage.leave(group, &bob).await;
    assert_refused(&stage, group, &bob, &ann).await;
    stage.join(group, &bob).await;
    stage.say(group, &bob, "again").await;
}

/// Nothing is added to a conversation that has ended.
pub async fn nobody_sends_to_a_deleted_conversation(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let group = stage.group(&[&ann]).await;
    stage.say(group, &ann, "before").await;
    stage.end(group).await;
    let answer = stage.store.messages.append(stage.text(group, &ann, "no")).await;
    assert!(matches!(answer, Err(AppendError::NotParticipant)), "{answer:?}");
}

/// Nor to one that never was.
pub async fn nobody_sends_to_an_unknown_conversation(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let nowhere = stage.ids.conversation();
    let answer = stage.store.messages.append(stage.text(nowhere, &ann, "no")).await;
    assert!(matches!(answer, Err(AppendError::NotParticipant)), "{answer:?}");
}

/// Refused messages do not fail those that are stored together with them.
pub async fn a_refused_message_does_not_fail_its_neighbours(stage: Stage) {
    let [ann, eve] = stage.people(["ann", "eve"]).await;
    let group = stage.group(&[&ann]).await;
    let nowhere = stage.ids.conversation();
    let messages: Vec<_> = (0..30)
        .map(|at| match at % 3 {
            0 => stage.text(group, &ann, "yes"),
            1 => stage.text(group, &eve, "no"),
            _ => stage.text(nowhere, &ann, "no"),
        })
        .collect();
    let answers = at_once(messages.into_iter().map(|message| {
        let log = Arc::clone(&stage.store.messages);
        async move { log.append(message).await }
    }))
    .await;
    for (at, answer) in answers.iter().enumerate() {
        match answer {
            Ok(_) => assert_eq!(at % 3, 0),
            Err(AppendError::NotParticipant) => assert_ne!(at % 3, 0),
            Err(error) => panic!("{error:?}"),
        }
    }
    assert_eq!(stage.all(group, &ann).await.len(), 10);
}

/// Who is taken out while they send gets nothing in after that.
pub async fn leaving_cuts_off_what_comes_later(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let group = stage.group(&[&ann, &bob]).await;
    let log = Arc::clone(&stage.store.messages);
    let messages: Vec<_> = (0..60).map(|_| stage.text(group, &bob, "words")).collect();
    let sender = tokio::spawn(async move {
        for message in messages {
            let _ = log.append(message).await;
        }
    });
    stage.bus().wait_for(5).await;
    let gone = stage.leave(group, &bob).await;
    sender.await.unwrap();
    let stored = stage.all(group, &ann).await;
    assert!(stored.iter().all(|message| message.revision < gone.revision), "{stored:?}");
}
