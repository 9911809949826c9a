//! `docs/openapi.json` and `docs/asyncapi.json`: what the server says of itself, committed, so that a change of the
//! wire is seen in review. `make contract` writes them anew (it sets `CHINWAG_WRITE_CONTRACT`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails loudly")]

use chinwag_server::contract;
use std::{fs, path::Path};

/// Set: the documents are written instead of compared.
const WRITE: &str = "CHINWAG_WRITE_CONTRACT";

#[test]
fn the_committed_documents_are_what_the_code_says() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("docs");
    for (name, text) in
        [("openapi.json", contract::openapi()), ("asyncapi.json", contract::asyncapi())]
    {
        let file = docs.join(name);
        if std::env::var_os(WRITE).is_some() {
            fs::write(&file, text).unwrap();
        }
        let written = fs::read_to_string(&file).unwrap_or_default();
        assert!(
            written == text,
            "docs/{name} is not what the code says: run `make contract` and commit it"
        );
    }
}
