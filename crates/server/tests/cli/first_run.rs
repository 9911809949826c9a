//! What happens without a configuration, or with half of one.

use std::{fs, net::TcpListener, os::unix::fs::PermissionsExt};

use super::program::{PROGRAM, Program, SECRET};

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

/// What people say is nobody's business who merely has an account on the machine.
#[test]
fn folders_are_made_for_their_owner_alone_and_those_that_are_there_stay() {
    let mode = |program: &Program, name: &str| {
        fs::metadata(program.path().join(name)).unwrap().permissions().mode() & 0o777
    };
    let served = Program::new();
    drop(served.serve(&[], &[]));
    for folder in ["data", "data/media"] {
        assert_eq!(mode(&served, folder), 0o700, "{folder}");
    }
    let migrated = Program::new();
    assert_eq!(migrated.run(&["migrate", "up"]).code, 0);
    assert_eq!(mode(&migrated, "data"), 0o700);
    let operators = Program::new();
    fs::create_dir(operators.path().join("data")).unwrap();
    fs::set_permissions(operators.path().join("data"), fs::Permissions::from_mode(0o750)).unwrap();
    drop(operators.serve(&[], &[]));
    assert_eq!((mode(&operators, "data"), mode(&operators, "data/media")), (0o750, 0o700));
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

#[test]
fn an_address_that_cannot_be_had_is_told_with_its_place_and_the_cure() {
    let program = Program::new();
    let secret = [("CHINWAG_AUTH__SECRET", SECRET)];
    program.write("chinwag.toml", "[server]\nhost = \"nowhere.invalid\"\n");
    let named = program.run_with(&["--config", "chinwag.toml", "--port", "0"], &secret);
    let told = "chinwag.toml:2: server.host is nowhere.invalid, which has no address: ";
    assert!(named.err.contains(told), "{}", named.err);
    // Of the block for documentation: no machine has it.
    let strange = [("CHINWAG_SERVER__HOST", "192.0.2.1"), secret[0]];
    let strange = program.run_with(&["--port", "0"], &strange);
    let told =
        "CHINWAG_SERVER__HOST: server.host is 192.0.2.1, and 192.0.2.1:0 cannot be listened on";
    assert!(strange.err.contains(told), "{}", strange.err);
    for said in [named, strange] {
        assert_eq!(said.code, 1);
        let cure = "it must be 127.0.0.1, 0.0.0.0 or an address of this machine";
        assert!(said.err.trim().ends_with(cure), "{}", said.err);
    }
    assert!(!program.path().join("data").exists(), "nothing was begun");
}
