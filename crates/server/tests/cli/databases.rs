//! The database: made, moved, refused, and what is told about it.

use std::{net::TcpListener, process::Command};

use super::program::{PROGRAM, Program};

#[test]
fn migrations_go_up_and_down_and_tell_where_they_stand() {
    let program = Program::new();
    let before = program.run(&["migrate", "status"]);
    assert!(before.code == 1 && before.err.contains("there is no database /"), "{}", before.err);
    assert_eq!(program.run(&["migrate", "down"]).code, 1);
    assert!(!program.path().join("data").exists(), "only going up begins something");
    let up = program.run(&["migrate", "up"]);
    assert!(up.code == 0 && !up.out.contains("missing"), "{}{}", up.out, up.err);
    let down = program.run(&["migrate", "down"]);
    assert_eq!(down.out.matches("missing").count(), 1, "{}", down.out);
    assert_eq!(program.run(&["migrate", "status"]).out, down.out);
}

#[test]
fn without_auto_migration_an_old_schema_is_refused_with_the_cure() {
    let program = Program::new();
    let off = [("CHINWAG_DATABASE__AUTO_MIGRATE", "false")];
    let said = program.run_with(&["serve", "--port", "0"], &off);
    assert_eq!(said.code, 2, "{}", said.err);
    assert!(said.err.contains(&format!("{PROGRAM} migrate up")), "{}", said.err);
    assert_eq!(program.run(&["migrate", "up"]).code, 0);
    assert!(program.serve(&[], &off).get("/health/ready").starts_with("HTTP/1.1 200"));
}

#[test]
fn a_file_is_served_by_one_process_at_a_time() {
    let program = Program::new();
    let mut first = program.serve(&[], &[]);
    let second = program.run(&["--port", "0"]);
    assert_eq!(second.code, 2);
    let expected = format!(
        "data/chinwag.db is already served by another process (pid {}); stop it, or use PostgreSQL",
        first.child.id()
    );
    assert!(second.err.contains(&expected), "{}", second.err);
    assert!(first.get("/health/ready").starts_with("HTTP/1.1 200"));
    first.child.kill().unwrap();
    first.child.wait().unwrap();
    let mut again = program.serve(&[], &[]);
    assert!(again.line().ends_with("data/chinwag.db"), "it is not new");
}

#[test]
fn a_database_that_is_not_there_is_told_with_the_cure() {
    let program = Program::new();
    let file = program.path().canonicalize().unwrap().join("chat.db");
    let url = ["serve", "--port", "0", "--database-url", "sqlite://chat.db"];
    let said = program.run(&url);
    assert_eq!(said.code, 1);
    let expected = format!("there is no {}; add ?mode=rwc", file.display());
    assert!(said.err.contains(&expected), "{}", said.err);
    assert!(!file.exists() && !program.path().join("chat.db.lock").exists());

    program.write("blocked", "a file where a folder should be");
    let said = program.run(&["--port", "0", "--database-url", "sqlite://blocked/x.db?mode=rwc"]);
    assert_eq!(said.code, 2, "starting anew would not help");
    let inside = program.path().canonicalize().unwrap().join("blocked/x.db");
    assert!(said.err.contains(&inside.display().to_string()), "{}", said.err);
    let cure = "make the folder writable or set database.url";
    assert!(said.err.contains(cure), "{}", said.err);
    let said = program.run(&["migrate", "up", "--database-url", "sqlite://blocked/x.db?mode=rwc"]);
    assert!(said.code == 1 && said.err.contains(cure), "{}", said.err);

    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let url = format!("postgres://zoe:hidden@127.0.0.1:{port}/chat");
    let said = program.run(&["--port", "0", "--database-url", &url]);
    assert_eq!(said.code, 1);
    let expected = format!("127.0.0.1:{port} refused the connection");
    assert!(said.err.contains(&expected), "{}", said.err);
    assert!(!said.err.contains("hidden") && !said.err.contains("zoe"), "{}", said.err);
}

#[test]
fn a_database_that_can_only_be_read_is_not_served() {
    let program = Program::new();
    assert_eq!(program.run(&["migrate", "up"]).code, 0);
    for migrates in ["true", "false"] {
        let said = program.run_with(
            &["--port", "0", "--database-url", "sqlite://data/chinwag.db?mode=ro"],
            &[("CHINWAG_DATABASE__AUTO_MIGRATE", migrates)],
        );
        assert_eq!(said.code, 2, "{}", said.err);
        let file = program.path().canonicalize().unwrap().join("data/chinwag.db");
        let expected = format!("the database {} cannot be written", file.display());
        assert!(said.err.contains(&expected), "{}", said.err);
    }
}

/// After a step back to an older version: whoever starts the server anew when it failed must not do so for
/// ever.
#[test]
fn a_newer_schema_is_refused_by_an_older_program() {
    let program = Program::new();
    assert_eq!(program.run(&["migrate", "up"]).code, 0);
    let added = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m2999_tomorrow', 0)";
    let status =
        Command::new("sqlite3").arg(program.path().join("data/chinwag.db")).arg(added).status();
    assert!(status.unwrap().success());
    for migrates in ["true", "false"] {
        let migrates = [("CHINWAG_DATABASE__AUTO_MIGRATE", migrates)];
        let said = program.run_with(&["serve", "--port", "0"], &migrates);
        assert_eq!(said.code, 2, "{}", said.err);
        assert!(said.err.contains("does not know (m2999_tomorrow)"), "{}", said.err);
    }
    for command in ["up", "down", "status"] {
        let said = program.run(&["migrate", command]);
        assert_eq!(said.code, 2, "{command}: {}", said.err);
        assert!(said.err.contains("m2999_tomorrow"), "{}", said.err);
    }
    let status = program.run(&["migrate", "status"]).out;
    assert!(status.contains("applied  m20261120_000001_accounts\n"), "{status}");
    assert!(status.ends_with("unknown to this program  m2999_tomorrow\n"), "{status}");
}

#[test]
fn a_place_for_files_that_cannot_be_used_is_refused_before_a_database_is_made() {
    let program = Program::new();
    program.write("blocked", "a file where a folder should be");
    for (url, told, cure) in [
        (
            "file://./blocked/media",
            "file://./blocked/media: the folder",
            "make the folder writable",
        ),
        ("s3://", "s3://: the place for files has no bucket", "write it like file:///srv/media"),
    ] {
        let said = program.run_with(&["serve", "--port", "0"], &[("CHINWAG_MEDIA__URL", url)]);
        assert_eq!(said.code, 2, "{}", said.err);
        let told = format!("media.url cannot be used: {told}");
        assert!(said.err.contains(&told) && said.err.contains(cure), "{}", said.err);
    }
    assert!(!program.path().join("data/chinwag.db").exists(), "nothing was begun");
}
