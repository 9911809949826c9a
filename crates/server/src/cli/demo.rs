//! `chinwag demo`: sample people and conversations, always the same, made through the use cases. A
//! second run finds everything and adds nothing.

use chinwag_application::{Actor, Chat, Error, request::ConversationsQuery};
use chinwag_domain::{AppRole, ConversationId, ConversationType, Profile, User};
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
        say("Or paste a token on the page, or into curl, made with");
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
        let conversation = chat.create_conversation.execute(starter, body.as_bytes()).await?;
        say_all(chat, &people, conversation.conversation.id(), &format!("{one}-{other}"), talk)
            .await?;
    }
    let Some(founder) = people.first() else { return Ok(()) };
    let group = group(chat, founder).await?;
    say_all(chat, &people, group, "group", TALK).await
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

/// The founder's group of that name, or a new one.
async fn group(chat: &Chat, founder: &Actor) -> Result<ConversationId, Error> {
    let query = ConversationsQuery {
        search: Some(GROUP.to_owned()),
        kind: Some(ConversationType::Group),
        ..ConversationsQuery::default()
    };
    if let Some(known) = chat.list_conversations.execute(founder, query).await?.items.first() {
        return Ok(known.id());
    }
    let others: Vec<_> = PEOPLE[1..].iter().map(|(name, _)| id(name)).collect();
    let body = json!({ "type": "group", "name": GROUP, "participant_ids": others }).to_string();
    Ok(chat.create_conversation.execute(founder, body.as_bytes()).await?.conversation.id())
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
        chat.send_message.to_conversation(sender, conversation, body.as_bytes()).await?;
    }
    Ok(())
}
