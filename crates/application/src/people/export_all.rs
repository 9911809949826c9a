//! Everybody as lines of JSON, in the form in which an import takes them.

use std::sync::Arc;

use chinwag_domain::{AuditTarget, User, UserId};
use futures_util::{Stream, stream};
use serde::Serialize;
use serde_json::json;

use crate::{
    Actor, Error,
    support::{for_admins, use_case},
};

/// People read at once.
const PIECE: u16 = 500;

use_case!(
    /// Hands an application admin all people of the installation.
    ExportUsers
);

/// A person as a line of an import.
#[derive(Serialize)]
#[allow(clippy::option_option)] // null and absent mean different things
struct Line<'a> {
    id: &'a UserId,
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<Option<&'a str>>,
    name: &'a str,
    avatar_url: Option<&'a str>,
    active: bool,
}

for_admins!(ExportUsers, "user.export");

impl ExportUsers {
    /// The lines in pieces of text, once it is written down that they were asked for. Where this server
    /// keeps the accounts they have no username, since an import may not give one.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who is no application admin; when the store fails, which later ends the
    /// pieces.
    pub async fn execute(
        &self,
        actor: &Actor,
    ) -> Result<impl Stream<Item = Result<String, Error>> + use<>, Error> {
        self.may(actor).await?;
        let target = AuditTarget::new("user", "*");
        let entry = self.ports.audit_entry(actor, "user.exported", target, json!({}));
        self.ports.audit.record(&entry).await?;
        let start = (Arc::clone(&self.ports), None);
        Ok(stream::try_unfold(start, |(ports, after)| async move {
            let people = ports.users.everybody(after.as_ref(), PIECE).await?;
            let Some(last) = people.last() else { return Ok(None) };
            let last = Some(last.summary.id.clone());
            let piece = lines(&people, ports.issuer.is_some())?;
            Ok(Some((piece, (ports, last))))
        }))
    }
}

fn lines(people: &[User], own_accounts: bool) -> Result<String, Error> {
    let mut text = String::new();
    for User { summary, deactivated_at, .. } in people {
        let line = Line {
            id: &summary.id,
            username: (!own_accounts).then_some(summary.username.as_deref()),
            name: &summary.name,
            avatar_url: summary.avatar_url.as_deref(),
            active: deactivated_at.is_none(),
        };
        let line = serde_json::to_string(&line).map_err(|error| Error::Internal(error.into()))?;
        text.push_str(&line);
        text.push('\n');
    }
    Ok(text)
}
