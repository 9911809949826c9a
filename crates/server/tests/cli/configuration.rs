//! `chinwag config`: written, checked, shown.

use std::{fs, os::unix::fs::PermissionsExt};

use super::program::{PROGRAM, Program, SECRET};

#[test]
fn config_init_is_the_default_configuration() {
    let program = Program::new();
    let said = program.run(&["config", "init"]);
    assert_eq!(said.code, 0);
    assert_eq!(said.out.trim(), include_str!("../../../../config/default.toml").trim());

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
fn what_is_missing_or_was_renamed_is_told_with_the_cure() {
    let program = Program::new();
    let said = program.run(&["serve", "--config", "chinwag.toml"]);
    assert_eq!(said.code, 2);
    let cure = format!("to make it: {PROGRAM} config init --output chinwag.toml");
    assert!(said.err.contains(&cure), "{}", said.err);
    let said =
        program.run_with(&["config", "check"], &[("CHINWAG_AUTH__SECRET_FILE", "secret.txt")]);
    let cure = format!("to make one: {PROGRAM} config secret --output secret.txt");
    assert!(said.code == 1 && said.err.contains(&cure), "{}", said.err);
    for (text, told) in [
        (
            "[server]\nlisten = \"::1\"\n",
            "chinwag.toml:2: there is no key server.listen; did you mean server.host?",
        ),
        (
            "[server]\nport = \"80\"\n",
            "chinwag.toml:2: server.port must be a whole number, not a text; write it without quotes: 80",
        ),
        (
            "[auth]\nmode = \"locla\"\n",
            "chinwag.toml:2: auth.mode must be one of local, external, not \"locla\"; did you mean \"local\"?",
        ),
    ] {
        program.write("chinwag.toml", text);
        let said = program.run(&["config", "check", "chinwag.toml"]);
        assert_eq!((said.code, said.err.trim()), (1, told));
    }
}

/// What `check` calls fine, `serve` begins with.
#[test]
fn config_check_finds_what_serve_would_refuse() {
    let program = Program::new();
    program.write("blocked", "a file where a folder should be");
    let pem = "[auth]\nmode = \"external\"\nalgorithm = \"RS256\"\npublic_key = \"\"\"\n\
               -----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\"\"\"\n";
    for (text, told) in [
        (
            "[push]\nfcm_credentials = \"nowhere.json\"\n",
            "2: push.fcm_credentials names nowhere.json",
        ),
        (
            "[media]\nurl = \"s3://\"\n",
            "2: media.url cannot be used: s3://: the place for files has no",
        ),
        (
            "[media]\nurl = \"file://./blocked/media\"\n",
            "2: media.url cannot be used: file://./blocked",
        ),
        (pem, "4: the keys of [auth] cannot be used: "),
        (
            "[database]\nurl = \"postgres://ann:hidden#word@db/chat\"\n",
            "2: the database PostgreSQL",
        ),
        (
            "[database]\nurl = \"sqlite://gone.db\"\n",
            "2: the database cannot be opened: there is no",
        ),
        (
            "[server]\nhost = \"nowhere.invalid\"\n[auth]\nsecret = \"0123456789abcdef0123456789abcdef\"\n",
            "2: server.host is nowhere.invalid, which has no address",
        ),
    ] {
        program.write("chinwag.toml", text);
        let said = program.run(&["config", "check", "chinwag.toml"]);
        assert_eq!((said.code, said.out.as_str()), (1, ""), "{text}");
        assert!(said.err.starts_with(&format!("chinwag.toml:{told}")), "{told}: {}", said.err);
        assert!(!said.err.contains("hidden"), "{}", said.err);
        let served = program.run(&["serve", "--port", "0", "--config", "chinwag.toml"]);
        assert!(served.code != 0 && !served.err.contains("hidden"), "{text}");
    }
    assert!(!program.path().join("gone.db").exists());
    let elsewhere = Program::new();
    let said = elsewhere.run(&["config", "check"]);
    assert!(said.out.contains("not tried: opening the database"), "{}", said.out);
    assert!(!elsewhere.path().join("data").exists(), "no trace is left");
}

#[test]
fn a_secret_in_a_file_is_its_owners() {
    let program = Program::new();
    let said = program.run(&["config", "secret", "--output", "secret.txt"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let path = program.path().join("secret.txt");
    let secret = fs::read_to_string(&path).unwrap();
    assert_eq!(secret.trim().len(), 64);
    assert!(!said.out.contains(secret.trim()), "{}", said.out);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let again = program.run(&["config", "secret", "--output", "secret.txt"]);
    assert_eq!(again.code, 1);
    assert!(again.err.contains("secret.txt exists and is kept"), "{}", again.err);
    assert_eq!(fs::read_to_string(&path).unwrap(), secret);

    let environment = [("CHINWAG_AUTH__SECRET_FILE", "secret.txt")];
    let said = program.run_with(&["config", "check"], &environment);
    assert!(said.code == 0 && !said.out.contains("warning"), "{}{}", said.out, said.err);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let warning = "CHINWAG_AUTH__SECRET_FILE: secret.txt can be read by everybody on this machine; run \
                   `chmod o-rwx secret.txt`";
    let said = program.run_with(&["config", "check"], &environment);
    assert!(said.out.contains(&format!("warning: {warning}\n")), "{}", said.out);
    // Told before it turns out that the port is taken.
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let said = program.run_with(&["serve", "--port", &port], &environment);
    assert!(said.code == 1 && said.err.contains(warning), "{}", said.err);
}
