//! The edges between the crates, as ARCHITECTURE.md draws them, and how little the domain needs.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails loudly")]

use serde_json::Value;
use std::{collections::BTreeSet, process::Command};

/// Which crates of the workspace each one may depend on; whoever is not here may not be in the workspace.
const ALLOWED: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("application", &["domain"]),
    ("rest", &["application", "domain"]),
    ("ws", &["application", "domain"]),
    ("migration", &[]),
    ("storage", &["domain", "migration"]),
    ("bus", &["domain"]),
    ("auth", &["domain"]),
    ("media", &["domain"]),
    ("push", &["domain"]),
    ("testkit", &["domain"]),
    ("client", &[]),
    ("terminal", &["client"]),
    (
        "server",
        &[
            "domain",
            "application",
            "rest",
            "ws",
            "migration",
            "storage",
            "bus",
            "auth",
            "media",
            "push",
            "client",
            "terminal",
        ],
    ),
    ("tests", &["client", "server"]),
    ("example-embed", &["client", "server"]),
    ("example-swap-adapter", &["client", "domain", "server"]),
    ("example-domain-only", &["domain", "testkit"]),
];

/// What any crate may use for its tests besides.
const FOR_TESTS: &[&str] = &["testkit"];

/// What the domain may depend on: small data crates.
const DOMAIN_MAY_USE: &[&str] = &[
    "async-trait",
    "bytes",
    "serde",
    "serde_json",
    "thiserror",
    "time",
    "unicode-normalization",
    "uuid",
];

/// What must not be anywhere below the domain: runtimes, databases, HTTP.
const NOT_BELOW_THE_DOMAIN: &[&str] = &[
    "tokio",
    "sea-orm",
    "sqlx",
    "sqlx-core",
    "actix-web",
    "actix-http",
    "actix-rt",
    "hyper",
    "reqwest",
    "axum",
];

#[test]
fn the_crates_depend_on_each_other_as_drawn() {
    let mut wrong = Vec::new();
    for package in packages() {
        let name = short(&package).to_owned();
        let Some((_, allowed)) = ALLOWED.iter().find(|(known, _)| *known == name) else {
            wrong.push(format!("{name} is not in the drawing"));
            continue;
        };
        for (dependency, kind) in dependencies(&package) {
            let Some(dependency) = dependency.strip_prefix("chinwag-") else {
                continue;
            };
            let for_tests = kind == "dev" && FOR_TESTS.contains(&dependency);
            if !allowed.contains(&dependency) && !for_tests {
                wrong.push(format!("{name} -> {dependency} ({kind})"));
            }
        }
    }
    assert!(wrong.is_empty(), "edges that are not drawn: {wrong:#?}");
}

#[test]
fn the_drawing_has_every_crate() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../ARCHITECTURE.md"));
    let text = text.unwrap();
    let drawing = text.split("```").nth(1).unwrap();
    let drawn: BTreeSet<&str> = drawing.split(|it: char| !it.is_ascii_alphabetic()).collect();
    let beside = |name: &str| name == "tests" || name.starts_with("example-");
    for (name, _) in ALLOWED.iter().filter(|(name, _)| !beside(name)) {
        assert!(drawn.contains(name), "{name} is not in the drawing of ARCHITECTURE.md");
    }
}

#[test]
fn the_domain_depends_on_small_data_crates_alone() {
    let packages = packages();
    let domain = packages.iter().find(|package| short(package) == "domain").unwrap();
    let others: Vec<String> = domain["dependencies"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|dependency| dependency["kind"].is_null() && dependency["optional"] == false)
        .map(|dependency| dependency["name"].as_str().unwrap().to_owned())
        .filter(|name| !DOMAIN_MAY_USE.contains(&name.as_str()))
        .collect();
    assert!(others.is_empty(), "the domain depends on {others:?}");
}

#[test]
fn below_the_domain_is_no_runtime_database_or_http() {
    let tree = cargo(&[
        "tree",
        "--package",
        "chinwag-domain",
        "--edges",
        "normal",
        "--prefix",
        "none",
        "--offline",
    ]);
    let names: BTreeSet<&str> =
        tree.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(names.contains("chinwag-domain"), "{tree}");
    for name in NOT_BELOW_THE_DOMAIN {
        assert!(!names.contains(name), "{name} is below the domain");
    }
}

fn packages() -> Vec<Value> {
    let metadata = cargo(&["metadata", "--format-version", "1", "--no-deps"]);
    let metadata: Value = serde_json::from_str(&metadata).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

fn short(package: &Value) -> &str {
    let name = package["name"].as_str().unwrap();
    name.strip_prefix("chinwag-").unwrap_or(name)
}

/// The name and kind (`normal`, `dev`, `build`) of each dependency.
fn dependencies(package: &Value) -> Vec<(String, String)> {
    package["dependencies"]
        .as_array()
        .unwrap()
        .iter()
        .map(|dependency| {
            let kind = dependency["kind"].as_str().unwrap_or("normal");
            (dependency["name"].as_str().unwrap().to_owned(), kind.to_owned())
        })
        .collect()
}

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo");
    assert!(
        output.status.success(),
        "cargo {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}
