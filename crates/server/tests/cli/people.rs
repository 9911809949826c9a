//! `chinwag import` and `chinwag export`: people as lines, there and back.

use std::fmt::Write as _;

use super::program::{PROGRAM, Program, SECRET, Serving};

/// A server whose people are a host application's.
const EXTERNAL: [(&str, &str); 2] =
    [("CHINWAG_AUTH__MODE", "external"), ("CHINWAG_AUTH__SECRET", SECRET)];

fn export(program: &Program, serving: &Serving) -> String {
    let said = program.run_with(&["export", "--server", &serving.address()], &EXTERNAL);
    assert_eq!(said.code, 0, "{}", said.err);
    // The one who asks is a person too.
    said.out
        .lines()
        .filter(|line| !line.contains("\"operator\""))
        .fold(String::new(), |text, line| text + line + "\n")
}

#[test]
fn what_is_exported_and_imported_elsewhere_is_the_same() {
    let (one, other) = (Program::new(), Program::new());
    let (serving, elsewhere) = (one.serve(&[], &EXTERNAL), other.serve(&[], &EXTERNAL));
    let mut lines = String::new();
    for n in 0..1_203 {
        let active = n % 7 != 0;
        writeln!(
            lines,
            r#"{{"id":"u{n:04}","name":"Ü {n}","username":"user.{n}","active":{active}}}"#
        )
        .unwrap();
    }
    // A file's last line may lack its end.
    lines.push_str(r#"{"id":"zoe","name":"Zoë","avatar_url":"https://example.org/zoe.png"}"#);
    one.write("people.jsonl", &lines);
    let said = one.run_with(&["import", "people.jsonl", "--server", &serving.address()], &EXTERNAL);
    assert_eq!(said.code, 0, "{}", said.err);
    assert_eq!(said.out, "1204 created, 0 updated, 0 unchanged, 0 failed\n");
    assert!(said.err.is_empty(), "no bar where nobody sees it: {:?}", said.err);

    let exported = export(&one, &serving);
    assert_eq!(exported.lines().count(), 1_204);
    assert_eq!(exported.matches("\"active\":false").count(), 172);
    let import = ["import", "-", "--server", &elsewhere.address()];
    let said = other.run_with_input(&import, &EXTERNAL, &exported);
    assert_eq!(said.code, 0, "{}", said.err);
    assert_eq!(export(&other, &elsewhere), exported);
    let again = other.run_with_input(&import, &EXTERNAL, &exported);
    assert_eq!(again.out, "0 created, 0 updated, 1204 unchanged, 0 failed\n");
}

#[test]
fn every_line_that_does_not_fit_is_named_and_the_others_are_stored() {
    let program = Program::new();
    let serving = program.serve(&[], &EXTERNAL);
    let mut lines = String::new();
    // More than the server names at once, and in more than one batch.
    for n in 1..=1_100 {
        match n % 3 {
            0 => writeln!(lines, r#"{{"id":"not an id {n}"}}"#).unwrap(),
            _ => writeln!(lines, r#"{{"id":"u{n}"}}"#).unwrap(),
        }
    }
    lines.push_str("\n{\"id\":\"late\",\"nmae\":\"typo\"}\n{\"id\":\"last\"}\n{x\n");
    program.write("people.jsonl", &lines);
    let said =
        program.run_with(&["import", "people.jsonl", "--server", &serving.address()], &EXTERNAL);
    assert_eq!(said.code, 1);
    assert_eq!(said.out, "735 created, 0 updated, 0 unchanged, 368 failed\n");
    let named: Vec<u32> = said
        .err
        .lines()
        .filter_map(|line| line.strip_prefix("people.jsonl:")?.split(':').next()?.parse().ok())
        .collect();
    let expected: Vec<u32> = (1..=1_100).filter(|n| n % 3 == 0).chain([1_102, 1_104]).collect();
    assert_eq!(named, expected);
    assert!(said.err.contains("people.jsonl:1102: /nmae "), "{}", said.err);
    assert!(said.err.contains(", column 2\n"), "{}", said.err);
    assert!(!said.err.contains("at line 1"), "{}", said.err);
    assert!(export(&program, &serving).contains("{\"id\":\"last\""));
}

#[test]
fn where_the_server_keeps_accounts_usernames_stay_out() {
    let program = Program::new();
    let serving = program.serve(&[], &[]);
    let server = ["--server", &serving.address()];
    program.write(
        "people.jsonl",
        "{\"id\":\"ann\",\"name\":\"Ann Lee\"}\n{\"id\":\"bob\",\"username\":\"bob\"}\n",
    );
    let said = program.run(&[&["import", "people.jsonl"][..], &server].concat());
    assert_eq!(said.code, 1);
    assert!(
        said.err.contains("people.jsonl:2: /username is chosen at registration"),
        "{}",
        said.err
    );
    let said = program.run(&[&["export"][..], &server].concat());
    assert!(said.out.contains("{\"id\":\"ann\",\"name\":\"Ann Lee\""), "{}", said.out);
    assert!(!said.out.contains("username"), "{}", said.out);
    assert!(said.err.contains("2 people"), "{}", said.err);
}

#[test]
fn an_export_into_a_file_is_whole_or_not_there() {
    let program = Program::new();
    let serving = program.serve(&[], &EXTERNAL);
    let address = serving.address();
    let said =
        program.run_with(&["export", "--output", "people.jsonl", "--server", &address], &EXTERNAL);
    assert_eq!((said.code, said.out.as_str()), (0, ""), "{}", said.err);
    assert!(said.err.contains("1 person in people.jsonl"), "{}", said.err);
    let text = std::fs::read_to_string(program.path().join("people.jsonl")).unwrap();
    assert_eq!(text.lines().count(), 1, "{text}");
    let said = program
        .run_with(&["export", "--output", "nowhere/people.jsonl", "--server", &address], &EXTERNAL);
    assert_eq!(said.code, 1);
    assert!(said.err.contains("nowhere/people.jsonl cannot be written"), "{}", said.err);
    let left: Vec<_> = std::fs::read_dir(program.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().ends_with(".part")), "{left:?}");
}

#[test]
fn who_may_not_is_told_what_to_pass() {
    let program = Program::new();
    let serving = program.serve(&[], &EXTERNAL);
    let address = serving.address();
    let token = program.run_with(&["token", "--user", "ann"], &EXTERNAL).out;
    for command in [&["import", "-"][..], &["export"]] {
        let arguments = [command, &["--server", &address, "--token", token.trim()]].concat();
        let said = program.run(&arguments);
        assert_eq!(said.code, 2, "{}", said.err);
        let cure = format!(
            "ann is no application admin; pass the token of one: --token \"$({PROGRAM} token"
        );
        assert!(said.err.contains(&cure), "{}", said.err);
        let arguments = [command, &["--server", &address, "--token", "no-token"]].concat();
        let said = program.run(&arguments);
        assert_eq!(said.code, 1, "{}", said.err);
        assert!(said.err.contains(&format!("{address} does not take the token")), "{}", said.err);
    }
    let said = program.run_with(&["import", "missing.jsonl", "--server", &address], &EXTERNAL);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("missing.jsonl cannot be read: No such file"), "{}", said.err);
    let arguments = ["export", "--server", "http://127.0.0.1:1"];
    let said = program.run_with(&arguments, &EXTERNAL);
    assert_eq!(said.code, 1);
    assert!(said.err.contains("nobody answers at http://127.0.0.1:1"), "{}", said.err);
}

/// Who takes everybody's names along is written down.
#[test]
fn an_export_is_in_the_audit_log() {
    let program = Program::new();
    let serving = program.serve(&[], &EXTERNAL);
    let arguments = ["export", "--as", "night-shift", "--server", &serving.address()];
    assert_eq!(program.run_with(&arguments, &EXTERNAL).code, 0);
    let admin = ["token", "--user", "auditor", "--role", "admin"];
    let token = program.run_with(&admin, &EXTERNAL).out;
    let path = "GET /api/v1/audit/logs?action=user.exported HTTP/1.1";
    let answer = serving.request(&format!("{path}\r\nAuthorization: Bearer {}", token.trim()));
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(answer.matches("\"action\":\"user.exported\"").count(), 1, "{answer}");
    assert!(answer.contains("night-shift") && !answer.contains("\"auditor\""), "{answer}");
}
