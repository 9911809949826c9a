//! Messages, and what somebody missed.

use chinwag_application::{
    Sent,
    request::{EditRequest, LocationPatch, MeetingPatch, SendRequest, SyncRequest},
    schema::Schemas,
    view::{
        ChangesView, ListView, MembershipView, MessageView, ReceiptsView, SyncView, UnreadView,
    },
};
use serde_json::{Value, json};

use super::{
    Operation, Subject, operation,
    parameters::{
        conversation, cursor, full_limit, kind, limit, long_limit, order, page, search, sender,
        seq, since, time, words,
    },
    subject,
};

pub(super) fn messages() -> Subject {
    let operations = of_a_conversation().into_iter().chain(of_one()).chain(beyond_words());
    subject("Messages", "Sending, reading, changing, finding.", operations.chain([finding()]))
}

fn of_a_conversation() -> [Operation; 3] {
    let all = "/conversations/{conversation_id}/messages";
    [
        operation("GET", all, "listMessages", "The history")
            .about("By place in the conversation, newest first unless asked otherwise.")
            .query([
                seq("before", "Only below this place."),
                seq("after", "Only above this place."),
                seq("around", "About this place, as many before it as after."),
                order(),
                long_limit(),
                cursor(),
                page(),
                search("Only what contains this."),
            ])
            .answers::<ListView<MessageView>>(200, "A piece of the history.")
            .with(&["Link"]),
        sends(operation("POST", all, "sendMessage", "Send to a conversation")),
        sends(operation("POST", "/messages", "sendToPerson", "Send to a person"))
            .about("Named by `recipient_id`; the direct conversation is found or made.")
            .refuses(&[404]),
    ]
}

fn of_one() -> [Operation; 7] {
    let reaction = "/messages/{message_id}/reactions/{emoji}";
    [
        operation("GET", "/messages/{message_id}", "getMessage", "One message")
            .answers::<MessageView>(200, "The message."),
        operation("PATCH", "/messages/{message_id}", "editMessage", "Change its words")
            .about("By its sender; the words before are kept.")
            .body::<EditRequest>()
            .answers::<MessageView>(200, "As it is now."),
        operation("DELETE", "/messages/{message_id}", "deleteMessage", "Delete it for everybody")
            .about("A tombstone stays in its place.")
            .says(204, "It is gone."),
        operation("PUT", "/messages/{message_id}/read", "readUpTo", "Read up to here")
            .answers::<MembershipView>(200, "As it is now."),
        operation("GET", "/messages/{message_id}/receipts", "getReceipts", "Who has it")
            .answers::<ReceiptsView>(200, "Who has read it, and who has received it."),
        operation("PUT", reaction, "react", "React").answers::<MessageView>(200, "As it is now."),
        operation("DELETE", reaction, "unreact", "Take a reaction back")
            .answers::<MessageView>(200, "As it is now."),
    ]
}

/// Appointments and places.
fn beyond_words() -> [Operation; 2] {
    [
        operation("PATCH", "/messages/{message_id}/meeting", "changeMeeting", "Answer or move an appointment")
            .about("Confirmed or rejected by the other side than the one that named the time; canceled, or another \
                    time, by either.")
            .body::<MeetingPatch>()
            .answers::<MessageView>(200, "As it is now.")
            .refuses(&[409]),
        operation("PATCH", "/messages/{message_id}/location", "moveLocation", "Move a live place")
            .about("By its sender, while it is live.")
            .body::<LocationPatch>()
            .answers::<MessageView>(200, "As it is now.")
            .refuses(&[409]),
    ]
}

fn finding() -> Operation {
    operation("GET", "/search/messages", "searchMessages", "Find messages by their words")
        .about("Over everything that you may see, hidden conversations too; newest first.")
        .query([
            words(),
            conversation(),
            time("from", "Sent at or after."),
            time("to", "Sent before."),
            sender(),
            kind(),
            limit(),
            cursor(),
        ])
        .answers::<ListView<MessageView>>(200, "A piece of what was found.")
        .with(&["Link"])
        .refuses(&[404])
}

pub(super) fn catching_up() -> Subject {
    let changes = "/conversations/{conversation_id}/changes";
    subject("Catching up", "What a client missed, by the revisions that it has.", [
        operation("GET", changes, "getChanges", "What changed in a conversation")
            .about("Ask on with the answer's `revision` while `has_more`. `reset` means: forget what you know of it, \
                    and begin with this.")
            .query([since(), full_limit()])
            .answers::<ChangesView>(200, "Messages and people that changed, in order."),
        operation("POST", "/sync", "sync", "What changed everywhere")
            .about("For a client that comes back: what it names and has changed, then what it does not know.")
            .body_if_any::<SyncRequest>()
            .answers::<SyncView>(200, "Up to 100 conversations; the rest by `next_cursor`."),
        operation("GET", "/unread", "getUnread", "What is unread, and where")
            .answers::<UnreadView>(200, "The total is exact."),
    ])
}

fn sends(operation: Operation) -> Operation {
    operation
        .body::<SendRequest>()
        .body_of("multipart/form-data", form)
        .answers::<Sent>(200, "It had been sent under its `client_id` before.")
        .answers::<Sent>(201, "It is stored.")
        .with(&["Location"])
        .refuses(&[409])
}

/// The JSON first, then up to five files.
fn form(schemas: &mut Schemas) -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "message": schemas.request::<SendRequest>(),
            "files": { "type": "array", "items": { "type": "string", "format": "binary" }, "maxItems": 5 },
        },
    })
}
