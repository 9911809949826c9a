//! Help that teaches.

use super::program::Program;

#[test]
fn help_teaches_with_examples() {
    let said = Program::new().run(&["--help"]);
    assert_eq!(said.code, 0);
    for part in
        ["Examples:", "config init --output", "token --user ann", "Talk to it:", "Exit codes:"]
    {
        assert!(said.out.contains(part), "{part} in\n{}", said.out);
    }
    let said = Program::new().run(&["sevre"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("serve"), "{}", said.err);
}

#[test]
fn what_is_the_commands_own_is_told_apart_from_the_servers_settings() {
    let said = Program::new().run(&["help", "chat"]);
    let (own, settings) = said.out.split_once("Settings of the server:\n").unwrap();
    for option in ["--user", "--to", "--server", "--token"] {
        assert!(own.contains(option) && !settings.contains(&format!("{option} <")), "{option}");
    }
    for option in ["--config", "--host", "--port", "--database-url"] {
        assert!(!own.contains(option) && settings.contains(option), "{option}");
    }
    let overview = Program::new().run(&["--help"]).out;
    assert!(overview.contains("Options, for every command:\n") && overview.contains("--port"));
}
