//! `chinwag chat`: a chat client in the terminal, signed in with as little ado as is safe.

use chinwag_domain::{AppRole, UserId};
use chinwag_terminal::{Entrance, Error, Options, Place};
use clap::Args;
use uuid::Uuid;

use super::reach::Reach;
use crate::{
    config::{Config, Values},
    console::complain,
    failure::Failure,
    program,
    signing::Wanted,
};

pub const EXAMPLES: &str = "\
Examples:
  chinwag chat --user ann                     Beside a running server: your conversations
  chinwag chat --user bob --to ann            In another terminal: write to ann
  chinwag chat --user ann --to \"Harbour walk\"
  chinwag chat --server https://chat.example.org --token \"$TOKEN\" --to bob
  echo \"backup done\" | chinwag chat --user backup --to ann

In the chat, /help lists what can be typed. Where standard input or output is no terminal, each line
that comes in is sent, messages go to standard output and everything else to standard error; at the
end of the input the program waits until all is stored.

Without --token, a token is signed with the secret of this configuration (in development: that of the
folder in which the server runs); where there is none, you come in as a guest of the name of --user.

Exit codes: 0 left, 1 failed or a line could not be carried out, 2 not begun.";

/// How long a signed token is good; another one follows.
const TTL_SECONDS: i64 = 3600;

#[derive(Debug, Args)]
pub struct Chat {
    /// As whom: an id, or the name of a guest
    #[arg(long, value_name = "ID", required_unless_present = "token")]
    user: Option<String>,
    /// Begin with this person or group, by id or name
    #[arg(long, value_name = "WHO", conflicts_with = "conversation")]
    to: Option<String>,
    /// Begin in the conversation of this id
    #[arg(long, value_name = "ID")]
    conversation: Option<Uuid>,
    #[command(flatten)]
    reach: Reach,
}

impl Chat {
    pub async fn execute(&self, config: &Config, values: &Values) -> Result<(), Failure> {
        let options = Options {
            server: self.reach.address(config),
            entrance: self.entrance(config, values).await,
            place: self.place(),
        };
        let outcome = chinwag_terminal::chat(options).await;
        outcome.map_err(|error| self.explain(config, &error))
    }

    /// With what to type instead.
    fn explain(&self, config: &Config, error: &Error) -> Failure {
        let (program, user) = (program::name(), self.user.as_deref().unwrap_or("ann"));
        let cure = match error {
            Error::NobodyThere { .. } | Error::Unreachable { .. } => {
                let nobody_there = matches!(error, Error::NobodyThere { .. });
                self.reach.cure(config, nobody_there, &format!("{program} chat --user {user}"))
            }
            Error::Expired => {
                format!("get a new one where this one came from{}", signed(config, user))
            }
            Error::Token(_) if self.reach.token().is_some() => {
                format!("pass a token that the server takes{}", signed(config, user))
            }
            Error::Token(_) => format!(
                "run it where the server runs and with its configuration, or pass a token that the \
                 server takes: {program} chat --token \"$TOKEN\""
            ),
            Error::NoGuests => {
                format!("pass a token: {program} chat --token \"$TOKEN\"{}", signed(config, user))
            }
            _ => return Failure::Failed(error.to_string()),
        };
        Failure::Failed(format!("{error}\n{cure}"))
    }

    fn place(&self) -> Option<Place> {
        let person = self.to.clone().map(Place::With);
        person.or(self.conversation.map(Place::Conversation))
    }

    /// A given token, or one that is signed, or else as a guest.
    async fn entrance(&self, config: &Config, values: &Values) -> Entrance {
        if let Some(token) = self.reach.token() {
            return Entrance::Token(token.to_owned());
        }
        let user = self.user.clone().unwrap_or_default();
        let signer = self.reach.signer(config, values).await;
        // A name that is no id, or nothing to sign with.
        let (Ok(_), Ok(signer)) = (user.parse::<UserId>(), signer) else {
            complain(&format!("coming in as a guest called {user}"));
            return Entrance::Guest(user);
        };
        let sign = move |user: &str| {
            let user = user.parse().map_err(|error: chinwag_domain::Invalid| error.to_string())?;
            let wanted =
                Wanted { user: &user, name: None, role: AppRole::Member, ttl_seconds: TTL_SECONDS };
            signer.sign(&wanted).map_err(|failure| failure.to_string())
        };
        Entrance::Signed { user, sign: Box::new(sign), introduces: config.development() }
    }
}

/// How a token is had where this installation can sign one: only with a shared secret.
fn signed(config: &Config, user: &str) -> String {
    let program = program::name();
    if config.auth.algorithm.is_shared_secret() {
        format!(
            "; with the server's own configuration: {program} chat --token \"$({program} token --user \
             {user})\""
        )
    } else {
        "; the host application, which holds the private key, makes them".to_owned()
    }
}
