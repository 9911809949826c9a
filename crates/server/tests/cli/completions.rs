//! What shells and `man` are given.

use std::{
    io::Write,
    process::{Command, Stdio},
};

use super::program::Program;

#[test]
fn every_shell_has_a_script() {
    let program = Program::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let said = program.run(&["completions", shell]);
        assert_eq!(said.code, 0, "{}", said.err);
        for part in ["chinwag", "healthcheck", "database-url"] {
            assert!(said.out.contains(part), "{part} for {shell}");
        }
    }
    let said = program.run(&["completions", "tcsh"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("bash"), "{}", said.err);
}

#[test]
fn bash_completes_with_it() {
    let program = Program::new();
    let script = program.run(&["completions", "bash"]).out;
    let ask = "COMP_WORDS=(chinwag he); COMP_CWORD=1; _chinwag chinwag he chinwag; echo \"${COMPREPLY[@]}\"\n";
    let mut bash = Command::new("bash")
        .args(["--norc", "-s"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = bash.stdin.take().unwrap();
    input.write_all(format!("{script}\n{ask}").as_bytes()).unwrap();
    drop(input);
    let said = String::from_utf8(bash.wait_with_output().unwrap().stdout).unwrap();
    assert_eq!(said.trim(), "healthcheck help");
}

#[test]
fn the_manual_has_a_page_for_every_command() {
    let program = Program::new();
    let said = program.run(&["man"]);
    assert!(said.code == 0 && said.out.contains(".TH chinwag 1"), "{}{}", said.out, said.err);
    let said = program.run(&["man", "--output", "pages"]);
    assert_eq!(said.code, 0, "{}", said.err);
    for page in ["chinwag.1", "chinwag-chat.1", "chinwag-config-check.1"] {
        let text = std::fs::read_to_string(program.path().join("pages").join(page)).unwrap();
        assert!(
            text.contains(".SH OPTIONS") || text.contains(".SH SUBCOMMANDS"),
            "{page}:\n{text}"
        );
    }
    let chat = std::fs::read_to_string(program.path().join("pages/chinwag-chat.1")).unwrap();
    assert!(chat.contains("Examples:"), "{chat}");
}
