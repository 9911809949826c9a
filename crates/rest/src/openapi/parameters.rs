//! Parameters of paths and query strings. That exactly the described ones are taken is held by a
//! test; what fits them is read in `params` and in the use cases.

use chinwag_application::{request::SendableKind, schema::Schemas};
use chinwag_domain::{
    ConnectionId, ConversationId, ConversationType, DeviceId, Emoji, JobId, JobState, Limit,
    MediaId, MessageId, PageNumber, SessionId, Timestamp, UserId, WebhookId,
};
use serde_json::{Value, json};

use super::operation::Schema;

/// A parameter and what it may be.
pub(crate) struct Parameter {
    pub name: &'static str,
    about: &'static str,
    required: bool,
    schema: Schema,
}

fn optional(name: &'static str, about: &'static str, schema: Schema) -> Parameter {
    Parameter { name, about, required: false, schema }
}

impl Parameter {
    /// The request is refused without it.
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// As the document has it.
    pub fn written(&self, place: &str, schemas: &mut Schemas) -> Value {
        let mut written = json!({
            "name": self.name,
            "in": place,
            "required": self.required,
            "schema": (self.schema)(schemas),
        });
        if !self.about.is_empty() {
            written["description"] = self.about.into();
        }
        written
    }
}

/// The parameters in a path.
pub(super) fn of_path(path: &'static str) -> impl Iterator<Item = Parameter> {
    let names = path.split('{').skip(1).filter_map(|rest| rest.split('}').next());
    names.map(|name| {
        let schema: Schema = match name {
            "conversation_id" => Schemas::request::<ConversationId>,
            "message_id" => Schemas::request::<MessageId>,
            "user_id" => Schemas::request::<UserId>,
            "session_id" => Schemas::request::<SessionId>,
            "device_id" => Schemas::request::<DeviceId>,
            "media_id" => Schemas::request::<MediaId>,
            "webhook_id" => Schemas::request::<WebhookId>,
            "connection_id" => Schemas::request::<ConnectionId>,
            "job_id" => Schemas::request::<JobId>,
            "emoji" => Schemas::request::<Emoji>,
            _ => |_| json!({ "type": "string" }),
        };
        optional(name, "", schema).required()
    })
}

pub(super) fn limit() -> Parameter {
    optional("limit", "Items at most.", |_| count(Limit::LIST))
}

/// The same for history.
pub(super) fn long_limit() -> Parameter {
    optional("limit", "Items at most.", |_| count(Limit::HISTORY))
}

/// The same for who catches up.
pub(super) fn full_limit() -> Parameter {
    optional("limit", "Changes at most.", |_| count(Limit::MAX))
}

fn count(usual: Limit) -> Value {
    let (most, usual) = (Limit::MAX.get(), usual.get());
    json!({ "type": "integer", "minimum": 1, "maximum": most, "default": usual })
}

pub(super) fn cursor() -> Parameter {
    let about = "`next_cursor` of the last answer, as it was; the other parameters stay the same.";
    optional("cursor", about, |_| json!({ "type": "string", "minLength": 1 }))
}

pub(super) fn page() -> Parameter {
    let about = "A page by its number in place of a cursor; the answer then counts the pages.";
    optional(
        "page",
        about,
        |_| json!({ "type": "integer", "minimum": 1, "maximum": PageNumber::MAX }),
    )
}

pub(super) fn search(about: &'static str) -> Parameter {
    optional("search", about, |_| json!({ "type": "string", "maxLength": 200 }))
}

pub(super) fn words() -> Parameter {
    optional(
        "q",
        "What the text must contain.",
        |_| json!({ "type": "string", "minLength": 1, "maxLength": 200 }),
    )
    .required()
}

pub(super) fn conversation_type() -> Parameter {
    optional("type", "Only these.", Schemas::request::<ConversationType>)
}

pub(super) fn flag(name: &'static str, about: &'static str) -> Parameter {
    optional(name, about, |_| json!({ "type": "boolean", "default": false }))
}

pub(super) fn seq(name: &'static str, about: &'static str) -> Parameter {
    optional(name, about, natural)
}

pub(super) fn since() -> Parameter {
    optional("since", "The last revision that the client has; 0 for none.", natural).required()
}

pub(super) fn order() -> Parameter {
    let about =
        "`desc`: the newest within the bounds, newest first; `asc`: the oldest, oldest first.";
    optional(
        "order",
        about,
        |_| json!({ "type": "string", "enum": ["asc", "desc"], "default": "desc" }),
    )
}

pub(super) fn conversation() -> Parameter {
    optional("conversation_id", "Only in this one.", Schemas::request::<ConversationId>)
}

pub(super) fn sender() -> Parameter {
    optional("sender_id", "Only from this person.", Schemas::request::<UserId>)
}

pub(super) fn person() -> Parameter {
    optional("user_id", "Only of this person.", Schemas::request::<UserId>)
}

pub(super) fn action() -> Parameter {
    optional("action", "Only this, such as message.deleted.", |_| plain(64))
}

pub(super) fn actor() -> Parameter {
    optional("actor_id", "Only by this person.", Schemas::request::<UserId>)
}

pub(super) fn target() -> Parameter {
    optional("target", "An id, or type:id.", |_| plain(200))
}

pub(super) fn kind() -> Parameter {
    optional("kind", "Only of this kind.", Schemas::request::<SendableKind>)
}

pub(super) fn time(name: &'static str, about: &'static str) -> Parameter {
    optional(name, about, Schemas::request::<Timestamp>)
}

pub(super) fn people() -> Parameter {
    let ids = |_: &mut Schemas| json!({ "type": "string", "pattern": "^[A-Za-z0-9._:@|+=~,-]*$" });
    optional("user_ids", "Ids, divided by commas; up to 500.", ids).required()
}

pub(super) fn job_state() -> Parameter {
    optional("state", "Only these.", Schemas::request::<JobState>)
}

pub(super) fn named(name: &'static str, about: &'static str) -> Parameter {
    optional(name, about, text)
}

pub(super) fn format(formats: Schema) -> Parameter {
    optional("format", "What the file is.", formats).required()
}

fn natural(_: &mut Schemas) -> Value {
    json!({ "type": "integer", "format": "int64", "minimum": 0 })
}

/// Up to so many characters, and no control characters.
fn plain(most: u32) -> Value {
    json!({
        "type": "string",
        "minLength": 1,
        "maxLength": most,
        "pattern": r"^[^\x00-\x1f\x7f-\x9f]*$",
    })
}

fn text(_: &mut Schemas) -> Value {
    json!({ "type": "string" })
}
