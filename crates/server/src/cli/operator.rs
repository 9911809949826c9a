//! Commands that ask a running server for what only an application admin may.

use chinwag_client::{Client, Error};
use chinwag_domain::{AppRole, UserId};
use clap::Args;

use super::reach::Reach;
use crate::{
    config::{Config, Values},
    failure::Failure,
    program,
    signing::Wanted,
};

/// How long a signed token is good.
const TTL_SECONDS: i64 = 24 * 3600;

/// Which server, and as which application admin.
#[derive(Debug, Args)]
pub struct Operator {
    /// As whom the audit log names it, where the token is signed here
    #[arg(long = "as", value_name = "ID", default_value = "operator", value_parser = user_id)]
    name: UserId,
    #[command(flatten)]
    reach: Reach,
}

impl Operator {
    /// A client that carries the token of an application admin, once the server has taken it.
    ///
    /// # Errors
    /// When there is no such token, or no such server; with what to type instead.
    pub async fn client(&self, config: &Config, values: &Values) -> Result<Client, Failure> {
        let token = if let Some(token) = self.reach.token() {
            token.to_owned()
        } else {
            let signer = self.reach.signer(config, values).await?;
            signer.sign(&Wanted {
                user: &self.name,
                name: None,
                role: AppRole::Admin,
                ttl_seconds: TTL_SECONDS,
            })?
        };
        let client = Client::new(&self.reach.address(config))
            .map_err(|error| Failure::because("no client", &error))?
            .with_token(token);
        match client.me().await {
            Ok(me) if me.extra.get("role").is_some_and(|role| role == "admin") => Ok(client),
            Ok(me) => Err(Failure::Refused(format!(
                "{} is no application admin; pass the token of one: {}",
                me.id,
                self.cure()
            ))),
            Err(error) => Err(self.explain(config, &client, &error)),
        }
    }

    fn explain(&self, config: &Config, client: &Client, error: &Error) -> Failure {
        let server = client.base_url().as_str().trim_end_matches('/');
        if let Some(cause) = error.unreachable() {
            let nobody_there = error.is_refused_connection();
            let told = if nobody_there {
                format!("nobody answers at {server}: {cause}")
            } else {
                format!("{server} cannot be reached: {cause}")
            };
            let cure = self.reach.cure(config, nobody_there, "the same command with");
            return Failure::Failed(format!("{told}\n{cure}"));
        }
        match error {
            Error::Refused(problem) if problem.code == "token_expired" => {
                Failure::Failed(format!("the token has expired; get a new one: {}", self.cure()))
            }
            Error::Refused(problem) if problem.status == 401 => Failure::Failed(format!(
                "{server} does not take the token. Run it with the server's own configuration (in \
                 development: in its folder), or pass a token: {}",
                self.cure()
            )),
            _ => Failure::because(&format!("{server} refuses"), error),
        }
    }

    fn cure(&self) -> String {
        format!("--token \"$({} token --user {} --role admin)\"", program::name(), self.name)
    }
}

fn user_id(text: &str) -> Result<UserId, String> {
    text.parse().map_err(|error: chinwag_domain::Invalid| error.to_string())
}
