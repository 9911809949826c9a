//! The image, the composition and the unit, as far as they can be checked without what runs them: their
//! settings are settings, their commands are commands, and what they copy is there.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use yaml_rust2::{Yaml, YamlLoader};

use super::{
    context,
    program::{Program, SECRET},
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn file(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The instructions of the Dockerfile, each on one line.
fn instructions() -> Vec<String> {
    let lines = file("Dockerfile").replace("\\\n", " ");
    let lines = lines.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    lines.map(str::to_owned).collect()
}

fn instruction(name: &str) -> Vec<String> {
    let begins = format!("{name} ");
    let found =
        instructions().into_iter().filter_map(|line| Some(line.strip_prefix(&begins)?.to_owned()));
    found.collect()
}

/// The words of an instruction in its form as a list, as what the entry point is called with.
fn words(list: &str) -> Vec<String> {
    serde_json::from_str(list).unwrap_or_else(|error| panic!("{list}: {error}"))
}

/// Settings of the environment that the program would refuse, it refuses here.
#[track_caller]
fn are_settings(program: &Program, variables: &BTreeMap<String, String>) {
    assert!(!variables.is_empty());
    let mut variables = variables.clone();
    // What the operator has to bring along.
    if !variables.keys().any(|name| name.starts_with("CHINWAG_AUTH__SECRET")) {
        variables.insert("CHINWAG_AUTH__SECRET".to_owned(), SECRET.to_owned());
    }
    let variables: Vec<_> =
        variables.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let said = program.run_with(&["config", "check"], &variables);
    assert_eq!(said.code, 0, "{variables:?}\n{}", said.err);
}

#[test]
fn the_image_sets_and_calls_what_there_is() {
    let program = Program::new();
    let variables: BTreeMap<String, String> = instruction("ENV")
        .iter()
        .flat_map(|line| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
        .filter(|pair| pair.starts_with("CHINWAG_"))
        .map(|pair| {
            pair.split_once('=').map(|(name, text)| (name.to_owned(), text.to_owned())).unwrap()
        })
        .collect();
    are_settings(&program, &variables);

    let entry = words(&instruction("ENTRYPOINT")[0]);
    let health = instruction("HEALTHCHECK");
    let health = words(health[0].split("CMD ").nth(1).unwrap());
    assert_eq!(entry, health[..1], "both call the one file of the image");
    let arguments: Vec<&str> = health[1..].iter().map(String::as_str).collect();
    let said = program.run(&[&arguments[..], &["--port", "1"]].concat());
    assert_eq!(said.code, 1, "nobody is there: {}", said.err);
    let command = words(&instruction("CMD")[0]);
    let said = program.run(&[&command[0], "--help"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert_eq!(instruction("USER"), ["65532:65532"], "not root");

    // As its own comment says to run it.
    secrets_of(&program, "Dockerfile");
    let written = std::fs::read_to_string(program.path().join("chinwag.env")).unwrap();
    let written = written.lines().map(|line| line.split_once('=').unwrap());
    are_settings(
        &program,
        &written.map(|(name, text)| (name.to_owned(), text.to_owned())).collect(),
    );
    let text = file("Dockerfile");
    let run = text.lines().find(|line| line.contains("docker run")).unwrap();
    assert!(run.contains("-p 127.0.0.1:8080:8080 ") && run.contains("--env-file chinwag.env"));
}

#[test]
fn the_image_is_built_of_what_is_there() {
    let stages: Vec<String> = instruction("FROM")
        .iter()
        .filter_map(|from| from.split_once(" AS ").map(|(_, name)| name.to_owned()))
        .collect();
    for from in instruction("FROM") {
        let base = from.split(' ').next().unwrap();
        let known = base == "scratch"
            || base.starts_with("rust:")
            || stages.iter().any(|stage| stage == base);
        assert!(known, "{from}");
    }
    for copy in instruction("COPY") {
        if let Some((_, rest)) = copy.split_once("--from=") {
            let stage = rest.split(' ').next().unwrap();
            assert!(stages.iter().any(|known| known == stage), "{copy}");
            continue;
        }
        let sources: Vec<&str> = copy.split(' ').filter(|word| !word.starts_with("--")).collect();
        for source in &sources[..sources.len() - 1] {
            assert!(root().join(source).exists(), "{copy}");
        }
    }
    let version = file("Cargo.toml");
    let version =
        version.split("rust-version = \"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let rust = &instruction("FROM")[0];
    assert!(rust.starts_with(&format!("rust:{version}-")), "{rust} is not Rust {version}");
}

/// What is compiled in or built from must reach the builder; what is secret or large must not.
#[test]
fn the_builder_gets_what_it_needs_and_nothing_secret() {
    let ignored = context::Ignored::new(&file(".dockerignore"));
    let needed = context::needed(&root());
    for known in ["migration/Cargo.toml", "config/default.toml", "crates/server/assets/page"] {
        assert!(needed.contains(Path::new(known)), "{known} is not found to be needed");
    }
    for needed in needed {
        assert!(root().join(&needed).exists(), "{}", needed.display());
        assert!(!ignored.has(&needed), "{} does not reach the builder", needed.display());
    }
    for kept_out in [".git", "target", "data", "secret.txt", ".env", "web/node_modules"] {
        let kept_out = Path::new(kept_out);
        assert!(ignored.has(kept_out), "{} would be sent to the builder", kept_out.display());
    }
}

#[test]
fn the_composition_sets_what_there_is() {
    let program = Program::new();
    let text = file("compose.yaml");
    let all = YamlLoader::load_from_str(&text).unwrap();
    let services = &all[0]["services"];
    let chinwag = &services["chinwag"];
    let variables: BTreeMap<String, String> = chinwag["environment"]
        .as_hash()
        .unwrap()
        .iter()
        .map(|(name, text)| (name.as_str().unwrap().to_owned(), filled_in(text.as_str().unwrap())))
        .collect();
    are_settings(&program, &variables);
    // What stands there for later has to be a setting too.
    for line in text.lines().filter(|line| line.trim_start().starts_with("# CHINWAG_")) {
        let (name, text) = line.trim_start_matches(['#', ' ']).split_once(": ").unwrap();
        are_settings(&program, &BTreeMap::from([(name.to_owned(), filled_in(text))]));
    }
    let pool = &all[0]["networks"]["default"]["ipam"]["config"][0];
    let gateway = pool["gateway"].as_str().unwrap();
    assert_eq!(variables["CHINWAG_SERVER__TRUSTED_PROXIES"], gateway, "where a proxy comes from");
    let (network, _) = pool["subnet"].as_str().unwrap().rsplit_once('.').unwrap();
    assert_eq!(gateway.rsplit_once('.').unwrap().0, network);
    assert_eq!(services["redis"]["profiles"][0].as_str(), Some("redis"), "off unless asked for");

    // As its own comment says to make it.
    secrets_of(&program, "compose.yaml");
    let written = std::fs::read_to_string(program.path().join(".env")).unwrap();
    for variable in text.lines().filter(|line| !line.trim_start().starts_with('#')) {
        let Some((_, rest)) = variable.split_once("${") else { continue };
        let name = rest.split(':').next().unwrap();
        let value = written.lines().find_map(|line| line.strip_prefix(&format!("{name}=")));
        assert!(value.is_some_and(|value| value.len() >= 32), "{name} is not in {written}");
    }

    for (name, service) in services.as_hash().unwrap() {
        for volume in service["volumes"].as_vec().into_iter().flatten() {
            let volume = volume.as_str().unwrap().split(':').next().unwrap();
            assert!(!all[0]["volumes"][volume].is_badvalue(), "{name:?} wants the volume {volume}");
        }
        for needed in service["depends_on"].as_hash().into_iter().flatten() {
            let healthy = &services[needed.0.as_str().unwrap()]["healthcheck"];
            assert!(!healthy.is_badvalue(), "{needed:?} has nothing that tells its health");
        }
    }
    assert!(
        chinwag["ports"][0].as_str().unwrap().starts_with("127.0.0.1:"),
        "a proxy stands in front"
    );
    assert_eq!(chinwag["read_only"], Yaml::Boolean(true));
    let grace = chinwag["stop_grace_period"].as_str().unwrap().trim_end_matches('s');
    assert!(grace.parse::<u32>().unwrap() > shutdown_grace(), "{grace} s are not enough to stop");
}

/// Runs the lines of a file's head that write secrets, with `/etc/chinwag` here; nobody else may read them.
#[track_caller]
fn secrets_of(program: &Program, path: &str) {
    use std::os::unix::fs::PermissionsExt as _;

    let here = program.path().display().to_string();
    let chinwag = Path::new(env!("CARGO_BIN_EXE_chinwag")).parent().unwrap();
    let found = std::env::var("PATH").unwrap_or_default();
    let text = file(path);
    let commands = text.lines().filter_map(|line| line.strip_prefix("#   "));
    let writes = ["(umask 077; ", "chinwag config secret --output "];
    let lines: Vec<&str> =
        commands.filter(|line| writes.iter().any(|begin| line.starts_with(begin))).collect();
    assert!(!lines.is_empty(), "{path} does not say how to make a secret");
    for line in lines {
        let target = line.trim_end_matches(')').rsplit(' ').next().unwrap();
        let target = program.path().join(target.trim_start_matches("/etc/chinwag/"));
        let line = line.replace("/etc/chinwag", &here);
        let status = std::process::Command::new("sh")
            .args(["-euc", &line])
            .current_dir(program.path())
            .env("PATH", format!("{}:{found}", chinwag.display()))
            .status();
        assert!(status.unwrap().success(), "{line}");
        let mode = target.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{line}");
    }
}

/// As the composer fills in `${NAME:?message}`.
fn filled_in(text: &str) -> String {
    let Some((before, rest)) = text.split_once("${") else { return text.to_owned() };
    let (variable, after) = rest.split_once('}').unwrap();
    assert!(variable.contains(":?"), "{variable} has no message that tells how to make one");
    format!("{before}{SECRET}{after}")
}

/// `server.shutdown_grace_seconds` of the defaults.
fn shutdown_grace() -> u32 {
    let defaults = file("config/default.toml");
    let line = defaults.lines().find_map(|line| line.strip_prefix("shutdown_grace_seconds = "));
    line.unwrap().parse().unwrap()
}

#[test]
fn the_unit_sets_and_calls_what_there_is() {
    let program = Program::new();
    let unit = file("config/chinwag.service");
    let settings = |name: &str| -> Vec<String> {
        let begins = format!("{name}=");
        unit.lines().filter_map(|line| Some(line.strip_prefix(&begins)?.to_owned())).collect()
    };
    // As its own comment says to make them.
    assert_eq!(program.run(&["config", "init", "--output", "chinwag.toml"]).code, 0);
    secrets_of(&program, "config/chinwag.service");
    let here = program.path().display().to_string();
    // Those for a database with a password too, which stand there for who needs them.
    let variables: BTreeMap<String, String> = settings("Environment")
        .iter()
        .chain(&settings("#Environment"))
        .map(|pair| pair.split_once('=').unwrap())
        .map(|(name, text)| {
            (name.to_owned(), text.replace("%d", &here).replace("/etc/chinwag", &here))
        })
        .collect();
    are_settings(&program, &variables);
    for credential in settings("LoadCredential").into_iter().chain(settings("#LoadCredential")) {
        let (name, path) = credential.split_once(':').unwrap();
        assert_eq!(path, format!("/etc/chinwag/{name}"), "the head of the unit writes it there");
        assert!(unit.contains(&format!("_FILE=%d/{name}\n")), "nothing reads {name}");
    }

    for call in settings("ExecStart") {
        let mut words = call.split(' ');
        assert_eq!(words.next(), Some("/usr/bin/chinwag"));
        let arguments: Vec<&str> = words.chain(["--help"]).collect();
        assert_eq!(program.run(&arguments).code, 0, "{call}");
    }
    let grace = settings("TimeoutStopSec")[0].trim_end_matches('s').parse::<u32>().unwrap();
    assert!(grace > shutdown_grace(), "{grace} s are not enough to stop");
    // With the exit code of what was not begun.
    assert_eq!(
        program.run(&["serve", "--host", "0.0.0.0"]).code.to_string(),
        settings("RestartPreventExitStatus")[0]
    );
}
