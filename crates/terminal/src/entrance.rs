//! As whom: the token to begin with, and those that follow when it runs out.

use chinwag_client::{Client, Error as ClientError, UserSummary};

use crate::Error;

/// Makes a token for the person of that id, or says why not.
pub type Sign = Box<dyn Fn(&str) -> Result<String, String> + Send>;

/// How to come in.
pub enum Entrance {
    /// With a token that somebody else made; another one cannot be had.
    Token(String),
    /// As the person of that id, with tokens that the caller signs.
    Signed {
        /// The person.
        user: String,
        /// Signs.
        sign: Sign,
        /// Whether people who have not been there yet may be made known, by a token of theirs.
        introduces: bool,
    },
    /// As a guest of that name.
    Guest(String),
}

/// Somebody who came in.
pub(crate) struct Entered {
    pub(crate) me: UserSummary,
    renewal: Renewal,
}

enum Renewal {
    Never,
    Sign { user: String, sign: Sign, introduces: bool },
    Refresh(String),
}

/// Comes in; the client then carries the token.
pub(crate) async fn enter(client: Client, entrance: Entrance) -> Result<(Client, Entered), Error> {
    let (token, renewal) = match entrance {
        Entrance::Token(token) => (token, Renewal::Never),
        Entrance::Signed { user, sign, introduces } => {
            let token = sign(&user).map_err(Error::Unsigned)?;
            (token, Renewal::Sign { user, sign, introduces })
        }
        Entrance::Guest(name) => {
            let signed_in =
                client.guest(&name).await.map_err(|error| guest_refused(&client, error))?;
            (signed_in.access_token, Renewal::Refresh(signed_in.refresh_token))
        }
    };
    let client = client.with_token(token);
    let me = client.me().await.map_err(|error| told(&client, error))?;
    Ok((client, Entered { me, renewal }))
}

impl Entered {
    /// The next token; `None` where there is none.
    pub(crate) async fn renew(&mut self, client: &Client) -> Result<Option<String>, Error> {
        match &mut self.renewal {
            Renewal::Never => Ok(None),
            Renewal::Sign { user, sign, .. } => sign(user).map(Some).map_err(Error::Unsigned),
            Renewal::Refresh(token) => {
                let signed_in = client.without_token().refresh(token).await?;
                *token = signed_in.refresh_token;
                Ok(Some(signed_in.access_token))
            }
        }
    }

    /// Makes a person known who has not been there yet, where that is allowed; false where it is not.
    pub(crate) async fn introduce(&self, client: &Client, id: &str) -> bool {
        let Renewal::Sign { sign, introduces: true, .. } = &self.renewal else { return false };
        let Ok(token) = sign(id) else { return false };
        client.with_token(token).me().await.is_ok()
    }
}

fn guest_refused(client: &Client, error: ClientError) -> Error {
    match error.problem() {
        Some(problem) if matches!(problem.status, 403 | 404) => Error::NoGuests,
        _ => told(client, error),
    }
}

/// What a failure of the first requests means.
fn told(client: &Client, error: ClientError) -> Error {
    if let Some(cause) = error.unreachable() {
        let server = client.base_url().as_str().trim_end_matches('/').to_owned();
        return if error.is_refused_connection() {
            Error::NobodyThere { server, cause }
        } else {
            Error::Unreachable { server, cause }
        };
    }
    match &error {
        ClientError::Refused(problem) if problem.code == "token_expired" => Error::Expired,
        ClientError::Refused(problem) if problem.status == 401 => {
            Error::Token(problem.detail.clone().unwrap_or_else(|| problem.title.clone()))
        }
        _ => Error::Client(error),
    }
}
