//! The chat itself: what is typed, what the server tells and what became of messages, one at a time.

mod obey;
mod take;

use std::{
    future::pending,
    sync::{Arc, PoisonError},
    time::Duration,
};

use chinwag_client::{Client, Close, Session, Update};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep_until};
use uuid::Uuid;

use crate::{
    Error, Place,
    book::Book,
    command,
    entrance::Entered,
    find,
    input::{Heard, Input},
    post::{Outcome, Post},
    screen::Screen,
    text,
};

/// Tokens are not renewed more often than this, however short their lives are.
const RENEWAL: Duration = Duration::from_secs(5);

/// One person's chat.
pub(crate) struct Talk {
    client: Client,
    session: Arc<Session>,
    entered: Entered,
    screen: Screen,
    input: Input,
    book: Book,
    post: Post,
    link: Link,
    /// When the token was renewed last, and when it is to be renewed again.
    renewed: Option<Instant>,
    renewal: Option<Instant>,
    /// When somebody here was last said to be typing.
    typed: Option<Instant>,
    /// Who is known to be typing.
    typists: Vec<String>,
    failures: usize,
}

/// How it stands with the server.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Link {
    /// Not connected yet.
    Begun,
    Up,
    Down,
    Over(Close),
}

/// Whether to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flow {
    Go,
    Leave,
}

enum Happening {
    Heard(Heard),
    Update(Option<Update>),
    Posted(Box<Outcome>),
    Renewal,
}

impl Talk {
    pub(crate) fn new(
        client: Client,
        session: Session,
        entered: Entered,
        screen: Screen,
        input: Input,
    ) -> Self {
        let session = Arc::new(session);
        Self {
            book: Book::new(&entered.me.id),
            post: Post::new(Arc::clone(&session)),
            client,
            session,
            entered,
            screen,
            input,
            link: Link::Begun,
            renewed: None,
            renewal: None,
            typed: None,
            typists: Vec::new(),
            failures: 0,
        }
    }

    pub(crate) async fn run(mut self, place: Option<Place>) -> Result<(), Error> {
        self.connect().await?;
        self.greet();
        match place {
            Some(Place::With(who)) => {
                let found = find::conversation(&self.client, &self.entered, &who).await?;
                self.open(&found).await?;
            }
            Some(Place::Conversation(id)) => {
                let found = self.client.conversation(id).await?;
                self.open(&found).await?;
            }
            None => self.list("").await?,
        }
        self.follow().await
    }

    /// Everything that is said before the first `Connected` is the state that it begins with.
    async fn connect(&mut self) -> Result<(), Error> {
        while matches!(self.link, Link::Begun | Link::Down) {
            let happening = self.happening(false).await;
            self.deal(happening).await;
        }
        match &self.link {
            Link::Over(close) => Err(Error::Ended(close.clone())),
            _ => Ok(()),
        }
    }

    fn greet(&mut self) {
        let me = &self.entered.me;
        let (name, server) =
            (text::name(me), self.client.base_url().as_str().trim_end_matches('/'));
        let who = if name == me.id { name } else { format!("{name} ({})", me.id) };
        self.screen.note(&format!("You are {who} at {server}. /help lists what you can type."));
    }

    /// Until the input ends and all that was typed has arrived.
    async fn follow(&mut self) -> Result<(), Error> {
        let mut more = true;
        self.ask();
        while more || self.post.under_way() > 0 || !self.book.is_whole() {
            let happening = self.happening(more).await;
            if matches!(happening, Happening::Heard(Heard::End)) {
                more = false;
                if self.screen.is_terminal() && self.post.under_way() > 0 {
                    self.screen.note("— leaving once all is sent; Ctrl-C leaves now —");
                }
            }
            if self.deal(happening).await == Flow::Leave {
                break;
            }
            if let Link::Over(close) = &self.link {
                let close = close.clone();
                self.part(more).await;
                return Err(Error::Ended(close));
            }
        }
        match self.failures {
            0 => Ok(()),
            _ if self.screen.is_terminal() => Ok(()),
            failures => Err(Error::Lines(failures)),
        }
    }

    async fn happening(&mut self, listen: bool) -> Happening {
        let renewal = self.renewal;
        let renewal = async move {
            match renewal {
                Some(at) => sleep_until(at).await,
                None => pending().await,
            }
        };
        tokio::select! {
            heard = self.input.next(), if listen => Happening::Heard(heard),
            update = self.session.next() => Happening::Update(update),
            outcome = self.post.outcome() => Happening::Posted(Box::new(outcome)),
            () = renewal => Happening::Renewal,
        }
    }

    async fn deal(&mut self, happening: Happening) -> Flow {
        match happening {
            Happening::Heard(Heard::Line(line)) => {
                let flow = match self.obey(command::parse(&line)).await {
                    Ok(flow) => flow,
                    Err(error) => {
                        self.complain(&error.to_string());
                        Flow::Go
                    }
                };
                self.ask();
                return flow;
            }
            Happening::Heard(Heard::Typing) => self.typing(),
            Happening::Heard(Heard::End) => {}
            Happening::Update(Some(update)) => self.take(update).await,
            // After a close that is final, which has been noted.
            Happening::Update(None) => {
                if !matches!(self.link, Link::Over(_)) {
                    self.link = Link::Over(Close { code: 1006, reason: String::new() });
                }
            }
            Happening::Posted(outcome) => match *outcome {
                Ok(message) => self.book.stored(&message),
                Err(error) => self.complain(&format!("not sent: {error}")),
            },
            Happening::Renewal => self.renew().await,
        }
        Flow::Go
    }

    /// Asks for the next line.
    fn ask(&mut self) {
        let title = self.book.opened().map(|id| self.book.title(id)).unwrap_or_default();
        let mut names = self.input.names.lock().unwrap_or_else(PoisonError::into_inner);
        *names = self.book.titles();
        drop(names);
        self.input.ask(&format!("{title}> "));
    }

    fn complain(&mut self, what: &str) {
        self.failures += 1;
        self.screen.note(&format!("error: {}", text::line(what)));
    }

    /// A line editor that is waiting has the terminal in its own mode, and gives it back at a key.
    async fn part(&mut self, listening: bool) {
        if self.screen.is_terminal() && listening {
            self.screen.note("The server has ended the connection. Press Enter to leave.");
            while self.input.next().await == Heard::Typing {}
        }
    }

    /// A new token for the session, or another attempt a little later.
    async fn renew(&mut self) {
        self.renewal = None;
        self.renewed = Some(Instant::now());
        match self.entered.renew(&self.client).await {
            Ok(Some(token)) => {
                self.client = self.client.with_token(token.clone());
                if let Err(error) = self.session.set_token(token).await {
                    self.screen.note(&format!("the connection's token is the old one: {error}"));
                }
            }
            Ok(None) => {
                let reason = "the token has run out; start again with a new one".to_owned();
                self.link = Link::Over(Close { code: 4401, reason });
            }
            Err(error) => {
                self.screen.note(&format!("no new token yet: {error}"));
                self.renewal = Some(Instant::now() + RENEWAL);
            }
        }
    }

    /// Renews soon, but not more often than makes sense.
    fn renew_soon(&mut self) {
        let now = Instant::now();
        self.renewal = Some(self.renewed.map_or(now, |renewed| now.max(renewed + RENEWAL)));
    }

    /// Something whose answer nobody waits for; lost with the connection, and then not missed.
    fn tell(&self, kind: &'static str, conversation: Uuid, seq: Option<u64>) {
        let session = Arc::clone(&self.session);
        let mut data = json!({ "conversation_id": conversation });
        if let Some(seq) = seq {
            data["seq"] = Value::from(seq);
        }
        tokio::spawn(async move { session.request(kind, data).await });
    }
}
