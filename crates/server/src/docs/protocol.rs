//! The page about the socket, made from its contract.

use chinwag_ws::asyncapi;
use serde_json::Value;

use super::html::{AMONG_OTHERS, escaped, page as whole, prose, table};
use crate::contract::BASE;

/// Requests, events, close codes.
pub fn page() -> String {
    let contract = asyncapi::document(BASE);
    let socket = &contract["channels"]["socket"];
    let body = format!(
        "<h1>Protocol of the socket</h1>\n<p>{}</p>\n<p><code>{}</code> {}</p>\n\
         <p>Fields with a question mark may be left out.</p>\n\
         <h2>Requests</h2>\n<p><code>{{\"id\", \"type\", \"data\"}}</code>, answered by \
         <code>{{\"type\": \"reply\", \"id\", \"ok\", \"data\" or \"error\"}}</code>.</p>\n{}\
         <h2>Events</h2>\n<p><code>{{\"type\", \"conversation_id\"?, \"revision\"?, \"notify\"?, \"data\", \"at\"}}</code></p>\n{}\
         <h2>Close codes</h2>\n{}",
        text(&contract["info"]["description"]),
        plain(&socket["address"]),
        text(&socket["description"]),
        frames(&contract, "receive"),
        frames(&contract, "send"),
        closes(&contract),
    );
    whole(AMONG_OTHERS, "Protocol", &body)
}

fn frames(contract: &Value, action: &str) -> String {
    let operations = contract["operations"].as_object();
    let operations = operations.into_iter().flatten();
    let rows = operations.filter(|(_, it)| it["action"] == action).map(|(name, operation)| {
        let data = &contract["components"]["messages"][name]["payload"]["properties"]["data"];
        let name = format!("<code>{}</code>", escaped(name));
        vec![name, text(&operation["summary"]), fields(resolved(contract, data))]
    });
    table(&["type", "what", "data"], rows)
}

/// The names of an object's fields.
fn fields(schema: &Value) -> String {
    let required = schema["required"].as_array();
    let optional = |name: &str| !required.is_some_and(|names| names.contains(&name.into()));
    let names = schema["properties"].as_object().into_iter().flatten().map(|(name, _)| {
        format!("<code>{}{}</code>", escaped(name), if optional(name) { "?" } else { "" })
    });
    names.collect::<Vec<_>>().join(" ")
}

fn resolved<'a>(contract: &'a Value, schema: &'a Value) -> &'a Value {
    let place = schema["$ref"].as_str().and_then(|reference| reference.strip_prefix('#'));
    place.and_then(|place| contract.pointer(place)).unwrap_or(schema)
}

fn closes(contract: &Value) -> String {
    let closes = contract["x-close-codes"].as_array().into_iter().flatten().map(|close| {
        let back = if close["come_back"] == true { "yes" } else { "no" };
        vec![
            close["code"].to_string(),
            plain(&close["reason"]),
            text(&close["meaning"]),
            back.into(),
        ]
    });
    table(&["code", "reason", "what it means", "come back"], closes)
}

fn text(value: &Value) -> String {
    prose(value.as_str().unwrap_or_default())
}

fn plain(value: &Value) -> String {
    escaped(value.as_str().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_names_frames_with_their_fields_and_close_codes_with_their_meaning() {
        let page = page();
        assert!(page.contains("<code>message.edit</code>"));
        assert!(page.contains("<code>content</code> <code>message_id</code>"));
        assert!(page.contains("<code>client_id?</code>"));
        assert!(page.contains("<code>sync.required</code>"));
        assert!(page.contains("<td>4408</td><td>slow consumer</td>"));
        assert!(!page.contains('`'));
    }
}
