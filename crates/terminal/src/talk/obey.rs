//! What was typed, carried out.

use std::{fmt::Write as _, time::Duration};

use chinwag_client::{Client, Conversation, Error as ClientError};
use tokio::time::Instant;
use uuid::Uuid;

use super::{Flow, Link, Talk};
use crate::{
    Error,
    command::{ALL, Command, USUAL},
    find, text,
};

/// Conversations and found messages that are listed, at most.
const LISTED: &str = "30";
/// Somebody who goes on typing is told of so often.
const TYPING: Duration = Duration::from_secs(3);
/// People whose presence is asked for at once.
const ASKED: usize = 100;
/// Characters of the last message that a list shows.
const EXCERPT: usize = 40;

impl Talk {
    pub(super) async fn obey(&mut self, command: Command) -> Result<Flow, Error> {
        match command {
            Command::Nothing => {}
            Command::Quit => return Ok(Flow::Leave),
            Command::Help => self.help(),
            Command::Unclear(told) => self.complain(&told),
            Command::Say(text) => {
                let open = self.opened()?;
                self.typed = None;
                if self.link != Link::Up {
                    self.screen.note(&format!("… {}", text::line(&text)));
                }
                self.post.send(open, text);
            }
            Command::List(words) => self.list(&words).await?,
            Command::To(who) => {
                let found = self.conversation(&who).await?;
                self.open(&found).await?;
            }
            Command::Group { name, people } => self.group(&name, &people).await?,
            Command::History(number) => self.history(self.opened()?, number).await?,
            Command::Who => self.who().await?,
            Command::Search(words) => self.search(&words).await?,
            Command::Edit(text) => {
                self.client.edit(own(self.book.own_last())?, &text).await?;
            }
            Command::Delete => self.client.delete(own(self.book.own_last())?).await?,
            Command::React(emoji) => {
                let last = self.book.last().ok_or_else(|| nothing("no message to react to"))?;
                self.client.react(last, &emoji).await?;
            }
        }
        Ok(Flow::Go)
    }

    fn opened(&self) -> Result<Uuid, Error> {
        self.book.opened().ok_or_else(|| nothing("no conversation is open: /to WHO opens one"))
    }

    /// By a number of the list, or else as one says.
    async fn conversation(&self, who: &str) -> Result<Conversation, Error> {
        let number: Option<usize> = who.parse().ok();
        match number.and_then(|number| self.book.listed.get(number.checked_sub(1)?)) {
            Some(id) => Ok(self.client.conversation(*id).await?),
            None => find::conversation(&self.client, &self.entered, who).await,
        }
    }

    fn help(&mut self) {
        self.screen.show("Anything else than these is sent as a message:");
        for (name, takes, what) in ALL {
            self.screen.show(&format!("  {:24} {what}", format!("{name} {takes}")));
        }
    }

    /// Puts a conversation on the screen, and reads it.
    pub(super) async fn open(&mut self, conversation: &Conversation) -> Result<(), Error> {
        self.book.learn(conversation);
        if let Some(before) = self.book.opened().filter(|before| *before != conversation.id) {
            self.tell("conversation.close", before, None);
        }
        self.book.open(conversation.id, conversation.revision);
        // Who looks at it need not be notified of what comes in it.
        self.tell("conversation.open", conversation.id, None);
        let title = text::title(conversation);
        self.screen.note(&match conversation.participant_count {
            Some(count) if conversation.kind != "direct" => format!("— {title}, {count} people —"),
            _ => format!("— {title} —"),
        });
        self.history(conversation.id, USUAL).await?;
        Ok(self.client.mark_read(conversation.id, None).await?)
    }

    /// Shows the last messages, the newest below.
    pub(super) async fn history(&mut self, id: Uuid, number: u16) -> Result<(), Error> {
        let page = self.client.history(id, &[("limit", &number.to_string())]).await?;
        for message in page.items.iter().rev() {
            self.book.judge(message);
            let own = self.book.is_own(message);
            self.screen.show(&text::message(message, own));
        }
        Ok(())
    }

    pub(super) async fn list(&mut self, words: &str) -> Result<(), Error> {
        let mut query = vec![("limit", LISTED)];
        if !words.is_empty() {
            query.push(("search", words));
        }
        let found = self.client.conversations(&query).await?.items;
        self.book.listed = found.iter().map(|conversation| conversation.id).collect();
        for (at, conversation) in found.iter().enumerate() {
            self.book.learn(conversation);
            self.screen.show(&format!("{:3}  {}", at + 1, summary(conversation)));
        }
        self.screen.note(match (found.is_empty(), words.is_empty()) {
            (true, true) => {
                "No conversations yet. /to WHO begins one; others can write to you by your name."
            }
            (true, false) => "None of your conversations is called that. /to WHO finds people too.",
            (false, _) => "/to and a number or a name opens one.",
        });
        Ok(())
    }

    async fn group(&mut self, name: &str, people: &[String]) -> Result<(), Error> {
        let mut ids = Vec::with_capacity(people.len());
        for who in people {
            ids.push(find::person(&self.client, &self.entered, who).await?);
        }
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let made = self.client.create_group(name, &ids).await?;
        let found = self.client.conversation(made.id).await?;
        self.open(&found).await
    }

    async fn who(&mut self) -> Result<(), Error> {
        let conversation = self.client.conversation(self.opened()?).await?;
        let there: Vec<_> =
            conversation.participants.iter().filter(|one| one.left_at.is_none()).collect();
        let ids: Vec<&str> = there.iter().map(|one| one.user.id.as_str()).collect();
        let presence = presence(&self.client, &ids).await?;
        for one in there {
            let mut line = format!("  {} ({})", text::name(&one.user), one.user.id);
            if one.role == "admin" {
                line.push_str(", admin");
            }
            if presence.contains(&one.user.id) {
                line.push_str(", here");
            }
            self.screen.show(&line);
        }
        Ok(())
    }

    async fn search(&mut self, words: &str) -> Result<(), Error> {
        let found = self.client.search(&[("q", words), ("limit", LISTED)]).await?.items;
        for message in found.iter().rev() {
            let (title, own) =
                (self.book.title(message.conversation_id), self.book.is_own(message));
            self.screen.show(&format!("({title}) {}", text::message(message, own)));
        }
        if found.is_empty() {
            self.screen.note("Nothing found.");
        }
        Ok(())
    }

    /// Somebody types here: others are told, now and then.
    pub(super) fn typing(&mut self) {
        let Some(open) = self.book.opened() else { return };
        if self.typed.is_none_or(|typed| typed.elapsed() >= TYPING) {
            self.typed = Some(Instant::now());
            self.tell("typing.start", open, None);
        }
    }
}

/// Who of these is here.
async fn presence(client: &Client, ids: &[&str]) -> Result<Vec<String>, ClientError> {
    let mut here = Vec::new();
    for ids in ids.chunks(ASKED) {
        let all = client.presence(ids).await?;
        here.extend(all.into_iter().filter(|one| one.online).map(|one| one.user_id));
    }
    Ok(here)
}

fn summary(conversation: &Conversation) -> String {
    let mut text = format!("{:24}", text::title(conversation));
    if let Some(unread @ 1..) = conversation.unread_count {
        // Writing into a String cannot fail.
        let _ = write!(text, "  [{unread} new]");
    }
    if let Some(last) = &conversation.last_message {
        let last = text::line(&text::message(last, false));
        text.push_str("  ");
        text.extend(last.chars().take(EXCERPT));
        if last.chars().count() > EXCERPT {
            text.push('…');
        }
    }
    text.trim_end().to_owned()
}

fn own(message: Option<Uuid>) -> Result<Uuid, Error> {
    message.ok_or_else(|| nothing("no message of yours has been shown here"))
}

fn nothing(what: &str) -> Error {
    Error::NotFound(what.to_owned())
}
