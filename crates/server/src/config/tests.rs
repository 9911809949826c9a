//! Every rule of the configuration, without touching the environment of the test process.

use std::{fs, path::Path, time::Duration};

use secrecy::ExposeSecret as _;

use super::{keys::KEYS, *};

mod names;
mod secrets;

const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// A configuration in the making.
#[derive(Default)]
struct Given {
    folder: Option<tempfile::TempDir>,
    sources: Sources,
}

impl Given {
    fn file(text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("chinwag.toml");
        fs::write(&path, text).unwrap();
        let sources = Sources { file: Some(path), ..Sources::default() };
        Self { folder: Some(folder), sources }
    }

    fn environment(variables: &[(&str, &str)]) -> Self {
        Self::default().and(variables)
    }

    fn and(mut self, variables: &[(&str, &str)]) -> Self {
        let more = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        self.sources.environment.extend(more);
        self
    }

    fn flag(mut self, key: &'static str, flag: &'static str, value: &str) -> Self {
        self.sources.flags.push((key, flag, value.to_owned()));
        self
    }

    fn config(&self) -> Config {
        Config::load(&self.sources).unwrap_or_else(|problems| panic!("{problems}")).0
    }

    fn shown(&self) -> String {
        show(&Config::load(&self.sources).unwrap().1)
    }

    /// What is wrong, without the folder that changes from run to run.
    fn problems(&self) -> String {
        let problems = Config::load(&self.sources).unwrap_err().to_string();
        match &self.folder {
            Some(folder) => problems.replace(&format!("{}/", folder.path().display()), ""),
            None => problems,
        }
    }
}

#[track_caller]
fn refused(given: &Given, expected: &str) {
    let problems = given.problems();
    assert!(problems.contains(expected), "expected {expected:?} in:\n{problems}");
}

#[test]
fn the_defaults_are_a_safe_first_run() {
    let config = Given::default().config();
    assert_eq!((config.server.host.as_str(), config.server.port), ("127.0.0.1", 8080));
    assert_eq!(config.database.url.expose_secret(), "sqlite://./data/chinwag.db?mode=rwc");
    assert_eq!(config.auth.mode, AuthMode::Local);
    assert!(config.development() && config.guests() && config.database.auto_migrate);
    assert_eq!(config.limits.sends_per_second, 10);
    assert_eq!(config.limits.address_factor, 20);
}

#[test]
fn the_default_file_names_every_key_and_sets_no_other() {
    for key in KEYS {
        let (section, name) = key.path.rsplit_once('.').unwrap();
        let body = DEFAULTS.split(&format!("\n[{section}]\n")).nth(1).unwrap();
        let body = body.split("\n[").next().unwrap();
        let named = body.lines().any(|line| {
            let line = line.strip_prefix("# ").unwrap_or(line);
            line.strip_prefix(name).is_some_and(|rest| rest.starts_with(" = "))
        });
        assert!(named, "config/default.toml lacks {}", key.path);
    }
}

#[test]
fn the_default_file_equals_the_defaults() {
    let from_file = Given::file(DEFAULTS).config();
    assert_eq!(format!("{from_file:?}"), format!("{:?}", Given::default().config()));
    assert!(from_file.development(), "the same file, the same safe first run");
}

#[test]
fn the_production_example_is_fine_with_a_secret() {
    let example = include_str!("../../../../config/production.toml");
    let config = Given::file(example).and(&[("CHINWAG_AUTH__SECRET", SECRET)]).config();
    assert!(!config.development() && !config.guests());
    refused(&Given::file(example), "auth.secret");
}

#[test]
fn each_layer_overrules_the_one_before() {
    let file = "[server]\nport = 1001\nhost = \"::1\"\nworkers = 3\n";
    let given = || Given::file(file).and(&[("CHINWAG_SERVER__PORT", "1002")]);
    assert_eq!(Given::file(file).config().server.port, 1001);
    assert_eq!(given().config().server.port, 1002);
    let all = given().flag("server.port", "--port", "1003").config().server;
    assert_eq!((all.port, all.host.as_str(), all.workers), (1003, "::1", 3));
}

#[test]
fn wrong_types_name_their_place() {
    refused(
        &Given::file("[server]\nport = \"8080\"\n"),
        "chinwag.toml:2: server.port must be a whole number, not a text; write it without quotes: ",
    );
    refused(
        &Given::file("[auth]\n\nguests = 1"),
        "chinwag.toml:3: auth.guests must be true or false, not a number",
    );
    refused(
        &Given::file("[cors]\norigins = \"https://a.example\"\n"),
        "chinwag.toml:2: cors.origins must be a list of texts, not a text",
    );
    refused(&Given::file("server = 1\n"), "chinwag.toml:1: server is a section");
    refused(
        &Given::environment(&[("CHINWAG_SERVER__PORT", "http")]),
        "CHINWAG_SERVER__PORT: server.port must be a whole number, not \"http\"",
    );
    refused(
        &Given::environment(&[("CHINWAG_AUTH__GUESTS", "yes")]),
        "CHINWAG_AUTH__GUESTS: auth.guests must be true or false, not \"yes\"",
    );
}

#[test]
fn broken_files_name_line_and_reason() {
    refused(&Given::file("[server]\nport 8080\n"), "chinwag.toml:2: not TOML: ");
    let unquoted = Given::file("[server]\nhost = 0.0.0.0\n");
    refused(&unquoted, "chinwag.toml:2: ");
    refused(&unquoted, "texts need quotes: host = \"0.0.0.0\"");
    refused(&Given::file("[log]\nlevel = debug\n"), "texts need quotes: level = \"debug\"");
    let secret = Given::file("[auth]\nsecret = hidden-words\n");
    refused(&secret, "texts need quotes: secret = \"…\"");
    assert!(!secret.problems().contains("hidden"), "{}", secret.problems());
    let missing = Sources { file: Some("nowhere.toml".into()), ..Sources::default() };
    let problems = Config::load(&missing).unwrap_err().to_string();
    assert!(problems.starts_with("nowhere.toml: cannot be read"), "{problems}");
}

#[test]
fn everything_wrong_is_told_at_once() {
    let given = Given::file("[server]\nprot = 1\nworkers = -1\n[log]\nlevel = \"loud\"\n");
    assert_eq!(given.problems().lines().count(), 3, "{}", given.problems());
}

#[test]
fn what_is_wrong_is_told_in_the_order_of_its_lines() {
    let given = Given::file("[log]\nlevel = \"loud\"\n\n[server]\nworkers = -1\nprot = 1\n")
        .and(&[("CHINWAG_AUTH__MODE", "open")])
        .flag("server.port", "--port", "x");
    let problems = given.problems();
    let places: Vec<_> = problems.lines().filter_map(|line| line.split(": ").next()).collect();
    let lines = ["chinwag.toml:2", "chinwag.toml:5", "chinwag.toml:6"];
    assert_eq!(places, [&lines[..], &["CHINWAG_AUTH__MODE", "--port"]].concat(), "{problems}");
}

#[test]
fn numbers_have_limits() {
    refused(
        &Given::file("[server]\nport = 70000\n"),
        "chinwag.toml:2: server.port must be 0 to 65535, not 70000",
    );
    for (key, value) in [
        ("SERVER__WORKERS", "513"),
        ("SERVER__SHUTDOWN_GRACE_SECONDS", "-1"),
        ("DATABASE__MAX_CONNECTIONS", "3"),
        ("DATABASE__MAX_BATCH", "0"),
        ("AUTH__ACCESS_TTL_SECONDS", "0"),
        ("AUTH__REFRESH_TTL_SECONDS", "1"),
        ("MEDIA__MAX_BYTES", "0"),
        ("LIMITS__SENDS_PER_SECOND", "0"),
        ("LIMITS__SENDS_BURST", "0"),
        ("LIMITS__REQUESTS_PER_SECOND", "0"),
        ("LIMITS__REQUESTS_BURST", "0"),
        ("LIMITS__SOCKETS_PER_USER", "0"),
        ("LIMITS__ADDRESS_FACTOR", "0"),
        ("LIMITS__OUTBOX_BYTES", "1000"),
    ] {
        let name = format!("CHINWAG_{key}");
        refused(&Given::environment(&[(&name, value)]), &format!("{name}: "));
    }
}

#[test]
fn texts_are_checked_where_they_stand() {
    for (name, value, expected) in [
        ("CHINWAG_SERVER__HOST", "not a host", "must be an address or a name"),
        ("CHINWAG_SERVER__PUBLIC_URL", "chat.example.org", "must be an http or https address"),
        ("CHINWAG_SERVER__TRUSTED_PROXIES", "10.0.0.2,10.0.0.0/8", "not \"10.0.0.0/8\""),
        ("CHINWAG_DATABASE__URL", "mysql://db/chat", "must begin with sqlite:// or postgres://"),
        ("CHINWAG_AUTH__MODE", "open", "must be one of local, external, not \"open\""),
        ("CHINWAG_AUTH__MODE", "Locla", "not \"Locla\"; did you mean \"local\"?"),
        ("CHINWAG_AUTH__ALGORITHM", "none", "must be one of HS256"),
        ("CHINWAG_AUTH__JWKS_URL", "ftp://id", "must be an http or https address"),
        ("CHINWAG_BUS__URL", "kafka://x", "must begin with memory:// or redis://"),
        ("CHINWAG_MEDIA__URL", "/srv/media", "must begin with file:// or s3:// or gs://"),
        ("CHINWAG_CORS__ORIGINS", "*", "must hold origins such as"),
        ("CHINWAG_CORS__ORIGINS", "https://a.example/", "not \"https://a.example/\""),
        ("CHINWAG_LOG__FORMAT", "xml", "must be one of text, json"),
        ("CHINWAG_LOG__LEVEL", "verbose", "must be error, warn, info, debug or trace"),
    ] {
        let given = Given::environment(&[(name, value)]);
        refused(&given, &format!("{name}: "));
        refused(&given, expected);
    }
    refused(
        &Given::file("[auth.claims]\nsubject = \"\"\n"),
        "auth.claims.subject must name a claim",
    );
}

#[test]
fn lists_in_the_environment_are_separated_by_commas() {
    let config = Given::environment(&[
        ("CHINWAG_CORS__ORIGINS", "https://a.example, http://b.example:8080"),
        ("CHINWAG_SERVER__TRUSTED_PROXIES", "10.0.0.2,::1"),
    ])
    .config();
    assert_eq!(config.cors.origins, ["https://a.example", "http://b.example:8080"]);
    assert_eq!(config.server.trusted_proxies.len(), 2);
    let file = "[cors]\norigins = [\"https://a.example\"]\n";
    let emptied = Given::file(file).and(&[("CHINWAG_CORS__ORIGINS", "")]).config();
    assert!(emptied.cors.origins.is_empty());
}

#[test]
fn set_to_nothing_is_not_set() {
    let config = Given::environment(&[("CHINWAG_AUTH__SECRET", ""), ("CHINWAG_SERVER__PORT", "")]);
    assert_eq!(config.config().server.port, 8080);
    assert!(config.config().development());
    let missed = config.and(&[("CHINWAG_SERVER__HOST", "0.0.0.0")]);
    refused(&missed, "but CHINWAG_AUTH__SECRET is set but empty");
    let external =
        Given::environment(&[("CHINWAG_AUTH__SECRET", ""), ("CHINWAG_AUTH__MODE", "external")]);
    refused(&external, "but CHINWAG_AUTH__SECRET is set but empty");
}

#[test]
fn a_proxy_is_one_that_the_operator_told_of() {
    assert!(!Given::default().config().behind_a_proxy());
    for (key, value) in [
        ("CHINWAG_SERVER__PUBLIC_URL", "http://localhost:9000"),
        ("CHINWAG_SERVER__TRUSTED_PROXIES", "127.0.0.1"),
    ] {
        assert!(Given::environment(&[(key, value)]).config().behind_a_proxy(), "{key}");
    }
}
