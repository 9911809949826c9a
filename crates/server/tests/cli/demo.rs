//! `chinwag demo`.

use chinwag_client::Client;
use serde_json::json;

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
    assert!(!first.out.contains("page"), "it offers no token there: {}", first.out);
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

#[test]
fn what_people_changed_since_is_theirs() {
    let program = Program::new();
    assert_eq!(program.run(&["demo"]).code, 0);
    let as_ada = |serving: &super::program::Serving| {
        let token = program.run(&["token", "--user", "demo-ada"]).out;
        Client::new(&serving.address()).unwrap().with_token(token.trim())
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let serving = program.serve(&[], &[]);
    let ada = as_ada(&serving);
    runtime.block_on(async {
        let groups = ada.conversations(&[("type", "group")]).await.unwrap().items;
        ada.update_conversation(groups[0].id, &json!({"name": "Sunday walk"})).await.unwrap();
        let grace = "/users/me/blocks/demo-grace";
        let blocked = ada.request(chinwag_client::Method::PUT, grace, None).await.unwrap();
        assert!(blocked.status < 300, "{}", blocked.text);
    });
    drop(serving);
    let again = program.run(&["demo"]);
    assert_eq!(again.code, 0, "{}", again.err);
    let serving = program.serve(&[], &[]);
    let groups = runtime.block_on(as_ada(&serving).conversations(&[("type", "group")])).unwrap();
    let names: Vec<_> = groups.items.iter().map(|group| group.name.as_deref()).collect();
    assert_eq!(names, [Some("Sunday walk")]);
}
