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
