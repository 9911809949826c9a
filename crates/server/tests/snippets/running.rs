//! Runs the blocks of a document: as one script of bash, in a folder of its own, whose steps leave what they print in
//! files.

use std::{
    fmt::Write as _,
    fs,
    net::TcpListener,
    os::unix::{fs::PermissionsExt as _, process::CommandExt as _},
    path::Path,
    process::{Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use crate::{
    markdown::{Block, Does},
    matching::is_shown,
};

/// What a script of a document begins with. Its input is open as long as the test lives; then all of it ends.
const PROLOGUE: &str = r#"
set -e -o pipefail
trap stop EXIT
{ read -r _ || true; kill -KILL -- -$$; } <&0 &
watch=$!
stop() {
  kill "$watch" 2>/dev/null || true
  stop_server
  for database in $DATABASES; do dropdb --if-exists --force "$database" >/dev/null 2>&1 || true; done
}
stop_server() {
  if [ -e "$SERVER" ]; then kill "$(cat "$SERVER")" 2>/dev/null || true; rm -f "$SERVER"; wait "$terminal" || true; fi
}
await() {
  for _ in $(seq 600); do
    if curl -sf --noproxy '*' "http://127.0.0.1:$CHINWAG_SERVER__PORT/health/ready" >/dev/null; then return; fi
    kill -0 "$terminal"
    sleep 0.1
  done
  echo "the server is not ready" >&2
  return 1
}
"#;

/// Databases that documents make; on a server that is not theirs alone, under names that are.
const DATABASES: [&str; 2] = ["chinwag_live", "chinwag_restored"];

/// What stands in the environment of a file that is shown: secrets are not in files.
const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// How long a document may take.
const PATIENCE: Duration = Duration::from_mins(4);

/// Runs a document.
pub fn run(document: &str, blocks: &[Block], server: &str) {
    let folder = tempfile::tempdir().unwrap();
    let work = folder.path().join("work");
    let port = free_port(document).to_string();
    tools(folder.path(), &work, server);
    let mut script = script(folder.path(), blocks).replace("8080", &port);
    let databases = DATABASES.map(|name| (name, format!("{name}_{port}")));
    for (name, own) in &databases {
        script = script.replace(name, own);
    }
    fs::write(folder.path().join("script"), &script).unwrap();

    let path = std::env::var("PATH").unwrap_or_default();
    let mut command = Command::new("bash");
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CHINWAG_") {
            command.env_remove(name);
        }
    }
    command
        .arg(folder.path().join("script"))
        .current_dir(&work)
        .env("PATH", format!("{}:{path}:{}", folder.path().join("bin").display(), postgres_tools()))
        .env("CHINWAG_SERVER__PORT", &port)
        .env("SERVER", folder.path().join("server"))
        .env("no_proxy", "*");
    if script.contains("createdb") {
        command.envs(postgres()).env("DATABASES", databases.map(|(_, own)| own).join(" "));
    }
    let whole = succeeds(command);
    judge(document, blocks, folder.path(), whole, &port);
}

/// Whether it ends well and in time. Its input stays open until then.
fn succeeds(mut command: Command) -> bool {
    let mut child = command.process_group(0).stdin(Stdio::piped()).spawn().expect("bash");
    let held = child.stdin.take();
    let started = Instant::now();
    let ended = loop {
        let ended = child.try_wait().unwrap();
        if ended.is_some() || started.elapsed() > PATIENCE {
            break ended;
        }
        sleep(Duration::from_millis(20));
    };
    // The end of its input ends a script that still runs, and all that it began.
    drop(held);
    let in_time = ended.is_some();
    let status = ended.unwrap_or_else(|| child.wait().unwrap());
    in_time && status.success()
}

/// What a reader types, leading to the server under test under the name that was typed.
fn tools(folder: &Path, work: &Path, server: &str) {
    for place in [folder.join("bin"), work.join("target/debug")] {
        fs::create_dir_all(&place).unwrap();
    }
    // A first terminal notes its server, for who stops it.
    let head = "#!/bin/bash\nif [ -n \"$SERVING\" ]; then echo $$ >\"$SERVER\"; fi\n";
    let chinwag = |name: &str| format!("{head}exec -a {name} '{server}' \"$@\"\n");
    let make = format!("{head}[ \"$*\" = run ] && exec -a target/debug/chinwag '{server}'\n");
    for (path, text) in [
        (folder.join("bin/chinwag"), chinwag("chinwag")),
        (work.join("target/debug/chinwag"), chinwag("target/debug/chinwag")),
        (folder.join("bin/make"), make),
    ] {
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
}

/// All steps. Each notes that it begins; one that fails ends the script.
fn script(folder: &Path, blocks: &[Block]) -> String {
    let folder = folder.display();
    let mut script = PROLOGUE.to_owned();
    for (number, block) in blocks.iter().enumerate() {
        let text = &block.text;
        let (out, err) = (format!("{folder}/out.{number}"), format!("{folder}/err.{number}"));
        let step = match (&block.does, &*block.language) {
            (Does::Run, "js") => {
                let program = format!("{folder}/{number}.mjs");
                format!(
                    "cat >'{program}' <<'END OF PROGRAM'\n{text}END OF PROGRAM\n\
                     node --no-warnings --experimental-websocket '{program}' >'{out}' 2>'{err}'\n"
                )
            }
            (Does::Run, _) => format!("{{\n{text}\n}} >'{out}' 2>'{err}'\n"),
            (Does::Serve, _) => {
                format!(
                    "stop_server\n(\nexport SERVING=1\n{text}\n) >'{out}' 2>'{err}' &\nterminal=$!\nawait\n"
                )
            }
            (Does::Config, _) => format!(
                "cat >'{folder}/{number}.toml' <<'END OF FILE'\n{text}END OF FILE\n\
                 env -i PATH=\"$PATH\" CHINWAG_AUTH__SECRET='{SECRET}' \
                 chinwag --config '{folder}/{number}.toml' config check >'{out}' 2>'{err}'\n"
            ),
            _ => continue,
        };
        // Writing to a String cannot fail.
        let _ = write!(script, "echo {number} >'{folder}/step'\n{step}");
    }
    script
}

/// Holds what happened to what the document shows.
fn judge(document: &str, blocks: &[Block], folder: &Path, whole: bool, port: &str) {
    let read = |name: String| fs::read_to_string(folder.join(name)).unwrap_or_default();
    let last: usize = read("step".into()).trim().parse().unwrap_or_default();
    assert!(
        whole,
        "{document}:{}: this failed\n{}--- it said\n{}{}",
        blocks.get(last).map_or(0, |block| block.line),
        blocks.get(last).map_or("", |block| &block.text),
        read(format!("out.{last}")),
        read(format!("err.{last}")),
    );
    for (number, block) in blocks.iter().enumerate().filter(|(_, block)| block.does == Does::Output)
    {
        let of = blocks[..number].iter().rposition(|block| block.does != Does::Output);
        let of = of.filter(|of| blocks[*of].does.is_run());
        let of = of.unwrap_or_else(|| panic!("{document}:{}: of which block?", block.line));
        let printed = read(format!("out.{of}"));
        assert!(
            is_shown(&block.text.replace("8080", port), &printed),
            "{document}:{}: this is not what was printed\n{}--- but\n{printed}",
            block.line,
            block.text
        );
    }
}

/// A port that nobody listens on; another one for each document and process, below those of outgoing connections and
/// beside those of the end-to-end tests.
fn free_port(document: &str) -> u16 {
    let seed: u32 = document
        .bytes()
        .fold(std::process::id(), |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)));
    let ports = (0..5_000).map(|step| 15_000 + (seed.wrapping_add(step) % 5_000));
    let mut ports = ports.filter_map(|port| u16::try_from(port).ok());
    ports.find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok()).expect("a free port")
}

/// The PostgreSQL of the tests, as its own tools are told of it.
fn postgres() -> Vec<(&'static str, String)> {
    let url = std::env::var("CHINWAG_TEST_POSTGRES_URL")
        .expect("CHINWAG_TEST_POSTGRES_URL: run the tests by `make test`, or name a PostgreSQL");
    let url = url::Url::parse(&url).expect("an address");
    let mut told = vec![
        ("PGHOST", url.host_str().unwrap_or("127.0.0.1").to_owned()),
        ("PGPORT", url.port().unwrap_or(5432).to_string()),
        ("PGUSER", url.username().to_owned()),
    ];
    told.extend(url.password().map(|password| ("PGPASSWORD", password.to_owned())));
    told
}

/// Where Debian keeps PostgreSQL's programs, which need not be on the path.
fn postgres_tools() -> String {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut tools: Vec<_> = versions.map(|version| version.path().join("bin")).collect();
    tools.sort();
    tools.iter().rev().map(|path| path.display().to_string()).collect::<Vec<_>>().join(":")
}
