//! The audit log, for application admins.

use chinwag_application::request::AuditQuery;

use crate::{
    answer::{Answer, list},
    export,
    identity::Caller,
    incoming::Incoming,
    resource::{Routes, at},
};

pub(super) fn configure(config: &mut Routes) {
    const LIST: &[&str] = &["action", "actor_id", "target", "from", "to", "limit", "cursor"];
    const EXPORT: &[&str] = &["action", "actor_id", "target", "from", "to", "format"];
    config
        .service(at("/audit/logs").params(LIST).get(some).done())
        .service(at("/audit/export").params(EXPORT).get(all).done());
}

async fn some(caller: Caller, incoming: Incoming) -> Answer {
    let found = incoming.chat.list_audit_log.execute(&caller.0, query(&incoming)).await?;
    list(&incoming.http, found)
}

async fn all(caller: Caller, incoming: Incoming) -> Answer {
    let begin = &incoming.chat.export_audit_log;
    export::answer(begin.execute(&caller.0, query(&incoming), export::FORMATS).await?).await
}

/// As texts: who may not ask is told that first.
fn query(incoming: &Incoming) -> AuditQuery {
    let mut params = incoming.params();
    AuditQuery {
        action: params.text("action"),
        actor_id: params.text("actor_id"),
        target: params.text("target"),
        from: params.text("from"),
        to: params.text("to"),
        limit: params.text("limit"),
        cursor: params.text("cursor"),
        format: params.text("format"),
    }
}
