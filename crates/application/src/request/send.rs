//! A message to be sent.

use chinwag_domain::{
    Attachment, AttachmentKind, ClientId, Draft, Location, Meeting, MessageId, MessageKind,
    Timestamp, UserId, limits,
};
use serde::{Deserialize, Serialize};

use super::{
    check::{Checks, has_control},
    place::check_degrees,
};
use crate::Error;

/// The send request of the protocol. Where it goes is in the path over REST
/// and in `conversation_id` or `recipient_id` in a frame.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
#[allow(missing_docs)] // the protocol's names
pub struct SendRequest {
    pub conversation_id: Option<String>,
    pub recipient_id: Option<String>,
    pub content: Option<String>,
    pub kind: MessageKind,
    pub client_id: Option<ClientId>,
    pub client_created_at: Option<Timestamp>,
    pub reply_to: Option<MessageId>,
    pub attachments: Vec<AttachmentInput>,
    pub location: Option<Location>,
    pub meeting: Option<MeetingInput>,
    pub mentions: Vec<UserId>,
    pub metadata: Option<serde_json::Value>,
}

/// A file that hangs on a message.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // the protocol's names
pub struct AttachmentInput {
    pub url: String,
    pub name: String,
}

/// An appointment to be proposed.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)] // the protocol's names
pub struct MeetingInput {
    pub place: String,
    pub scheduled_at: Timestamp,
}

/// New words for a message.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EditRequest {
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
    /// What is to be said, once everything fits.
    pub(crate) fn into_draft(self) -> Result<Draft, Error> {
        let mut checks = Checks::default();
        self.check(&mut checks);
        checks.done()?;
        let mut mentions = self.mentions;
        let mut seen = std::collections::HashSet::new();
        mentions.retain(|user| seen.insert(user.clone()));
        Ok(Draft {
            kind: self.kind,
            content: self.content,
            attachments: self.attachments.into_iter().map(AttachmentInput::attach).collect(),
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

    fn check(&self, checks: &mut Checks) {
        check_content(checks, self.content.as_deref(), self.kind);
        self.check_kind(checks);
        let fits = self.attachments.len() <= limits::ATTACHMENTS;
        checks.unless(fits, "/attachments", "must be at most 5");
        for (at, attachment) in self.attachments.iter().enumerate() {
            checks.web_url(&attachment.url, &format!("/attachments/{at}/url"));
            checks.line(&attachment.name, 255, &format!("/attachments/{at}/name"));
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
    fn check_kind(&self, checks: &mut Checks) {
        let kind = self.kind;
        checks.unless(kind != MessageKind::System, "/kind", "is written by the server alone");
        let files = matches!(
            kind,
            MessageKind::Image | MessageKind::Video | MessageKind::Audio | MessageKind::File
        );
        let fits = !files || !self.attachments.is_empty();
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
        let kind = filed_as(&self.name);
        Attachment::elsewhere(self.url, self.name, kind)
    }
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
        match parse::<SendRequest>(json.as_bytes()).and_then(SendRequest::into_draft) {
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
        let draft = parse::<SendRequest>(json.as_bytes()).unwrap().into_draft().unwrap();
        assert_eq!(draft.content.as_deref(), Some("<b>\"hi\"</b>\r\n\t👋 \u{202e}"));
        assert_eq!(draft.mentions.len(), 1);
    }

    #[test]
    fn files_elsewhere_are_filed_by_name() {
        assert_eq!(filed_as("a.PNG"), AttachmentKind::Image);
        assert_eq!(filed_as("a.gif"), AttachmentKind::Gif);
        assert_eq!(filed_as("noextension"), AttachmentKind::Other);
    }
}
