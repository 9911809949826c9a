//! A file that comes over HTTP is in the team's own store, and comes back from there.
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test fails loudly

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
};

use chinwag_client::{Client, Method};

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

const FORM: &str = "--edge\r\ncontent-disposition: form-data; name=\"files\"; filename=\"note.txt\"\r\n\
                    content-type: text/plain\r\n\r\nThe boat is in\r\n--edge--\r\n";

#[tokio::test]
async fn a_file_goes_into_the_store_and_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_swap-adapter"));
    command.arg("127.0.0.1:0").env("CHAT_SECRET", "0123456789abcdef0123456789abcdef");
    let mut running = Running(command.current_dir(&folder).stdout(Stdio::piped()).spawn().unwrap());
    let mut line = String::new();
    BufReader::new(running.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix("listening on ").expect("an address");

    let client = Client::new(address).unwrap();
    let ann = client.guest("Ann").await.unwrap();
    let ann = client.with_token(ann.access_token);
    let kind = Some("multipart/form-data; boundary=edge");
    let upload = ann.request_raw(Method::POST, "/media", kind, FORM).await.unwrap();
    assert_eq!(upload.status, 201, "{}", upload.text);

    let stored: Vec<_> = folder.path().join("data/flat").read_dir().unwrap().collect();
    assert_eq!(stored.len(), 1);
    let stored = std::fs::read(stored[0].as_ref().unwrap().path()).unwrap();
    assert_eq!(stored, b"The boat is in");
    let url = upload.json["items"][0]["url"]
        .as_str()
        .unwrap()
        .strip_prefix("/api/v1")
        .unwrap()
        .to_owned();
    let back = ann.request(Method::GET, &url, None).await.unwrap();
    assert_eq!((back.status, back.text.as_str()), (200, "The boat is in"));
}
