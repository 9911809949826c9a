//! Secrets, keys and tokens: where they come from, what is enough, and that they show nowhere.

use super::*;

#[test]
fn who_asks_a_server_needs_none_of_its_secrets() {
    let example = include_str!("../../../../../config/production.toml");
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
