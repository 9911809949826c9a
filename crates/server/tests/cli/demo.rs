//! `chinwag demo`.

use super::program::{Program, SECRET};

#[test]
fn the_demo_is_for_development_and_adds_nothing_twice() {
    let program = Program::new();
    let count = |program: &Program| {
        let token = program.run(&["token", "--user", "demo-ada"]).out;
        let serving = program.serve(&[], &[]);
        let head = "GET /api/v1/conversations HTTP/1.1\r\nAuthorization: Bearer";
        let answer = serving.request(&format!("{head} {}", token.trim()));
        let seqs = answer.split("\"last_seq\":").skip(1);
        let mut seqs: Vec<String> =
            seqs.map(|rest| rest.chars().take_while(char::is_ascii_digit).collect()).collect();
        seqs.sort();
        seqs
    };
    let first = program.run(&["demo"]);
    assert_eq!(first.code, 0, "{}", first.err);
    assert!(first.out.contains("chat --user demo-ada"), "{}", first.out);
    let after_first = count(&program);
    assert_eq!(after_first, ["1", "3", "4"]);
    assert_eq!(program.run(&["demo"]).code, 0);
    assert_eq!(count(&program), after_first);

    let real = Program::new();
    let secret = [("CHINWAG_AUTH__SECRET", SECRET)];
    let said = real.run_with(&["demo"], &secret);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("--force") && !real.path().join("data").exists(), "{}", said.err);
    assert_eq!(real.run_with(&["demo", "--force"], &secret).code, 0);
}
