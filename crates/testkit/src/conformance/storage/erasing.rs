//! Reading and forgetting what one person left: in pages, in steps that may be repeated, and
//! without touching what is somebody else's.

use std::sync::Arc;

use chinwag_domain::{
    Change, ConversationId, ConversationType, Draft, Durable, Emoji, Event, Message, MessageId,
    MessageKind, NewMessage, ReceiptKind, Revision, Seq, User,
    ports::{IdGenerator, PartTaken, Said},
};
use serde_json::json;

use crate::conformance::{
    Stage,
    stage::{
        announce,
        looks::{at_once, changes, seqs, words},
    },
};

/// Small, so that everything comes in several pages.
const PAGE: u16 = 2;
const EVERYTHING: (Seq, Seq) = (Seq::ZERO, Seq::new(i64::MAX));

async fn parts_of(stage: &Stage, who: &User, after: Option<ConversationId>) -> Vec<PartTaken> {
    stage.store.personal.parts_of(&who.summary.id, after, PAGE).await.unwrap()
}

/// All pages of what somebody said.
async fn said_by(stage: &Stage, id: ConversationId, who: &User) -> Vec<Said> {
    let (mut all, mut above) = (Vec::new(), Seq::ZERO);
    loop {
        let page = stage.store.personal.said_by(id, &who.summary.id, above, PAGE).await.unwrap();
        assert!(page.len() <= usize::from(PAGE));
        let Some(last) = page.last() else { return all };
        assert!(last.message.seq > above, "goes in circles");
        above = last.message.seq;
        all.extend(page);
    }
}

/// All stretches of a conversation, looked through for mentions of somebody.
async fn mentions_of(stage: &Stage, id: ConversationId, who: &User) -> Vec<Message> {
    let (mut all, mut above) = (Vec::new(), Seq::ZERO);
    loop {
        let found = stage.store.personal.mentions_of(id, &who.summary.id, above, 1).await.unwrap();
        assert!(found.messages.len() <= 1, "{found:?}");
        let within = |message: &Message| {
            message.seq > above && found.looked.is_none_or(|looked| message.seq <= looked)
        };
        assert!(found.messages.iter().all(within), "{found:?} above {above}");
        all.extend(found.messages);
        let Some(looked) = found.looked else { return all };
        assert!(looked > above, "goes in circles");
        above = looked;
    }
}

async fn reactions_of(
    stage: &Stage,
    id: ConversationId,
    who: &User,
    after: Option<MessageId>,
) -> Vec<(MessageId, Emoji)> {
    stage.store.personal.reactions_of(id, &who.summary.id, after, PAGE).await.unwrap()
}

/// Words under a `client_id`.
fn named(stage: &Stage, to: ConversationId, from: &User, client_id: &str) -> NewMessage {
    let mut new = stage.text(to, from, "words");
    new.client_id = Some(client_id.parse().unwrap());
    new.client_created_at = Some(stage.tick());
    new
}

async fn forget_how_sent(stage: &Stage, id: ConversationId, who: &User, seqs: (Seq, Seq)) {
    let mut unit = stage.begin().await;
    unit.lock_whatever(id).await.unwrap().unwrap();
    unit.forget_how_sent(id, &who.summary.id, seqs).await.unwrap();
    unit.commit().await.unwrap();
}

/// Where a person takes part, by id of the conversation, also where they or it are gone.
pub async fn parts_come_by_conversation_also_where_they_are_over(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let (here, left, ended) =
        (stage.group(&[&ann, &bob]).await, stage.group(&[&bob]).await, stage.group(&[&ann]).await);
    stage.group(&[&bob]).await;
    let direct = stage.direct(&ann, &bob).await;
    stage.join(left, &ann).await;
    stage.leave(left, &ann).await;
    stage.end(ended).await;

    let mut parts = parts_of(&stage, &ann, None).await;
    assert_eq!(parts.len(), usize::from(PAGE));
    parts.extend(parts_of(&stage, &ann, Some(parts[1].conversation.id)).await);
    let last = parts[3].conversation.id;
    assert_eq!(parts_of(&stage, &ann, Some(last)).await, []);
    let mut expected = [here, left, ended, direct];
    expected.sort();
    let of = |id: ConversationId| parts.iter().find(|part| part.conversation.id == id).unwrap();
    assert!(parts.iter().map(|part| part.conversation.id).eq(expected));
    assert!(parts.iter().all(|part| part.participant.user == ann.summary));
    assert!(of(left).participant.left_at.is_some() && of(here).participant.left_at.is_none());
    assert!(of(ended).conversation.deleted_at.is_some());
    assert_eq!(of(direct).conversation.kind, ConversationType::Direct);
}

/// What somebody said, by seq, with all that it said before; neither tombstones, nor what the
/// server wrote, nor what others said. Also from where they left, and where all is over.
pub async fn what_somebody_said_comes_in_pages_with_its_edits(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let group = stage.group(&[&ann, &bob]).await;
    let other = stage.group(&[&ann]).await;
    stage.say(other, &ann, "elsewhere").await;
    let mut sent = Vec::new();
    for number in 0..5 {
        sent.push(stage.say(group, &ann, &format!("{number}")).await);
        stage.say(group, &bob, "from bob").await;
        stage.note(group, &ann).await;
    }
    stage.edit(&sent[1], "1, better").await;
    stage.edit(&sent[1], "1, at its best").await;
    stage.delete(&sent[2], &ann).await;

    let before = said_by(&stage, group, &ann).await;
    let said: Vec<Message> = before.iter().map(|said| said.message.clone()).collect();
    assert_eq!(words(&said), ["0", "1, at its best", "3", "4"]);
    assert!(seqs(&said).is_sorted());
    let previous: Vec<_> = before[1].edits.iter().map(|edit| edit.previous.as_deref()).collect();
    assert_eq!(previous, [Some("1"), Some("1, better")]);
    assert!(before[1].edits[0].at < before[1].edits[1].at);
    assert!(before.iter().enumerate().all(|(at, said)| at == 1 || said.edits.is_empty()));
    stage.leave(group, &ann).await;
    stage.end(group).await;
    assert_eq!(said_by(&stage, group, &ann).await, before);
}

/// Somebody's reactions by message; those to one message are never parted.
pub async fn reactions_of_somebody_come_by_message(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let group = stage.group(&[&ann, &bob]).await;
    let mut expected = Vec::new();
    for emoji in [&["👍"][..], &["🎉", "👀", "👍", "❤️"], &["👍"], &["👀"]] {
        let message = stage.say(group, &bob, "words").await;
        for emoji in emoji {
            stage.react(&message, &ann, emoji).await;
            stage.react(&message, &bob, emoji).await;
            expected.push((message.id, emoji.parse::<Emoji>().unwrap()));
        }
    }
    let key = |one: &(MessageId, Emoji)| (one.0, one.1.as_str().to_owned());
    expected.sort_by_key(key);

    let first = reactions_of(&stage, group, &ann, None).await;
    assert_eq!(first.len(), 5, "all four to the second, since its first came: {first:?}");
    let (mut all, mut page) = (Vec::new(), first);
    while let Some((last, _)) = page.last().cloned() {
        all.extend(page);
        page = reactions_of(&stage, group, &ann, Some(last)).await;
    }
    assert!(all.is_sorted_by_key(|one| one.0));
    all.sort_by_key(key);
    assert_eq!(all, expected);
    assert_eq!(reactions_of(&stage, stage.group(&[&ann]).await, &ann, None).await, []);
}

/// Other people's messages that mention somebody, and none that merely say their id.
pub async fn mentions_of_somebody_and_nothing_like_them(stage: Stage) {
    let [ann, anna, bob] = stage.people(["ann", "anna", "bob"]).await;
    let group = stage.group(&[&ann, &anna, &bob]).await;
    let mention = |who: &[&User]| Draft {
        mentions: who.iter().map(|who| who.summary.id.clone()).collect(),
        ..Draft::text("\"ann\"")
    };
    let send = async |from: &User, body| stage.send(stage.draft(group, from, body)).await;
    for _ in 0..3 {
        let merely_said = Draft { metadata: Some(json!({"for": ["ann"]})), ..mention(&[&anna]) };
        send(&bob, merely_said).await;
    }
    let first = send(&bob, mention(&[&anna, &ann])).await;
    send(&ann, mention(&[&ann])).await;
    stage.note(group, &ann).await;
    let gone = send(&bob, mention(&[&ann])).await;
    stage.delete(&gone, &bob).await;
    let second = send(&anna, mention(&[&ann])).await;
    send(&bob, mention(&[&anna])).await;
    assert_eq!(mentions_of(&stage, group, &ann).await, [first, second.clone()]);

    // What is taken out stays out, and the rest of the message stays in.
    let (mut unit, mut conversation) = stage.begin_in(group).await;
    let mut changed = unit.message(second.id, &ann.summary.id).await.unwrap().unwrap();
    changed.body.mentions.clear();
    changed.revision = conversation.next_revision(stage.tick());
    unit.save_message(&changed, None).await.unwrap();
    unit.save_conversation(&conversation).await.unwrap();
    unit.commit().await.unwrap();
    assert_eq!(mentions_of(&stage, group, &ann).await.len(), 1);
    assert_eq!(stage.look(&second, &bob).await, changed);
}

/// Whatever others say beside their mentions, one call does not look through all of it.
pub async fn mentions_are_looked_for_stretch_by_stretch(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let group = stage.group(&[&ann, &bob]).await;
    let metadata = Some(json!({"assignee": "ann"}));
    for _ in 0..5 {
        let merely_said = Draft { metadata: metadata.clone(), ..Draft::text("words") };
        stage.send(stage.draft(group, &bob, merely_said)).await;
    }
    let mention = Draft { mentions: vec![ann.summary.id.clone()], ..Draft::text("you") };
    let mention = stage.send(stage.draft(group, &bob, mention)).await;
    let of_ann = &ann.summary.id;
    let first = stage.store.personal.mentions_of(group, of_ann, Seq::ZERO, PAGE).await.unwrap();
    assert_eq!(first.messages, []);
    assert!(first.looked.is_some_and(|looked| looked < mention.seq), "{first:?}");
    assert_eq!(mentions_of(&stage, group, &ann).await, [mention]);
    let nowhere = stage.ids.conversation();
    let nothing = stage.store.personal.mentions_of(nowhere, of_ann, Seq::ZERO, PAGE).await;
    assert_eq!(nothing.unwrap().looked, None);
}

/// Of the person's tombstones within the bounds nothing tells any more how they were sent: what was
/// a repetition is a new message. Other messages keep that.
pub async fn how_tombstones_were_sent_is_forgotten(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let group = stage.group(&[&ann, &bob]).await;
    let [within, beyond, standing] =
        ["within", "beyond", "standing"].map(|client_id| named(&stage, group, &ann, client_id));
    let others = named(&stage, group, &bob, "within");
    let mut sent = Vec::new();
    for new in [&within, &others, &standing, &beyond] {
        sent.push(stage.send(new.clone()).await);
    }
    for gone in [&sent[0], &sent[1], &sent[3]] {
        stage.delete(gone, &ann).await;
    }
    let before = stage.all(group, &bob).await;
    let bounds = (sent[0].seq, sent[2].seq);

    let mut dropped = stage.begin().await;
    dropped.lock_whatever(group).await.unwrap();
    dropped.forget_how_sent(group, &ann.summary.id, bounds).await.unwrap();
    drop(dropped);
    assert_eq!(stage.all(group, &bob).await, before);
    for _ in 0..2 {
        forget_how_sent(&stage, group, &ann, bounds).await;
        let mut expected = before.clone();
        (expected[0].client_id, expected[0].client_created_at) = (None, None);
        assert_eq!(stage.all(group, &bob).await, expected);
    }
    for new in [&others, &standing, &beyond] {
        assert!(stage.store.messages.append(new.clone()).await.unwrap().duplicate, "{new:?}");
    }
    let again = NewMessage { id: stage.ids.message(), ..within };
    assert_eq!(stage.send(again).await.seq.get(), 5);
}

/// When somebody received and read what is forgotten, how far they have come is not; nor is
/// anything of others, or of other conversations.
pub async fn receipts_are_forgotten_and_pointers_stay(stage: Stage) {
    let [ann, bob, carol] = stage.people(["ann", "bob", "carol"]).await;
    let rooms = [stage.group(&[&ann, &bob, &carol]).await, stage.direct(&ann, &bob).await];
    for room in rooms {
        stage.say(room, &ann, "words").await;
        stage.receive(room, &bob, 1).await;
        stage.read(room, &bob, 1).await;
    }
    stage.read(rooms[0], &carol, 1).await;
    for _ in 0..2 {
        let mut unit = stage.begin().await;
        unit.lock_whatever(rooms[0]).await.unwrap();
        unit.forget_receipts(rooms[0], &bob.summary.id).await.unwrap();
        unit.commit().await.unwrap();
        let receipts = async |room| {
            let rows = stage.store.receipts.of_message(room, Seq::new(1), &ann.summary.id).await;
            let mut rows: Vec<_> =
                rows.unwrap().into_iter().map(|row| (row.user_id.to_string(), row.kind)).collect();
            rows.sort();
            rows
        };
        let both = |who: &str| {
            [(who.to_owned(), ReceiptKind::Delivered), (who.to_owned(), ReceiptKind::Read)]
        };
        let mut of_bob = both("bob");
        of_bob.sort();
        let left = receipts(rooms[0]).await;
        assert!(!left.is_empty() && left.iter().all(|(who, _)| who == "carol"), "{left:?}");
        assert_eq!(receipts(rooms[1]).await, of_bob);
        assert_eq!(stage.pointers(rooms[0], &bob).await, (1, 1));
    }
}

/// A deleted conversation can be held too, by one at a time; one that never was cannot.
pub async fn whatever_is_locked_is_held_by_one_at_a_time(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let group = stage.group(&[&ann]).await;
    stage.end(group).await;
    let mut unit = stage.begin().await;
    assert_eq!(unit.lock_conversation(group).await.unwrap(), None);
    let before = unit.lock_whatever(group).await.unwrap().unwrap();
    assert_eq!(before.id, group);
    assert_eq!(unit.lock_whatever(stage.ids.conversation()).await.unwrap(), None);
    drop(unit);

    let stage = Arc::new(stage);
    at_once((0..8).map(|_| {
        let stage = Arc::clone(&stage);
        async move {
            let mut unit = stage.begin().await;
            let mut conversation = unit.lock_whatever(group).await.unwrap().unwrap();
            conversation.next_revision(stage.tick());
            unit.save_conversation(&conversation).await.unwrap();
            unit.commit().await.unwrap();
        }
    }))
    .await;
    let mut unit = stage.begin().await;
    let after = unit.lock_whatever(group).await.unwrap().unwrap();
    assert_eq!(after.revision.get(), before.revision.get() + 8, "one was written over another");
}

/// Leaves tombstones of up to a page of what ann said, as a step of an erasure does; how many.
async fn take_back(stage: &Stage, id: ConversationId, who: &User) -> usize {
    let user = &who.summary.id;
    let said = stage.store.personal.said_by(id, user, Seq::ZERO, PAGE).await.unwrap();
    let mut unit = stage.begin().await;
    let mut conversation = unit.lock_whatever(id).await.unwrap().unwrap();
    for Said { message, .. } in &said {
        let mut message = unit.message(message.id, user).await.unwrap().unwrap();
        let now = stage.tick();
        message.delete("root".parse().unwrap(), conversation.next_revision(now), now);
        (message.client_id, message.client_created_at) = (None, None);
        unit.save_message(&message, None).await.unwrap();
        announce(&mut *unit, &conversation, now, Change::MessageDeleted(message));
    }
    unit.forget_how_sent(id, user, EVERYTHING).await.unwrap();
    unit.save_conversation(&conversation).await.unwrap();
    unit.commit().await.unwrap();
    said.len()
}

/// Step by step all that somebody said becomes tombstones, while others go on: numbers have no gap,
/// each step is told after its commit and in order, and another walk finds nothing to do.
pub async fn steps_leave_tombstones_and_no_gap(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let group = stage.group(&[&ann, &bob]).await;
    let mut of_ann = Vec::new();
    for number in 0..5 {
        let client_id = format!("c{number}");
        let sent = stage.send(named(&stage, group, &ann, &client_id)).await;
        stage.react(&sent, &bob, "👍").await;
        stage.edit(&sent, "secret").await;
        of_ann.push(sent.id);
        stage.say(group, &bob, &format!("bob {number}")).await;
    }
    let revision = stage.membership(group, &bob).await.conversation.revision.get();
    stage.bus().drain();
    let mut steps = Vec::new();
    loop {
        steps.push(take_back(&stage, group, &ann).await);
        if steps.last() == Some(&0) {
            break;
        }
        stage.say(group, &bob, "goes on").await;
    }
    assert_eq!(steps, [2, 2, 1, 0]);

    let all = stage.all(group, &bob).await;
    assert_eq!(seqs(&all), (1..=13).collect::<Vec<_>>());
    for message in &all {
        let erased = of_ann.contains(&message.id);
        assert_eq!(message.tombstone.is_some(), erased, "{message:?}");
        let nothing = Draft { kind: MessageKind::Text, ..Draft::default() };
        if erased {
            assert_eq!((&message.body, &message.reactions[..]), (&nothing, &[][..]));
            assert_eq!((&message.client_id, &message.sender), (&None, &ann.summary));
        } else {
            assert!(words(std::slice::from_ref(message))[0].len() > 4, "{message:?}");
        }
    }
    assert_eq!(said_by(&stage, group, &ann).await, []);
    let events = stage.bus().wait_for(8).await;
    let told: Vec<i64> = changes(&events).iter().map(|event| event.revision.get()).collect();
    assert_eq!(told, (revision + 1..=revision + 8).collect::<Vec<_>>());
    let deleted = |event: &&Event| {
        matches!(event, Event::Durable(Durable { change: Change::MessageDeleted(_), .. }))
    };
    assert_eq!(events.iter().filter(deleted).count(), 5);
    let since = Revision::new(revision);
    let changed = stage.store.messages.changed_since(group, since, Seq::ZERO, 99, &bob.summary.id);
    assert_eq!(changed.await.unwrap().len(), 8, "who was away learns of all");
}
