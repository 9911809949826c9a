//! What happens without a configuration, or with half of one.

use std::{net::TcpListener, os::unix::fs::PermissionsExt};

use super::program::{PROGRAM, Program};

#[test]
fn a_first_run_is_safe_and_says_where_it_is() {
    let program = Program::new();
    let mut serving = program.serve(&[], &[]);
    assert!(serving.first_line.starts_with("chinwag is listening on http://127.0.0.1:"));
    let database = program.path().canonicalize().unwrap().join("data/chinwag.db");
    assert_eq!(serving.line(), format!("data: {} (new)", database.display()));
    let third = serving.line();
    assert!(third.contains("DEVELOPMENT") && third.contains(PROGRAM), "{third}");
    let secret = program.path().join("data/secret").metadata().unwrap();
    assert_eq!(secret.permissions().mode() & 0o777, 0o600);
    assert!(program.path().join("data/chinwag.db").exists());
    assert!(serving.get("/health/ready").starts_with("HTTP/1.1 200"));
    assert!(serving.get("/").contains("<title>chinwag</title>"));
    assert!(serving.get("/api/v1/users/me").starts_with("HTTP/1.1 401"));
}

#[test]
fn every_refusal_is_a_problem() {
    let serving = Program::new().serve(&[], &[]);
    for (head, status) in [
        ("GET /nowhere HTTP/1.1", "404"),
        ("GET /api/v1/nowhere HTTP/1.1", "404"),
        ("POST /app.js HTTP/1.1", "405"),
        ("DELETE /health/ready HTTP/1.1", "405"),
        ("PUT /api/v1/conversations HTTP/1.1", "405"),
    ] {
        let answer = serving.request(head);
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{head}: {answer}");
        assert!(answer.contains("application/problem+json"), "{head}: {answer}");
        assert!(answer.contains("\"request_id\":"), "{head}: {answer}");
    }
}

#[test]
fn another_address_without_a_secret_is_refused_with_the_cure() {
    let program = Program::new();
    let said = program.run(&["serve", "--host", "0.0.0.0", "--port", "0"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("--host: server.host lets others reach this server"), "{}", said.err);
    let cure = format!("export CHINWAG_AUTH__SECRET=\"$({PROGRAM} config secret)\"");
    assert!(said.err.contains(&cure), "{}", said.err);
    assert!(!program.path().join("data").exists(), "nothing was begun");
}

#[test]
fn a_short_secret_and_a_missing_key_are_refused() {
    let program = Program::new();
    let said = program.run_with(&["serve"], &[("CHINWAG_AUTH__SECRET", "short")]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("at least 32 bytes"), "{}", said.err);
    let said = program.run_with(&["serve"], &[("CHINWAG_AUTH__MODE", "external")]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("CHINWAG_AUTH__SECRET_FILE"), "{}", said.err);
    let said = program.run_with(
        &["serve"],
        &[
            ("CHINWAG_AUTH__MODE", "external"),
            ("CHINWAG_AUTH__ALGORITHM", "RS256"),
            (
                "CHINWAG_AUTH__PUBLIC_KEY",
                "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
            ),
        ],
    );
    assert_eq!(said.code, 2, "{}", said.err);
    assert!(!program.path().join("data").exists(), "nothing was begun");
}

#[test]
fn a_taken_port_is_told_with_the_cure() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let program = Program::new();
    let said = program.run(&["--port", &port]);
    assert_eq!(said.code, 1);
    assert!(said.err.contains("already in use by another program, which may be another chinwag"));
    for cure in [format!("{PROGRAM} --port "), "CHINWAG_SERVER__PORT=".to_owned()] {
        assert!(said.err.contains(&cure), "{}", said.err);
    }
    assert!(!program.path().join("data").exists(), "nothing was begun");
}
