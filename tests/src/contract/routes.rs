//! Answers of REST against openapi.json.

use super::document::{Document, escaped};
use chinwag_server::contract;
use reqwest::header::HeaderMap;
use serde_json::Value;
use std::sync::LazyLock;

static CONTRACT: LazyLock<Document> = LazyLock::new(|| Document::new(contract::openapi()));

/// What is refused where there is no operation: no route is reached, or an address asks too much.
const ANYWHERE: &[u16] = &[404, 405, 429];

/// What was asked.
pub(super) struct Request<'a> {
    pub method: &'a str,
    pub path: &'a str,
    pub query: Vec<(String, String)>,
    /// Where it was held in memory.
    pub body: Option<&'a [u8]>,
}

/// What came.
pub(super) struct Answer<'a> {
    pub status: u16,
    pub headers: &'a HeaderMap,
    pub body: &'a [u8],
}

/// Holds an answer to its operation, and the request that brought it about.
pub(super) fn check(request: &Request<'_>, answer: &Answer<'_>) -> Result<(), String> {
    let Request { method, path, .. } = request;
    let ours = path.starts_with("/api/v1") || path.starts_with("/health") || *path == "/metrics";
    if !ours || *method == "OPTIONS" {
        return Ok(());
    }
    let checked = match operation(if *method == "HEAD" { "GET" } else { method }, path) {
        Some(operation) => described(&operation, request, answer),
        None if ANYWHERE.contains(&answer.status) => problem(request, answer),
        None => Err("there is no such operation".to_owned()),
    };
    checked.map_err(|broken| {
        format!("{method} {path} answered {}:\n{broken}\n  {}", answer.status, shown(answer.body))
    })
}

struct Operation {
    /// Where it is in the document.
    place: String,
}

/// The operation that the router would choose: the path with the most words of its own.
fn operation(method: &str, path: &str) -> Option<Operation> {
    let segments: Vec<&str> = path.split('/').collect();
    let paths = CONTRACT.value["paths"].as_object()?;
    let fitting = paths.keys().filter(|template| fits(template, &segments));
    let template = fitting.min_by_key(|template| template.matches('{').count())?;
    let place = format!("/paths/{}/{}", escaped(template), method.to_lowercase());
    CONTRACT.value.pointer(&place).map(|_| Operation { place })
}

fn fits(template: &str, segments: &[&str]) -> bool {
    let words: Vec<&str> = template.split('/').collect();
    let fits = |(word, segment): (&&str, &&str)| {
        word == segment || (word.starts_with('{') && !segment.is_empty())
    };
    words.len() == segments.len() && words.iter().zip(segments).all(fits)
}

fn described(
    operation: &Operation,
    request: &Request<'_>,
    answer: &Answer<'_>,
) -> Result<(), String> {
    let place = CONTRACT.follow(format!("{}/responses/{}", operation.place, answer.status));
    let Some(response) = CONTRACT.value.pointer(&place) else {
        return Err("a status that is not described".to_owned());
    };
    if (200..300).contains(&answer.status) {
        taken(operation, request).map_err(|broken| format!("a request was taken:\n{broken}"))?;
    }
    let contents = response["content"].as_object();
    let (Some(contents), false) = (contents, request.method == "HEAD") else {
        return empty(answer);
    };
    let kind = answer.kind();
    let known = ["*/*", kind].into_iter().find(|kind| contents.contains_key(*kind));
    let Some(described) = known else {
        return Err(format!("a body of the kind {kind:?}, which is not described"));
    };
    let schema = format!("{place}/content/{}/schema", escaped(described));
    let texts: Vec<&[u8]> = match kind {
        "application/json" | "application/problem+json" => vec![answer.body],
        "application/x-ndjson" => {
            answer.body.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect()
        }
        _ => return Ok(()),
    };
    for text in texts {
        let value = serde_json::from_slice(text).map_err(|error| format!("no JSON: {error}"))?;
        CONTRACT.check(&schema, &value)?;
    }
    spoken(answer)
}

/// What a refusal needs beside its body.
fn spoken(answer: &Answer<'_>) -> Result<(), String> {
    let needed: &[&str] = match answer.status {
        401 => &["www-authenticate"],
        405 => &["allow"],
        429 | 503 => &["retry-after"],
        _ => &[],
    };
    match needed.iter().find(|name| !answer.headers.contains_key(**name)) {
        Some(name) => Err(format!("without the header {name}")),
        None => Ok(()),
    }
}

/// What HTTP refuses is a problem, too.
fn problem(request: &Request<'_>, answer: &Answer<'_>) -> Result<(), String> {
    if request.method == "HEAD" {
        return empty(answer);
    }
    let responses = "/components/responses";
    let place = format!("{responses}/{}/content/application~1problem+json/schema", answer.status);
    if answer.kind() != "application/problem+json" {
        return Err(format!("no problem, but {:?}", answer.kind()));
    }
    let value = serde_json::from_slice(answer.body).map_err(|error| format!("no JSON: {error}"))?;
    CONTRACT.check(&place, &value)?;
    spoken(answer)
}

fn empty(answer: &Answer<'_>) -> Result<(), String> {
    if answer.body.is_empty() { Ok(()) } else { Err("a body where none is described".to_owned()) }
}

/// What the server took must be what the contract lets clients send: bounds that are told are no
/// narrower than those that hold.
fn taken(operation: &Operation, request: &Request<'_>) -> Result<(), String> {
    let described = CONTRACT.value.pointer(&operation.place);
    let parameters = described.and_then(|it| it["parameters"].as_array());
    for (name, text) in &request.query {
        let at = parameters.into_iter().flatten().position(|it| it["name"] == name.as_str());
        let at =
            at.ok_or_else(|| format!("  with the parameter {name}, which is not described"))?;
        let schema = format!("{}/parameters/{at}/schema", operation.place);
        let number = serde_json::from_str(text).ok().filter(|it: &Value| !it.is_string());
        let texts = [Some(Value::from(text.as_str())), number];
        let checked: Vec<_> =
            texts.into_iter().flatten().map(|value| CONTRACT.check(&schema, &value)).collect();
        if checked.iter().all(Result::is_err) {
            return Err(format!("  with {name}={text}"));
        }
    }
    let schema = format!("{}/requestBody/content/application~1json/schema", operation.place);
    let described = CONTRACT.value.pointer(&schema).is_some();
    match request.body {
        Some(body) if described => serde_json::from_slice(body)
            .map_or(Ok(()), |body: Value| CONTRACT.check(&schema, &body)),
        None if described && needs_json(operation) => Err("  without its body".to_owned()),
        _ => Ok(()),
    }
}

/// Whether it may neither lack a body nor have one of another kind.
fn needs_json(operation: &Operation) -> bool {
    let body = &CONTRACT.value.pointer(&operation.place).expect("an operation")["requestBody"];
    body["required"] == true && body["content"].as_object().is_some_and(|kinds| kinds.len() == 1)
}

fn shown(body: &[u8]) -> String {
    String::from_utf8_lossy(body).chars().take(2_000).collect()
}

impl Answer<'_> {
    fn kind(&self) -> &str {
        let kind = self.headers.get("content-type").and_then(|kind| kind.to_str().ok());
        kind.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim()
    }
}
