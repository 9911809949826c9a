//! The database: made, moved, refused, and what is told about it.

use std::net::TcpListener;

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
    assert_eq!(said.code, 1);
    let inside = program.path().canonicalize().unwrap().join("blocked/x.db");
    assert!(said.err.contains(&inside.display().to_string()), "{}", said.err);

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
