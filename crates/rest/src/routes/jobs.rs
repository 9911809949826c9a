//! Jobs, for application admins.

use crate::{
    answer::{Answer, list, nothing},
    identity::Caller,
    incoming::Incoming,
    resource::{Routes, at},
};

pub(super) fn configure(config: &mut Routes) {
    config
        .service(at("/jobs").params(&["state", "limit", "cursor"]).get(some).done())
        .service(at("/jobs/{job_id}").delete(discard).done())
        .service(at("/jobs/{job_id}/retry").post(retry).done());
}

async fn some(caller: Caller, incoming: Incoming) -> Answer {
    let mut params = incoming.params();
    let (state, limit, cursor) = (params.job_state(), params.limit(), params.text("cursor"));
    let chat = &incoming.chat;
    if let Err(error) = params.done() {
        // Who may not see them hears of that first.
        chat.list_jobs.execute(&caller.0, None, None, None).await?;
        return Err(error.into());
    }
    list(&incoming.http, chat.list_jobs.execute(&caller.0, state, limit, cursor).await?)
}

async fn discard(caller: Caller, incoming: Incoming) -> Answer {
    let id = incoming.id("job_id")?;
    incoming.chat.discard_job.execute(&caller.0, id).await?;
    nothing()
}

async fn retry(caller: Caller, incoming: Incoming) -> Answer {
    let (chat, id) = (incoming.chat.clone(), incoming.id("job_id")?);
    chat.retry_job.execute(&caller.0, id, &incoming.body().await?).await?;
    nothing()
}
