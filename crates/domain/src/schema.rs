//! JSON Schemas of values whose form on the wire is written by hand in this crate. They stand in
//! place wherever they are used, since their names mean nothing to who speaks another language. The
//! other types of the wire derive theirs. Only with the feature `schema`.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::{
    AuditId, ChangeKind, ClientId, ConnectionId, ConversationId, DeviceAddress, DeviceId, Emoji,
    JobId, MediaId, MessageId, Revision, Seq, SessionId, Timestamp, UserId, WebhookId,
    WebhookSecret,
};

macro_rules! schema {
    ($($name:ident),+ => $schema:expr) => {
        $(
            impl JsonSchema for $name {
                fn inline_schema() -> bool {
                    true
                }

                fn schema_name() -> Cow<'static, str> {
                    stringify!($name).into()
                }

                fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                    let schema: fn(&SchemaGenerator) -> Schema = $schema;
                    schema(generator)
                }
            }
        )+
    };
}

schema!(ConnectionId, ConversationId, MessageId, SessionId, JobId, MediaId, AuditId, WebhookId => |_| json_schema!({
    "type": "string",
    "format": "uuid",
    "pattern": "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
}));

schema!(UserId => |_| json_schema!({
    "type": "string",
    "minLength": 1,
    "maxLength": 128,
    "pattern": "^[A-Za-z0-9._:@|+=~-]+$",
}));

// Control characters are spelled out: not every reader of schemas knows `\p{Cc}`.
schema!(ClientId, DeviceId => |_| json_schema!({
    "type": "string",
    "minLength": 1,
    "maxLength": 128,
    "pattern": r"^[^\x00-\x1f\x7f-\x9f]*$",
}));

schema!(DeviceAddress => |_| json_schema!({
    "type": "string",
    "minLength": 1,
    "maxLength": 2048,
    "pattern": "^[!-~]+$",
}));

schema!(WebhookSecret => |_| json_schema!({
    "type": "string",
    "minLength": 32,
    "maxLength": 256,
    "pattern": "^[!-~]+$",
}));

schema!(ChangeKind => |_| json_schema!({
    "type": "string",
    "enum": ChangeKind::ALL.map(ChangeKind::as_str),
}));

// The bound counts bytes: there may be emoji of fewer characters that do not fit.
schema!(Emoji => |_| json_schema!({
    "type": "string",
    "minLength": 1,
    "maxLength": 32,
    "pattern": r"^[^\s\x00-\x1f\x7f-\x9f]+$",
}));

// What is below the first is taken, too, and stands before everything.
schema!(Seq, Revision => |generator| if generator.contract().is_serialize() {
    json_schema!({ "type": "integer", "format": "int64", "minimum": 0 })
} else {
    json_schema!({ "type": "integer", "format": "int64" })
});

// Any offset is taken; milliseconds of UTC are given.
schema!(Timestamp => |generator| if generator.contract().is_serialize() {
    json_schema!({
        "type": "string",
        "format": "date-time",
        "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$",
    })
} else {
    json_schema!({ "type": "string", "format": "date-time" })
});
