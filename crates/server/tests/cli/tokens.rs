//! `chinwag token`: which are made, and which are not.

use std::sync::Arc;

use chinwag_auth::{SignerOptions, TokenSigner};
use chinwag_domain::{AppRole, Timestamp, UserSummary};
use chinwag_testkit::ManualClock;

use super::program::{PROGRAM, Program, SECRET};

#[test]
fn a_token_is_all_that_is_printed_and_the_server_takes_it() {
    let program = Program::new();
    let environment = [("CHINWAG_AUTH__SECRET", SECRET)];
    let said = program.run_with(&["token", "--user", "alice", "--name", "Alice Ng"], &environment);
    assert_eq!(said.code, 0, "{}", said.err);
    assert_eq!(said.out.lines().count(), 1);
    let serving = program.serve(&[], &environment);
    let bearer =
        format!("GET /api/v1/users/me HTTP/1.1\r\nAuthorization: Bearer {}", said.out.trim());
    let answer = serving.request(&bearer);
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("\"id\":\"alice\"") && answer.contains("\"name\":\"Alice Ng\""));
}

/// A secret that lies about in another folder signs tokens that no server takes.
#[test]
fn which_secret_signed_is_told_beside_the_token() {
    let program = Program::new();
    let environment = [("CHINWAG_AUTH__SECRET", SECRET), ("CHINWAG_AUTH__MODE", "external")];
    let said = program.run_with(&["token", "--user", "ann"], &environment);
    assert_eq!(
        said.err.trim(),
        "signed with auth.secret of CHINWAG_AUTH__SECRET for a server with auth.mode \"external\""
    );
    drop(program.serve(&[], &[]));
    let said = program.run(&["token", "--user", "ann"]);
    let secret = program.path().canonicalize().unwrap().join("data/secret");
    let expected = format!("signed with the development secret {} for", secret.display());
    assert!(said.err.contains(&expected) && said.err.contains("\"local\""), "{}", said.err);
    assert_eq!(said.out.lines().count(), 1, "on standard output is the token alone");
}

#[test]
fn a_token_without_a_name_leaves_the_one_that_is_known() {
    let program = Program::new();
    let serving = program.serve(&[], &[]);
    let me = |arguments: &[&str]| {
        let token = program.run(&[&["token", "--user", "ann"], arguments].concat()).out;
        let head =
            format!("GET /api/v1/users/me HTTP/1.1\r\nAuthorization: Bearer {}", token.trim());
        serving.request(&head)
    };
    assert!(me(&["--name", "Ann Lee"]).contains("\"name\":\"Ann Lee\""));
    assert!(me(&[]).contains("\"name\":\"Ann Lee\""));
}

/// Where roles are read from another claim, an admin would come in as a member, and wonder.
#[test]
fn a_role_that_no_server_would_read_is_not_signed() {
    let program = Program::new();
    let environment = [
        ("CHINWAG_AUTH__MODE", "external"),
        ("CHINWAG_AUTH__SECRET", SECRET),
        ("CHINWAG_AUTH__CLAIMS__ROLES", "groups"),
    ];
    assert_eq!(program.run_with(&["token", "--user", "ann"], &environment).code, 0);
    let said = program.run_with(&["token", "--user", "ann", "--role", "admin"], &environment);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("auth.claims.roles") && said.out.is_empty(), "{}", said.err);
}

#[test]
fn in_development_tokens_and_server_share_the_made_secret() {
    let program = Program::new();
    let early = program.run(&["token", "--user", "alice"]);
    let secret = program.path().canonicalize().unwrap().join("data/secret");
    assert_eq!(early.code, 2);
    let expected = format!("no secret in {}: run it where the server runs", secret.display());
    assert!(early.err.contains(&expected) && early.out.is_empty(), "{}", early.err);
    assert!(!program.path().join("data").exists(), "nothing was begun");
    let serving = program.serve(&[], &[]);
    let token = program.run(&["token", "--user", "alice", "--role", "admin"]).out;
    let bearer = format!("GET /api/v1/users/me HTTP/1.1\r\nAuthorization: Bearer {}", token.trim());
    assert!(serving.request(&bearer).contains("\"role\":\"admin\""));
}

#[test]
fn tokens_that_no_server_would_take_are_not_made() {
    let program = Program::new();
    assert_eq!(program.run(&["token", "--user", "not an id"]).code, 2);
    assert_eq!(program.run(&["token", "--user", "alice", "--ttl", "2w"]).code, 2);
    let said = program.run_with(
        &["token", "--user", "alice"],
        &[
            ("CHINWAG_AUTH__MODE", "external"),
            ("CHINWAG_AUTH__SECRET", SECRET),
            ("CHINWAG_AUTH__CLAIMS__SUBJECT", "userId"),
        ],
    );
    assert_eq!(said.code, 2);
    assert!(said.err.contains("auth.claims.subject") && said.out.is_empty(), "{}", said.err);
    let said = program.run_with(
        &["token", "--user", "alice"],
        &[
            ("CHINWAG_AUTH__MODE", "external"),
            ("CHINWAG_AUTH__ALGORITHM", "EdDSA"),
            ("CHINWAG_AUTH__JWKS_URL", "https://id.example/keys"),
        ],
    );
    assert_eq!(said.code, 2);
    assert!(said.err.contains("the host application"), "{}", said.err);
}

#[test]
fn who_brings_an_old_token_is_told_to_get_a_new_one() {
    let program = Program::new();
    let environment = [("CHINWAG_AUTH__SECRET", SECRET)];
    let serving = program.serve(&[], &environment);
    let long_ago = Timestamp::from_millis(1_000_000);
    let signer = TokenSigner::new(SignerOptions::new(SECRET), Arc::new(ManualClock::default()));
    let ann = UserSummary::bare("ann".parse().unwrap());
    let old = signer.unwrap().sign(&ann, AppRole::Admin, None, long_ago).unwrap();
    let server = ["--server", &serving.address(), "--token", &old];
    let said = program.run(&[&["chat"][..], &server].concat());
    assert_eq!(said.code, 1);
    assert!(said.err.contains("the token has expired\nget a new one"), "{}", said.err);
    assert!(said.err.contains(&format!("{PROGRAM} token --user ann")), "{}", said.err);
    let said = program.run(&[&["export"][..], &server].concat());
    assert_eq!(said.code, 1);
    assert!(said.err.contains("the token has expired; get a new one"), "{}", said.err);
}

#[test]
fn where_nothing_can_sign_a_token_can_be_passed() {
    let program = Program::new();
    let public_key = [
        ("CHINWAG_AUTH__MODE", "external"),
        ("CHINWAG_AUTH__ALGORITHM", "RS256"),
        ("CHINWAG_AUTH__JWKS_URL", "https://id.invalid/keys"),
    ];
    for environment in [&[][..], &public_key] {
        for command in [&["import", "-"][..], &["export"]] {
            let said = program.run_with(command, environment);
            assert_eq!(said.code, 2);
            for way in ["--token", "--server"] {
                assert!(said.err.contains(way), "{}", said.err);
            }
        }
    }
}
