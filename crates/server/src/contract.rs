//! The machine-readable contract of the server: what `chinwag-rest` and `chinwag-ws` say of their
//! routes and frames, and the few routes that are of the server alone.

use std::sync::LazyLock;

use actix_web::web;
use bytes::Bytes;
use chinwag_rest::openapi::{Operation, Subject, operation, subject};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::asset::Asset;

const JSON: &str = "application/json";

static OPENAPI: LazyLock<String> =
    LazyLock::new(|| text(&chinwag_rest::openapi::document("/api/v1", vec![besides()])));
static ASYNCAPI: LazyLock<String> = LazyLock::new(|| text(&chinwag_ws::asyncapi::document()));

/// `openapi.json`, as it is served, committed and printed.
pub fn openapi() -> &'static str {
    &OPENAPI
}

/// `asyncapi.json`, likewise.
pub fn asyncapi() -> &'static str {
    &ASYNCAPI
}

/// Mounts both.
pub fn configure(config: &mut web::ServiceConfig) {
    for (path, text) in [("/api/v1/openapi.json", openapi()), ("/api/v1/asyncapi.json", asyncapi())]
    {
        let body = Bytes::from_static(text.as_bytes());
        Asset { path, kind: JSON, body }.configure(config);
    }
}

fn text(document: &Value) -> String {
    // What was made of strings and numbers can be written.
    let mut text = serde_json::to_string_pretty(document).unwrap_or_default();
    text.push('\n');
    text
}

/// Whether all is well.
#[derive(Serialize, JsonSchema)]
pub struct Health {
    /// `ok`
    pub status: &'static str,
}

fn besides() -> Subject {
    subject("Server", "For whoever runs it, and for programs that read contracts.", [
        operation("GET", "/health/live", "live", "Whether the process lives")
            .free()
            .answers::<Health>(200, "It does."),
        operation("GET", "/health/ready", "ready", "Whether requests can be served")
            .about("The database answers, and nobody has asked the server to stop.")
            .free()
            .answers::<Health>(200, "They can.")
            .refuses(&[503]),
        document("/api/v1/openapi.json", "openapi", "This document"),
        document("/api/v1/asyncapi.json", "asyncapi", "The contract of the socket"),
        operation("GET", "/api/v1/ws", "socket", "Open a socket")
            .about("What goes over it is in asyncapi.json. The token may come in the header, or in the first frame.")
            .says(101, "The socket is open.")
            .refuses(&[400]),
    ])
}

fn document(path: &'static str, id: &'static str, summary: &'static str) -> Operation {
    operation("GET", path, id, summary)
        .free()
        .answers::<serde_json::Map<String, Value>>(200, "The document.")
        .says(304, "You have this version.")
}
