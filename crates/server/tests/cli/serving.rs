//! A server while it runs and when it ends.

use std::{
    io::BufRead, io::BufReader, io::Read, net::TcpListener, process::Command, process::Stdio,
    time::Instant,
};

use super::program::{PATIENCE, Program, SECRET};

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
