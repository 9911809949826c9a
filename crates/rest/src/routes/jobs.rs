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
    let jobs = &incoming.chat.list_jobs;
    jobs.may(&caller.0).await?;
    let mut params = incoming.params();
    let (state, limit, cursor) = (params.job_state(), params.limit(), params.text("cursor"));
    params.done()?;
    list(&incoming.http, jobs.execute(&caller.0, state, limit, cursor).await?)
}

async fn discard(caller: Caller, incoming: Incoming) -> Answer {
    let discard = &incoming.chat.discard_job;
    discard.may(&caller.0).await?;
    discard.execute(&caller.0, incoming.id("job_id")?).await?;
    nothing()
}

async fn retry(caller: Caller, incoming: Incoming) -> Answer {
    let chat = incoming.chat.clone();
    chat.retry_job.may(&caller.0).await?;
    let id = incoming.id("job_id")?;
    chat.retry_job.execute(&caller.0, id, &incoming.body().await?).await?;
    nothing()
}
