//! Small makers of valid entities. They store nothing.

use chinwag_domain::{
    AppRole, Attachment, AttachmentKind, AuditId, AuditTarget, Conversation, ConversationId, Draft,
    GroupSettings, Location, MediaId, Meeting, MeetingSide, MeetingStatus, MessageId,
    NewAuditEntry, NewMessage, Participant, ParticipantRole, Profile, RequestHash, Session,
    Timestamp, User, UserId, UserSummary,
};
use serde_json::json;

/// That id.
pub fn user_id(id: &str) -> UserId {
    id.parse().unwrap()
}

/// A member of that id; name and username are made from it (`ann`: "Ann", "ann").
pub fn user(id: &str) -> User {
    let mut name = id.to_owned();
    name[..1].make_ascii_uppercase();
    let profile = Profile { name: Some(name), username: Some(id.to_owned()), avatar_url: None };
    User::new(user_id(id), profile, AppRole::Member, Timestamp::from_millis(1_600_000_000_000))
}

/// What others see of [`user`].
pub fn summary(id: &str) -> UserSummary {
    user(id).summary
}

/// A group of these people; the first made it and is its admin.
pub fn group(
    id: ConversationId,
    settings: GroupSettings,
    people: &[&User],
    now: Timestamp,
) -> (Conversation, Vec<Participant>) {
    let count = u32::try_from(people.len()).unwrap();
    let founder = people[0].summary.id.clone();
    let group = Conversation::group(id, founder, count, settings, now);
    let participants = people.iter().enumerate().map(|(at, person)| {
        let role = if at == 0 { ParticipantRole::Admin } else { ParticipantRole::Member };
        Participant::founding(&group, person.summary.clone(), role)
    });
    let participants = participants.collect();
    (group, participants)
}

/// A direct conversation that the first one starts.
pub fn direct(
    id: ConversationId,
    one: &User,
    other: &User,
    now: Timestamp,
) -> (Conversation, Vec<Participant>) {
    let conversation =
        Conversation::direct(id, one.summary.id.clone(), &other.summary.id, now).unwrap();
    let participants = [one, other].map(|person| {
        Participant::founding(&conversation, person.summary.clone(), ParticipantRole::Member)
    });
    (conversation, participants.into())
}

/// A message without `client_id`, hashed by what it says.
pub fn new_message(
    id: MessageId,
    conversation_id: ConversationId,
    sender: &UserId,
    body: Draft,
    now: Timestamp,
) -> NewMessage {
    NewMessage {
        id,
        conversation_id,
        sender_id: sender.clone(),
        client_id: None,
        request_hash: request_hash(&body),
        client_created_at: None,
        body,
        created_at: now,
    }
}

/// Differs when the draft differs; good enough where nobody attacks.
pub fn request_hash(body: &Draft) -> RequestHash {
    let text = serde_json::to_vec(body).unwrap();
    let mut hash = [0_u8; 32];
    for (lane, chunk) in hash.chunks_exact_mut(8).enumerate() {
        // FNV-1a, once per lane with another beginning.
        let start = 0xcbf2_9ce4_8422_2325_u64.wrapping_add(lane as u64);
        let sum = text
            .iter()
            .fold(start, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
        chunk.copy_from_slice(&sum.to_be_bytes());
    }
    RequestHash(hash)
}

/// A draft in which every field but `system` says something.
pub fn attached_draft(reply_to: Option<MessageId>, mentions: Vec<UserId>) -> Draft {
    let at = Timestamp::from_millis(1_763_640_000_123);
    let upload = Attachment {
        id: Some(MediaId::from_u128(0xf11e)),
        url: "https://files.example.org/a.png?x=1&y=%20".into(),
        kind: AttachmentKind::Image,
        mime_type: Some("image/png".into()),
        name: "Über \"uns\" 📷.png".into(),
        size: Some(u64::from(u32::MAX) + 7),
        width: Some(640),
        height: Some(480),
        uploaded_at: Some(at),
    };
    let elsewhere = Attachment {
        id: None,
        url: "http://example.org/b".into(),
        kind: AttachmentKind::Other,
        mime_type: None,
        name: "b".into(),
        size: None,
        width: None,
        height: None,
        uploaded_at: None,
    };
    Draft {
        content: Some("Look at this".into()),
        attachments: vec![upload, elsewhere],
        location: Some(Location { latitude: -33.868_82, longitude: 151.209_29, live: true }),
        meeting: Some(Meeting {
            place: "Café \u{5d0}".into(),
            scheduled_at: at.plus_millis(1),
            status: MeetingStatus::Rescheduled,
            proposed_by: MeetingSide::Invited,
        }),
        system: None,
        reply_to,
        mentions,
        metadata: Some(json!({"a": [1, 2.5, null, "x"], "ü": {"deep": true}, "": ""})),
        ..Draft::default()
    }
}

/// What the audit log is told of a sign-in; its id is that of the session.
pub fn sign_in_entry(session: &Session) -> NewAuditEntry {
    NewAuditEntry {
        id: AuditId::new(session.id.uuid()),
        at: session.created_at,
        actor_id: Some(session.user_id.clone()),
        action: "session.created",
        target: AuditTarget::new("session", session.id),
        ip: None,
        details: json!({}),
    }
}
