//! Who may have a file, and what a browser may do with it.

use chinwag_tests::{Form, World, noise, on_both_databases, png};
use reqwest::Method;
use serde_json::{Value, json};

on_both_databases!(
    a_file_is_for_who_sees_a_message_that_shows_it,
    a_file_goes_with_its_message,
    a_link_lends_ones_eyes_for_a_while,
    no_other_route_takes_a_token_in_its_url,
    nothing_that_a_browser_could_run_is_shown,
    names_break_out_of_nothing,
    parts_of_a_file_are_had_by_range,
    a_file_that_is_known_is_not_sent_again,
);

async fn sent(world: &World, by: &chinwag_tests::Person, to: uuid::Uuid, bytes: &[u8]) -> Value {
    let form = Form::message(&json!({})).file("a.bin", bytes);
    world.post_form(by, &format!("/conversations/{to}/messages"), form).await.json(201)
}

async fn a_file_is_for_who_sees_a_message_that_shows_it(world: World) {
    let [alice, bob, eve] = world.people(["alice", "bob", "eve"]).await;
    let group = alice.group_with("Team", &[&bob]).await;
    let unsent = world.upload(&alice, "x", &noise(10)).await;
    let message = sent(&world, &alice, group.id, &noise(20)).await;
    let url = &message["attachments"][0]["url"];
    for (who, url, status) in [
        (&alice, &unsent["url"], 200),
        (&bob, &unsent["url"], 404),
        (&alice, url, 200),
        (&bob, url, 200),
        (&eve, url, 404),
        (&alice, &json!("/api/v1/media/0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"), 404),
        (&alice, &json!("/api/v1/media/..%2f..%2fsecret"), 404),
    ] {
        assert_eq!(world.file(who, url, &[]).await.status, status, "{} {url}", who.id);
    }
    let nobody = world.http(Method::GET, url.as_str().unwrap(), &[], Vec::new()).await;
    assert_eq!(nobody.problem(401), "token_missing");
    // Nor does who was removed have it any longer; who uploaded it does.
    alice.delete(&format!("/conversations/{}/participants/bob", group.id)).await;
    assert_eq!(world.file(&bob, url, &[]).await.problem(404), "not_found");
    assert_eq!(world.file(&bob, url, &[("range", "bytes=0-1")]).await.status, 404);
    let version = world.file(&alice, url, &[]).await.header("etag").to_owned();
    assert_eq!(world.file(&bob, url, &[("if-none-match", &version)]).await.status, 404);
}

async fn a_file_goes_with_its_message(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let cleared = sent(&world, &alice, direct.id, &noise(20)).await;
    expect(&world, &bob, &cleared, 200).await;
    bob.post(&format!("/conversations/{}/clear", direct.id), json!({})).await;
    expect(&world, &bob, &cleared, 404).await;
    let deleted = sent(&world, &alice, direct.id, &noise(30)).await;
    expect(&world, &bob, &deleted, 200).await;
    alice.delete(&format!("/messages/{}", deleted["id"].as_str().unwrap())).await;
    expect(&world, &bob, &deleted, 404).await;
    assert_eq!(world.database.count("message_media").await, 1);
}

async fn expect(world: &World, who: &chinwag_tests::Person, message: &Value, status: u16) {
    let url = &message["attachments"][0]["url"];
    assert_eq!(world.file(who, url, &[]).await.status, status, "{} {url}", who.id);
}

async fn a_link_lends_ones_eyes_for_a_while(world: World) {
    let [alice, bob, eve] = world.people(["alice", "bob", "eve"]).await;
    let group = alice.group_with("Team", &[&bob]).await;
    let message = sent(&world, &alice, group.id, &noise(20)).await;
    let id = message["attachments"][0]["id"].as_str().unwrap();
    let path = format!("/media/{id}/link");
    assert_eq!(eve.get(&path).await.status, 404);
    let link = bob.get(&path).await;
    assert_eq!(link.status, 200, "{}", link.text);
    let url = link.json["url"].as_str().unwrap();
    let get = |url: String| {
        let world = &world;
        async move { world.http(Method::GET, &url, &[], Vec::new()).await }
    };
    assert_eq!(get(url.to_owned()).await.bytes, noise(20));

    let other = world.upload(&alice, "x", &noise(5)).await;
    let token = url.split_once("token=").unwrap().1;
    let mut changed = token.to_owned();
    changed.replace_range(3..4, if &changed[3..4] == "A" { "B" } else { "A" });
    for wrong in [
        url.replace(token, &changed),
        url.replace(token, ""),
        format!("{}?token={token}", other["url"].as_str().unwrap()),
        url.replace(token, bob.token()),
    ] {
        assert_eq!(get(wrong.clone()).await.problem(404), "not_found", "{wrong}");
    }
    assert_eq!(get(format!("{url}&token={token}")).await.status, 422);
    assert!(!world.server.log().contains(token));
    // Who lost access cannot have lent it.
    alice.delete(&format!("/conversations/{}/participants/bob", group.id)).await;
    assert_eq!(get(url.to_owned()).await.problem(404), "not_found");
}

async fn no_other_route_takes_a_token_in_its_url(world: World) {
    let alice = world.person("alice").await;
    let upload = world.upload(&alice, "x", &noise(5)).await;
    let link = format!("/api/v1/media/{}/link", upload["id"].as_str().unwrap());
    let bearer = format!("Bearer {}", alice.token());
    for path in ["/api/v1/users/me", "/api/v1/conversations", link.as_str()] {
        let with = format!("{path}?token={}", alice.token());
        assert_eq!(world.http(Method::GET, &with, &[], Vec::new()).await.status, 401, "{path}");
        let both = world.http(Method::GET, &with, &[("authorization", &bearer)], Vec::new()).await;
        assert_eq!(both.problem(422), "validation_failed", "{path}");
    }
    let headers = [("authorization", bearer.as_str())];
    let both = world.http(Method::POST, "/api/v1/media?token=x", &headers, Vec::new()).await;
    assert_eq!(both.problem(422), "validation_failed");
}

async fn nothing_that_a_browser_could_run_is_shown(world: World) {
    let alice = world.person("alice").await;
    let gif = b"GIF89a/*\0\0<script>alert(1)</script>*/".as_slice();
    let picture = png(2, 2);
    for (bytes, how, mime_type) in [
        (picture.as_slice(), "inline", "image/png"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "inline", "video/mp4"),
        (b"<html><script>alert(1)</script>", "attachment", "text/html; charset=utf-8"),
        (b"<svg xmlns='x' onload='alert(1)'/>", "attachment", "image/svg+xml"),
        (b"<?xml version='1.0'?><x/>", "attachment", "text/xml; charset=utf-8"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "attachment", "application/pdf"),
        (b"words", "attachment", "text/plain; charset=utf-8"),
        (b"\0\x01\x02\xff", "attachment", "application/octet-stream"),
        (gif, "attachment", "application/octet-stream"),
        // A picture that does not say how large it is.
        (b"\xff\xd8\xff\xe0\0\x04JF\xff\xda", "attachment", "image/jpeg"),
    ] {
        let upload = world.upload(&alice, "a.png", bytes).await;
        let file = world.file(&alice, &upload["url"], &[]).await;
        assert_eq!((file.status, file.bytes.as_slice()), (200, bytes));
        assert_eq!(file.header("content-type"), mime_type);
        assert!(file.header("content-disposition").starts_with(how), "{mime_type}: {file:?}");
        assert_eq!(file.header("x-content-type-options"), "nosniff");
        assert_eq!(file.header("content-security-policy"), "sandbox; default-src 'none'");
        assert_eq!(file.header("cache-control"), "private, no-cache");
    }
}

async fn names_break_out_of_nothing(world: World) {
    let alice = world.person("alice").await;
    let long = format!("{}.png", "x".repeat(4_096));
    for (name, kept, header) in [
        ("../../../etc/passwd", "passwd", "passwd"),
        ("C:\\\\x\\\\cat.png", "cat.png", "cat.png"),
        ("<b>cat<b>.png", "<b>cat<b>.png", "<b>cat<b>.png"),
        ("gnp.\u{202e}exe", "gnp.exe", "gnp.exe"),
        ("Ü.png", "Ü.png", "_.png"),
        ("a%22.png", "a%22.png", "a_22.png"),
        ("", "file", "file"),
        ("..", "file", "file"),
        (long.as_str(), &long[long.len() - 255..], &long[long.len() - 255..]),
    ] {
        let upload = world.upload(&alice, name, &noise(9)).await;
        assert_eq!(upload["name"], kept, "{name:?}");
        let file = world.file(&alice, &upload["url"], &[]).await;
        let disposition = file.header("content-disposition");
        let plain = format!("attachment; filename=\"{header}\"; filename*=UTF-8''");
        assert!(disposition.starts_with(&plain), "{name:?}: {disposition}");
    }
    // Over a socket a name may hold anything that JSON can.
    let socket = alice.socket().await;
    let name = "a\r\nSet-Cookie: x=1\u{0}\u{2028}.png";
    let ask = json!({"name": name, "mime_type": "image/png", "size": 9});
    let slot = socket.request("media.request_upload", ask).await.unwrap();
    let url = slot["url"].as_str().unwrap();
    let filled = world.http(Method::PUT, url, &[], noise(9)).await.json(200);
    assert_eq!(filled["name"], "aSet-Cookie: x=1.png");
    assert_eq!(world.file(&alice, &filled["url"], &[]).await.header("set-cookie"), "");
}

async fn parts_of_a_file_are_had_by_range(world: World) {
    let alice = world.person("alice").await;
    let bytes = noise(200_000);
    let url = world.upload(&alice, "x", &bytes).await["url"].clone();
    let whole = world.file(&alice, &url, &[]).await;
    assert_eq!(
        (whole.header("accept-ranges"), whole.header("content-length")),
        ("bytes", "200000")
    );
    let etag = whole.header("etag").to_owned();
    for (range, part) in [
        ("bytes=0-0", 0..1),
        ("bytes=199999-", 199_999..200_000),
        ("bytes=-5", 199_995..200_000),
        ("bytes=65000-70000", 65_000..70_001),
        ("bytes=100000-99999999999999999999", 100_000..200_000),
    ] {
        let file = world.file(&alice, &url, &[("range", range), ("if-range", &etag)]).await;
        assert_eq!(file.status, 206, "{range}");
        let (first, last) = (part.start, part.end - 1);
        assert_eq!(file.header("content-range"), format!("bytes {first}-{last}/200000"));
        assert!(file.bytes == bytes[part], "{range}");
    }
    for range in ["bytes=200000-", "bytes=-0", "bytes=300000-400000"] {
        let refused = world.file(&alice, &url, &[("range", range)]).await;
        assert_eq!((refused.status, refused.header("content-range")), (416, "bytes */200000"));
    }
    // Several, those that make no sense, and those of another version are the whole file.
    for headers in [
        &[("range", "bytes=0-1,5-6")][..],
        &[("range", "bytes=9-5")],
        &[("range", "lines=1-2")],
        &[("range", "bytes=0-1"), ("if-range", "\"another\"")],
        &[("range", "bytes=0-1"), ("if-range", "Wed, 25 Nov 2026 12:00:00 GMT")],
    ] {
        let file = world.file(&alice, &url, headers).await;
        assert_eq!((file.status, file.bytes.len()), (200, 200_000), "{headers:?}");
    }
}

async fn a_file_that_is_known_is_not_sent_again(world: World) {
    let alice = world.person("alice").await;
    let url = world.upload(&alice, "x", &noise(100)).await["url"].clone();
    let etag = world.file(&alice, &url, &[]).await.header("etag").to_owned();
    let weak = format!("\"a\", W/{etag}");
    for known in [etag.as_str(), weak.as_str(), "*"] {
        let file =
            world.file(&alice, &url, &[("if-none-match", known), ("range", "bytes=0-1")]).await;
        assert_eq!((file.status, file.bytes.len(), file.header("etag")), (304, 0, etag.as_str()));
    }
    assert_eq!(world.file(&alice, &url, &[("if-none-match", "\"a\"")]).await.status, 200);
    let token = format!("Bearer {}", alice.token());
    let headers = [("authorization", token.as_str()), ("range", "bytes=0-1")];
    let head = world.http(Method::HEAD, url.as_str().unwrap(), &headers, Vec::new()).await;
    assert_eq!((head.status, head.bytes.len(), head.header("content-length")), (200, 0, "100"));
    assert_eq!(head.header("etag"), etag);
}
