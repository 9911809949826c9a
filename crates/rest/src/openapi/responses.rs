//! What operations refuse, and the headers of answers: once each, to be referred to.

use chinwag_application::{Problem, ProblemKind, schema::Schemas};
use serde_json::{Map, Value, json};

use crate::problem::PROBLEM_JSON;

/// Headers of answers, each with what it says.
const HEADERS: &[(&str, &str)] = &[
    ("X-Request-Id", "Found again in the server's log; the client's own where it sent a sane one."),
    ("RateLimit-Policy", "What there is at once, and the seconds until all of it is back."),
    ("RateLimit", "What is left, and the seconds until it is whole."),
    ("Retry-After", "Seconds to wait."),
    ("WWW-Authenticate", "`Bearer`, and what is wrong with the token."),
    ("Allow", "The methods that the address answers."),
    ("Location", "Where it can be had again."),
    ("Link", "Where the list goes on, as `rel=\"next\"`."),
    ("ETag", "The version of what was sent."),
    ("Content-Range", "Which bytes of how many."),
    ("Content-Disposition", "A name to save it under."),
];

/// A header by its name.
pub(super) fn header(name: &'static str) -> (String, Value) {
    (name.to_owned(), json!({ "$ref": format!("#/components/headers/{name}") }))
}

/// The refusal of that status.
pub(super) fn refusal(status: u16) -> Value {
    json!({ "$ref": format!("#/components/responses/{status}") })
}

/// All headers, by name.
pub(super) fn headers() -> Map<String, Value> {
    HEADERS
        .iter()
        .map(|(name, about)| {
            let header = json!({ "description": about, "schema": { "type": "string" } });
            ((*name).to_owned(), header)
        })
        .collect()
}

/// All refusals, by status.
pub(super) fn refusals(schemas: &mut Schemas) -> Map<String, Value> {
    let problem = schemas.answer::<Problem>();
    let mut refusals = Map::new();
    let mut statuses: Vec<u16> = ProblemKind::ALL.iter().map(|kind| kind.status).collect();
    statuses.push(416);
    for status in statuses {
        let kinds = ProblemKind::ALL.iter().filter(|kind| kind.status == status);
        let mut codes: Vec<&str> = kinds.clone().map(|kind| kind.code).collect();
        let mut meanings: Vec<String> =
            kinds.map(|kind| format!("`{}`: {}", kind.code, kind.meaning)).collect();
        if codes.is_empty() {
            codes.push("validation_failed");
            meanings.push("`validation_failed`: the file has no such bytes.".to_owned());
        }
        let refusal = json!({
            "description": meanings.join("\n\n"),
            "headers": headers_of(status),
            "content": { PROBLEM_JSON: { "schema": {
                "allOf": [problem],
                "properties": { "status": { "const": status }, "code": { "enum": codes } },
            } } },
        });
        refusals.insert(status.to_string(), refusal);
    }
    refusals
}

fn headers_of(status: u16) -> Map<String, Value> {
    let mut headers = vec!["X-Request-Id", "RateLimit", "RateLimit-Policy"];
    match status {
        401 => headers.push("WWW-Authenticate"),
        405 => headers.push("Allow"),
        416 => headers.push("Content-Range"),
        429 | 503 => headers.push("Retry-After"),
        _ => {}
    }
    headers.into_iter().map(header).collect()
}
