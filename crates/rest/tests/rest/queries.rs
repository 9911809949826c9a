//! Query strings.

use crate::world::{World, at};

#[actix_web::test]
async fn what_does_not_fit_is_named() {
    let world = World::new();
    let ann = world.person("ann").await;
    let group = ann.group(&[]).await;
    for (path, query, pointers) in [
        ("/users", "limit=0", &["limit"][..]),
        ("/users", "limit=101", &["limit"]),
        ("/users", "limit=", &["limit"]),
        ("/users", "limit=ten", &["limit"]),
        ("/users", "limit=1.0", &["limit"]),
        ("/users", "limit=99999999999999999999", &["limit"]),
        ("/users", "limit=1&limit=2", &["limit"]),
        ("/users", "limit=1&limit=1", &["limit"]),
        ("/users", "page=1", &["page"]),
        ("/users", "cursor=nonsense", &["cursor"]),
        ("/users", "Limit=1", &["Limit"]),
        ("/users", "=1", &[""]),
        ("/users", "searhc=x&limt=1", &["searhc", "limt"]),
        ("/users", "search=%00", &["search"]),
        ("/users/me", "fields=name", &["fields"]),
        ("/users/ann", "x", &["x"]),
        ("/presence", "", &["user_ids"]),
        ("/presence", "user_ids=a%20b", &["user_ids"]),
        ("/presence", "user_ids=ann&user_ids=bob", &["user_ids"]),
        ("/conversations", "type=channel", &["type"]),
        ("/conversations", "hidden=1", &["hidden"]),
        ("/conversations", "page=0", &["page"]),
        ("/conversations", "page=-1", &["page"]),
        ("/conversations", "page=1&cursor=x", &["page"]),
        ("/conversations", "limit=0&page=x&hidden=&type=", &["type", "hidden", "limit", "page"]),
        ("/conversations/{}", "limit=1", &["limit"]),
        ("/conversations/{}/messages", "before=x", &["before"]),
        ("/conversations/{}/messages", "after=-1", &["after"]),
        ("/conversations/{}/messages", "around=1.5", &["around"]),
        ("/conversations/{}/messages", "order=ASC", &["order"]),
        ("/conversations/{}/messages", "cursor=ma", &["cursor"]),
        ("/conversations/{}/messages", "page=1&before=3", &["page"]),
        ("/conversations/{}/changes", "", &["since"]),
        ("/conversations/{}/changes", "since=-1", &["since"]),
        ("/conversations/{}/changes", "since=a", &["since"]),
        ("/conversations/{}/changes", "since=0&limit=0", &["limit"]),
        ("/conversations/{}/participants", "limit=1", &["limit"]),
        ("/unread", "limit=1", &["limit"]),
    ] {
        let reply = ann.get(&format!("{}?{query}", path.replace("{}", &group))).await;
        let reply = reply.expect_refused(pointers);
        for error in reply.json["errors"].as_array().unwrap() {
            assert!(error["detail"].as_str().is_some_and(|detail| detail.len() > 10), "{error}");
        }
    }
}

#[actix_web::test]
async fn what_fits_is_understood() {
    let world = World::new();
    let ann = world.person("ann").await;
    world.person("b+c").await;
    let group = ann.group(&[]).await;
    for (path, query) in [
        ("/users", "search=a&limit=100"),
        ("/users", "search="),
        ("/users", "search=a%26b+c"),
        ("/presence", "user_ids=ann,bob"),
        ("/presence", "user_ids="),
        ("/conversations", "search=te&type=group&hidden=false&limit=1&page=1"),
        ("/conversations", ""),
        ("/conversations/{}/messages", "before=9&after=0&order=asc&limit=100&search=x"),
        ("/conversations/{}/messages", "around=0"),
        ("/conversations/{}/changes", "since=0&limit=100"),
    ] {
        ann.get(&format!("{}?{query}", path.replace("{}", &group))).await.expect(200);
    }
    let reply = ann.get("/presence?user_ids=b%2Bc,ann").await.expect(200);
    assert_eq!(reply.json["items"][0]["user_id"], "b+c");
    assert_eq!(reply.json["items"][1]["user_id"], "ann");
}

#[actix_web::test]
async fn a_write_takes_no_parameters() {
    let world = World::new();
    let ann = world.person("ann").await;
    // GET of the same path knows this one.
    ann.send(at("POST", "/conversations?limit=1")).await.expect_refused(&["limit"]);
    ann.send(at("POST", "/sync?cursor=x")).await.expect_refused(&["cursor"]);
}

#[actix_web::test]
async fn the_next_piece_is_linked() {
    let world = World::new();
    let ann = world.person("ann").await;
    let group = ann.group(&[]).await;
    for number in 0..5 {
        ann.say(&group, &format!("a&b {number}")).await;
    }
    for first in ["order=asc&limit=2&search=a%26b", "limit=2&page=1", "limit=3&around=5"] {
        let mut path = format!("/conversations/{group}/messages?{first}");
        let mut seqs = Vec::new();
        loop {
            let reply = ann.get(&path).await.expect(200);
            let items = reply.json["items"].as_array().unwrap();
            seqs.extend(items.iter().map(|item| item["seq"].as_i64().unwrap()));
            let link = reply.header("link");
            assert_eq!(link.is_empty(), reply.json["next_cursor"].is_null(), "{first}");
            let Some(rest) = link.strip_prefix("</api/v1") else { break };
            rest.strip_suffix(">; rel=\"next\"").unwrap().clone_into(&mut path);
        }
        seqs.sort_unstable();
        assert_eq!(seqs, [1, 2, 3, 4, 5], "{first}");
    }
}
