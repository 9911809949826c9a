//! An event arrives as it was published, whatever road it takes.

use chinwag_domain::{
    Change, Conversation, ConversationId, Draft, Durable, Event, GroupSettings, Message, MessageId,
    Mute, Participant, Presence, ReactionTally, Receipt, ReceiptKind, Seq, SessionId, Signal,
    SystemAction, Timestamp, Tombstone,
};
use std::sync::Arc;

use crate::{
    builders::{self, summary, user, user_id},
    conformance::{BusUnderTest, under_test::Listener},
};

const AT: i64 = 1_763_640_000_123;

fn group() -> (Conversation, Vec<Participant>) {
    let (id, at) = (ConversationId::from_u128(7), Timestamp::from_millis(AT));
    let mut settings = GroupSettings::named("Team \"Ü\" 😀");
    settings.description = Some("line\nline".into());
    builders::group(id, settings, &[&user("ann"), &user("bob")], at)
}

/// A message as rich as can be.
fn message(conversation: &mut Conversation) -> Message {
    let at = Timestamp::from_millis(AT + 1);
    let body = builders::attached_draft(Some(MessageId::from_u128(1)), vec![user_id("bob")]);
    let mut new =
        builders::new_message(MessageId::from_u128(2), conversation.id, &user_id("ann"), body, at);
    new.client_id = Some("client ü".parse().unwrap());
    new.client_created_at = Some(Timestamp::from_millis(-5));
    let mut message = Message::placed(new, summary("ann"), conversation.next_message(at));
    let (emoji, count) = ("👍🏽".parse().unwrap(), 3);
    message.reactions = vec![ReactionTally { emoji, count, me: true }];
    message.edited_at = Some(at);
    message
}

fn changes() -> Vec<Change> {
    let (mut conversation, participants) = group();
    let said = message(&mut conversation);
    let mut note = said.clone();
    note.body = Draft::system(SystemAction::Removed, vec![user_id("bob")]);
    let mut gone = said.clone();
    gone.body = Draft::default();
    gone.tombstone = Some(Tombstone { at: Timestamp::from_millis(AT), by: user_id("bob") });
    let mut left = participants[1].clone();
    left.left_at = Some(Timestamp::from_millis(AT));
    left.mute = Mute::Until(Timestamp::from_millis(AT));
    left.read_seq = Seq::new(i64::MAX);
    vec![
        Change::ConversationCreated {
            conversation: conversation.clone(),
            participants: participants.clone(),
        },
        Change::ConversationUpdated(conversation),
        Change::ConversationDeleted,
        Change::ParticipantJoined(participants[1].clone()),
        Change::ParticipantLeft(left),
        Change::ParticipantUpdated(participants[0].clone()),
        Change::MessageCreated(said.clone()),
        Change::MessageCreated(note),
        Change::MessageUpdated(said),
        Change::MessageDeleted(gone),
    ]
}

fn signals() -> Vec<Signal> {
    let (conversation, participants) = group();
    let (conversation_id, at) = (conversation.id, Timestamp::from_millis(AT));
    let user = summary("ann");
    let receipt = Receipt { conversation_id, user_id: user.id.clone(), seq: Seq::new(9), at };
    let presence =
        Presence { user_id: user.id.clone(), online: true, last_seen_at: Some(Timestamp::MAX) };
    let mut participant = participants[0].clone();
    participant.mute = Mute::Forever;
    let attachment = builders::attached_draft(None, Vec::new()).attachments.remove(0);
    vec![
        Signal::Receipt { kind: ReceiptKind::Read, receipt: receipt.clone() },
        Signal::Receipt { kind: ReceiptKind::Delivered, receipt },
        Signal::TypingStarted { conversation_id, user: user.clone(), at, expires_in_ms: 6000 },
        Signal::TypingStopped { conversation_id, user: user.clone(), at },
        Signal::Viewing { conversation_id, user: user.clone(), open: true, at },
        Signal::MembershipUpdated { participant, at },
        Signal::PresenceChanged { presence, at },
        Signal::MediaReady { owner_id: user.id.clone(), attachment, at },
        Signal::AccountDeactivated { user_id: user.id.clone() },
        Signal::SessionRevoked { user_id: user.id, session_id: SessionId::from_u128(3) },
    ]
}

async fn assert_arrive(bus: BusUnderTest, events: Vec<Event>) {
    let listeners: Vec<_> = bus
        .nodes
        .iter()
        .map(|node| {
            let listener = Arc::new(Listener::default());
            node.subscribe(listener.clone());
            listener
        })
        .collect();
    for event in &events {
        bus.nodes[0].publish(event.clone());
    }
    for listener in listeners {
        assert_eq!(listener.wait_for(events.len()).await, events);
    }
}

/// Every kind of change, with all that it carries.
pub async fn changes_arrive_as_they_were(bus: BusUnderTest) {
    let (mut conversation, _) = group();
    let at = Timestamp::from_millis(AT);
    let events = changes().into_iter().map(|change| {
        conversation.membership_changed(at);
        conversation.next_revision(at);
        Durable::of(&conversation, at, change).into()
    });
    let events = events.collect();
    assert_arrive(bus, events).await;
}

/// Every kind of signal, with all that it carries.
pub async fn signals_arrive_as_they_were(bus: BusUnderTest) {
    assert_arrive(bus, signals().into_iter().map(Event::from).collect()).await;
}
