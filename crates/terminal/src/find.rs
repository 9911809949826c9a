//! Whom or what somebody means by what they typed.

use chinwag_client::{Client, Conversation, Error as ClientError, UserSummary};
use uuid::Uuid;

use crate::{Error, entrance::Entered, text};

/// People that a search shows when it is not clear who is meant.
const SHOWN: usize = 5;

/// The conversation that is meant: its id, a person by id or name (then made if there is none), or the name
/// of one that is there.
pub(crate) async fn conversation(
    client: &Client,
    entered: &Entered,
    who: &str,
) -> Result<Conversation, Error> {
    if let Ok(id) = who.parse::<Uuid>()
        && let Some(found) = known(client.conversation(id).await)?
    {
        return Ok(found);
    }
    if let Some(found) = by_title(client, who).await? {
        return Ok(found);
    }
    let person = person(client, entered, who).await?;
    let made = client.create_direct(&person).await?;
    Ok(client.conversation(made.id).await?)
}

/// The id of the person that is meant.
pub(crate) async fn person(client: &Client, entered: &Entered, who: &str) -> Result<String, Error> {
    if is_id(who)
        && let Some(user) = known(client.user(who).await)?
    {
        return Ok(user.id);
    }
    let found = client.users(&[("search", who), ("limit", "50")]).await?.items;
    let (called, others): (Vec<_>, Vec<_>) = found.iter().partition(|user| is_called(user, who));
    match called[..] {
        [user] => Ok(user.id.clone()),
        [] if is_id(who) && entered.introduce(client, who).await => Ok(who.to_owned()),
        [] => Err(Error::NotFound(nobody(who, &others))),
        _ => Err(Error::NotFound(format!(
            "several people are called {who}, name one by id: {}",
            listed(&called)
        ))),
    }
}

async fn by_title(client: &Client, who: &str) -> Result<Option<Conversation>, Error> {
    let found = client.conversations(&[("search", who), ("limit", "50")]).await?.items;
    let mut called =
        found.into_iter().filter(|one| text::title(one).to_lowercase() == who.to_lowercase());
    match (called.next(), called.next()) {
        (Some(one), None) => Ok(Some(client.conversation(one.id).await?)),
        (Some(_), Some(_)) => Err(Error::NotFound(format!(
            "several of your conversations are called {who}: /list {who} numbers them"
        ))),
        (None, _) => Ok(None),
    }
}

fn is_called(user: &UserSummary, who: &str) -> bool {
    let who = who.to_lowercase();
    [user.name.as_deref(), user.username.as_deref(), Some(user.id.as_str())]
        .into_iter()
        .flatten()
        .any(|name| name.to_lowercase() == who)
}

fn nobody(who: &str, others: &[&UserSummary]) -> String {
    let first = format!("there is nobody called {who} here");
    if others.is_empty() {
        format!("{first}. People are known once they have signed in for the first time")
    } else {
        format!("{first}; did you mean {}?", listed(others))
    }
}

fn listed(people: &[&UserSummary]) -> String {
    let shown: Vec<String> = people
        .iter()
        .take(SHOWN)
        .map(|user| match text::name(user) {
            name if name == user.id => name,
            name => format!("{name} ({})", user.id),
        })
        .collect();
    shown.join(", ")
}

/// What the protocol takes for the id of a person; anything else would be refused as such.
fn is_id(text: &str) -> bool {
    (1..=128).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._:@|+=~-".contains(&byte))
}

/// What is not there is no failure.
fn known<T>(answer: Result<T, ClientError>) -> Result<Option<T>, Error> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.problem().is_some_and(|problem| problem.status == 404) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(id: &str, name: &str) -> UserSummary {
        serde_json::from_value(serde_json::json!({ "id": id, "name": name })).unwrap()
    }

    #[test]
    fn people_are_called_by_any_of_their_names() {
        let user = person("u-1", "Bob Ray");
        assert!(is_called(&user, "bob ray") && is_called(&user, "U-1") && !is_called(&user, "bob"));
    }

    #[test]
    fn who_is_not_found_is_told_with_those_who_may_be_meant() {
        let (one, other) = (person("u-1", "Bob Ray"), person("bobby", "bobby"));
        assert_eq!(
            nobody("bo", &[&one, &other]),
            "there is nobody called bo here; did you mean Bob Ray (u-1), bobby?"
        );
        assert!(nobody("bo", &[]).contains("once they have signed in"));
    }

    #[test]
    fn names_with_spaces_are_no_ids() {
        assert!(is_id("auth0|5f") && !is_id("Bob Ray") && !is_id("") && !is_id(&"x".repeat(129)));
    }
}
