//! Names of keys and variables that are none, and what was meant.

use super::*;

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
