//! `docs/coverage.md`: which end-to-end tests drive which row of the requirements, those in a browser and of the SDK
//! among them. The page is made from the names of the tests; this holds it to them, and holds every row to having one
//! or a reason.
//!
//! `make coverage` writes the page anew (it sets `CHINWAG_WRITE_COVERAGE`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails loudly")]

#[path = "coverage/rows.rs"]
mod rows;

use rows::{NOT_DRIVEN, ROWS};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

/// Set: the page is written instead of compared.
const WRITE: &str = "CHINWAG_WRITE_COVERAGE";

/// Of a row: its tests and the file of each.
type Tests = BTreeMap<String, BTreeSet<(String, String)>>;

#[test]
fn every_row_has_a_test_and_the_page_says_which() {
    let tests = tests();
    let page = page(&tests);
    let file = root().join("docs/coverage.md");
    if std::env::var_os(WRITE).is_some() {
        fs::write(&file, &page).unwrap();
    }
    let written = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        written == page,
        "docs/coverage.md is not what the names of the tests say: run `make coverage` and commit it"
    );
    let known: BTreeSet<&str> = ROWS.iter().map(|(row, _)| *row).collect();
    let strange: Vec<_> = tests.keys().filter(|row| !known.contains(row.as_str())).collect();
    assert!(strange.is_empty(), "tests named after rows that there are not: {strange:?}");
    let open: Vec<_> =
        known.iter().filter(|row| tests.contains_key(**row) == reason(row).is_some()).collect();
    assert!(open.is_empty(), "rows with neither a test nor a reason, or with both: {open:?}");
}

#[test]
fn names_are_found_where_tests_are_declared() {
    let source = "on_both_databases!(\n    a1_one,\n    plain_name,\n);\n\
         on_both_databases!(with &[(\"a_b\", \"c2_no\")]; e14_two, b3_three);\n\
         #[tokio::test]\nasync fn c6_four() {}\n#[test]\nfn c7_five() {}\n\
         async fn d1_a_step_only() {}\n";
    let expected = ["a1_one", "b3_three", "c6_four", "c7_five", "e14_two", "plain_name"];
    assert_eq!(names(source).into_iter().collect::<Vec<_>>(), expected);
    let source = "test('e11 who writes is shown', async () => {\n  test('a1 within', () => {});\n\
         test(\"b2 it's there\", () => {\ntest('plain', () => {\n";
    let expected = ["b2 it's there", "e11 who writes is shown", "plain"];
    assert_eq!(web_names(source).into_iter().collect::<Vec<_>>(), expected);
    assert_eq!(row("e14_two").as_deref(), Some("e14"));
    assert_eq!(row("e14 two").as_deref(), Some("e14"));
    assert_eq!(row("a0_nothing"), None);
    assert_eq!(row("after_all"), None);
    assert_eq!(row("f1_nothing"), None);
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn tests() -> Tests {
    let mut tests = Tests::new();
    for (folder, ending, names) in [
        ("tests/tests/e2e", ".rs", names as fn(&str) -> BTreeSet<String>),
        ("web/tests", ".test.mjs", web_names),
        ("web/sdk/test", ".test.ts", web_names),
    ] {
        for file in sources(&root().join(folder), ending) {
            let place = file.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/");
            for name in names(&fs::read_to_string(&file).unwrap()) {
                if let Some(row) = row(&name) {
                    tests.entry(row).or_default().insert((name, place.clone()));
                }
            }
        }
    }
    tests
}

fn sources(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path, ending));
        } else if path.to_str().is_some_and(|path| path.ends_with(ending)) {
            found.push(path);
        }
    }
    found
}

/// What is declared as a test in JavaScript or TypeScript.
fn web_names(source: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for line in source.lines() {
        let Some(rest) = line.strip_prefix("test(") else { continue };
        for quote in ['\'', '"'] {
            let name = rest.strip_prefix(quote).and_then(|rest| rest.split_once(quote));
            names.extend(name.map(|(name, _)| name.to_owned()));
        }
    }
    names
}

/// What is declared as a test: listed for both databases, or marked as one.
fn names(source: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for list in source.split("on_both_databases!(").skip(1) {
        let list = list.split_once(");").map_or(list, |(list, _)| list);
        let list = list.rsplit_once(';').map_or(list, |(_, names)| names);
        let idents = list.split(',').map(str::trim).filter(|name| is_name(name));
        names.extend(idents.map(str::to_owned));
    }
    let mut marked = false;
    for line in source.lines().map(str::trim) {
        if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
            marked = true;
        } else if let Some(rest) = line.split_once("fn ").map(|(_, rest)| rest).filter(|_| marked) {
            let name = rest.split('(').next().unwrap_or_default();
            names.extend(Some(name.to_owned()).filter(|name| is_name(name)));
            marked = false;
        }
    }
    names
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// The row that a test's name begins with.
fn row(name: &str) -> Option<String> {
    let (row, _) = name.split_once(['_', ' '])?;
    let (system, number) = row.split_at_checked(1)?;
    let number: u32 = number.parse().ok().filter(|number| *number > 0)?;
    ("a"..="e").contains(&system).then(|| format!("{system}{number}"))
}

/// Why a row has no test.
fn reason(row: &str) -> Option<&'static str> {
    NOT_DRIVEN.iter().find(|(known, _)| *known == row).map(|(_, reason)| *reason)
}

fn page(tests: &Tests) -> String {
    let mut page = String::from(
        "# Which tests drive which requirement\n\n\
         Made from the names of the tests by `make coverage`; `tests/tests/coverage.rs` fails when it is stale or when a\n\
         row has neither a test nor a reason. Those of the server run over real HTTP or real sockets, on SQLite and on\n\
         PostgreSQL; those in `web/` drive the page and the SDK against the program on SQLite. What is about the command\n\
         line, the configuration and the documents is tested beside its code and not listed here.\n\n\
         | row | what | tests |\n|---|---|---|\n",
    );
    for (row, what) in ROWS {
        let listed = tests.get(*row).map(|found| {
            let links = found.iter().map(|(name, file)| format!("[`{name}`](../{file})"));
            links.collect::<Vec<_>>().join("<br>")
        });
        let none = reason(row).unwrap_or("**none**");
        // Writing to a String cannot fail.
        let _ = writeln!(page, "| {row} | {what} | {} |", listed.unwrap_or_else(|| none.into()));
    }
    page
}
