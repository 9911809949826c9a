//! Units of work: all or nothing, and one after the other where they touch.

use std::sync::Arc;

use chinwag_domain::{
    Draft, GroupSettings, Message, Participant, ParticipantRole, ports::IdGenerator,
};

use crate::{
    builders,
    conformance::{Stage, stage::looks::at_once},
};

/// Dropped, it is as if it had never been.
pub async fn a_dropped_unit_never_was(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let known = stage.group(&[&ann]).await;
    let before = stage.membership(known, &ann).await;

    let id = stage.ids.conversation();
    let settings = GroupSettings::named("New");
    let (group, people) = builders::group(id, settings, &[&ann, &bob], stage.tick());
    let (mut unit, mut conversation) = stage.begin_in(known).await;
    unit.insert_group(&group).await.unwrap();
    unit.insert_participants(&people).await.unwrap();
    let now = stage.tick();
    let new = stage.text(known, &ann, "words");
    let message = Message::placed(new, ann.summary.clone(), conversation.next_message(now));
    unit.insert_message(&message).await.unwrap();
    conversation.settings.name = Some("Other".into());
    unit.save_conversation(&conversation).await.unwrap();
    drop(unit);

    assert_eq!(stage.membership(known, &ann).await, before);
    let conversations = &stage.store.conversations;
    assert_eq!(conversations.membership(id, &ann.summary.id).await.unwrap(), None);
    assert_eq!(conversations.members(id).await.unwrap(), None);
    assert_eq!(stage.all(known, &ann).await, []);
    assert_eq!(stage.say(known, &ann, "first").await.seq.get(), 1);
}

/// With the commit, all of it is there.
pub async fn a_commit_makes_all_of_it_true(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let id = stage.ids.conversation();
    let settings = GroupSettings::named("New");
    let (mut group, people) = builders::group(id, settings, &[&ann, &bob], stage.tick());
    let mut unit = stage.begin().await;
    unit.insert_group(&group).await.unwrap();
    unit.insert_participants(&people).await.unwrap();
    let new = stage.text(id, &ann, "words");
    let place = group.next_message(new.created_at);
    let message = Message::placed(new, ann.summary.clone(), place);
    unit.insert_message(&message).await.unwrap();
    unit.save_conversation(&group).await.unwrap();
    unit.commit().await.unwrap();

    let membership = stage.membership(id, &bob).await;
    assert_eq!((&membership.conversation, &membership.participant), (&group, &people[1]));
    assert_eq!(stage.all(id, &bob).await, [message]);
    assert_eq!(stage.say(id, &bob, "next").await.seq.get(), 2);
}

/// Until the commit nobody else sees anything of it; within, all is seen.
pub async fn a_unit_sees_its_own_writes(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let id = stage.group(&[&ann]).await;
    let (mut unit, mut conversation) = stage.begin_in(id).await;
    let now = stage.tick();
    conversation.joined(now);
    let role = ParticipantRole::Admin;
    let joined = Participant::joining(&conversation, bob.summary.clone(), role, None, now);
    unit.save_participant(&joined).await.unwrap();
    unit.save_conversation(&conversation).await.unwrap();
    let within = unit.participant(id, &bob.summary.id).await.unwrap();
    assert_eq!(within.as_ref(), Some(&joined));
    let present = unit.present(id).await.unwrap();
    assert_eq!(present.len(), 2);
    assert_eq!(present[1], joined);
    let again = unit.lock_conversation(id).await.unwrap();
    assert_eq!(again, Some(conversation), "locking what one holds is no trouble");
    unit.commit().await.unwrap();
    assert_eq!(stage.store.conversations.participants(id).await.unwrap(), present);
}

/// A conversation that has ended cannot be locked; nor one that never was.
pub async fn what_is_gone_cannot_be_locked(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let id = stage.group(&[&ann]).await;
    stage.end(id).await;
    let mut unit = stage.begin().await;
    assert_eq!(unit.lock_conversation(id).await.unwrap(), None);
    assert_eq!(unit.lock_conversation(stage.ids.conversation()).await.unwrap(), None);
}

/// What is not there is none: a person's row, a message.
pub async fn what_is_not_there_is_none(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let id = stage.group(&[&ann]).await;
    let (mut unit, _) = stage.begin_in(id).await;
    assert_eq!(unit.participant(id, &bob.summary.id).await.unwrap(), None);
    let unknown = unit.message(stage.ids.message(), &ann.summary.id).await.unwrap();
    assert_eq!(unknown, None);
}

/// Of units at once each sees what the others did before it: none is lost.
pub async fn units_at_once_lose_nothing(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let id = stage.group(&[&ann]).await;
    let stage = Arc::new(stage);
    let renamings = (0..8).map(|task| {
        let stage = Arc::clone(&stage);
        async move {
            for at in 0..5 {
                let (mut unit, mut conversation) = stage.begin_in(id).await;
                let name = conversation.settings.name.take().unwrap_or_default();
                conversation.settings.name = Some(format!("{name},{task}.{at}"));
                conversation.next_revision(stage.tick());
                unit.save_conversation(&conversation).await.unwrap();
                unit.commit().await.unwrap();
            }
        }
    });
    at_once(renamings).await;
    let conversation = stage.membership(id, &ann).await.conversation;
    assert_eq!(conversation.revision.get(), 41);
    assert_eq!(conversation.settings.name.unwrap().matches(',').count(), 40);
}

/// A row that was read before a pointer moved does not move it back.
pub async fn saving_an_old_row_keeps_the_pointers(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let id = stage.group(&[&ann, &bob]).await;
    for _ in 0..6 {
        stage.say(id, &ann, "words").await;
    }
    let old = stage.membership(id, &bob).await.participant;
    stage.read(id, &bob, 3).await;
    stage.receive(id, &bob, 5).await;
    stage.clear(id, &bob, 2).await;
    let (mut unit, _) = stage.begin_in(id).await;
    let now = stage.tick();
    unit.save_participant(&Participant { hidden_at: Some(now), ..old }).await.unwrap();
    unit.commit().await.unwrap();
    let row = stage.membership(id, &bob).await.participant;
    let pointers = (row.read_seq.get(), row.delivered_seq.get(), row.cleared_seq.get());
    assert_eq!(pointers, (3, 5, 2));
    assert_eq!(row.hidden_at, Some(now));
}

/// A message that a unit wrote is found again only as what it is: it has no
/// `client_id` that could be mistaken for a sender's.
pub async fn notes_are_no_repetitions(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let id = stage.group(&[&ann]).await;
    let (first, second) = (stage.note(id, &ann).await, stage.note(id, &ann).await);
    let third = stage.send(stage.draft(id, &ann, Draft::text("words"))).await;
    assert_eq!(stage.all(id, &ann).await, [first, second, third]);
}
