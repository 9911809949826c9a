//! Messages, people and times as text. What others wrote is cleaned of what would move the cursor, change
//! colours or turn the line around: a terminal obeys such characters.

use chinwag_client::{Conversation, Message, UserSummary};
use chrono::{DateTime, Local};
use serde_json::Value;

/// What stands for a character that a terminal would obey.
const COVERED: char = '\u{FFFD}';
/// Before the second and further lines of a message.
const INDENT: &str = "\n      ";

/// The text without characters that a terminal obeys; line ends stay, indented.
pub(crate) fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.trim_end().chars() {
        match c {
            '\n' => out.push_str(INDENT),
            '\t' => out.push(' '),
            '\r' => {}
            c if c.is_control() || turns(c) => out.push(COVERED),
            c => out.push(c),
        }
    }
    out
}

/// Embeddings, overrides and isolates of writing direction, which would show a text otherwise than it is.
fn turns(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// As clean as [`clean`], and on one line.
pub(crate) fn line(text: &str) -> String {
    clean(text).replace(INDENT, " ")
}

/// What to call a person.
pub(crate) fn name(user: &UserSummary) -> String {
    line(user.name.as_deref().or(user.username.as_deref()).unwrap_or(&user.id))
}

/// What to call a conversation: the other person, the group's name, or its id.
pub(crate) fn title(conversation: &Conversation) -> String {
    match (&conversation.participant, &conversation.name) {
        (Some(other), _) => name(other),
        (None, Some(group)) => line(group),
        (None, None) => conversation.id.to_string(),
    }
}

/// The hour and minute here, with the day where it is not today's.
pub(crate) fn time(rfc3339: &str) -> String {
    let Ok(at) = DateTime::parse_from_rfc3339(rfc3339) else { return line(rfc3339) };
    let at = at.with_timezone(&Local);
    let today = at.date_naive() == Local::now().date_naive();
    at.format(if today { "%H:%M" } else { "%Y-%m-%d %H:%M" }).to_string()
}

/// A message as one line and, where it has several, more below.
pub(crate) fn message(message: &Message, own: bool) -> String {
    let at = time(&message.created_at);
    if message.kind == "system" {
        return format!("{at} — {}", system(message));
    }
    let mut text = format!("{at} {}: {}", name(&message.sender), said(message));
    if message.edited_at.is_some() && message.deleted_at.is_none() {
        text.push_str(" (edited)");
    }
    for reaction in reactions(message) {
        text.push(' ');
        text.push_str(&reaction);
    }
    if own && message.deleted_at.is_none() {
        text.push(' ');
        text.push_str(ticks(message.status.as_deref()));
    }
    text
}

/// One tick: stored; two: with everybody. A live message has no status yet, but is stored.
fn ticks(status: Option<&str>) -> &'static str {
    match status {
        Some("delivered") => "✓✓",
        Some("read") => "✓✓ read",
        _ => "✓",
    }
}

fn said(message: &Message) -> String {
    if message.deleted_at.is_some() {
        return "(deleted)".to_owned();
    }
    let mut parts: Vec<String> = message.content.iter().map(|content| clean(content)).collect();
    let attachments = message.extra.get("attachments").and_then(Value::as_array);
    for attachment in attachments.into_iter().flatten() {
        let of = |member: &str| attachment[member].as_str().map(line).unwrap_or_default();
        parts.push(format!("[{} {}]", of("kind"), of("name")));
    }
    let place = message.extra.get("location");
    if let Some((latitude, longitude)) =
        place.and_then(|place| Some((place["latitude"].as_f64()?, place["longitude"].as_f64()?)))
    {
        parts.push(format!("[location {latitude}, {longitude}]"));
    }
    if let Some(meeting) = message.extra.get("meeting") {
        let of = |member: &str| meeting[member].as_str().unwrap_or_default();
        let when = time(of("scheduled_at"));
        parts.push(format!("[meeting: {}, {when}, {}]", line(of("place")), of("status")));
    }
    parts.retain(|part| !part.is_empty());
    parts.join(" ")
}

/// What the server notes in a conversation: facts, whose words are the client's.
fn system(message: &Message) -> String {
    let note = message.extra.get("system").cloned().unwrap_or_default();
    let people = note["user_ids"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let people: Vec<String> = people.map(line).collect();
    let people = people.join(", ");
    let who = name(&message.sender);
    match note["action"].as_str().unwrap_or_default() {
        "participant.added" => format!("{who} added {people}"),
        "participant.removed" => format!("{who} removed {people}"),
        "participant.left" => format!("{who} left"),
        other => format!("{who}: {}", line(other)),
    }
}

fn reactions(message: &Message) -> Vec<String> {
    let all = message.extra.get("reactions").and_then(Value::as_array);
    all.into_iter()
        .flatten()
        .filter_map(|one| {
            let (emoji, count) = (one["emoji"].as_str()?, one["count"].as_u64()?);
            Some(if count > 1 { format!("{}{count}", line(emoji)) } else { line(emoji) })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn message_of(more: &Value) -> Message {
        let mut value = json!({
            "id": uuid::Uuid::nil(), "conversation_id": uuid::Uuid::nil(), "seq": 1, "revision": 1,
            "sender": {"id": "ann", "name": "Ann"}, "kind": "text", "content": "hello",
            "created_at": "2001-02-03T12:00:00.000Z",
        });
        let members = more.as_object().unwrap().clone();
        value.as_object_mut().unwrap().extend(members);
        serde_json::from_value(value).unwrap()
    }

    /// Without the time, which depends on where the test runs.
    fn shown(more: &Value, own: bool) -> String {
        let text = message(&message_of(more), own);
        text.split_once("Ann").map(|(_, rest)| format!("Ann{rest}")).unwrap()
    }

    #[test]
    fn nothing_that_others_write_is_obeyed_by_the_terminal() {
        assert_eq!(
            clean("a\u{1b}[2J\u{7}b\r\nc\td\n"),
            format!("a{COVERED}[2J{COVERED}b\n      c d")
        );
        assert_eq!(
            clean("x\u{9b}31m\u{202e}y\u{2066}"),
            format!("x{COVERED}31m{COVERED}y{COVERED}")
        );
        assert_eq!(line("a\nb"), "a b");
        let text = shown(
            &json!({"content": "\u{1b}]0;x\u{7}", "reactions": [{"emoji": "\u{1b}c", "count": 1}]}),
            false,
        );
        assert!(!text.contains('\u{1b}') && !text.contains('\u{7}'), "{text:?}");
    }

    #[test]
    fn a_message_shows_what_became_of_it() {
        assert_eq!(shown(&json!({}), false), "Ann: hello");
        assert_eq!(shown(&json!({}), true), "Ann: hello ✓");
        assert_eq!(shown(&json!({"status": "delivered"}), true), "Ann: hello ✓✓");
        assert_eq!(shown(&json!({"status": "read"}), true), "Ann: hello ✓✓ read");
        assert_eq!(
            shown(&json!({"edited_at": "2001-02-03T12:01:00Z"}), false),
            "Ann: hello (edited)"
        );
        let reactions =
            json!({"reactions": [{"emoji": "👍", "count": 2}, {"emoji": "🎉", "count": 1}]});
        assert_eq!(shown(&reactions, false), "Ann: hello 👍2 🎉");
        let deleted = json!({"content": null, "deleted_at": "2001-02-03T12:01:00Z"});
        assert_eq!(shown(&deleted, true), "Ann: (deleted)");
    }

    #[test]
    fn what_has_no_text_is_named() {
        let photo = json!({"content": null, "kind": "image", "attachments": [{"kind": "image", "name": "a.jpg"}]});
        assert_eq!(shown(&photo, false), "Ann: [image a.jpg]");
        let place = json!({"content": null, "kind": "location", "location": {"latitude": 1.5, "longitude": -2.25}});
        assert_eq!(shown(&place, false), "Ann: [location 1.5, -2.25]");
    }

    #[test]
    fn what_the_server_notes_is_told_in_words() {
        let note = json!({"kind": "system", "content": null,
            "system": {"action": "participant.added", "user_ids": ["bob", "eve\u{7}"]}});
        assert_eq!(shown(&note, true), format!("Ann added bob, eve{COVERED}"));
    }

    #[test]
    fn a_time_that_is_none_is_shown_as_it_is() {
        assert_eq!(time("never\u{7}"), format!("never{COVERED}"));
        assert!(time("2001-02-03T12:00:00.000Z").starts_with("2001-02-0"));
    }
}
