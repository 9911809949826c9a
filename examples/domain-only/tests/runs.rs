//! The example runs and says what it should.
#![allow(clippy::unwrap_used)] // a test fails loudly

use std::process::Command;

#[test]
fn a_chat_without_a_runtime() {
    let output = Command::new(env!("CARGO_BIN_EXE_domain-only")).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(
        said,
        "message 1 at revision 2\nann: 0 unread, may govern: true\nbob: 1 unread, may govern: false\n"
    );
}
