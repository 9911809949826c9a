//! `chinwag chat` as others see it, and for as long as it lasts: what is looked at, and tokens that run out.

use chinwag_client::{Auth, Client, Event, Socket, SocketOptions};
use tokio::{runtime::Runtime, time::timeout};

use super::{
    chat::Chatting,
    program::{PATIENCE, Program, Serving},
};

fn token(program: &Program, arguments: &[&str]) -> String {
    program.run(&[&["token"][..], arguments].concat()).out.trim().to_owned()
}

async fn connect(serving: &Serving, token: &str) -> Socket {
    let auth = Auth::Header(token.to_owned());
    Socket::connect(&serving.address(), auth, SocketOptions::default()).await.unwrap()
}

/// The next event of that kind.
async fn hear(socket: &Socket, kind: &str) -> Event {
    let hearing = async {
        loop {
            let event = socket.next_event().await.unwrap();
            if event.kind == kind {
                return event;
            }
        }
    };
    timeout(PATIENCE, hearing).await.unwrap_or_else(|_| panic!("no {kind}"))
}

#[test]
fn others_learn_what_somebody_at_a_terminal_looks_at() {
    let program = Program::new();
    let serving = program.serve(&[], &[]);
    let runtime = Runtime::new().unwrap();
    let bob = runtime.block_on(connect(&serving, &token(&program, &["--user", "bob"])));
    let mut ann = Chatting::of(&program, &serving, &["--user", "ann", "--to", "bob"]);
    let opened = runtime.block_on(hear(&bob, "participant.opened"));
    assert!(opened.data.to_string().contains("\"ann\""), "{opened:?}");
    ann.say("/to eve");
    let closed = runtime.block_on(hear(&bob, "participant.closed"));
    assert_eq!(closed.conversation_id, opened.conversation_id);
    assert_eq!(ann.end(), 0);
}

/// The server ends a socket with its token, so the chat that is still there has got another one.
#[test]
fn a_chat_outlives_its_token() {
    let program = Program::new();
    let seconds = "10";
    let serving = program.serve(&[], &[("CHINWAG_AUTH__ACCESS_TTL_SECONDS", seconds)]);
    let runtime = Runtime::new().unwrap();
    let client = Client::new(&serving.address()).unwrap();
    let bob = token(&program, &["--user", "bob"]);
    runtime.block_on(client.with_token(bob).me()).unwrap();
    // A name that is no id comes in as a guest, with a token that the server signs.
    let mut ann = Chatting::of(&program, &serving, &["--user", "Ann Lee", "--to", "bob"]);
    ann.err.wait_for("— bob —");
    let later = token(&program, &["--user", "eve", "--ttl", seconds]);
    let ended = runtime.block_on(async {
        let eve = connect(&serving, &later).await;
        timeout(PATIENCE, eve.closed()).await.unwrap()
    });
    assert_eq!(ended.code, 4401, "a token of that life has run out meanwhile");
    ann.say("still here");
    ann.out.wait_for("Ann Lee: still here ✓");
    assert!(!ann.err.text().contains("connection lost"), "{}", ann.err.text());
    assert_eq!(ann.end(), 0);
}
