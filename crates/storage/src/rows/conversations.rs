//! Conversations and who takes part in them.

use chinwag_domain::{
    Conversation, ConversationId, ConversationType, DirectKey, GroupSettings, HistoryPolicy, Mute,
    Participant, ParticipantRole, Revision, Seq, Timestamp, UserSummary, fold, ports::StorageError,
};

use super::{millis, summary, time, user_id};
use crate::{
    entity::{conversation, participant, user},
    error::corrupt,
};

pub(crate) fn conversation(row: conversation::Model) -> Result<Conversation, StorageError> {
    let kind = [ConversationType::Direct, ConversationType::Group]
        .into_iter()
        .find(|kind| kind.as_str() == row.kind)
        .ok_or_else(|| corrupt("conversation type"))?;
    let history = [HistoryPolicy::All, HistoryPolicy::SinceJoin]
        .into_iter()
        .find(|history| history.as_str() == row.history)
        .ok_or_else(|| corrupt("history policy"))?;
    let permissions =
        serde_json::from_str(&row.permissions).map_err(|_| corrupt("conversation permissions"))?;
    Ok(Conversation {
        id: ConversationId::new(row.id),
        kind,
        direct_key: row.direct_key.map(DirectKey::stored),
        settings: GroupSettings {
            name: row.name,
            description: row.description,
            avatar_url: row.avatar_url,
            category: row.category,
            permissions,
            history,
        },
        created_by: user_id(&row.created_by)?,
        last_seq: Seq::new(row.last_seq),
        revision: Revision::new(row.revision),
        members_revision: Revision::new(row.members_revision),
        participant_count: u32::try_from(row.participant_count)
            .map_err(|_| corrupt("participant count"))?,
        last_message_at: time(row.last_message_at),
        created_at: Timestamp::from_millis(row.created_at),
        updated_at: Timestamp::from_millis(row.updated_at),
        deleted_at: time(row.deleted_at),
    })
}

pub(crate) fn conversation_row(
    conversation: &Conversation,
) -> Result<conversation::Model, StorageError> {
    let settings = &conversation.settings;
    Ok(conversation::Model {
        id: conversation.id.uuid(),
        kind: conversation.kind.as_str().to_owned(),
        direct_key: conversation.direct_key.as_ref().map(ToString::to_string),
        name: settings.name.clone(),
        description: settings.description.clone(),
        avatar_url: settings.avatar_url.clone(),
        category: settings.category.clone(),
        permissions: serde_json::to_string(&settings.permissions)
            .map_err(StorageError::internal)?,
        history: settings.history.as_str().to_owned(),
        created_by: conversation.created_by.to_string(),
        last_seq: conversation.last_seq.get(),
        revision: conversation.revision.get(),
        members_revision: conversation.members_revision.get(),
        participant_count: i32::try_from(conversation.participant_count)
            .map_err(StorageError::internal)?,
        last_message_at: millis(conversation.last_message_at),
        created_at: conversation.created_at.millis(),
        updated_at: conversation.updated_at.millis(),
        deleted_at: millis(conversation.deleted_at),
        search_name: settings.name.as_deref().map(fold),
    })
}

pub(crate) fn participant(
    row: &participant::Model,
    user: UserSummary,
) -> Result<Participant, StorageError> {
    let role = [ParticipantRole::Admin, ParticipantRole::Member]
        .into_iter()
        .find(|role| role.as_str() == row.role)
        .ok_or_else(|| corrupt("participant role"))?;
    Ok(Participant {
        conversation_id: ConversationId::new(row.conversation_id),
        user,
        role,
        joined_at: Timestamp::from_millis(row.joined_at),
        joined_revision: Revision::new(row.joined_revision),
        history_from_seq: Seq::new(row.history_from_seq),
        left_at: time(row.left_at),
        read_seq: Seq::new(row.read_seq),
        delivered_seq: Seq::new(row.delivered_seq),
        cleared_seq: Seq::new(row.cleared_seq),
        mute: Mute::stored(time(row.muted_until)),
        hidden_at: time(row.hidden_at),
        revision: Revision::new(row.revision),
    })
}

/// For what [`sea_orm::SelectTwo`] gives: everybody who takes part is a known person.
pub(crate) fn participant_with_user(
    (row, person): (participant::Model, Option<user::Model>),
) -> Result<Participant, StorageError> {
    participant(&row, summary(person.ok_or_else(|| corrupt("participant without a person"))?)?)
}

pub(crate) fn participant_row(participant: &Participant) -> participant::Model {
    participant::Model {
        conversation_id: participant.conversation_id.uuid(),
        user_id: participant.user.id.to_string(),
        role: participant.role.as_str().to_owned(),
        joined_at: participant.joined_at.millis(),
        joined_revision: participant.joined_revision.get(),
        history_from_seq: participant.history_from_seq.get(),
        left_at: millis(participant.left_at),
        read_seq: participant.read_seq.get(),
        delivered_seq: participant.delivered_seq.get(),
        cleared_seq: participant.cleared_seq.get(),
        muted_until: millis(participant.mute.until()),
        hidden_at: millis(participant.hidden_at),
        revision: participant.revision.get(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nonsense_in_a_row_is_an_error() {
        let group = Conversation::group(
            ConversationId::from_u128(2),
            "ann".parse().unwrap(),
            1,
            GroupSettings::named("Team"),
            Timestamp::default(),
        );
        let row = conversation_row(&group).unwrap();
        assert_eq!(row.search_name.as_deref(), Some("team"));
        assert_eq!(conversation(row.clone()).unwrap(), group);
        assert!(conversation(conversation::Model { kind: "x".into(), ..row }).is_err());
    }
}
