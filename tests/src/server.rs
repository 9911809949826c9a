//! Server processes: start, wait until ready, kill, stop, start again.

use crate::{PATIENCE, SECRET, TestDatabase};
use std::{
    fs::File,
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU16, Ordering},
    },
    time::Instant,
};
use tempfile::TempDir;
use tokio::time::{Duration, sleep};

/// Configuration keys such as `auth.mode` and their values; or variables of the environment.
pub type Settings = [(&'static str, &'static str)];

/// What every server of the tests is told; a test's own settings come after and win.
const SETTINGS: &Settings = &[
    ("server.host", "127.0.0.1"),
    ("auth.mode", "external"),
    ("log.level", "info"),
    // Tests of limits set them; no other test is to run into one.
    ("limits.sends_per_second", "100000"),
    ("limits.sends_burst", "100000"),
    ("limits.requests_per_second", "100000"),
    ("limits.requests_burst", "100000"),
    ("limits.logins_per_minute", "100000"),
    ("limits.logins_burst", "100000"),
    ("limits.sockets_per_user", "1000"),
];

/// How much of a server's log a failed test shows, in lines.
const SHOWN_LOG: usize = 80;

/// A server process on a database, with a working folder of its own.
#[derive(Debug)]
pub struct Server {
    binary: String,
    settings: Mutex<Vec<(&'static str, String)>>,
    database: Arc<TestDatabase>,
    folder: TempDir,
    port: AtomicU16,
    process: Mutex<Option<Child>>,
}

impl Server {
    /// Starts a server on `database` and waits until it is ready.
    pub async fn start(binary: &str, database: Arc<TestDatabase>, settings: &Settings) -> Self {
        let settings = SETTINGS
            .iter()
            .chain(settings)
            .map(|(key, value)| (*key, (*value).to_owned()))
            .collect();
        let server = Self {
            binary: binary.to_owned(),
            settings: Mutex::new(settings),
            database,
            folder: tempfile::tempdir().expect("a temporary folder"),
            port: AtomicU16::new(0),
            process: Mutex::new(None),
        };
        server.launch().await;
        server
    }

    /// Another server process beside this one, with the same settings on the same database.
    pub async fn beside(&self) -> Self {
        let server = Self {
            binary: self.binary.clone(),
            settings: Mutex::new(self.settings.lock().unwrap().clone()),
            database: Arc::clone(&self.database),
            folder: tempfile::tempdir().expect("a temporary folder"),
            port: AtomicU16::new(0),
            process: Mutex::new(None),
        };
        server.launch().await;
        server
    }

    /// The address of the server, without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port())
    }

    /// The port that the server listens on.
    pub fn port(&self) -> u16 {
        self.port.load(Ordering::SeqCst)
    }

    /// The process, while it runs.
    pub fn pid(&self) -> Option<u32> {
        self.process.lock().unwrap().as_ref().map(Child::id)
    }

    /// Kills the process on the spot, as a crash does.
    pub fn kill(&self) {
        if let Some(mut child) = self.take_process() {
            // Both fail only if the process is gone, which is what is wanted.
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Asks the process to end and waits until it has.
    pub async fn stop(&self) -> ExitStatus {
        let mut child = self.take_process().expect("a running server");
        terminate(&child);
        let started = Instant::now();
        while started.elapsed() < PATIENCE * 2 {
            if let Some(status) = child.try_wait().expect("the state of the process") {
                return status;
            }
            sleep(Duration::from_millis(10)).await;
        }
        let _ = child.kill();
        let _ = child.wait();
        panic!("the server did not stop");
    }

    /// Asks the process to end without waiting for it.
    pub fn begin_stop(&self) {
        let process = self.process.lock().unwrap();
        terminate(process.as_ref().expect("a running server"));
    }

    /// Starts the process again, on the same database and, if it is still free, the same port.
    pub async fn restart(&self) {
        self.kill();
        self.launch().await;
    }

    /// Starts the process again with these settings on top of those it had.
    pub async fn restart_with(&self, settings: &[(&'static str, String)]) {
        self.settings.lock().unwrap().extend(settings.iter().cloned());
        self.restart().await;
    }

    /// Puts a file into the server's working folder; its path.
    pub fn put_file(&self, name: &str, text: &str) -> String {
        let file = self.folder.path().join(name);
        std::fs::write(&file, text).expect("a file in the working folder");
        file.display().to_string()
    }

    /// Everything that the server has logged.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    async fn launch(&self) {
        for _ in 0..5 {
            if !is_free(self.port()) {
                self.port.store(free_port(), Ordering::SeqCst);
            }
            let child = self.spawn();
            *self.process.lock().unwrap() = Some(child);
            match self.wait_until_ready().await {
                Ok(()) => return,
                // Somebody was faster: another port will do.
                Err(Failure::Ended) if !is_free(self.port()) => {}
                Err(failure) => panic!("the server is not ready: {failure:?}"),
            }
        }
        panic!("no port was free");
    }

    /// Runs another command of the program, with the configuration of this server, to its end.
    pub async fn run(&self, arguments: &[&str]) -> Said {
        let mut command = self.command();
        command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
        let ended = tokio::task::spawn_blocking(move || {
            let mut child = command.spawn().expect("the process of a command");
            // Open until it has ended: without it, it would end by itself.
            let held = child.stdin.take();
            let output = child.wait_with_output().expect("the output of a command");
            drop(held);
            output
        });
        let output = ended.await.expect("a command that ends");
        Said {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    fn spawn(&self) -> Child {
        let log =
            File::options().create(true).append(true).open(self.log_file()).expect("a log file");
        let mut command = self.command();
        command.arg("serve").stdout(log.try_clone().expect("a second handle")).stderr(log);
        command.spawn().expect("the server's process")
    }

    /// The program in this server's folder, with its configuration.
    fn command(&self) -> Command {
        let mut command = Command::new(&self.binary);
        command.current_dir(self.folder.path()).stdin(Stdio::piped());
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("CHINWAG_") {
                command.env_remove(name);
            }
        }
        command
            .env(variable("server.port"), self.port().to_string())
            .env(variable("database.url"), self.database.url())
            .env(variable("auth.secret"), SECRET);
        for (key, value) in self.settings.lock().unwrap().iter() {
            command.env(variable(key), value);
        }
        command
    }

    async fn wait_until_ready(&self) -> Result<(), Failure> {
        let address = format!("{}/health/ready", self.url());
        let http = reqwest::Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(2))
            .build()
            .expect("an HTTP client");
        let started = Instant::now();
        while started.elapsed() < PATIENCE * 2 {
            if self.has_ended() {
                return Err(Failure::Ended);
            }
            if let Ok(response) = http.get(&address).send().await
                && response.status().is_success()
            {
                return Ok(());
            }
            sleep(Duration::from_millis(20)).await;
        }
        Err(Failure::Silent)
    }

    fn has_ended(&self) -> bool {
        let mut process = self.process.lock().unwrap();
        let child = process.as_mut().expect("a started server");
        child.try_wait().expect("the state of the process").is_some()
    }

    fn take_process(&self) -> Option<Child> {
        self.process.lock().unwrap().take()
    }

    fn log_file(&self) -> PathBuf {
        self.folder.path().join("server.log")
    }
}

/// How a command ended.
#[derive(Debug)]
pub struct Said {
    /// The exit code.
    pub code: i32,
    /// What it wrote to standard output.
    pub out: String,
    /// What it wrote to standard error.
    pub err: String,
}

/// Why a server did not become ready.
#[derive(Debug)]
enum Failure {
    /// The process ended.
    Ended,
    /// It runs, but it did not answer in time.
    Silent,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            let log = self.log();
            let lines: Vec<&str> = log.lines().collect();
            let shown = &lines[lines.len().saturating_sub(SHOWN_LOG)..];
            eprintln!("--- log of {}\n{}\n---", self.url(), shown.join("\n"));
        }
    }
}

/// The environment variable of a configuration key; a name in capitals is one already.
fn variable(key: &str) -> String {
    if key.starts_with(|first: char| first.is_ascii_uppercase()) {
        return key.to_owned();
    }
    format!("CHINWAG_{}", key.replace('.', "__").to_uppercase())
}

fn terminate(child: &Child) {
    let status = Command::new("kill")
        .args(["-TERM", &child.id().to_string()])
        .status()
        .expect("the command kill");
    assert!(status.success(), "the process could not be signalled");
}

/// A port that nobody listens on, below those that the kernel gives to outgoing connections.
fn free_port() -> u16 {
    loop {
        let bytes =
            uuid::Uuid::parse_str(&chinwag_client::random_id()).expect("an id").into_bytes();
        let port = 10_000 + u16::from_be_bytes([bytes[0], bytes[1]]) % 5_000;
        if is_free(port) {
            return port;
        }
    }
}

fn is_free(port: u16) -> bool {
    port != 0 && TcpListener::bind(("127.0.0.1", port)).is_ok()
}
