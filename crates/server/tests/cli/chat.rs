//! `chinwag chat`: two terminals chat, scripts chat, and what is told where they cannot.

use std::{
    io::{BufRead, BufReader, Read, Write},
    process::{Child, ChildStdin, Command, Stdio},
    sync::{Arc, Condvar, Mutex},
    time::Instant,
};

use super::program::{PATIENCE, PROGRAM, Program, SECRET, Serving};

/// A chat with lines going in and out.
pub struct Chatting {
    child: Child,
    input: Option<ChildStdin>,
    pub out: Arc<Heard>,
    pub err: Arc<Heard>,
}

/// What a stream has said so far.
#[derive(Default)]
pub struct Heard {
    text: Mutex<String>,
    more: Condvar,
}

impl Heard {
    fn of(stream: impl Read + Send + 'static) -> Arc<Self> {
        let heard = Arc::<Self>::default();
        let ear = Arc::clone(&heard);
        std::thread::spawn(move || {
            let mut stream = BufReader::new(stream);
            let mut line = Vec::new();
            // Also what has no end yet, such as a prompt.
            while let Ok(bytes) = stream.fill_buf() {
                if bytes.is_empty() {
                    break;
                }
                line.clear();
                line.extend_from_slice(bytes);
                let length = line.len();
                stream.consume(length);
                ear.text.lock().unwrap().push_str(&String::from_utf8_lossy(&line));
                ear.more.notify_all();
            }
        });
        heard
    }

    /// Waits until that has been said.
    #[track_caller]
    pub fn wait_for(&self, what: &str) {
        let begun = Instant::now();
        let mut text = self.text.lock().unwrap();
        while !text.contains(what) {
            let left = PATIENCE.checked_sub(begun.elapsed());
            let left = left.unwrap_or_else(|| panic!("no {what:?} in:\n{text}"));
            text = self.more.wait_timeout(text, left).unwrap().0;
        }
    }

    pub fn text(&self) -> String {
        self.text.lock().unwrap().clone()
    }
}

impl Chatting {
    fn start(mut command: Command) -> Self {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        Self {
            input: child.stdin.take(),
            out: Heard::of(child.stdout.take().unwrap()),
            err: Heard::of(child.stderr.take().unwrap()),
            child,
        }
    }

    pub fn of(program: &Program, serving: &Serving, arguments: &[&str]) -> Self {
        let address = serving.address();
        let mut all = vec!["chat", "--server", &address];
        all.extend(arguments);
        Self::start(program.command(&all, &[]))
    }

    pub fn say(&mut self, line: &str) {
        writeln!(self.input.as_mut().unwrap(), "{line}").unwrap();
    }

    /// Ends the input and waits for the program to end; its exit code.
    pub fn end(mut self) -> i32 {
        self.input = None;
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code().unwrap_or(-1);
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        panic!("the chat did not end\n{}\n{}", self.out.text(), self.err.text());
    }
}

impl Drop for Chatting {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn two_terminals_chat() {
    let program = Program::new();
    let serving = program.serve(&[], &[]);
    // Bob has never been here, and need not come first.
    let mut ann = Chatting::of(&program, &serving, &["--user", "ann", "--to", "bob"]);
    ann.err.wait_for("— bob —");
    ann.say("hello Bob");
    ann.out.wait_for("ann: hello Bob ✓\n");
    let mut bob = Chatting::of(&program, &serving, &["--user", "bob", "--to", "ann"]);
    bob.out.wait_for("ann: hello Bob\n");
    ann.err.wait_for("✓✓ read by bob");
    bob.say("hello Ann");
    ann.out.wait_for("bob: hello Ann\n");
    bob.err.wait_for("✓✓ read by ann");
    for chat in [&ann, &bob] {
        assert!(!chat.err.text().contains("much was missed"), "{}", chat.err.text());
    }
    assert_eq!((ann.end(), bob.end()), (0, 0));
}

#[test]
fn a_script_says_its_lines_and_ends_when_they_are_stored() {
    let program = Program::new();
    let serving = program.serve(&[], &[]);
    let address = serving.address();
    let lines: Vec<String> = (1..=50).map(|n| format!("line {n}")).collect();
    let lines = lines.join("\n");
    let arguments = ["chat", "--server", &address, "--user", "cron", "--to", "ann"];
    let said = program.run_with_input(&arguments, &[], &lines);
    assert_eq!(said.code, 0, "{}", said.err);
    let shown: Vec<&str> = said
        .out
        .lines()
        .filter_map(|line| line.split_once("cron: "))
        .map(|(_, text)| text)
        .collect();
    let expected: Vec<String> = (1..=50).map(|n| format!("line {n} ✓")).collect();
    assert_eq!(shown, expected, "all of them, in order, each once");
    let again = program.run_with_input(&arguments, &[], "/history 1\n");
    assert!(again.out.lines().last().unwrap().ends_with("cron: line 50 ✓"), "{}", again.out);
}

#[test]
fn commands_do_what_help_says() {
    let program = Program::new();
    let serving = program.serve(&[], &[]);
    let mut ann = Chatting::of(&program, &serving, &["--user", "ann"]);
    ann.err.wait_for("No conversations yet. /to WHO begins one");
    ann.say("/help");
    ann.out.wait_for("/react EMOJI");
    ann.say("/group Harbour walk: bob, eve");
    ann.err.wait_for("— Harbour walk, 3 people —");
    let mut bob = Chatting::of(&program, &serving, &["--user", "bob", "--to", "harbour walk"]);
    bob.err.wait_for("— Harbour walk, 3 people —");
    ann.say("at ten, at the lighthouse");
    bob.out.wait_for("ann: at ten, at the lighthouse\n");
    bob.say("/react 👍");
    ann.out.wait_for("ann: at ten, at the lighthouse 👍 ✓");
    ann.say("/edit at eleven");
    bob.out.wait_for("~ ");
    bob.out.wait_for("ann: at eleven (edited) 👍");
    ann.say("/who");
    ann.out.wait_for("  ann (ann), admin, here");
    ann.out.wait_for("  bob (bob), here");
    ann.out.wait_for("  eve (eve)\n");
    ann.say("/search eleven");
    ann.out.wait_for("(Harbour walk) ");
    ann.say("//etc is a folder");
    bob.out.wait_for("ann: /etc is a folder\n");
    ann.say("/delete");
    bob.out.wait_for("ann: (deleted)");
    bob.say("/to ann");
    bob.say("only for you");
    ann.out.wait_for("(bob) ");
    ann.say("/list");
    ann.out.wait_for("  1  bob");
    ann.say("/to 1");
    ann.out.wait_for("bob: only for you");
    ann.say("/quit");
    assert_eq!((ann.end(), bob.end()), (0, 0));
}

#[test]
fn a_line_that_cannot_be_carried_out_is_told_and_counted() {
    let program = Program::new();
    let serving = program.serve(&[], &[]);
    let address = serving.address();
    let arguments = ["chat", "--server", &address, "--user", "ann"];
    let said = program.run_with_input(
        &arguments,
        &[],
        "to nobody\n/nick x\n/to bob\n/edit never said\nfine\n",
    );
    assert_eq!(said.code, 1, "{}", said.err);
    for told in [
        "error: no conversation is open: /to WHO opens one",
        "error: there is no /nick: /help lists what there is",
        "error: no message of yours has been shown here",
        "3 of the lines could not be carried out",
    ] {
        assert!(said.err.contains(told), "{told} in\n{}", said.err);
    }
    assert!(said.out.contains("ann: fine ✓"), "{}", said.out);
}

#[test]
fn what_is_said_while_the_server_is_away_arrives() {
    let program = Program::new();
    let mut serving = program.serve(&[], &[]);
    let mut ann = Chatting::of(&program, &serving, &["--user", "ann", "--to", "bob"]);
    ann.say("before");
    ann.out.wait_for("ann: before ✓");
    serving.child.kill().unwrap();
    serving.child.wait().unwrap();
    ann.err.wait_for("connection lost");
    ann.say("meanwhile");
    ann.err.wait_for("… meanwhile");
    let port = serving.port.to_string();
    let again = program.serve_on(&port, &[], &[]);
    ann.err.wait_for("connected again");
    ann.out.wait_for("ann: meanwhile ✓");
    assert_eq!(ann.out.text().matches("ann: before").count(), 1, "{}", ann.out.text());
    assert_eq!(ann.end(), 0);
    drop(again);
}

#[test]
fn without_the_servers_secret_one_comes_as_a_guest() {
    let (here, elsewhere) = (Program::new(), Program::new());
    let serving = here.serve(&[], &[]);
    let guest = Chatting::of(&elsewhere, &serving, &["--user", "Ann Lee", "--to", "bob"]);
    guest.err.wait_for("coming in as a guest called Ann Lee");
    guest.err.wait_for("there is nobody called bob here");
    assert!(!elsewhere.path().join("data").exists(), "nothing is left behind");
    assert_eq!(guest.end(), 1);
    let mut bob = Chatting::of(&here, &serving, &["--user", "bob", "--to", "ann lee"]);
    bob.say("found you by your name");
    bob.out.wait_for("bob: found you by your name ✓");
    assert_eq!(bob.end(), 0);
}

#[test]
fn where_one_cannot_come_in_the_cure_is_told() {
    let program = Program::new();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let nowhere = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    let said = program.run(&["chat", "--user", "ann", "--server", &nowhere]);
    assert_eq!(said.code, 1);
    assert!(said.err.contains(&format!("nobody answers at {nowhere}")), "{}", said.err);
    assert!(
        said.err.contains(&format!("start a server in another terminal: {PROGRAM}")),
        "{}",
        said.err
    );

    let serving =
        program.serve(&[], &[("CHINWAG_AUTH__SECRET", SECRET), ("CHINWAG_AUTH__MODE", "external")]);
    let address = serving.address();
    let said = program.run(&["chat", "--user", "ann", "--server", &address]);
    assert_eq!(said.code, 1);
    assert!(said.err.contains("the server takes no guests"), "{}", said.err);
    assert!(said.err.contains(&format!("{PROGRAM} token --user ann")), "{}", said.err);
    let said = program.run_with(&["chat", "--server", &address], &[("CHINWAG_TOKEN", "no-token")]);
    assert_eq!(said.code, 1);
    assert!(said.err.contains("does not take the token"), "{}", said.err);
    assert!(
        said.err.contains(&format!("--token \"$({PROGRAM} token --user ann)\"")),
        "{}",
        said.err
    );

    // With a public key nobody here can sign.
    let external = [
        ("CHINWAG_AUTH__MODE", "external"),
        ("CHINWAG_AUTH__ALGORITHM", "RS256"),
        ("CHINWAG_AUTH__JWKS_URL", "https://id.invalid/keys"),
    ];
    let said = program.run_with(&["chat", "--user", "ann", "--server", &address], &external);
    assert_eq!(said.code, 1);
    assert!(said.err.contains("the host application"), "{}", said.err);
    assert!(!said.err.contains(" token --user"), "{}", said.err);

    let other = program.run(&["chat"]);
    assert_eq!(other.code, 2);
    assert!(other.err.contains("--user"), "{}", other.err);
}

#[test]
fn outside_development_nobody_is_made_known_by_a_typo() {
    let program = Program::new();
    let secret = [("CHINWAG_AUTH__SECRET", SECRET)];
    let serving = program.serve(&[], &secret);
    let address = serving.address();
    let arguments = ["chat", "--server", &address, "--user", "ann", "--to", "bbo"];
    let said = program.run_with(&arguments, &secret);
    assert_eq!(said.code, 1);
    assert!(said.err.contains("there is nobody called bbo here"), "{}", said.err);
    let token = program.run_with(&["token", "--user", "bob", "--name", "Bob Ray"], &secret).out;
    let head = format!("GET /api/v1/users/me HTTP/1.1\r\nAuthorization: Bearer {}", token.trim());
    assert!(serving.request(&head).starts_with("HTTP/1.1 200"));
    let said =
        program.run_with(&["chat", "--server", &address, "--user", "ann", "--to", "bo"], &secret);
    assert!(said.err.contains("did you mean Bob Ray (bob)?"), "{}", said.err);
    let to = ["chat", "--server", &address, "--user", "ann", "--to", "bob ray"];
    assert_eq!(program.run_with(&to, &secret).code, 0);
}

/// A token shows who somebody is to whoever gets it.
#[test]
fn no_token_of_this_installation_is_shown_to_another_server() {
    let program = Program::new();
    let said = program.run_with(
        &["export", "--server", "http://chat.invalid"],
        &[("CHINWAG_AUTH__SECRET", SECRET)],
    );
    assert_eq!(said.code, 2, "{}", said.err);
    assert!(said.err.contains("no token is signed for it: pass one with --token"), "{}", said.err);
}

/// In a pseudo-terminal, with the line editor.
#[test]
fn at_a_terminal_lines_are_edited_and_come_back_with_ticks() {
    let program = Program::new();
    let serving = program.serve(&[], &[]);
    let chat = format!("'{PROGRAM}' chat --server {} --user ann --to bob", serving.address());
    let mut command = Command::new("script");
    command.args(["-qec", &chat, "/dev/null"]).current_dir(program.path());
    command.env("TERM", "xterm").env("NO_COLOR", "1");
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CHINWAG_") {
            command.env_remove(name);
        }
    }
    let mut ann = Chatting::start(command);
    ann.out.wait_for("bob> ");
    let mut bob = Chatting::of(&program, &serving, &["--user", "bob", "--to", "ann"]);
    bob.err.wait_for("— ann —");
    // A typo, taken back with the editor's key.
    write!(ann.input.as_mut().unwrap(), "hellp\x7fo\r").unwrap();
    ann.out.wait_for("ann: hello ✓");
    bob.out.wait_for("ann: hello\n");
    ann.out.wait_for("✓✓ read by bob");
    bob.say("seen");
    ann.out.wait_for("bob: seen");
    write!(ann.input.as_mut().unwrap(), "/qu\t\r").unwrap();
    assert_eq!(ann.end(), 0);
    assert_eq!(bob.end(), 0);
}

/// A bad certificate or a name without an address is no server that has not been started.
#[test]
fn what_keeps_a_server_from_being_reached_is_told() {
    let program = Program::new();
    let serving = program.serve(&[], &[("CHINWAG_AUTH__SECRET", SECRET)]);
    // It speaks no TLS.
    let address = format!("https://127.0.0.1:{}", serving.port);
    let direct = [("CHINWAG_AUTH__SECRET", SECRET), ("NO_PROXY", "*")];
    for server in [address.as_str(), "http://chat.invalid"] {
        for command in [&["chat"][..], &["export"]] {
            let arguments = [command, &["--token", "any", "--server", server]].concat();
            let said = program.run_with(&arguments, &direct);
            assert_eq!(said.code, 1, "{}", said.err);
            let told = format!("{server} cannot be reached: ");
            assert!(said.err.contains(&told), "{}", said.err);
            assert!(!said.err.contains("error sending request"), "{}", said.err);
            assert!(said.err.contains("--server must name one that this machine"), "{}", said.err);
            for wrong in ["start a server", "--server URL", "nobody answers"] {
                assert!(!said.err.contains(wrong), "{wrong} in {}", said.err);
            }
        }
    }
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port().to_string();
    drop(free);
    for command in [&["chat", "--user", "ann"][..], &["export"]] {
        let arguments = [command, &["--token", "any", "--port", &port]].concat();
        let said = program.run(&arguments);
        assert!(said.err.contains("Connection refused"), "{}", said.err);
        assert!(said.err.contains("start a server in another terminal"), "{}", said.err);
        assert!(said.err.contains("--server URL"), "none was named: {}", said.err);
    }
}
