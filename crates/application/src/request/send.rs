//! A message to be sent.

use chinwag_domain::{
    Attachment, AttachmentKind, ClientId, Draft, Location, Media, MediaId, Meeting, MessageId,
    MessageKind, Timestamp, UserId, limits,
};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

use super::{
    check::{Checks, LINE, WEB_URL, has_control},
    place::check_degrees,
};
use crate::Error;

/// The kinds that a client may name: what the server writes itself is not among them.
#[derive(Debug)]
pub enum SendableKind {}

impl JsonSchema for SendableKind {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "SendableKind".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let sendable = MessageKind::ALL.into_iter().filter(|kind| *kind != MessageKind::System);
        let names: Vec<&str> = sendable.map(MessageKind::as_str).collect();
        json_schema!({ "type": "string", "enum": names })
    }
}

/// The send request of the protocol. Where it goes is in the path over REST
/// and in `conversation_id` or `recipient_id` in a frame.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[allow(missing_docs)] // the protocol's names
pub struct SendRequest {
    /// Where to, in a frame; over REST the path says it.
    pub conversation_id: Option<String>,
    /// To whom, in its place: the direct conversation is found or made.
    pub recipient_id: Option<String>,
    /// A text needs it. It comes back exactly as sent; it is never markup.
    #[schemars(length(max = limits::CONTENT_CHARS))]
    pub content: Option<String>,
    /// Without it `text`, or what the files of a form are.
    #[serde(deserialize_with = "given")]
    #[schemars(with = "SendableKind")]
    pub kind: Option<MessageKind>,
    /// Makes the send idempotent for ever: the same one again answers the stored message.
    pub client_id: Option<ClientId>,
    /// Kept and given back; never used for order.
    pub client_created_at: Option<Timestamp>,
    /// A message of the same conversation.
    pub reply_to: Option<MessageId>,
    #[schemars(length(max = limits::ATTACHMENTS))]
    pub attachments: Vec<AttachmentInput>,
    /// Of kind `location` alone, which needs it.
    pub location: Option<Location>,
    /// Of kind `meeting` alone, which needs it.
    pub meeting: Option<MeetingInput>,
    #[schemars(length(max = limits::MENTIONS))]
    pub mentions: Vec<UserId>,
    /// The application's own, up to 4 KiB.
    pub metadata: Option<serde_json::Value>,
}

/// A file that hangs on a message: an upload by its id, or one elsewhere by its URL.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(try_from = "AttachmentFields", untagged)]
#[schemars(!try_from, deny_unknown_fields)]
#[allow(missing_docs)] // the protocol's names
pub enum AttachmentInput {
    /// An upload, by its id.
    Upload { media_id: MediaId },
    /// A file elsewhere, http or https; it is never fetched by the server.
    Elsewhere {
        #[schemars(length(max = limits::URL_CHARS), regex(pattern = WEB_URL))]
        url: String,
        #[schemars(length(min = 1, max = 255), regex(pattern = LINE))]
        name: String,
    },
}

/// Both kinds of it at once, so that a fault is told by the field that has it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AttachmentFields {
    media_id: Option<MediaId>,
    url: Option<String>,
    name: Option<String>,
}

impl TryFrom<AttachmentFields> for AttachmentInput {
    type Error = &'static str;

    fn try_from(fields: AttachmentFields) -> Result<Self, &'static str> {
        match (fields.media_id, fields.url, fields.name) {
            (Some(media_id), None, None) => Ok(Self::Upload { media_id }),
            (None, Some(url), Some(name)) => Ok(Self::Elsewhere { url, name }),
            (None, Some(_), None) => Err("missing field `name`"),
            (None, None, Some(_)) => Err("missing field `url`"),
            (None, None, None) => Err("needs a media_id, or url and name"),
            (Some(_), ..) => Err("has a media_id, and then nothing else"),
        }
    }
}

/// What is given must fit; only what is not there is none.
fn given<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// An appointment to be proposed.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // the protocol's names
pub struct MeetingInput {
    #[schemars(length(min = 1, max = 200), regex(pattern = LINE))]
    pub place: String,
    /// Ahead of now.
    pub scheduled_at: Timestamp,
}

/// New words for a message.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EditRequest {
    #[schemars(length(max = limits::CONTENT_CHARS))]
    content: String,
}

impl EditRequest {
    /// The words, when they fit a message of that kind.
    pub(crate) fn content(self, kind: MessageKind) -> Result<String, Error> {
        let mut checks = Checks::default();
        check_content(&mut checks, Some(&self.content), kind);
        checks.done()?;
        Ok(self.content)
    }
}

impl SendRequest {
    /// Whether uploads are named, which are looked up before it is sent.
    pub fn names_uploads(&self) -> bool {
        self.attachments.iter().any(|it| matches!(it, AttachmentInput::Upload { .. }))
    }

    /// What is to be said, once everything fits. Uploads are named only; of `files`, which came with
    /// the request and hang behind them, there is what makes two requests the same.
    pub(crate) fn into_draft(self, files: &[Media]) -> Result<Draft, Error> {
        let kind = self.kind.unwrap_or_else(|| kind_of(files));
        let mut checks = Checks::default();
        self.check(&mut checks, kind, self.attachments.len() + files.len());
        checks.done()?;
        let named = self.attachments.into_iter().map(AttachmentInput::attach);
        let attachments = named.chain(files.iter().map(by_content)).collect();
        let mut mentions = self.mentions;
        let mut seen = std::collections::HashSet::new();
        mentions.retain(|user| seen.insert(user.clone()));
        Ok(Draft {
            kind,
            content: self.content,
            attachments,
            location: self.location,
            meeting: self
                .meeting
                .map(|meeting| Meeting::proposed(meeting.place, meeting.scheduled_at)),
            system: None,
            reply_to: self.reply_to,
            mentions,
            metadata: self.metadata,
        })
    }

    fn check(&self, checks: &mut Checks, kind: MessageKind, attachments: usize) {
        check_content(checks, self.content.as_deref(), kind);
        self.check_kind(checks, kind, attachments);
        let fits = attachments <= limits::ATTACHMENTS;
        checks.unless(fits, "/attachments", "must be at most 5");
        for (at, attachment) in self.attachments.iter().enumerate() {
            let AttachmentInput::Elsewhere { url, name } = attachment else { continue };
            checks.web_url(url, &format!("/attachments/{at}/url"));
            checks.line(name, 255, &format!("/attachments/{at}/name"));
        }
        if let Some(Location { latitude, longitude, .. }) = self.location {
            check_degrees(checks, "/location", Some(latitude), Some(longitude));
        }
        if let Some(meeting) = &self.meeting {
            checks.line(&meeting.place, 200, "/meeting/place");
        }
        let fits = self.mentions.len() <= limits::MENTIONS;
        checks.unless(fits, "/mentions", "must be at most 50");
        let size = self.metadata.as_ref().map_or(0, |metadata| metadata.to_string().len());
        checks.unless(size <= limits::METADATA_BYTES, "/metadata", "must be at most 4 KiB");
    }

    /// Each kind has what it shows, and nothing that it would not show.
    fn check_kind(&self, checks: &mut Checks, kind: MessageKind, attachments: usize) {
        checks.unless(kind != MessageKind::System, "/kind", "is written by the server alone");
        let files = matches!(
            kind,
            MessageKind::Image | MessageKind::Video | MessageKind::Audio | MessageKind::File
        );
        let fits = !files || attachments > 0;
        checks.unless(fits, "/attachments", "a message of this kind needs one");
        let fits = self.location.is_some() == (kind == MessageKind::Location);
        checks.unless(fits, "/location", "belongs to a message of kind location, which needs it");
        let fits = self.meeting.is_some() == (kind == MessageKind::Meeting);
        checks.unless(fits, "/meeting", "belongs to a message of kind meeting, which needs it");
    }
}

fn check_content(checks: &mut Checks, content: Option<&str>, kind: MessageKind) {
    let content = content.unwrap_or_default();
    let fits = kind != MessageKind::Text || !content.trim().is_empty();
    checks.unless(fits, "/content", "must not be blank");
    let fits = content.chars().count() <= limits::CONTENT_CHARS;
    checks.unless(fits, "/content", "must be at most 8000 characters");
    let fits = !has_control(content, "\n\r\t");
    checks.unless(fits, "/content", "must not have control characters");
}

impl AttachmentInput {
    fn attach(self) -> Attachment {
        match self {
            Self::Upload { media_id } => Attachment::named(media_id),
            Self::Elsewhere { url, name } => {
                let kind = filed_as(&name);
                Attachment::elsewhere(url, name, kind)
            }
        }
    }
}

/// A file that came with a request, as it comes again with a retry: without its id.
fn by_content(media: &Media) -> Attachment {
    let digits = media.sha256.iter().flatten().flat_map(|byte| [byte >> 4, byte & 15]);
    let hash: String = digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect();
    let name = media.name.to_string();
    Attachment {
        size: Some(media.size),
        ..Attachment::elsewhere(format!("sha256:{hash}"), name, media.file_type.kind)
    }
}

/// What a message with these files is, where its sender does not say.
fn kind_of(files: &[Media]) -> MessageKind {
    let mut kinds = files.iter().map(|media| match media.file_type.kind {
        AttachmentKind::Image | AttachmentKind::Gif => MessageKind::Image,
        AttachmentKind::Video => MessageKind::Video,
        AttachmentKind::Audio => MessageKind::Audio,
        AttachmentKind::Document | AttachmentKind::Other => MessageKind::File,
    });
    let Some(first) = kinds.next() else { return MessageKind::Text };
    if kinds.all(|kind| kind == first) { first } else { MessageKind::File }
}

/// How a file elsewhere is filed: by its name, since it is never fetched.
fn filed_as(name: &str) -> AttachmentKind {
    let extension = name.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase());
    match extension.as_deref() {
        Some("gif") => AttachmentKind::Gif,
        Some("jpg" | "jpeg" | "png" | "webp" | "avif" | "heic" | "bmp") => AttachmentKind::Image,
        Some("mp4" | "mov" | "webm" | "mkv" | "avi") => AttachmentKind::Video,
        Some("mp3" | "ogg" | "opus" | "wav" | "m4a" | "flac") => AttachmentKind::Audio,
        Some(
            "pdf" | "txt" | "md" | "csv" | "doc" | "docx" | "xls" | "xlsx" | "ppt" | "pptx" | "odt"
            | "ods" | "odp" | "rtf",
        ) => AttachmentKind::Document,
        _ => AttachmentKind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::parse;

    fn pointers(json: &str) -> Vec<String> {
        match parse::<SendRequest>(json.as_bytes()).and_then(|it| it.into_draft(&[])) {
            Ok(_) => Vec::new(),
            Err(Error::Invalid(errors)) => errors.into_iter().map(|e| e.pointer).collect(),
            Err(error) => panic!("{error:?}"),
        }
    }

    #[test]
    fn every_field_has_its_bounds() {
        let long = "x".repeat(8_001);
        for (json, pointer) in [
            (r"{}", "/content"),
            (r#"{"content":" \n\t "}"#, "/content"),
            (r#"{"content":"a\u0000b"}"#, "/content"),
            (r#"{"content":"a\u009bb"}"#, "/content"),
            (&format!(r#"{{"content":"{long}"}}"#), "/content"),
            (r#"{"content":"x","kind":"system"}"#, "/kind"),
            (r#"{"content":"x","kind":"shout"}"#, "/kind"),
            (r#"{"kind":"image"}"#, "/attachments"),
            (r#"{"kind":"location"}"#, "/location"),
            (r#"{"content":"x","location":{"latitude":1,"longitude":2}}"#, "/location"),
            (
                r#"{"kind":"location","location":{"latitude":91,"longitude":2}}"#,
                "/location/latitude",
            ),
            (r#"{"kind":"meeting"}"#, "/meeting"),
            (
                r#"{"kind":"file","attachments":[{"url":"file:///etc/passwd","name":"p"}]}"#,
                "/attachments/0/url",
            ),
            (
                r#"{"kind":"file","attachments":[{"url":"javascript:alert(1)","name":"p"}]}"#,
                "/attachments/0/url",
            ),
            (
                r#"{"kind":"file","attachments":[{"url":"https://a.b","name":""}]}"#,
                "/attachments/0/name",
            ),
            (r#"{"content":"x","attachments":[{"media_id":"7"}]}"#, "/attachments/0/media_id"),
            (r#"{"content":"x","attachments":[{"name":"x"}]}"#, "/attachments/0/url"),
            (r#"{"content":"x","attachments":[{}]}"#, "/attachments/0"),
            (
                r#"{"content":"x","attachments":[{"media_id":"0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b","name":"x"}]}"#,
                "/attachments/0",
            ),
            (r#"{"content":"x","mentions":["a b"]}"#, "/mentions/0"),
            (r#"{"content":"x","client_id":""}"#, "/client_id"),
            (r#"{"content":"x","client_created_at":"yesterday"}"#, "/client_created_at"),
            (r#"{"content":"x","reply_to":"7"}"#, "/reply_to"),
        ] {
            assert_eq!(pointers(json), [pointer], "{json}");
        }
        let metadata = format!(r#"{{"content":"x","metadata":"{}"}}"#, "m".repeat(4_096));
        assert_eq!(pointers(&metadata), ["/metadata"]);
    }

    #[test]
    fn what_fits_is_kept_as_it_was_sent() {
        let json = r#"{"content":"<b>\"hi\"</b>\r\n\t👋 \u202e","mentions":["bob","bob"]}"#;
        let draft = parse::<SendRequest>(json.as_bytes()).unwrap().into_draft(&[]).unwrap();
        assert_eq!(draft.content.as_deref(), Some("<b>\"hi\"</b>\r\n\t👋 \u{202e}"));
        assert_eq!(draft.mentions.len(), 1);
    }

    /// The hash by which a retry is known is taken over this text: clients that retry over an update of
    /// the server must not be told of a conflict.
    #[test]
    fn a_request_without_uploads_is_hashed_as_ever() {
        let json = r#"{"kind":"file","content":"x","attachments":[{"url":"https://a.b/c","name":"c.png"}]}"#;
        let draft = parse::<SendRequest>(json.as_bytes()).unwrap().into_draft(&[]).unwrap();
        let hashed = concat!(
            r#"{"kind":"file","content":"x","attachments":[{"id":null,"url":"https://a.b/c","#,
            r#""kind":"image","mime_type":null,"name":"c.png","size":null,"uploaded_at":null}],"#,
            r#""location":null,"meeting":null,"system":null,"reply_to":null,"mentions":[],"#,
            r#""metadata":null}"#
        );
        assert_eq!(serde_json::to_string(&draft).unwrap(), hashed);
    }

    #[test]
    fn files_elsewhere_are_filed_by_name() {
        assert_eq!(filed_as("a.PNG"), AttachmentKind::Image);
        assert_eq!(filed_as("a.gif"), AttachmentKind::Gif);
        assert_eq!(filed_as("noextension"), AttachmentKind::Other);
    }
}
