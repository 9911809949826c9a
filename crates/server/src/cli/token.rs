//! `chinwag token`: a token for somebody, signed with the configured secret.

use chinwag_domain::{AppRole, UserId};
use clap::{Args, ValueEnum};

use crate::{
    config::{Config, Values},
    console::{complain, say},
    failure::Failure,
    signing::{Signer, Wanted},
};

pub const EXAMPLES: &str = "\
Examples:
  chinwag token --user alice
  chinwag token --user alice --name \"Alice Ng\" --role admin --ttl 8h
  curl -H \"Authorization: Bearer $(chinwag token --user alice)\" http://127.0.0.1:8080/api/v1/users/me

Run it with the same configuration as the server (in development: in the same folder); which secret
signed is told on standard error. A person who signs in so is made known with the first request.";

/// The longest life of a token: a year.
const MAX_TTL: i64 = 365 * 24 * 3600;

#[derive(Debug, Args)]
pub struct Token {
    /// Whose: 1 to 128 characters of A-Z a-z 0-9 . _ : @ | + = ~ -
    #[arg(long, value_name = "ID", value_parser = user_id)]
    user: UserId,
    /// The name to show; without it, the one that is known, or the id
    #[arg(long)]
    name: Option<String>,
    /// What the person may do in the whole application
    #[arg(long, value_enum, default_value_t = Role::Member)]
    role: Role,
    /// How long it is good: seconds, or with s, m, h, d
    #[arg(long, default_value = "1h", value_parser = seconds)]
    ttl: i64,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Role {
    Member,
    Supervisor,
    Admin,
}

impl From<Role> for AppRole {
    fn from(role: Role) -> Self {
        match role {
            Role::Member => Self::Member,
            Role::Supervisor => Self::Supervisor,
            Role::Admin => Self::Admin,
        }
    }
}

impl Token {
    pub async fn execute(&self, config: &Config, values: &Values) -> Result<(), Failure> {
        let signer = Signer::new(config, values).await?;
        let wanted = Wanted {
            user: &self.user,
            name: self.name.as_deref(),
            role: self.role.into(),
            ttl_seconds: self.ttl,
        };
        say(&signer.sign(&wanted)?);
        // A secret of another folder signs tokens that no server takes: one look tells.
        complain(&signer.told());
        Ok(())
    }
}

fn user_id(text: &str) -> Result<UserId, String> {
    text.parse().map_err(|error: chinwag_domain::Invalid| error.to_string())
}

fn seconds(text: &str) -> Result<i64, String> {
    let (digits, unit) = match text.char_indices().last() {
        Some((at, 's')) => (&text[..at], 1),
        Some((at, 'm')) => (&text[..at], 60),
        Some((at, 'h')) => (&text[..at], 3600),
        Some((at, 'd')) => (&text[..at], 24 * 3600),
        _ => (text, 1),
    };
    let number: i64 = digits.parse().map_err(|_| "must be like 90, 15m, 8h or 30d".to_owned())?;
    match number.checked_mul(unit) {
        Some(seconds) if (1..=MAX_TTL).contains(&seconds) => Ok(seconds),
        _ => Err("must be 1 second to 365 days".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_units() {
        for (text, expected) in
            [("90", 90), ("90s", 90), ("15m", 900), ("8h", 28_800), ("1d", 86_400)]
        {
            assert_eq!(seconds(text), Ok(expected), "{text}");
        }
        for bad in ["", "h", "1w", "0", "-1", "366d", "9223372036854775807h", "1.5h", "1ü"] {
            assert!(seconds(bad).is_err(), "{bad}");
        }
    }
}
