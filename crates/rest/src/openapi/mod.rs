//! The contract of the REST side, as OpenAPI 3.1: a description for each route, with schemas that
//! come from the types themselves. Nothing here is asked when a request is served. A test holds the
//! descriptions to the routes, and the end-to-end tests hold what is answered to the descriptions.

mod accounts;
mod conversations;
mod media;
mod messages;
mod operation;
mod operators;
mod parameters;
mod people;
mod responses;

use chinwag_application::schema::Schemas;
use serde_json::{Map, Value, json};

pub use operation::{Operation, operation};

/// Operations that belong together.
pub struct Subject {
    name: &'static str,
    about: &'static str,
    pub(crate) operations: Vec<Operation>,
}

/// Operations under a heading.
pub fn subject(
    name: &'static str,
    about: &'static str,
    operations: impl IntoIterator<Item = Operation>,
) -> Subject {
    Subject { name, about, operations: operations.into_iter().collect() }
}

/// All that is described of the routes, in the order of the document.
pub(crate) fn subjects() -> Vec<Subject> {
    vec![
        accounts::subject(),
        people::profiles(),
        people::devices(),
        conversations::conversations(),
        conversations::participants(),
        messages::messages(),
        messages::catching_up(),
        media::subject(),
        people::hosting(),
        operators::subject(),
        operators::overview(),
    ]
}

/// The document: the routes below `base`, and what the host of the routes serves there and elsewhere.
pub fn document(base: &str, there: Vec<Subject>, elsewhere: Vec<Subject>) -> Value {
    let mut schemas = Schemas::default();
    let mut paths = Map::new();
    let mut tags = Vec::new();
    let there = subjects().into_iter().chain(there).map(|subject| (base, subject));
    for (base, subject) in there.chain(elsewhere.into_iter().map(|subject| ("", subject))) {
        tags.push(json!({ "name": subject.name, "description": subject.about }));
        for operation in subject.operations {
            let path =
                paths.entry(format!("{base}{}", operation.path)).or_insert_with(|| json!({}));
            path[operation.method.to_ascii_lowercase()] =
                operation.written(subject.name, &mut schemas);
        }
    }
    let mut document = json!({
        "openapi": "3.1.1",
        "info": info(),
        "servers": [{ "url": "/", "description": "The server that this document came from." }],
        "security": [{ "bearer": [] }],
        "tags": tags,
        "paths": paths,
        "components": {
            "securitySchemes": { "bearer": {
                "type": "http",
                "scheme": "bearer",
                "bearerFormat": "JWT",
                "description": "An access token: of this server's own accounts, or signed by the host application.",
            } },
            "headers": responses::headers(),
            "responses": responses::refusals(&mut schemas),
        },
    });
    document["components"]["schemas"] = schemas.finish(&mut document).into();
    document
}

fn info() -> Value {
    json!({
        "title": "chinwag",
        "version": env!("CARGO_PKG_VERSION"),
        "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        "description": ABOUT,
    })
}

const ABOUT: &str = "\
Chat: conversations, messages, people. The socket beside it is described by `/api/v1/asyncapi.json`.

Times are RFC 3339 in UTC with milliseconds. Conversation and message ids are UUIDs, user ids are text as the \
identity provider made it. Unknown fields and parameters of requests are refused; unknown fields of answers are to be \
ignored. Every 4xx and 5xx is a problem of RFC 9457, whose `type` is a page of this server; only what is refused before it \
is a whole HTTP request has an empty body. Lists answer `items` and \
`next_cursor`. What reads with GET answers HEAD the same without the body.

Sends are idempotent for ever by `client_id`: to send a message again is always safe.";

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use chinwag_application::schema::astray;

    use super::*;
    use crate::{resource::Route, routes};

    fn described() -> Vec<Operation> {
        subjects().into_iter().flat_map(|subject| subject.operations).collect()
    }

    /// HEAD is GET without the body, which the document says once for all.
    fn methods(route: &Route) -> impl Iterator<Item = (&'static str, &'static str)> {
        let path = route.path;
        route.allowed.iter().filter(|method| **method != "HEAD").map(move |method| (*method, path))
    }

    #[test]
    fn every_route_is_described_and_every_description_has_a_route() {
        let routes = routes::all();
        let there: BTreeSet<_> = routes.iter().flat_map(methods).collect();
        let described: Vec<_> = described().iter().map(|it| (it.method, it.path)).collect();
        let told: BTreeSet<_> = described.iter().copied().collect();
        assert_eq!(told.len(), described.len(), "something is described twice");
        let silent: Vec<_> = there.difference(&told).collect();
        assert!(silent.is_empty(), "routes without a description: {silent:?}");
        let lies: Vec<_> = told.difference(&there).collect();
        assert!(lies.is_empty(), "descriptions without a route: {lies:?}");
    }

    #[test]
    fn the_described_parameters_are_those_that_are_taken() {
        let routes = routes::all();
        for operation in described() {
            let route = routes.iter().find(|route| route.path == operation.path).unwrap();
            let taken = match operation.method {
                "GET" => route.params,
                "DELETE" => route.delete_params,
                // The slot's token, which its handler reads.
                "PUT" if operation.path == "/media/{media_id}/content" => &["token"],
                _ => &[],
            };
            let taken: BTreeSet<_> = taken.iter().copied().collect();
            let told: BTreeSet<_> = operation.query.iter().map(|it| it.name).collect();
            assert_eq!(told, taken, "{} {}", operation.method, operation.path);
        }
    }

    #[test]
    fn ids_are_told_apart_and_every_reference_leads_somewhere() {
        let document = document("/api/v1", Vec::new(), Vec::new());
        let paths = document["paths"].as_object().unwrap().values();
        let ids: Vec<_> = paths
            .flat_map(|path| path.as_object().unwrap().values())
            .map(|operation| operation["operationId"].as_str().unwrap())
            .collect();
        let distinct: BTreeSet<_> = ids.iter().collect();
        assert_eq!(distinct.len(), ids.len(), "{ids:?}");
        assert_eq!(astray(&document), [""; 0]);
    }
}
