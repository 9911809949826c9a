//! The machine-readable contract of the server: what `chinwag-rest` and `chinwag-ws` say of their
//! routes and frames, and the few routes that are of the server alone.

use std::sync::LazyLock;

use actix_web::web;
use chinwag_rest::openapi::{Operation, Subject, operation, subject};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use crate::asset::Asset;

const JSON: &str = "application/json";

/// Where the server has its routes.
pub const BASE: &str = "/api/v1";

static OPENAPI: LazyLock<String> = LazyLock::new(|| {
    text(&chinwag_rest::openapi::document(BASE, vec![there()], vec![operating()]))
});
static ASYNCAPI: LazyLock<String> = LazyLock::new(|| text(&chinwag_ws::asyncapi::document(BASE)));

/// `openapi.json`, as it is served, committed and printed.
pub fn openapi() -> &'static str {
    &OPENAPI
}

/// `asyncapi.json`, likewise.
pub fn asyncapi() -> &'static str {
    &ASYNCAPI
}

/// Mounts both beside the routes of a server of its own.
pub fn configure(config: &mut web::ServiceConfig) {
    mount(config, BASE, openapi().to_owned(), asyncapi().to_owned());
}

/// Mounts both beside the routes within another program: these may be elsewhere, and its health is
/// not ours to describe.
pub fn configure_within(config: &mut web::ServiceConfig, base: &str) {
    let rest = chinwag_rest::openapi::document(base, vec![there()], Vec::new());
    mount(config, base, text(&rest), text(&chinwag_ws::asyncapi::document(base)));
}

fn mount(config: &mut web::ServiceConfig, base: &str, rest: String, socket: String) {
    Asset::made(format!("{base}/openapi.json"), JSON, rest).configure(config);
    Asset::made(format!("{base}/asyncapi.json"), JSON, socket).configure(config);
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

fn operating() -> Subject {
    subject(
        "Health and metrics",
        "For whoever restarts the process, sends it traffic or watches it.",
        [
            operation("GET", "/health/live", "live", "Whether the process lives")
                .free()
                .answers::<Health>(200, "It does."),
            operation("GET", "/health/ready", "ready", "Whether requests can be served")
                .about("The database answers, and nobody has asked the server to stop.")
                .free()
                .answers::<Health>(200, "They can.")
                .refuses(&[503]),
            operation("GET", "/metrics", "metrics", "What the server measures")
                .about(
                    "For Prometheus. Without `metrics.token`, for this machine alone; with it, for whoever brings it. \
                     Application admins may always read it with their own tokens.",
                )
                .also_open()
                .uncounted()
                .never(&[422])
                .answers_with(200, "All metrics.", "text/plain", |_| json!({ "type": "string" })),
        ],
    )
}

fn there() -> Subject {
    subject("Contract", "For programs that read contracts, and the door to the socket.", [
        document("/openapi.json", "openapi", "This document"),
        document("/asyncapi.json", "asyncapi", "The contract of the socket"),
        operation("GET", "/ws", "socket", "Open a socket")
            .about("What goes over it is in asyncapi.json. The token may come in the header, or in the first frame.")
            .also_open()
            .uncounted()
            .never(&[422])
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
