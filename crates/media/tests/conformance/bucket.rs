//! An S3 server on a port of its own, with one bucket in a temporary folder.

use std::path::Path;

use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto::Builder,
};
use s3s::{auth::SimpleAuth, service::S3ServiceBuilder};
use tempfile::TempDir;
use tokio::{net::TcpListener, task::JoinHandle};

pub const KEY: &str = "chinwag";
pub const SECRET: &str = "of-no-use-to-anybody-else";

pub struct Bucket {
    folder: TempDir,
    port: u16,
    server: JoinHandle<()>,
}

impl Bucket {
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("media")).unwrap();
        let mut service = S3ServiceBuilder::new(s3s_fs::FileSystem::new(folder.path()).unwrap());
        service.set_auth(SimpleAuth::from_single(KEY, SECRET));
        let service = service.build();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let service = service.clone();
                tokio::spawn(async move {
                    let http = Builder::new(TokioExecutor::new());
                    // A client that goes away is no fault of the server.
                    let _ = http.serve_connection(TokioIo::new(socket), service).await;
                });
            }
        });
        Self { folder, port, server }
    }

    pub fn url(&self) -> String {
        let endpoint = format!("http://127.0.0.1:{}", self.port);
        format!("s3://{KEY}:{SECRET}@media/some/prefix?endpoint={endpoint}&region=us-east-1")
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

/// How many objects are in a bucket's folder, and parts of those that are not finished.
pub fn objects(folder: &Path) -> usize {
    // What else has a dot in front is the server's.
    files(folder, |name| !name.starts_with('.') || name.contains(".part-"))
}

/// Files below a folder, in any depth, that `counts` by their names.
pub fn files(folder: &Path, counts: fn(&str) -> bool) -> usize {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    let entries = entries.map(|entry| entry.unwrap().path());
    entries
        .map(|path| {
            if path.is_dir() {
                return files(&path, counts);
            }
            usize::from(counts(path.file_name().unwrap().to_str().unwrap()))
        })
        .sum()
}

impl Drop for Bucket {
    fn drop(&mut self) {
        self.server.abort();
    }
}
