//! `chinwag demo`: sample people and conversations, always the same, made through the use cases. A
//! second run finds everything and adds nothing.

use chinwag_application::{Actor, Chat, Error, request::ConversationsQuery};
use chinwag_domain::{
    AppRole, ConversationId, ConversationType, Order, Profile, Seq, User, Window,
};
use clap::Args;
use serde_json::json;

use crate::{compose::Core, config::Config, console::say, failure::Failure, program};

pub const EXAMPLES: &str = "\
Examples:
  chinwag demo
  chinwag chat --user demo-ada --to \"Grace Brewster\"    Beside a running server

It may run beside a server or without one, and again at any time: it adds nothing twice.";

/// Ids begin so, and so does the `client_id` of every message.
const PREFIX: &str = "demo-";
const GROUP: &str = "Harbour walk";
/// Messages at the beginning of a group among which its first one of ours is.
const FIRST: u16 = 20;

/// Who says what, one after the other.
type Talk = &'static [(&'static str, &'static str)];

/// People, by the part of the id behind the prefix.
const PEOPLE: [(&str, &str); 4] = [
    ("ada", "Ada Byron"),
    ("grace", "Grace Brewster"),
    ("alan", "Alan Mathison"),
    ("mary", "Mary Somerville"),
];

/// Between whom, and who says what.
const DIRECT: [(&str, &str, Talk); 2] = [
    (
        "ada",
        "grace",
        &[
            ("ada", "Did the engine run through the night?"),
            ("grace", "It did, until a moth got in. We taped it into the log."),
            ("ada", "First of its kind. Keep the page!"),
        ],
    ),
    ("ada", "alan", &[("alan", "Tea at four? I have a question that may not be decidable.")]),
];

const TALK: Talk = &[
    ("ada", "Saturday, ten o'clock, at the lighthouse?"),
    ("mary", "The tide is lowest at 10:40, so yes."),
    ("alan", "I will run there. See you at the top."),
    ("grace", "Bringing coffee for four ☕"),
];

#[derive(Debug, Args)]
pub struct Demo {
    /// Also where auth.secret is set, that is, outside development
    #[arg(long)]
    force: bool,
}

impl Demo {
    pub async fn execute(&self, config: &Config) -> Result<(), Failure> {
        if !config.development() && !self.force {
            return Err(Failure::Refused(format!(
                "this is not a development server, and sample people would be seen by real ones. \
                 To add them all the same: {} demo --force",
                program::name()
            )));
        }
        let core = Core::open(config).await?;
        let outcome = fill(&core.chat).await;
        core.close().await;
        outcome.map_err(|error| Failure::because("the sample data is not complete", &error))?;
        say("There are four people now, two direct chats and a group.");
        say("Be one of them, beside a running server:");
        say(&format!("  {} chat --user demo-ada", program::name()));
        say("Or ask the API as one of them, with a token made by");
        say(&format!("  {} token --user demo-ada --name \"Ada Byron\"", program::name()));
        Ok(())
    }
}

async fn fill(chat: &Chat) -> Result<(), Error> {
    let mut people = Vec::new();
    for (id, name) in PEOPLE {
        people.push(person(chat, id, name).await?);
    }
    let of = |name: &str| people.iter().find(|actor| actor.id().as_str() == id(name));
    for (one, other, talk) in DIRECT {
        let Some(starter) = of(one) else { continue };
        let body = json!({ "type": "direct", "participant_ids": [id(other)] });
        let body = body.to_string();
        let made = chat.create_conversation.execute(starter, body.as_bytes()).await;
        let Some(made) = unless_refused(made)? else { continue };
        let place = format!("{one}-{other}");
        say_all(chat, &people, made.conversation.id(), &place, talk).await?;
    }
    match group(chat, &people).await? {
        Some(group) => say_all(chat, &people, group, "group", TALK).await,
        None => Ok(()),
    }
}

/// Whom somebody has blocked since, and what they have left, is theirs to decide: it is passed over.
fn unless_refused<T>(outcome: Result<T, Error>) -> Result<Option<T>, Error> {
    match outcome {
        Ok(done) => Ok(Some(done)),
        Err(Error::Blocked | Error::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

fn id(name: &str) -> String {
    format!("{PREFIX}{name}")
}

async fn person(chat: &Chat, name: &str, full: &str) -> Result<Actor, Error> {
    let parsed =
        id(name).parse().map_err(|error: chinwag_domain::Invalid| Error::Internal(error.into()))?;
    let profile = Profile { name: Some(full.to_owned()), username: None, avatar_url: None };
    let user = User::new(parsed, profile, AppRole::Member, chat.ports.clock.now());
    let user = chat.ports.users.provision(user).await?;
    Ok(Actor { user: user.summary, role: AppRole::Member, session: None, address: None })
}

/// The group of an earlier run, whatever it is called now and whoever has left it, or a new one.
async fn group(chat: &Chat, people: &[Actor]) -> Result<Option<ConversationId>, Error> {
    for actor in people {
        for hidden in [false, true] {
            if let Some(known) = known_group(chat, actor, hidden).await? {
                return Ok(Some(known));
            }
        }
    }
    let Some(founder) = people.first() else { return Ok(None) };
    let others: Vec<_> = PEOPLE[1..].iter().map(|(name, _)| id(name)).collect();
    let body = json!({ "type": "group", "name": GROUP, "participant_ids": others }).to_string();
    let made = unless_refused(chat.create_conversation.execute(founder, body.as_bytes()).await)?;
    Ok(made.map(|made| made.conversation.id()))
}

async fn known_group(
    chat: &Chat,
    actor: &Actor,
    hidden: bool,
) -> Result<Option<ConversationId>, Error> {
    let kind = Some(ConversationType::Group);
    let mut query = ConversationsQuery { kind, hidden, ..ConversationsQuery::default() };
    loop {
        let list = chat.list_conversations.execute(actor, query.clone()).await?;
        for group in &list.items {
            if begins_as_ours(chat, actor, group.id()).await? {
                return Ok(Some(group.id()));
            }
        }
        if list.next_cursor.is_none() {
            return Ok(None);
        }
        query.cursor = list.next_cursor;
    }
}

/// Known by the `client_id` of its first message, which nobody can change.
async fn begins_as_ours(chat: &Chat, actor: &Actor, group: ConversationId) -> Result<bool, Error> {
    let window = Window {
        above: Seq::default(),
        below: None,
        order: Order::Ascending,
        limit: FIRST,
        skip: 0,
    };
    let first = chat.ports.messages.range(group, window, None, actor.id()).await?;
    let ours = format!("{PREFIX}group-0");
    Ok(first.iter().any(|it| it.client_id.as_ref().is_some_and(|id| id.as_str() == ours)))
}

/// The `client_id` makes saying it again no second saying.
async fn say_all(
    chat: &Chat,
    people: &[Actor],
    conversation: ConversationId,
    place: &str,
    talk: Talk,
) -> Result<(), Error> {
    for (at, (name, content)) in talk.iter().enumerate() {
        let Some(sender) = people.iter().find(|actor| actor.id().as_str() == id(name)) else {
            continue;
        };
        let body = json!({ "content": content, "client_id": format!("{PREFIX}{place}-{at}") });
        let body = body.to_string();
        let sent = chat.send_message.to_conversation(sender, conversation, body.as_bytes()).await;
        unless_refused(sent)?;
    }
    Ok(())
}
