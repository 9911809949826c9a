//! Work that follows from a change and is done after it: what to do, when, and
//! how often it has been tried.

use serde_json::Value;

use crate::{ERASED_NAME, JobId, Timestamp, UserId};

/// Jobs of one kind and lane run one at a time, in the order of their positions. A
/// dead job no longer holds up those behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lane {
    /// Names the lane, up to 200 bytes.
    pub name: String,
    /// The job's place in it, for example the revision of a conversation.
    pub position: i64,
    /// Who is waited for while its jobs run, up to 200 bytes: lanes of one receiver share what a
    /// worker has for each.
    pub receiver: Option<String>,
}

/// A job to be stored, together with the change that causes it.
#[derive(Debug, Clone, PartialEq)]
pub struct NewJob {
    /// UUIDv7.
    pub id: JobId,
    /// Which handler runs it, such as `webhook.deliver`.
    pub kind: String,
    /// `None` where order does not matter.
    pub lane: Option<Lane>,
    /// What its handler needs: an object.
    pub payload: serde_json::Value,
    /// Not before. Of a job that runs: when its lease ends and another worker
    /// may take it.
    pub due_at: Timestamp,
    /// Now.
    pub created_at: Timestamp,
}

/// Where a job stands. One that is done is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// For its time, or for its turn.
    Waiting,
    /// Taken by a worker, until its lease ends.
    Running,
    /// Given up; an operator may have it tried again.
    Dead,
}

impl JobState {
    /// The name on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Dead => "dead",
        }
    }

    /// The state of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Waiting, Self::Running, Self::Dead].into_iter().find(|state| state.as_str() == name)
    }
}

/// A stored job.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// What was asked.
    pub work: NewJob,
    /// Where it stands.
    pub state: JobState,
    /// How often it was taken, over all its lives; so it also tells this taking from
    /// a later one.
    pub attempts: u32,
    /// What went wrong last, up to 500 characters.
    pub last_error: Option<String>,
}

impl Job {
    /// A job that nobody has taken yet.
    pub fn waiting(work: NewJob) -> Self {
        Self { work, state: JobState::Waiting, attempts: 0, last_error: None }
    }

    /// Who is waited for while it runs, if that is known.
    pub fn receiver(&self) -> Option<&str> {
        self.work.lane.as_ref()?.receiver.as_deref()
    }

    /// Its id.
    pub fn id(&self) -> JobId {
        self.work.id
    }

    /// Whether a worker may take it now, its lane aside.
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.state != JobState::Dead && self.work.due_at <= now
    }

    /// Gives it to a worker until then.
    pub fn take(&mut self, lease_until: Timestamp) {
        self.state = JobState::Running;
        self.attempts = self.attempts.saturating_add(1);
        self.work.due_at = lease_until;
    }

    /// Notes what went wrong: it waits until `retry_at`, or is dead without.
    pub fn fail(&mut self, error: &str, retry_at: Option<Timestamp>) {
        self.last_error = Some(error.chars().take(500).collect());
        self.state = if retry_at.is_some() { JobState::Waiting } else { JobState::Dead };
        self.work.due_at = retry_at.unwrap_or(self.work.due_at);
    }
}

/// Takes out of a payload how that person is called and looks and what they said; ids and places
/// stay, so that whoever waits for the job is still told. True when there was something.
pub fn forget_person(payload: &mut Value, user: &UserId) -> bool {
    match payload {
        Value::Array(items) => forget_in_all(items.iter_mut(), user),
        Value::Object(fields) => {
            let is = |value: Option<&Value>| value.and_then(Value::as_str) == Some(user.as_str());
            let person = is(fields.get("id")) && fields.contains_key("name");
            let sent = is(fields.get("sender").and_then(|sender| sender.get("id")));
            if person {
                fields.insert("name".to_owned(), ERASED_NAME.into());
                fields.insert("username".to_owned(), Value::Null);
                fields.insert("avatar_url".to_owned(), Value::Null);
            }
            if sent {
                for said in ["content", "client_id", "client_created_at"] {
                    fields.insert(said.to_owned(), Value::Null);
                }
                fields.insert("attachments".to_owned(), Value::Array(Vec::new()));
                for said in ["location", "meeting", "metadata"] {
                    fields.remove(said);
                }
            }
            forget_in_all(fields.values_mut(), user) || person || sent
        }
        _ => false,
    }
}

fn forget_in_all<'a>(values: impl Iterator<Item = &'a mut Value>, user: &UserId) -> bool {
    let mut found = false;
    for value in values {
        found |= forget_person(value, user);
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_person_is_forgotten_and_others_are_not() {
        let bob: UserId = "bob".parse().unwrap();
        let summary = |id: &str| json!({"id": id, "name": id, "username": id, "avatar_url": "x"});
        let said = |by: &str| {
            json!({"id": "m", "seq": 7, "sender": summary(by), "content": "bob", "client_id": "c",
                   "client_created_at": "then", "attachments": [{"name": "f"}], "metadata": {"k": 1}})
        };
        let mut payload = json!({"body": [{"data": said("bob")}, {"data": said("ann")}]});
        assert!(forget_person(&mut payload, &bob));
        let first = &payload["body"][0]["data"];
        let gone = json!({"id": "m", "seq": 7, "content": null, "client_id": null,
            "client_created_at": null, "attachments": [],
            "sender": {"id": "bob", "name": ERASED_NAME, "username": null, "avatar_url": null}});
        assert_eq!(*first, gone);
        assert_eq!(payload["body"][1]["data"], said("ann"), "who merely says the name keeps it");
        assert!(forget_person(&mut json!({"user": {"id": "bob", "name": "Bob"}}), &bob));
        for other in [json!({"user": "bob"}), json!({"kind": "bob"}), json!({"bob": "bob"})] {
            let mut same = other.clone();
            assert!(!forget_person(&mut same, &bob));
            assert_eq!(same, other);
        }
    }
}
