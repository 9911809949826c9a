//! Conversations and who takes part in them.

use chinwag_application::{
    request::{
        AddPeople, DeliveredRequest, MembershipPatch, NewConversation, ReadRequest, RolePatch,
        SettingsPatch,
    },
    view::{
        ConversationDetailView, ConversationSummaryView, Items, ListView, MembershipView,
        ParticipantView,
    },
};

use super::{
    Operation, Subject, operation,
    parameters::{conversation_type, cursor, flag, limit, page, search},
    subject,
};

pub(super) fn conversations() -> Subject {
    let about = "Between two people, or a group; and one's own view of them.";
    subject("Conversations", about, shared().into_iter().chain(own_view()))
}

/// The same for everybody in it.
fn shared() -> [Operation; 5] {
    [
        operation("GET", "/conversations", "listConversations", "List your conversations")
            .about("Newest activity first.")
            .query([
                search("The name of a group; name, username or id of the other person."),
                conversation_type(),
                flag("hidden", "The hidden ones in place of the others."),
                limit(),
                cursor(),
                page(),
            ])
            .answers::<ListView<ConversationSummaryView>>(200, "A piece of the list.")
            .with(&["Link"]),
        operation("POST", "/conversations", "createConversation", "Begin a conversation")
            .about("There is one direct conversation per pair, for ever: asking for it again answers it.")
            .body::<NewConversation>()
            .answers::<ConversationDetailView>(200, "The direct conversation that there is.")
            .answers::<ConversationDetailView>(201, "A new one.")
            .with(&["Location"])
            .refuses(&[404]),
        operation("GET", "/conversations/{conversation_id}", "getConversation", "One conversation")
            .answers::<ConversationDetailView>(200, "In detail."),
        operation("PATCH", "/conversations/{conversation_id}", "updateConversation", "Change a group's settings")
            .about("Absent fields stay, null takes away.")
            .body_if_any::<SettingsPatch>()
            .answers::<ConversationDetailView>(200, "As it is now."),
        operation("DELETE", "/conversations/{conversation_id}", "deleteConversation", "End a group")
            .says(204, "It is gone for everybody."),
    ]
}

/// Of one's own place in it.
fn own_view() -> [Operation; 5] {
    [
        operation(
            "PATCH",
            "/conversations/{conversation_id}/membership",
            "updateMembership",
            "Mute or hide it for yourself",
        )
        .body_if_any::<MembershipPatch>()
        .answers::<MembershipView>(200, "As it is now."),
        operation(
            "POST",
            "/conversations/{conversation_id}/read",
            "markRead",
            "Say how far you have read",
        )
        .about(
            "The pointer moves forward only; without `seq` to the end. Reading implies delivery.",
        )
        .body_if_any::<ReadRequest>()
        .answers::<MembershipView>(200, "As it is now."),
        operation(
            "POST",
            "/conversations/{conversation_id}/delivered",
            "markDelivered",
            "Say how far a device has the messages",
        )
        .body::<DeliveredRequest>()
        .answers::<MembershipView>(200, "As it is now."),
        operation(
            "POST",
            "/conversations/{conversation_id}/clear",
            "clearConversation",
            "Clear the history for yourself",
        )
        .bodiless()
        .answers::<MembershipView>(200, "As it is now."),
        operation(
            "POST",
            "/conversations/{conversation_id}/leave",
            "leaveConversation",
            "Leave a group",
        )
        .about("When the last admin leaves, the oldest member is one.")
        .bodiless()
        .says(204, "You are out."),
    ]
}

pub(super) fn participants() -> Subject {
    let all = "/conversations/{conversation_id}/participants";
    let one = "/conversations/{conversation_id}/participants/{user_id}";
    subject(
        "Participants",
        "Who takes part in a group.",
        [
            operation("GET", all, "listParticipants", "List who is in it")
                .answers::<Items<ParticipantView>>(200, "All of them."),
            operation("POST", all, "addParticipants", "Add people")
                .body::<AddPeople>()
                .answers::<Items<ParticipantView>>(200, "Those who were named."),
            operation("PATCH", one, "changeRole", "Change somebody's role")
                .body::<RolePatch>()
                .answers::<ParticipantView>(200, "As it is now.")
                .refuses(&[409]),
            operation("DELETE", one, "removeParticipant", "Remove somebody")
                .says(204, "They are out."),
        ],
    )
}
