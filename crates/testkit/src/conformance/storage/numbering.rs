//! Seq and revision: 1, 2, 3 … whoever writes, and however many at once.

use std::sync::Arc;

use chinwag_domain::{Message, Order, Seq, Window};

use crate::conformance::Stage;

/// Everything in a conversation, oldest first.
fn everything(limit: usize) -> Window {
    let limit = u16::try_from(limit).unwrap();
    Window { above: Seq::ZERO, below: None, order: Order::Ascending, limit, skip: 0 }
}

/// That seq is 1, 2, 3 … and revision grows with it.
fn assert_whole(messages: &[Message], count: usize) {
    let seqs: Vec<i64> = messages.iter().map(|message| message.seq.get()).collect();
    let expected: Vec<i64> = (1..).take(count).collect();
    assert_eq!(seqs, expected, "numbers without gap");
    assert!(messages.is_sorted_by(|one, next| one.revision < next.revision));
}

/// 320 messages of eight senders at once are numbered 1 to 320.
pub async fn eight_senders_at_once_leave_no_gap(stage: Stage) {
    let people = stage.people(["p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8"]).await;
    let group = stage.group(&people.each_ref()).await;
    let stage = Arc::new(stage);
    let senders = people.clone().map(|person| {
        let stage = Arc::clone(&stage);
        tokio::spawn(async move {
            let mut own = Vec::new();
            for at in 0..40 {
                own.push(stage.say(group, &person, &format!("message {at}")).await);
            }
            assert!(own.is_sorted_by(|one, next| one.seq < next.seq), "own order is kept");
            own
        })
    });
    let mut answered = Vec::new();
    for sender in senders {
        answered.extend(sender.await.unwrap());
    }
    answered.sort_by_key(|message| message.seq);
    assert_whole(&answered, 320);
    assert_eq!(answered[319].revision.get(), 321, "creation is revision 1");

    let viewer = &people[0].summary.id;
    let mut stored = Vec::new();
    for from in [0, 200] {
        let window = Window { above: Seq::new(from), ..everything(200) };
        stored.extend(stage.store.messages.range(group, window, None, viewer).await.unwrap());
    }
    assert_eq!(stored, answered, "what was answered is what is stored");
}

/// System messages from units of work take their place among the others.
pub async fn units_and_senders_share_one_numbering(stage: Stage) {
    let people = stage.people(["p1", "p2", "p3", "p4"]).await;
    let group = stage.group(&people.each_ref()).await;
    let stage = Arc::new(stage);
    let writers = people.clone().map(|person| {
        let stage = Arc::clone(&stage);
        tokio::spawn(async move {
            for at in 0..20 {
                if at % 4 == 3 {
                    stage.note(group, &person).await;
                } else {
                    stage.say(group, &person, "words").await;
                }
            }
        })
    });
    for writer in writers {
        writer.await.unwrap();
    }
    let viewer = &people[0].summary.id;
    let stored = stage.store.messages.range(group, everything(200), None, viewer).await.unwrap();
    assert_whole(&stored, 80);
    assert_eq!(stored.iter().filter(|message| message.body.system.is_some()).count(), 20);
    let head = stage.store.conversations.heads(&[group]).await.unwrap();
    assert_eq!(head[0].revision.get(), 81);
}

/// Messages elsewhere take no number here.
pub async fn every_conversation_counts_for_itself(stage: Stage) {
    let [ann, bob, cid] = stage.people(["ann", "bob", "cid"]).await;
    let (one, two) = (stage.group(&[&ann, &bob]).await, stage.direct(&ann, &cid).await);
    for at in 1..=5 {
        let (first, second) = (stage.say(one, &ann, "a").await, stage.say(two, &ann, "b").await);
        assert_eq!((first.seq.get(), second.seq.get()), (at, at));
        assert_eq!((first.revision.get(), second.revision.get()), (at + 1, at + 1));
    }
}

/// A change that adds no message takes a revision, but no seq.
pub async fn a_message_takes_the_next_seq_and_revision(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let group = stage.group(&[&ann]).await;
    let first = stage.say(group, &ann, "one").await;
    assert_eq!((first.seq.get(), first.revision.get()), (1, 2));
    let joined = stage.join(group, &bob).await;
    assert_eq!(joined.revision.get(), 3);
    let second = stage.say(group, &bob, "two").await;
    assert_eq!((second.seq.get(), second.revision.get()), (2, 4));
    let membership =
        stage.store.conversations.membership(group, &ann.summary.id).await.unwrap().unwrap();
    let conversation = membership.conversation;
    assert_eq!((conversation.last_seq, conversation.revision), (second.seq, second.revision));
    assert_eq!(conversation.members_revision, joined.revision);
    assert_eq!(conversation.last_message_at, Some(second.created_at));
}
