//! The READMEs and everything in `docs/`: whatever is in a fenced block is run as the text says, is an excerpt of
//! a file that is, or says why not. A comment before each block, which readers do not see, says which:
//!
//! | comment | what happens |
//! |---|---|
//! | `run` | its commands (`sh`) or its program (`js`) run, in one shell per document, and must succeed |
//! | `serve` | it starts a server as a first terminal would; what follows waits until that is ready |
//! | `output` | what the block before printed; `…` stands for anything |
//! | `config` | a configuration that `chinwag config check` takes |
//! | `from: <path>` | an excerpt of that file, or the commands in a comment of it |
//! | `not run: <reason>` | nothing |
//!
//! A document runs in a folder of its own on a port of its own: `8080` is replaced. What a reader types as `make run`,
//! `chinwag` or `target/debug/chinwag` is the program of this crate, as people get it. What blocks need beside it: bash,
//! curl, jq, openssl, sqlite3, Node from 20 on, and PostgreSQL where `CHINWAG_TEST_POSTGRES_URL` says.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails loudly")]

#[path = "snippets/markdown.rs"]
mod markdown;
#[path = "snippets/matching.rs"]
mod matching;
#[path = "snippets/running.rs"]
mod running;

use markdown::{Block, Does};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// Makes a test of each document, and the list of them.
macro_rules! documents {
    ($($name:ident: $path:literal,)+) => {
        const RUN: &[&str] = &[$($path),+];
        $(
            #[test]
            fn $name() {
                let blocks = markdown::blocks(&fs::read_to_string(root().join($path)).unwrap());
                running::run($path, &blocks, env!("CARGO_BIN_EXE_chinwag"));
            }
        )+
    };
}

documents! {
    the_readme_runs: "README.md",
    the_quick_start_runs: "docs/quick-start.md",
    the_guide_to_the_protocol_runs: "docs/protocol.md",
    the_guide_to_tokens_runs: "docs/own-jwt.md",
    the_guide_for_operators_runs: "docs/operating.md",
    the_guide_to_backups_runs: "docs/backup.md",
}

#[test]
fn every_block_says_what_it_is_for() {
    let mut wrong = Vec::new();
    for document in documents() {
        for block in blocks(&document) {
            let line = block.line;
            if let Does::Nothing(complaint) = &block.does {
                wrong.push(format!("{document}:{line}: {complaint}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_document_with_something_to_run_is_run() {
    let runs = |document: &String| blocks(document).iter().any(|block| block.does.is_run());
    let found: BTreeSet<String> = documents().into_iter().filter(runs).collect();
    let listed: BTreeSet<String> = RUN.iter().map(|path| (*path).to_owned()).collect();
    assert_eq!(found, listed, "the list is in this file");
}

#[test]
fn excerpts_are_in_their_files() {
    let mut wrong = Vec::new();
    for document in documents() {
        for block in blocks(&document) {
            let Does::Excerpt(path) = &block.does else { continue };
            let whole = fs::read_to_string(root().join(path)).unwrap_or_default();
            if !matching::is_excerpt(&block.text, &whole) {
                wrong.push(format!("{document}:{}: this is not in {path}", block.line));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The links of a document that lead into this repository lead somewhere, and to a heading where they name one.
#[test]
fn links_lead_somewhere() {
    let mut wrong = Vec::new();
    for document in documents() {
        let text = fs::read_to_string(root().join(&document)).unwrap();
        let folder = root().join(&document).parent().unwrap().to_owned();
        for (line, target) in markdown::links(&text) {
            if target.contains("://") {
                continue;
            }
            let (path, anchor) = target.split_once('#').unwrap_or((&target, ""));
            let place = if path.is_empty() { root().join(&document) } else { folder.join(path) };
            let leads = if anchor.is_empty() {
                place.exists()
            } else {
                let there = fs::read_to_string(place).unwrap_or_default();
                markdown::anchors(&there).iter().any(|known| known == anchor)
            };
            if !leads {
                wrong.push(format!("{document}:{line}: {target}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Who writes an adapter finds every port.
#[test]
fn the_guide_to_adapters_names_every_port() {
    let guide = fs::read_to_string(root().join("docs/writing-an-adapter.md")).unwrap();
    let ports = root().join("crates/domain/src/ports");
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(ports).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap_or_default();
        let traits = text.lines().filter_map(|line| line.strip_prefix("pub trait "));
        let traits = traits.filter_map(|rest| rest.strip_suffix(": Send + Sync {"));
        found.extend(traits.map(str::to_owned));
    }
    assert!(found.len() > 15, "{found:?}");
    let missing: Vec<_> =
        found.iter().filter(|port| !guide.contains(&format!("`{port}`"))).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

fn blocks(document: &str) -> Vec<Block> {
    markdown::blocks(&fs::read_to_string(root().join(document)).unwrap())
}

/// What people read, relative to the root.
fn documents() -> BTreeSet<String> {
    let mut found: BTreeSet<String> =
        ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "web/sdk/README.md"]
            .map(str::to_owned)
            .into();
    for folder in ["docs", "docs/adr"] {
        for entry in fs::read_dir(root().join(folder)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            if Path::new(&name).extension().is_some_and(|extension| extension == "md") {
                found.insert(format!("{folder}/{name}"));
            }
        }
    }
    found
}
