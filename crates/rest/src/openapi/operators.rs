//! What application admins do: webhooks, jobs, the audit log.

use chinwag_application::{
    request::NewWebhook,
    schema::Schemas,
    view::{
        AuditEntryView, ConnectionView, EndedSignIns, GroupOverview, HostedProfile, Items, JobView,
        ListView, PingView, WebhookView, WebhookWithSecret,
    },
};
use serde_json::json;

use super::{
    Subject, operation,
    parameters::{
        Parameter, action, actor, cursor, format, job_state, limit, person, search, target, time,
    },
    subject as under,
};
use crate::export;

pub(super) fn subject() -> Subject {
    under("Operation", "For people whose token has the role admin.", [
        operation("POST", "/webhooks", "createWebhook", "Have an address told of changes")
            .body::<NewWebhook>()
            .answers::<WebhookWithSecret>(201, "With the secret, this once."),
        operation("GET", "/webhooks", "listWebhooks", "List the webhooks")
            .answers::<Items<WebhookView>>(200, "All of them."),
        operation("DELETE", "/webhooks/{webhook_id}", "deleteWebhook", "Tell an address no more")
            .says(204, "It is gone."),
        operation("POST", "/webhooks/{webhook_id}/test", "testWebhook", "Send a ping to an address")
            .bodiless()
            .answers::<PingView>(200, "What came of it, well or badly."),
        operation("GET", "/jobs", "listJobs", "List jobs")
            .query([job_state(), limit(), cursor()])
            .answers::<ListView<JobView>>(200, "A piece of the list.")
            .with(&["Link"]),
        operation("POST", "/jobs/{job_id}/retry", "retryJob", "Have a dead job tried again")
            .bodiless()
            .says(204, "It waits for a worker."),
        operation("DELETE", "/jobs/{job_id}", "deleteJob", "Give a dead job up")
            .says(204, "It is gone."),
        operation("GET", "/audit/logs", "listAuditLog", "The audit log")
            .about("Newest first.")
            .query(filters().chain([limit(), cursor()]))
            .answers::<ListView<AuditEntryView>>(200, "A piece of the list.")
            .with(&["Link"]),
        operation("GET", "/audit/export", "exportAuditLog", "The audit log as a file")
            .about("JSON Lines, CSV, or a PDF of up to 10,000 entries. One that breaks off has no proper end.")
            .query(filters().chain([format(|_| json!({ "type": "string", "enum": export::FORMATS }))]))
            .answers_with(
                200,
                "The file.",
                "application/x-ndjson",
                Schemas::answer::<AuditEntryView>,
            )
            .or("text/csv", |_| json!({ "type": "string" }))
            .or("application/pdf", |_| json!({}))
            .with(&["Content-Disposition"]),
    ])
}

/// What there is on the installation as a whole.
pub(super) fn overview() -> Subject {
    let one = "/admin/connections/{connection_id}";
    let sessions = "/admin/users/{user_id}/sessions";
    under(
        "Administration",
        "For people whose token has the role admin.",
        [
            operation("GET", "/admin/users", "listEverybody", "Everybody, deactivated or not")
                .query([search("Name, username or id."), limit(), cursor()])
                .answers::<ListView<HostedProfile>>(200, "A piece of the list.")
                .with(&["Link"]),
            operation("DELETE", sessions, "endSignIns", "End somebody's sign-ins")
                .answers::<EndedSignIns>(200, "How many ended.")
                .refuses(&[409]),
            operation("GET", "/admin/conversations", "listGroups", "All groups, from outside")
                .query([search("The name."), limit(), cursor()])
                .answers::<ListView<GroupOverview>>(200, "A piece of the list.")
                .with(&["Link"]),
            operation("GET", "/admin/connections", "listConnections", "The sockets of this server")
                .query([person(), limit(), cursor()])
                .answers::<ListView<ConnectionView>>(200, "A piece of the list.")
                .with(&["Link"])
                .refuses(&[404]),
            operation("DELETE", one, "closeConnection", "Close a socket")
                .says(204, "It is closed."),
        ],
    )
}

fn filters() -> impl Iterator<Item = Parameter> {
    [action(), actor(), target(), time("from", "At or after."), time("to", "Before.")].into_iter()
}
