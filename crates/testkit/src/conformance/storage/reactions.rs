//! Reactions: each person's emoji once, counted for all, marked for oneself.

use std::sync::Arc;

use chinwag_domain::Message;

use crate::conformance::{Stage, stage::looks::at_once};

/// (emoji, count, me) of a message.
fn tallies(message: &Message) -> Vec<(&str, u32, bool)> {
    let tallies = &message.reactions;
    tallies.iter().map(|tally| (tally.emoji.as_str(), tally.count, tally.me)).collect()
}

/// Tallies count people and come in the order in which the emoji came up.
pub async fn tallies_come_in_order_of_first_use(stage: Stage) {
    let [ann, bob, cid] = stage.people(["ann", "bob", "cid"]).await;
    let group = stage.group(&[&ann, &bob, &cid]).await;
    let message = stage.say(group, &ann, "words").await;
    for (who, emoji) in
        [(&bob, "🎉"), (&cid, "👍"), (&bob, "👍"), (&ann, "❤️"), (&ann, "🎉"), (&cid, ":ok:")]
    {
        assert!(stage.react(&message, who, emoji).await.0);
    }
    let seen = stage.look(&message, &ann).await;
    assert_eq!(
        tallies(&seen),
        [("🎉", 2, true), ("👍", 2, false), ("❤️", 1, true), (":ok:", 1, false)]
    );
    let seen = stage.look(&message, &cid).await;
    assert_eq!(
        tallies(&seen),
        [("🎉", 2, false), ("👍", 2, true), ("❤️", 1, false), (":ok:", 1, true)]
    );
    assert_eq!(seen.revision.get(), 8, "each reaction takes a revision");
}

/// Emoji that look alike are different ones.
pub async fn emoji_are_compared_to_the_letter(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let group = stage.group(&[&ann]).await;
    let message = stage.say(group, &ann, "words").await;
    for emoji in ["👍", "👍🏽", "👍🏿", "❤", "❤️", "a", "A", "%", "'"] {
        assert!(stage.react(&message, &ann, emoji).await.0, "{emoji}");
    }
    assert_eq!(stage.look(&message, &ann).await.reactions.len(), 9);
}

/// The same again is not new, and not counted.
pub async fn the_same_reaction_again_is_not_new(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let group = stage.group(&[&ann]).await;
    let message = stage.say(group, &ann, "words").await;
    assert!(stage.react(&message, &ann, "👍").await.0);
    let (new, seen) = stage.react(&message, &ann, "👍").await;
    assert!(!new);
    assert_eq!(tallies(&seen), [("👍", 1, true)]);
}

/// Taken back it is gone, and only one's own can be.
pub async fn a_reaction_is_taken_back(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let group = stage.group(&[&ann, &bob]).await;
    let message = stage.say(group, &ann, "words").await;
    stage.react(&message, &bob, "👍").await;
    assert!(!stage.unreact(&message, &ann, "👍").await.0);
    stage.react(&message, &ann, "👍").await;
    let (taken, seen) = stage.unreact(&message, &ann, "👍").await;
    assert!(taken);
    assert_eq!(tallies(&seen), [("👍", 1, false)]);
    assert!(!stage.unreact(&message, &ann, "👍").await.0);
    assert!(stage.unreact(&message, &bob, "👍").await.0);
    assert_eq!(tallies(&stage.look(&message, &bob).await), []);
}

/// Reactions of one message do not show on another.
pub async fn reactions_stay_with_their_message(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let group = stage.group(&[&ann]).await;
    let (one, two) = (stage.say(group, &ann, "1").await, stage.say(group, &ann, "2").await);
    stage.react(&one, &ann, "👍").await;
    stage.react(&two, &ann, "🎉").await;
    let all = stage.all(group, &ann).await;
    assert_eq!(tallies(&all[0]), [("👍", 1, true)]);
    assert_eq!(tallies(&all[1]), [("🎉", 1, true)]);
    assert_eq!(all[0], stage.look(&one, &ann).await);
}

/// Of many at once none is lost.
pub async fn reactions_at_once_are_all_counted(stage: Stage) {
    let people = stage.people(["p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8"]).await;
    let group = stage.group(&people.each_ref()).await;
    let message = stage.say(group, &people[0], "words").await;
    let stage = Arc::new(stage);
    let reactions = people.iter().map(|person| {
        let (stage, message, person) = (Arc::clone(&stage), message.clone(), person.clone());
        async move {
            assert!(stage.react(&message, &person, "👍").await.0);
            assert!(stage.react(&message, &person, "🎉").await.0);
            assert!(stage.unreact(&message, &person, "🎉").await.0);
        }
    });
    at_once(reactions).await;
    let seen = stage.look(&message, &people[0]).await;
    assert_eq!(tallies(&seen), [("👍", 8, true)]);
    assert_eq!(seen.revision.get(), 2 + 24);
}
