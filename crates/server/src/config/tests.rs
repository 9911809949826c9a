//! Every rule of the configuration, without touching the environment of the test process.

use std::{fs, path::Path, time::Duration};

use secrecy::ExposeSecret as _;

use super::{keys::KEYS, *};

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
fn unknown_keys_name_place_and_nearest_key() {
    refused(
        &Given::file("[server]\n\nprot = 1\n"),
        "chinwag.toml:3: there is no key server.prot; did you mean server.port?",
    );
    refused(
        &Given::file("[sever]\nport = 1\n"),
        "chinwag.toml:2: there is no key sever.port; did you mean server.port?",
    );
    refused(
        &Given::file("port = 1\n"),
        "chinwag.toml:1: there is no key port; did you mean server.port?",
    );
    refused(
        &Given::environment(&[("CHINWAG_AUTH__SECERT", "x")]),
        "CHINWAG_AUTH__SECERT: there is no key auth.secert; did you mean CHINWAG_AUTH__SECRET?",
    );
    refused(
        &Given::environment(&[("CHINWAG_SERVER__PORT_FILE", "x")]),
        "CHINWAG_SERVER__PORT_FILE: there is no key server.port_file",
    );
}

#[test]
fn variables_that_name_no_setting_name_the_nearest() {
    for (name, meant) in [
        ("CHINWAG_SERVER_PORT", "CHINWAG_SERVER__PORT"),
        ("CHINWAG_PORT", "CHINWAG_SERVER__PORT"),
        ("CHINWAG_AUTH_SECRET", "CHINWAG_AUTH__SECRET"),
        ("CHINWAG_AUTH_SECRET_FILE", "CHINWAG_AUTH__SECRET_FILE"),
        ("CHINWAG_DATABASE_URL", "CHINWAG_DATABASE__URL"),
    ] {
        refused(
            &Given::environment(&[(name, "8080")]),
            &format!("{name}: there is no such setting; did you mean {meant}?"),
        );
    }
    for (name, meant) in [
        ("CHINWAG_SERVER__PRT", "CHINWAG_SERVER__PORT"),
        ("CHINWAG_SERVER__PORT_FILE", "CHINWAG_SERVER__PORT"),
        ("CHINWAG_AUTH__SECERT_FILE", "CHINWAG_AUTH__SECRET_FILE"),
        ("CHINWAG_AUTH__CLAIMS__SUBJCT", "CHINWAG_AUTH__CLAIMS__SUBJECT"),
    ] {
        refused(&Given::environment(&[(name, "8080")]), &format!("; did you mean {meant}?"));
    }
}

#[test]
fn variables_that_others_make_are_left_alone() {
    Given::environment(&[
        ("CHINWAG_TEST_POSTGRES_URL", "postgres://127.0.0.1/postgres"),
        ("CHINWAG_PORT", "tcp://10.0.0.1:8080"),
        ("CHINWAG_PORT_8080_TCP", "tcp://10.0.0.1:8080"),
        ("CHINWAG_PORT_8080_TCP_ADDR", "10.0.0.1"),
        ("CHINWAG_SERVICE_HOST", "10.0.0.1"),
        ("CHINWAG_SERVICE_PORT", "8080"),
        ("CHINWAG_SERVICE_PORT_HTTP", "8080"),
        ("CHINWAG_CONFIG", "chinwag.toml"),
    ])
    .config();
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
fn who_asks_a_server_needs_none_of_its_secrets() {
    let example = include_str!("../../../../config/production.toml");
    let given = Given::file(example)
        .and(&[("CHINWAG_SERVER__PORT", "9000"), ("CHINWAG_AUTH__SECRET_FILE", "/nowhere/secret")]);
    assert_eq!(Config::server_alone(&given.sources).unwrap().port, 9000);
    refused(&given, "auth.secret cannot be read");
    let wrong = given.and(&[("CHINWAG_SERVER__PORT", "http")]);
    assert!(Config::server_alone(&wrong.sources).is_err());
}

#[test]
fn secrets_come_from_files_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    fs::write(&path, format!("{SECRET}\n")).unwrap();
    let file = path.to_str().unwrap();
    let given = Given::environment(&[("CHINWAG_AUTH__SECRET_FILE", file)]);
    assert_eq!(given.config().auth.secret.unwrap().expose_secret(), SECRET);
    assert!(given.shown().contains("# CHINWAG_AUTH__SECRET_FILE"));

    let both = given.and(&[("CHINWAG_AUTH__SECRET", SECRET)]);
    refused(&both, "auth.secret is also set by CHINWAG_AUTH__SECRET; keep one of them");
    let missing = Given::environment(&[("CHINWAG_DATABASE__URL_FILE", "/nowhere/url")]);
    refused(&missing, "database.url cannot be read from /nowhere/url");
}

#[test]
fn a_short_secret_is_refused() {
    let short = Given::environment(&[("CHINWAG_AUTH__SECRET", "short")]);
    refused(&short, "must have at least 32 bytes, this one has 5");
    assert!(!short.problems().contains("short\""), "the secret itself is not told");
    let elsewhere = short.and(&[("CHINWAG_AUTH__MODE", "external")]);
    refused(&elsewhere, "must have at least 32 bytes");
}

#[test]
fn others_may_reach_only_a_server_with_a_secret() {
    for host in ["0.0.0.0", "::", "192.168.1.5", "chat.internal"] {
        let open = Given::environment(&[("CHINWAG_SERVER__HOST", host)]);
        refused(&open, "CHINWAG_SERVER__HOST: server.host lets others reach this server");
        refused(&open, "export CHINWAG_AUTH__SECRET=\"$(");
        refused(&open, "there is no auth.secret");
        let config = open.and(&[("CHINWAG_AUTH__SECRET", SECRET)]).config();
        assert!(!config.development() && !config.guests());
    }
    for host in ["127.0.0.1", "127.0.0.2", "::1", "[::1]", "localhost"] {
        assert!(Given::environment(&[("CHINWAG_SERVER__HOST", host)]).config().development());
    }
    let behind_proxy = Given::environment(&[("CHINWAG_SERVER__PUBLIC_URL", "https://c.example")]);
    refused(&behind_proxy, "CHINWAG_SERVER__PUBLIC_URL: server.public_url lets others reach");
}

#[test]
fn guests_are_an_operators_decision_outside_development() {
    let secret = ("CHINWAG_AUTH__SECRET", SECRET);
    assert!(!Given::environment(&[secret]).config().guests());
    assert!(Given::environment(&[secret, ("CHINWAG_AUTH__GUESTS", "true")]).config().guests());
    assert!(!Given::environment(&[("CHINWAG_AUTH__GUESTS", "false")]).config().guests());
}

#[test]
fn local_accounts_need_an_algorithm_that_signs() {
    refused(
        &Given::environment(&[("CHINWAG_AUTH__ALGORITHM", "RS256")]),
        "auth.algorithm must be HS256, HS384 or HS512 where this server signs",
    );
    refused(
        &Given::environment(&[("CHINWAG_AUTH__JWKS_URL", "https://id.example")]),
        "auth.jwks_url is for tokens of a host application",
    );
}

#[test]
fn a_host_applications_tokens_need_a_key() {
    let external =
        |more: &[(&str, &str)]| Given::environment(&[("CHINWAG_AUTH__MODE", "external")]).and(more);
    let pem = "-----BEGIN PUBLIC KEY-----\nMCow\n-----END PUBLIC KEY-----\n";
    refused(&external(&[]), "CHINWAG_AUTH__SECRET_FILE=");
    refused(&external(&[("CHINWAG_AUTH__ALGORITHM", "ES256")]), "CHINWAG_AUTH__PUBLIC_KEY_FILE=");
    refused(
        &external(&[
            ("CHINWAG_AUTH__ALGORITHM", "EdDSA"),
            ("CHINWAG_AUTH__JWKS_URL", "https://id.example/keys"),
            ("CHINWAG_AUTH__PUBLIC_KEY", pem),
        ]),
        "auth.jwks_url and auth.public_key are both set; keep one",
    );
    refused(
        &external(&[("CHINWAG_AUTH__ALGORITHM", "EdDSA"), ("CHINWAG_AUTH__PUBLIC_KEY", "abc")]),
        "auth.public_key must be a key in PEM",
    );
    refused(
        &external(&[("CHINWAG_AUTH__SECRET", SECRET), ("CHINWAG_AUTH__GUESTS", "true")]),
        "auth.guests needs local accounts",
    );
    let with_secret = external(&[("CHINWAG_AUTH__SECRET", SECRET)]).config();
    assert!(!with_secret.guests() && !with_secret.development());
    external(&[("CHINWAG_AUTH__ALGORITHM", "EdDSA"), ("CHINWAG_AUTH__PUBLIC_KEY", pem)]).config();
}

#[test]
fn keys_are_fetched_where_nobody_can_change_them_on_the_way() {
    let given = |url: &str| {
        Given::environment(&[
            ("CHINWAG_AUTH__MODE", "external"),
            ("CHINWAG_AUTH__ALGORITHM", "RS256"),
            ("CHINWAG_AUTH__JWKS_URL", url),
        ])
    };
    refused(&given("http://id.example/keys"), "must be an https address, or http on this machine");
    given("https://id.example/keys").config();
    given("http://127.0.0.1:9000/keys").config();
}

#[test]
fn claims_have_one_name_or_several() {
    let claims = |text: &str| Given::file(&format!("[auth.claims]\n{text}\n")).config().auth.claims;
    assert_eq!(claims("subject = \"userId\"").subject, ["userId"]);
    assert_eq!(claims("subject = [\"uid\", \"sub\"]").subject, ["uid", "sub"]);
    let from_environment = Given::environment(&[("CHINWAG_AUTH__CLAIMS__ROLES", "groups,roles")]);
    assert_eq!(from_environment.config().auth.claims.roles, ["groups", "roles"]);
}

#[test]
fn show_masks_secrets_and_names_origins() {
    let given = Given::file("[server]\nport = 9000\n")
        .and(&[
            ("CHINWAG_AUTH__SECRET", SECRET),
            ("CHINWAG_DATABASE__URL", "postgres://ann:hidden@db/chat"),
        ])
        .flag("server.host", "--host", "::1");
    let shown = given.shown();
    assert!(!shown.contains(SECRET) && !shown.contains("hidden"), "{shown}");
    let line = |start: &str| {
        let found = shown.lines().find(|line| line.starts_with(start));
        found.unwrap_or_else(|| panic!("{start} in\n{shown}")).to_owned()
    };
    assert!(line("port = 9000 ").ends_with("chinwag.toml:2"));
    assert!(line("host = \"::1\" ").ends_with("# --host"));
    assert!(line("workers = 0 ").ends_with("# default"));
    assert!(line("secret = \"********\" ").ends_with("# CHINWAG_AUTH__SECRET"));
    assert!(line("url = \"postgres://ann:********@db/chat\"").ends_with("CHINWAG_DATABASE__URL"));
    assert!(line("# issuer ").ends_with("# not set"));
    for key in KEYS {
        let name = key.path.rsplit('.').next().unwrap();
        assert!(shown.contains(&format!("{name} ")), "{name} is not shown");
    }
}

#[test]
fn a_token_for_metrics_cannot_be_guessed() {
    let given = |token| Given::environment(&[("CHINWAG_METRICS__TOKEN", token)]);
    let unborne = ["sixteen letters-", "sixteen-letters!", "sixteen=-letters", "================"];
    for bad in ["short", "fifteen-letters", "sixteen-lett\u{e9}rs"].into_iter().chain(unborne) {
        refused(&given(bad), "metrics.token must be at least 16 of the characters that an");
        refused(&given(bad), "take what `openssl rand -hex 32` prints");
    }
    for good in ["sixteen-letters-", "sixteen._~+/aa=="] {
        assert!(given(good).config().metrics.token.is_some(), "{good}");
    }
    assert!(given("").config().metrics.token.is_none());
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

#[test]
fn nothing_secret_is_in_a_debug_print() {
    let config = Given::environment(&[
        ("CHINWAG_METRICS__TOKEN", "hidden-from-everybody"),
        ("CHINWAG_AUTH__SECRET", SECRET),
        ("CHINWAG_BUS__URL", "redis://:hidden@cache"),
    ])
    .config();
    let printed = format!("{config:?}");
    assert!(!printed.contains(SECRET) && !printed.contains("hidden"), "{printed}");
    assert!(!config.bus.is_in_process());
    assert_eq!(config.server.shutdown_grace, Duration::from_secs(10));
    assert!(Path::new(first_run::SECRET_FILE).is_relative());
}
