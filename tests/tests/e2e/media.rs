//! Files: sent with a message or before it, filed by what they are, and had back as they were.

use chinwag_tests::{Form, IsJson, World, expect_event, noise, on_both_databases, png};
use serde_json::{Value, json};

on_both_databases!(
    a6_up_to_five_files_in_one_request_filed_by_their_bytes,
    a6_one_file_too_many_leaves_nothing,
    a6_a_repeated_send_with_files_is_the_stored_message,
    a6_a_send_with_files_that_fails_leaves_nothing,
    a6_files_go_to_a_person_too,
    a8_the_kind_of_a_message_follows_its_files,
    a18_files_outlive_the_server,
    b9_files_elsewhere_and_uploads_hang_on_one_message,
    b9_a_repeated_send_with_an_upload_is_the_stored_message,
    d2_an_attachment_says_what_it_is,
    d2_a_picture_says_its_size_wherever_it_stands,
    a_picture_that_is_too_large_to_show_is_refused,
    forms_that_make_no_sense_are_refused,
);
on_both_databases!(
    with &[("media.max_bytes", "1000")];
    d11_the_largest_file_is_configured,
);

fn kinds(message: &Value) -> Vec<&str> {
    let attachments = message["attachments"].as_array().unwrap();
    attachments.iter().map(|it| it["kind"].as_str().unwrap()).collect()
}

async fn a6_up_to_five_files_in_one_request_filed_by_their_bytes(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let socket = bob.socket().await;
    let path = format!("/conversations/{}/messages", direct.id);
    // Their names and what the client says of their types count for nothing.
    let contents: [(&str, Vec<u8>); 5] = [
        ("a.txt", png(640, 480)),
        ("b.png", b"GIF89a\x02\0\x03\0\x80\0\0\0\0\0;".to_vec()),
        ("c.exe", b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom".to_vec()),
        ("d.jpg", b"ID3\x03\0\0\0\0\0\x21 and sound".to_vec()),
        ("e.mp4", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj".to_vec()),
    ];
    let mut form = Form::message(&json!({"content": "look", "client_id": "c1"}));
    for (name, bytes) in &contents {
        form = form.file(name, bytes);
    }
    let sent = world.post_form(&alice, &path, form).await.json(201);
    assert_eq!(sent["content"], "look");
    assert_eq!(kinds(&sent), ["image", "gif", "video", "audio", "document"]);
    assert_eq!(
        (&sent["attachments"][0]["width"], &sent["attachments"][1]["height"]),
        (&json!(640), &json!(3))
    );

    let event = expect_event(&socket, "message.created").await;
    assert_eq!(event.data["attachments"], sent["attachments"]);
    for (attachment, (name, bytes)) in sent["attachments"].as_array().unwrap().iter().zip(&contents)
    {
        assert_eq!(attachment["name"], *name);
        let file = world.file(&bob, &attachment["url"], &[]).await;
        assert_eq!((file.status, &file.bytes), (200, bytes), "{name}");
    }
    let other = Form::message(&json!({})).file("x", &noise(50));
    assert_eq!(kinds(&world.post_form(&alice, &path, other).await.json(201)), ["other"]);
    assert_eq!(world.database.count("message_media").await, 6);
}

async fn a6_one_file_too_many_leaves_nothing(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let six = |form: Form| (0..6).fold(form, |form, number| form.file("n", &noise(100 + number)));
    let path = format!("/conversations/{}/messages", direct.id);
    let refused = world.post_form(&alice, &path, six(Form::message(&json!({})))).await;
    assert_eq!(refused.json(422)["errors"][0]["pointer"], "/files");
    let refused = world.post_form(&alice, "/media", six(Form::default())).await;
    assert_eq!(refused.json(422)["errors"][0]["pointer"], "/files");
    // Those that a message names count as well.
    let before = world.upload(&alice, "x", &noise(9)).await;
    let message = json!({"attachments": [{"media_id": before["id"]}]});
    let five = (0..5).fold(Form::message(&message), |form, _| form.file("n", &noise(7)));
    let refused = world.post_form(&alice, &path, five).await;
    assert_eq!(refused.json(422)["errors"][0]["pointer"], "/attachments");
    assert_eq!(world.database.count("media").await, 1, "the one that was uploaded before");
    assert_eq!(world.database.count("messages").await, 0);
}

async fn a6_a_repeated_send_with_files_is_the_stored_message(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let path = format!("/conversations/{}/messages", direct.id);
    let form = |bytes: &[u8]| {
        Form::message(&json!({"client_id": "c1", "content": "x"})).file("a.bin", bytes)
    };
    let first = world.post_form(&alice, &path, form(&noise(300))).await.json(201);
    let again = world.post_form(&alice, &path, form(&noise(300))).await.json(200);
    assert_eq!((&again["id"], &again["duplicate"]), (&first["id"], &json!(true)));
    assert_eq!(again["attachments"], first["attachments"], "its own files, not those sent again");
    // Other bytes are another request.
    let other = world.post_form(&alice, &path, form(&noise(301))).await;
    assert_eq!(other.problem(409), "conflict");
    assert_eq!(world.database.count("media").await, 1);
    assert_eq!(world.file(&bob, &first["attachments"][0]["url"], &[]).await.bytes, noise(300));
}

async fn a6_a_send_with_files_that_fails_leaves_nothing(world: World) {
    let [alice, bob, eve] = world.people(["alice", "bob", "eve"]).await;
    let direct = alice.direct_with(&bob).await;
    let path = format!("/conversations/{}/messages", direct.id);
    let form = |message: Value| Form::message(&message).file("a.png", &png(1, 1));
    let stranger = world.post_form(&eve, &path, form(json!({}))).await;
    assert_eq!(stranger.problem(404), "not_found");
    let nowhere = form(json!({"recipient_id": "nobody-knows", "content": "x"}));
    assert_eq!(world.post_form(&alice, "/messages", nowhere).await.problem(404), "not_found");
    for (message, pointer) in [
        (json!({"kind": "location"}), "/location"),
        (json!({"content": "x".repeat(8_001)}), "/content"),
        (json!({"contend": "x"}), "/contend"),
        (json!({"conversation_id": direct.id}), "/conversation_id"),
        (json!({"reply_to": direct.id}), "/reply_to"),
    ] {
        let refused = world.post_form(&alice, &path, form(message)).await.json(422);
        assert_eq!(refused["errors"][0]["pointer"], pointer);
    }
    assert_eq!(world.database.count("media").await, 0);
    assert_eq!(world.database.count("messages").await, 0);
}

async fn a6_files_go_to_a_person_too(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let form = Form::message(&json!({"recipient_id": "bob"})).file("a.png", &png(2, 2));
    let sent = world.post_form(&alice, "/messages", form).await.json(201);
    assert_eq!(sent["kind"], "image");
    let file = world.file(&bob, &sent["attachments"][0]["url"], &[]).await;
    assert_eq!(file.bytes, png(2, 2));
    // Without the message nobody knows where to; and it has to come first.
    let lost = Form::default().file("a.png", &png(2, 2));
    assert_eq!(world.post_form(&alice, "/messages", lost).await.problem(422), "validation_failed");
    assert_eq!(world.database.count("media").await, 1);
}

async fn a8_the_kind_of_a_message_follows_its_files(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let path = format!("/conversations/{}/messages", direct.id);
    let mp4 = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom".as_slice();
    let mp3 = b"ID3\x03\0\0\0\0\0\x21".as_slice();
    let pdf = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".as_slice();
    let (one, two) = (png(3, 4), png(5, 6));
    for (message, files, kind) in [
        (json!({}), vec![&one[..], &two], "image"),
        (json!({"content": "three of them"}), vec![&one[..], &two, &one], "image"),
        (json!({}), vec![mp4], "video"),
        (json!({}), vec![mp3], "audio"),
        (json!({}), vec![pdf], "file"),
        (json!({}), vec![&one[..], mp4], "file"),
        (json!({"kind": "file"}), vec![&one[..]], "file"),
        (json!({"kind": "text", "content": "words"}), vec![&one[..]], "text"),
    ] {
        let form = files.iter().fold(Form::message(&message), |form, it| form.file("f", it));
        let sent = world.post_form(&alice, &path, form).await.json(201);
        assert_eq!((&sent["kind"], kinds(&sent).len()), (&json!(kind), files.len()), "{message}");
    }
    let words = world.post_form(&alice, &path, Form::message(&json!({"content": "no file"}))).await;
    assert_eq!(words.json(201)["kind"], "text");
}

async fn a18_files_outlive_the_server(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let bytes = noise(700_000);
    let form = Form::message(&json!({})).file("large.bin", &bytes);
    let path = format!("/conversations/{}/messages", direct.id);
    let sent = world.post_form(&alice, &path, form).await.json(201);
    let path = format!("/media/{}/link", sent["attachments"][0]["id"].as_str().unwrap());
    let link = alice.get(&path).await.json["url"].clone();
    // As in a crash: what was acknowledged is there, and so is the key that signed the link.
    world.server.restart().await;
    let file = world.file(&bob, &sent["attachments"][0]["url"], &[]).await;
    assert!(file.bytes == bytes, "{} bytes", file.bytes.len());
    let linked = world.http(reqwest::Method::GET, link.as_str().unwrap(), &[], Vec::new()).await;
    assert!(linked.bytes == bytes, "{}", linked.status);
}

async fn b9_files_elsewhere_and_uploads_hang_on_one_message(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let upload = world.upload(&alice, "a.png", &png(7, 8)).await;
    let theirs = world.upload(&bob, "b.png", &png(7, 8)).await;
    let elsewhere = json!({"url": "https://example.org/x.pdf", "name": "x.pdf"});
    let path = format!("/conversations/{}/messages", direct.id);
    let message = json!({"kind": "file", "attachments": [elsewhere, {"media_id": upload["id"]}]});
    let sent = alice.post(&path, message).await;
    assert_eq!(sent.status, 201, "{}", sent.text);
    let [first, second] = [&sent.json["attachments"][0], &sent.json["attachments"][1]];
    assert_eq!((&first["url"], &first["id"]), (&elsewhere["url"], &Value::Null));
    assert_eq!(*second, upload);

    // Somebody else's, one that nobody has, and one that is no id.
    let nobodys = "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b";
    for media_id in [&theirs["id"], &json!(nobodys), &json!("x"), &json!(7)] {
        let message = json!({"kind": "file", "attachments": [elsewhere, {"media_id": media_id}]});
        let refused = alice.post(&path, message).await;
        assert_eq!(refused.status, 422, "{media_id}: {}", refused.text);
        assert_eq!(refused.json["errors"][0]["pointer"], "/attachments/1/media_id");
    }
    // Who is not in it learns nothing of that.
    let eve = world.person("eve").await;
    let message = json!({"kind": "file", "attachments": [{"media_id": theirs["id"]}]});
    assert_eq!(eve.post(&path, message).await.status, 404);
}

async fn b9_a_repeated_send_with_an_upload_is_the_stored_message(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let upload = world.upload(&alice, "a.png", &png(7, 8)).await;
    let socket = alice.socket().await;
    let send = json!({
        "conversation_id": direct.id, "client_id": "c1", "kind": "image",
        "attachments": [{"media_id": upload["id"]}],
    });
    let sent = socket.request("message.send", send.clone()).await.unwrap();
    let again = socket.request("message.send", send.clone()).await.unwrap();
    assert_eq!((&again["id"], &again["duplicate"]), (&sent["id"], &json!(true)));
    alice.delete(&format!("/messages/{}", sent["id"].as_str().unwrap())).await;
    let again = socket.request("message.send", send).await.unwrap();
    assert_eq!((&again["id"], &again["duplicate"]), (&sent["id"], &json!(true)));
    assert!(again["deleted_at"].is_time());
}

async fn d2_an_attachment_says_what_it_is(world: World) {
    let alice = world.person("alice").await;
    let picture = world.upload(&alice, "../Über \"uns\".png", &png(640, 480)).await;
    let keys = ["id", "url", "kind", "mime_type", "name", "size", "width", "height", "uploaded_at"];
    assert!(picture.has_only_keys(&keys), "{picture}");
    assert_eq!(picture["url"], format!("/api/v1/media/{}", picture["id"].as_str().unwrap()));
    assert_eq!((&picture["kind"], &picture["mime_type"]), (&json!("image"), &json!("image/png")));
    assert_eq!(picture["size"], json!(png(640, 480).len()));
    assert!(picture["uploaded_at"].is_time());
    let sound = world.upload(&alice, "a.mp3", b"ID3\x03\0\0\0\0\0\x21").await;
    assert!(sound.has_only_keys(&keys[..6].iter().chain(&keys[8..]).copied().collect::<Vec<_>>()));
}

/// A JPEG as far as its size, which stands behind a colour profile of 320 KiB.
fn jpeg(width: u16, height: u16) -> Vec<u8> {
    let profile = [b"\xff\xe2\xff\xff".as_slice(), &vec![7; 65_533]].concat().repeat(5);
    let size = [height.to_be_bytes(), width.to_be_bytes()].concat();
    [b"\xff\xd8", profile.as_slice(), b"\xff\xc0\x00\x0b\x08", &size, b"\x01\x01\x11\x00\xff\xda"]
        .concat()
}

async fn d2_a_picture_says_its_size_wherever_it_stands(world: World) {
    let alice = world.person("alice").await;
    let picture = world.upload(&alice, "a.jpg", &jpeg(4_000, 3_000)).await;
    assert_eq!((&picture["width"], &picture["height"]), (&json!(4_000), &json!(3_000)));
    assert_eq!(picture["mime_type"], "image/jpeg");
    // There it is bounded too.
    let bomb = Form::default().file("bomb.jpg", &jpeg(60_000, 60_000));
    let refused = world.post_form(&alice, "/media", bomb).await.json(422);
    assert_eq!(refused["errors"][0]["pointer"], "/files/0");
    assert_eq!(world.database.count("media").await, 1);
}

async fn d11_the_largest_file_is_configured(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let path = format!("/conversations/{}/messages", direct.id);
    assert_eq!(world.upload(&alice, "fits", &noise(1_000)).await["size"], 1_000);
    for length in [1_001, 400_000] {
        let form = || Form::default().file("fits", &noise(1_000)).file("too large", &noise(length));
        let refused = world.post_form(&alice, "/media", form()).await;
        assert_eq!(refused.problem(413), "payload_too_large", "{length}");
        let refused = world.post_form(&alice, &path, form()).await;
        assert_eq!(refused.problem(413), "payload_too_large", "{length}");
    }
    // Of several files each may be so large.
    let five = (0..5).fold(Form::default(), |form, _| form.file("fits", &noise(1_000)));
    let items = world.post_form(&alice, "/media", five).await.json(201)["items"].clone();
    assert_eq!(items.as_array().unwrap().len(), 5);
    assert_eq!(world.database.count("media").await, 6, "nothing of what was refused");
}

async fn a_picture_that_is_too_large_to_show_is_refused(world: World) {
    let alice = world.person("alice").await;
    let bomb = Form::default().file("fine.png", &png(1, 1)).file("bomb.png", &png(50_000, 50_000));
    let refused = world.post_form(&alice, "/media", bomb).await.json(422);
    assert_eq!(
        (&refused["code"], &refused["errors"][0]["pointer"]),
        (&json!("validation_failed"), &json!("/files/1"))
    );
    assert_eq!(world.database.count("media").await, 0);
}

async fn forms_that_make_no_sense_are_refused(world: World) {
    let [alice, bob] = world.people(["alice", "bob"]).await;
    let direct = alice.direct_with(&bob).await;
    let path = format!("/conversations/{}/messages", direct.id);
    let file = || Form::default().file("a", &noise(10));
    let other = |name: &str| {
        file().part(&format!("Content-Disposition: form-data; name=\"{name}\""), b"{}")
    };
    for (form, pointer) in [
        (Form::default().file("empty", b""), "/files/0"),
        (file().file("empty", b""), "/files/1"),
        (other("avatar"), "/avatar"),
        (other("message"), "/message"),
    ] {
        for path in ["/media", &path] {
            let refused = world.post_form(&alice, path, form.clone()).await.json(422);
            assert_eq!(refused["errors"][0]["pointer"], pointer, "{path}");
        }
    }
    let nothing = world.post_form(&alice, "/media", Form::default()).await;
    assert!([400, 422].contains(&nothing.status), "{nothing:?}");
    let json = alice.post("/media", json!({"files": []})).await;
    assert_eq!((json.status, json.json["code"].as_str()), (415, Some("unsupported_media_type")));
    let token = format!("Bearer {}", alice.token());
    for (kind, body) in [
        (
            "multipart/form-data; boundary=x",
            "--x\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a\"\r\n\r\nhalf of it",
        ),
        ("multipart/form-data; boundary=x", "no boundary at all"),
        ("multipart/form-data", "--x--"),
    ] {
        let headers = [("content-type", kind), ("authorization", token.as_str())];
        let refused =
            world.http(reqwest::Method::POST, "/api/v1/media", &headers, body.into()).await;
        assert!([400, 422].contains(&refused.status), "{body}: {refused:?}");
    }
    let huge = Form::message(&json!({"content": "x".repeat(300_000)})).file("a", &noise(10));
    assert_eq!(world.post_form(&alice, &path, huge).await.problem(413), "payload_too_large");
    assert_eq!(world.database.count("media").await, 0);
}
