//! What application admins see: webhooks and jobs.

use chinwag_domain::{
    ChangeKind, Job, JobId, JobState, Timestamp, UserId, Webhook, WebhookId, ports::WebhookError,
};
use schemars::JsonSchema;
use serde::Serialize;

/// A webhook, without its secret.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "Webhook")]
#[allow(missing_docs)] // the protocol's names
pub struct WebhookView {
    pub id: WebhookId,
    pub url: String,
    /// Empty: everything.
    #[schemars(with = "Vec<ChangeKind>")]
    pub events: Vec<&'static str>,
    pub created_by: UserId,
    pub created_at: Timestamp,
}

/// A webhook in the answer to its registration, and nowhere else.
#[derive(Clone, Serialize, JsonSchema)]
#[allow(missing_docs)] // the protocol's names
pub struct WebhookWithSecret {
    #[serde(flatten)]
    pub webhook: WebhookView,
    /// What deliveries are signed with; shown this once.
    pub secret: String,
}

impl From<&Webhook> for WebhookView {
    fn from(webhook: &Webhook) -> Self {
        Self {
            id: webhook.id,
            url: webhook.url.clone(),
            events: webhook.events.iter().map(|kind| kind.as_str()).collect(),
            created_by: webhook.created_by.clone(),
            created_at: webhook.created_at,
        }
    }
}

/// What came of trying a webhook out.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "WebhookTrial")]
#[allow(missing_docs)] // the protocol's names
pub struct PingView {
    /// Whether the receiver answered with a 2xx.
    pub delivered: bool,
    /// What it answered, if it did.
    pub status: Option<u16>,
    /// Why there is no answer.
    pub error: Option<String>,
    pub duration_ms: u64,
}

impl PingView {
    pub(crate) fn new(outcome: Result<u16, WebhookError>, took_ms: i64) -> Self {
        let (status, error) = match outcome {
            Ok(status) => (Some(status), None),
            Err(error) => (None, Some(error.to_string())),
        };
        Self {
            delivered: status.is_some_and(|status| (200..300).contains(&status)),
            status,
            error,
            duration_ms: u64::try_from(took_ms).unwrap_or(0),
        }
    }
}

/// A job, without what is in it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "Job")]
#[allow(missing_docs)] // the protocol's names
pub struct JobView {
    pub id: JobId,
    pub kind: String,
    pub state: JobState,
    pub attempts: u32,
    /// Not before; of a running one, when another worker may take it.
    pub due_at: Timestamp,
    pub created_at: Timestamp,
    pub last_error: Option<String>,
    /// Jobs of one lane run one after the other, by position.
    pub lane: Option<String>,
    pub position: Option<i64>,
}

impl From<&Job> for JobView {
    fn from(job: &Job) -> Self {
        let work = &job.work;
        Self {
            id: work.id,
            kind: work.kind.clone(),
            state: job.state,
            attempts: job.attempts,
            due_at: work.due_at,
            created_at: work.created_at,
            last_error: job.last_error.clone(),
            lane: work.lane.as_ref().map(|lane| lane.name.clone()),
            position: work.lane.as_ref().map(|lane| lane.position),
        }
    }
}
