//! The program as people and scripts call it: exit codes, what goes to which stream, files it leaves.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use tempfile::TempDir;

const SECRET: &str = "0123456789abcdef0123456789abcdef";
const PATIENCE: Duration = Duration::from_secs(20);
const PROGRAM: &str = env!("CARGO_BIN_EXE_chinwag");

/// The program in a folder of its own, with nothing of ours in the environment.
struct Program {
    folder: TempDir,
}

impl Program {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path().join(name), text).unwrap();
    }

    fn command(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.args(arguments).current_dir(self.path()).stdin(Stdio::null());
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("CHINWAG_") {
                command.env_remove(name);
            }
        }
        command.envs(environment.iter().copied());
        command
    }

    fn run_with(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Said {
        self.command(arguments, environment).output().unwrap().into()
    }

    fn run(&self, arguments: &[&str]) -> Said {
        self.run_with(arguments, &[])
    }

    /// Starts serving on a free port and waits for the line that tells which.
    fn serve(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Serving {
        let mut all = vec!["serve", "--port", "0"];
        all.extend(arguments);
        let mut command = self.command(&all, environment);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        lines.read_line(&mut line).unwrap();
        let port = line.trim().rsplit(':').next().unwrap_or_default().parse();
        let port = port.unwrap_or_else(|_| panic!("no port in {line:?}"));
        Serving { child, port, first_line: line, lines }
    }
}

struct Said {
    code: i32,
    out: String,
    err: String,
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

struct Serving {
    child: Child,
    port: u16,
    first_line: String,
    lines: BufReader<std::process::ChildStdout>,
}

impl Serving {
    fn request(&self, head: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        write!(stream, "{head}\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn get(&self, path: &str) -> String {
        self.request(&format!("GET {path} HTTP/1.1"))
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    fn signal(&self, name: &str) {
        let status = Command::new("kill").args([name, &self.child.id().to_string()]).status();
        assert!(status.unwrap().success());
    }

    fn ended(&mut self) -> i32 {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code().unwrap_or(-1);
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("the server did not end");
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn help_teaches_with_examples() {
    let said = Program::new().run(&["--help"]);
    assert_eq!(said.code, 0);
    for part in ["Examples:", "config init --output", "token --user alice", "Exit codes:"] {
        assert!(said.out.contains(part), "{part} in\n{}", said.out);
    }
    let said = Program::new().run(&["sevre"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("serve"), "{}", said.err);
}

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

#[test]
fn config_init_is_the_default_configuration() {
    let program = Program::new();
    let said = program.run(&["config", "init"]);
    assert_eq!(said.code, 0);
    assert_eq!(said.out.trim(), include_str!("../../../config/default.toml").trim());

    let written = program.run(&["config", "init", "--output", "chinwag.toml"]);
    assert_eq!(written.code, 0);
    let checked = program.run(&["--config", "chinwag.toml", "config", "check"]);
    assert_eq!(checked.code, 0, "{}", checked.err);
    assert!(checked.out.contains("fine"));
    let again = program.run(&["config", "init", "--output", "chinwag.toml"]);
    assert_eq!(again.code, 1);
    assert!(again.err.contains("exists and is kept"), "{}", again.err);
}

#[test]
fn config_check_says_what_it_checked() {
    let program = Program::new();
    let said = program.run(&["config", "check"]);
    assert!(said.out.contains("checked: defaults and the environment; no file\n"), "{}", said.out);
    program.write("chinwag.toml", "[server]\nport = 9000\n");
    let said = program.run(&["config", "check"]);
    assert!(said.out.contains("no file (./chinwag.toml is here but is not read"), "{}", said.out);
    for arguments in
        [&["config", "check", "chinwag.toml"][..], &["config", "check", "--config", "chinwag.toml"]]
    {
        let said = program.run(arguments);
        assert!(said.out.contains("checked: chinwag.toml and the environment\n"), "{}", said.out);
    }
    program.write("bad.toml", "[server]\nprot = 9000\n");
    let said = program.run(&["config", "check", "bad.toml"]);
    assert!(said.code == 1 && said.err.starts_with("bad.toml:2: "), "{}", said.err);
    assert!(!program.path().join("data").exists());
}

#[test]
fn config_check_finds_the_line_and_the_nearest_key() {
    let program = Program::new();
    program.write("chinwag.toml", "[server]\nport = 9000\n\n[limits]\nsend_per_second = 5\n");
    let said = program.run(&["config", "check", "--config", "chinwag.toml"]);
    assert_eq!(said.code, 1);
    assert_eq!(
        said.err.trim(),
        "chinwag.toml:5: there is no key limits.send_per_second; did you mean \
         limits.sends_per_second?"
    );
    assert!(said.out.is_empty());
    let served = program.run(&["serve", "--config", "chinwag.toml"]);
    assert_eq!(served.code, 2, "what check finds, serve refuses");
    let named = program.run_with(&["config", "check"], &[("CHINWAG_CONFIG", "chinwag.toml")]);
    assert_eq!(named.code, 1);
}

#[test]
fn config_show_names_origins_and_masks_secrets() {
    let program = Program::new();
    program.write("chinwag.toml", "[server]\nport = 9000\n");
    let said = program.run_with(
        &["config", "show", "--config", "chinwag.toml", "--host", "::1"],
        &[("CHINWAG_AUTH__SECRET", SECRET)],
    );
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(!said.out.contains(SECRET));
    for (key, origin) in [
        ("port = 9000", "# chinwag.toml:2"),
        ("host = \"::1\"", "# --host"),
        ("secret = \"********\"", "# CHINWAG_AUTH__SECRET"),
        ("workers = 0", "# default"),
    ] {
        let line = said.out.lines().find(|line| line.starts_with(key));
        assert!(line.is_some_and(|line| line.ends_with(origin)), "{key} {origin}\n{}", said.out);
    }
}

#[test]
fn config_secret_is_long_and_never_the_same() {
    let program = Program::new();
    let secrets: Vec<_> = (0..2).map(|_| program.run(&["config", "secret"]).out).collect();
    assert_eq!(secrets[0].trim().len(), 64);
    assert_ne!(secrets[0], secrets[1]);
}

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
    assert!(said.err.contains("[auth.claims]") && said.out.is_empty(), "{}", said.err);
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
fn healthcheck_asks_the_configured_server() {
    let program = Program::new();
    let secret = [("CHINWAG_AUTH__SECRET", SECRET)];
    let serving = program.serve(&["--host", "0.0.0.0"], &secret);
    let port = serving.port.to_string();
    let open = program.run(&["healthcheck", "--port", &port, "--host", "0.0.0.0"]);
    assert_eq!((open.code, open.out.trim()), (0, "ready"), "it needs no secret: {}", open.err);
    let ready = program.run(&["healthcheck", "--port", &port]);
    assert_eq!((ready.code, ready.out.trim()), (0, "ready"));
    drop(serving);
    let gone = program.run(&["healthcheck", "--port", &port]);
    assert_eq!(gone.code, 1);
    assert!(gone.err.contains("does not answer"), "{}", gone.err);
}

#[test]
fn the_demo_is_for_development_and_adds_nothing_twice() {
    let program = Program::new();
    let count = |program: &Program| {
        let token = program.run(&["token", "--user", "demo-ada"]).out;
        let serving = program.serve(&[], &[]);
        let head = "GET /api/v1/conversations HTTP/1.1\r\nAuthorization: Bearer";
        let answer = serving.request(&format!("{head} {}", token.trim()));
        let seqs = answer.split("\"last_seq\":").skip(1);
        let mut seqs: Vec<String> =
            seqs.map(|rest| rest.chars().take_while(char::is_ascii_digit).collect()).collect();
        seqs.sort();
        seqs
    };
    let first = program.run(&["demo"]);
    assert_eq!(first.code, 0, "{}", first.err);
    let after_first = count(&program);
    assert_eq!(after_first, ["1", "3", "4"]);
    assert_eq!(program.run(&["demo"]).code, 0);
    assert_eq!(count(&program), after_first);

    let real = Program::new();
    let secret = [("CHINWAG_AUTH__SECRET", SECRET)];
    let said = real.run_with(&["demo"], &secret);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("--force") && !real.path().join("data").exists(), "{}", said.err);
    assert_eq!(real.run_with(&["demo", "--force"], &secret).code, 0);
}

#[test]
fn a_signal_ends_the_server_softly() {
    for signal in ["-TERM", "-INT"] {
        let mut serving = Program::new().serve(&[], &[]);
        assert!(serving.get("/health/live").starts_with("HTTP/1.1 200"));
        serving.signal(signal);
        assert_eq!(serving.ended(), 0, "{signal}");
    }
}

#[test]
fn logs_are_json_on_request_and_never_on_standard_output() {
    let program = Program::new();
    let port = {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        free.local_addr().unwrap().port().to_string()
    };
    let mut command = program.command(&["--port", &port], &[("CHINWAG_LOG__FORMAT", "json")]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let begun = Instant::now();
    while program.run(&["healthcheck", "--port", &port]).code != 0 {
        assert!(begun.elapsed() < PATIENCE, "the server did not start");
    }
    let status = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(status.success());
    let (mut out, mut err) = (String::new(), String::new());
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
    child.wait().unwrap();
    assert!(out.is_empty(), "{out}");
    assert!(err.lines().count() >= 2, "{err}");
    for line in err.lines() {
        let entry: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(entry["level"].is_string() && entry["timestamp"].is_string(), "{line}");
    }
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

#[test]
fn a_stopped_server_tells_how_it_stored_and_told_its_start_once() {
    let program = Program::new();
    let filled = program.run(&["demo"]).err;
    assert!(filled.contains("mean batch 1.0 batches=8 messages=8"), "{filled}");
    let mut command = program.command(&["--port", "0"], &[]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    lines.read_line(&mut line).unwrap();
    let status = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(status.success());
    let mut log = String::new();
    child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    child.wait().unwrap();
    assert!(line.contains("listening") && !log.contains("listening"), "{log}");
    assert!(!log.contains("DEVELOPMENT") && !log.contains("data: "), "{log}");
    assert!(log.contains("mean batch 0.0"), "{log}");
}
