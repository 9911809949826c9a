//! What is sent comes back as it was sent, to the last character.

use chinwag_domain::{
    ConversationId, Draft, Location, Meeting, MeetingStatus, Message, MessageKind, SystemAction,
    SystemNote, Timestamp, User,
};
use serde_json::json;

use crate::{builders, conformance::Stage};

/// Sends a draft and looks at it through every door.
async fn assert_comes_back(stage: &Stage, group: ConversationId, ann: &User, body: Draft) {
    let message = stage.send(stage.draft(group, ann, body.clone())).await;
    assert_eq!(message.body, body);
    assert_eq!(stage.look(&message, ann).await, message);
    let stored: Vec<Message> = stage.all(group, ann).await;
    assert_eq!(stored.last(), Some(&message));
    assert_eq!(stage.summary(group, ann).await.last_message, Some(message));
}

/// Every part that a draft can have.
pub async fn every_part_of_a_draft_comes_back(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let group = stage.group(&[&ann, &bob]).await;
    let first = stage.say(group, &bob, "question").await;
    let mentions = vec![bob.summary.id.clone(), ann.summary.id.clone()];
    let body = builders::attached_draft(Some(first.id), mentions);
    assert_comes_back(&stage, group, &ann, body).await;
}

/// Every kind, also without words.
pub async fn every_kind_comes_back(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let group = stage.group(&[&ann]).await;
    for kind in [
        MessageKind::Text,
        MessageKind::Image,
        MessageKind::Video,
        MessageKind::Audio,
        MessageKind::File,
        MessageKind::Location,
        MessageKind::Meeting,
    ] {
        assert_comes_back(&stage, group, &ann, Draft { kind, ..Draft::default() }).await;
    }
}

/// Places and appointments, to the last digit and in every state.
pub async fn places_and_appointments_come_back(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let group = stage.group(&[&ann]).await;
    for (latitude, longitude) in [(0.0, -0.1), (89.999_999_999_9, -180.0), (-1e-7, 1.0 / 3.0)] {
        let location = Some(Location { latitude, longitude, live: false });
        let body = Draft { kind: MessageKind::Location, location, ..Draft::default() };
        assert_comes_back(&stage, group, &ann, body).await;
    }
    for status in [
        MeetingStatus::Pending,
        MeetingStatus::Confirmed,
        MeetingStatus::Rejected,
        MeetingStatus::Rescheduled,
        MeetingStatus::Canceled,
        MeetingStatus::Expired,
        MeetingStatus::Completed,
    ] {
        let meeting = Meeting { status, ..Meeting::proposed("Here".into(), Timestamp::MAX) };
        let meeting = Some(meeting);
        let body = Draft { kind: MessageKind::Meeting, meeting, ..Draft::default() };
        assert_comes_back(&stage, group, &ann, body).await;
    }
}

/// Text in any script, with whatever could mean something to a database.
pub async fn text_comes_back_to_the_letter(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let group = stage.group(&[&ann]).await;
    for text in [
        "it's \"quoted\" `so` \\ and \\n",
        "'; DROP TABLE messages; --",
        "%s $1 ? :name {} @p",
        "<script>alert(1)</script> &amp;",
        "  blanks around \t\r\n and lines \n\n",
        "שלום \u{202e}abc\u{202c} مرحبا",
        "👨‍👩‍👧‍👦 🏳️‍🌈 e\u{301} \u{1d11e} \u{200b}",
        "ß ẞ İ ı ﬁ Å",
        "",
    ] {
        assert_comes_back(&stage, group, &ann, Draft::text(text)).await;
    }
}

/// The longest text there may be, of characters of four bytes.
pub async fn long_text_comes_back_whole(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let group = stage.group(&[&ann]).await;
    let text = "😀".repeat(chinwag_domain::limits::CONTENT_CHARS);
    assert_comes_back(&stage, group, &ann, Draft::text(text)).await;
}

/// Metadata is the client's: any JSON, also what a database might not like.
pub async fn metadata_comes_back_as_json(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let group = stage.group(&[&ann]).await;
    for value in [
        json!({}),
        json!([]),
        json!(false),
        json!("text"),
        json!({"nul": "a\u{0}b", "quote'\"": "\\u0000"}),
        json!({"big": u64::MAX, "small": i64::MIN, "float": 1.5e-9, "null": null}),
        json!({"b": 1, "a": {"d": [[[]]], "c": "x".repeat(4000)}}),
    ] {
        let body = Draft { metadata: Some(value), ..Draft::text("words") };
        assert_comes_back(&stage, group, &ann, body).await;
    }
}

/// The client's id and time, and the server's, each for itself.
pub async fn ids_and_times_come_back(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let group = stage.group(&[&ann]).await;
    let mut new = stage.text(group, &ann, "words");
    new.client_id = Some("client id ü/'\"%".parse().unwrap());
    new.client_created_at = Some(Timestamp::from_millis(-1));
    let message = stage.send(new.clone()).await;
    assert_eq!((message.id, message.conversation_id), (new.id, group));
    assert_eq!(message.client_id, new.client_id);
    assert_eq!(message.client_created_at, new.client_created_at);
    assert_eq!(message.created_at, new.created_at);
    assert_eq!(message.sender, ann.summary);
    assert_eq!((message.edited_at, message.tombstone.clone()), (None, None));
    assert!(message.reactions.is_empty());
    assert_eq!(stage.look(&message, &ann).await, message);
}

/// System messages, which a unit of work writes.
pub async fn system_messages_come_back(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let group = stage.group(&[&ann, &bob]).await;
    for action in [SystemAction::Added, SystemAction::Removed, SystemAction::Left] {
        let user_ids = vec![bob.summary.id.clone(), ann.summary.id.clone()];
        let (mut unit, mut conversation) = stage.begin_in(group).await;
        let body = Draft::system(action, user_ids.clone());
        let new = stage.draft(group, &ann, body);
        let place = conversation.next_message(new.created_at);
        let message = Message::placed(new, ann.summary.clone(), place);
        unit.insert_message(&message).await.unwrap();
        unit.save_conversation(&conversation).await.unwrap();
        unit.commit().await.unwrap();
        let seen = stage.look(&message, &bob).await;
        assert_eq!(seen, message);
        assert_eq!(seen.body.system, Some(SystemNote { action, user_ids }));
    }
}
