//! The shop as its customers see it: its own routes, its own sessions in the chat, and its voice there.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test fails loudly

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    time::Duration,
};

use chinwag_client::{Auth, Client, Event, Method, Socket, SocketOptions};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(30);

const FORM: &str = "--edge\r\ncontent-disposition: form-data; name=\"files\"; filename=\"note.txt\"\r\n\
                    content-type: text/plain\r\n\r\nIs it this one?\r\n--edge--\r\n";

/// The example in a folder of its own.
struct Shop {
    process: Child,
    address: String,
    http: reqwest::Client,
    _folder: TempDir,
}

impl Shop {
    fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut process = Command::new(env!("CARGO_BIN_EXE_embed"))
            .arg("127.0.0.1:0")
            .current_dir(&folder)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on ").expect("an address").to_owned();
        let http = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build().unwrap();
        Self { process, address, http, _folder: folder }
    }

    /// A request to the shop's own routes.
    async fn ask(&self, method: Method, path: &str, session: &str, body: Value) -> (u16, Value) {
        let request = self.http.request(method, format!("{}{path}", self.address));
        let response = request.bearer_auth(session).json(&body).send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap_or_default())
    }

    async fn sign_in(&self, name: &str) -> String {
        let (_, answer) = self.ask(Method::POST, "/session", "", json!({ "name": name })).await;
        answer["session"].as_str().unwrap().to_owned()
    }

    fn chat(&self) -> String {
        format!("{}/chat", self.address)
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

async fn wait_for(socket: &Socket, kind: &str) -> Event {
    loop {
        let event = timeout(PATIENCE, socket.next_event()).await.expect("in time").expect(kind);
        if event.kind == kind {
            return event;
        }
    }
}

#[tokio::test]
async fn the_shops_sessions_open_its_chat_and_it_speaks_there() {
    let mut shop = Shop::open();
    let page = shop.http.get(&shop.address).send().await.unwrap().text().await.unwrap();
    assert!(page.starts_with("A shop."), "{page}");

    let session = shop.sign_in("Ann").await;
    let ann = Client::new(&shop.chat()).unwrap().with_token(session.as_str());
    let me = ann.request(Method::GET, "/users/me", None).await.unwrap();
    assert_eq!((&me.json["id"], &me.json["name"]), (&json!("ann"), &json!("Ann")));
    let auth = Auth::Header(session.clone());
    let socket = Socket::connect(&shop.chat(), auth, SocketOptions::default()).await.unwrap();

    let (status, order) =
        shop.ask(Method::POST, "/orders", &session, json!({ "item": "kettle" })).await;
    assert_eq!(status, 201);
    let ship = format!("/orders/{}/ship", order["id"]);
    for _ in 0..2 {
        assert_eq!(shop.ask(Method::POST, &ship, &session, json!({})).await.0, 200);
    }
    let said = wait_for(&socket, "message.created").await;
    assert_eq!(said.data["content"], "Your kettle is on its way");
    assert_eq!(said.data["sender"]["name"], "The shop");
    let unread = ann.request(Method::GET, "/unread", None).await.unwrap();
    assert_eq!(unread.json["total"], 1, "told twice, said once");

    let kind = Some("multipart/form-data; boundary=edge");
    let upload = ann.request_raw(Method::POST, "/media", kind, FORM).await.unwrap();
    let url = upload.json["items"][0]["url"].as_str().expect(&upload.text);
    assert!(url.starts_with("/chat/api/v1/media/"), "{url}");
    let file = shop.http.get(format!("{}{url}", shop.address)).bearer_auth(&session);
    assert_eq!(file.send().await.unwrap().text().await.unwrap(), "Is it this one?");

    // Nothing of chinwag is where the shop did not ask for it, and accounts are the shop's alone.
    assert_eq!(shop.ask(Method::GET, "/api/v1/users/me", &session, json!({})).await.0, 404);
    let guest = ann.request(Method::POST, "/auth/guest", Some(&json!({ "name": "Eve" }))).await;
    assert_eq!(guest.unwrap().status, 404);
    shop.ask(Method::DELETE, "/session", &session, json!({})).await;
    let refused = ann.request(Method::GET, "/users/me", None).await.unwrap();
    assert_eq!((refused.status, &refused.json["code"]), (401, &json!("token_invalid")));
    let about = format!("{}{}", shop.address, refused.json["type"].as_str().unwrap());
    let about = shop.http.get(about).send().await.unwrap();
    assert_eq!(about.status(), 200, "what a problem's type leads to");

    let pid = shop.process.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    wait_for(&socket, "goodbye").await;
    let ended = tokio::task::spawn_blocking(move || shop.process.wait().unwrap().code());
    assert_eq!(timeout(PATIENCE, ended).await.expect("the shop stops").unwrap(), Some(0));
}
