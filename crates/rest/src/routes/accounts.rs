//! Local accounts: registering, signing in and out.

use crate::{
    answer::{Answer, created, nothing, ok},
    identity::{Anyone, Caller},
    incoming::Incoming,
    resource::{Routes, at},
};

pub(super) fn configure(config: &mut Routes) {
    config
        .service(at("/auth/register").post(register).done())
        .service(at("/auth/login").post(login).done())
        .service(at("/auth/guest").post(guest).done())
        .service(at("/auth/refresh").post(refresh).done())
        .service(at("/auth/logout").post(logout).done())
        .service(at("/auth/sessions").get(sessions).done())
        .service(at("/auth/sessions/{session_id}").delete(revoke).done());
}

async fn register(anyone: Anyone, incoming: Incoming) -> Answer {
    let chat = incoming.chat.clone();
    created(chat.accounts.register(anyone.0, &incoming.body().await?).await?)
}

async fn login(anyone: Anyone, incoming: Incoming) -> Answer {
    let chat = incoming.chat.clone();
    ok(chat.accounts.login(anyone.0, &incoming.body().await?).await?)
}

async fn guest(anyone: Anyone, incoming: Incoming) -> Answer {
    let chat = incoming.chat.clone();
    created(chat.accounts.guest(anyone.0, &incoming.body().await?).await?)
}

async fn refresh(anyone: Anyone, incoming: Incoming) -> Answer {
    let chat = incoming.chat.clone();
    ok(chat.accounts.refresh(&anyone.0, &incoming.body().await?).await?)
}

async fn logout(caller: Caller, incoming: Incoming) -> Answer {
    let chat = incoming.chat.clone();
    incoming.nothing().await?;
    chat.accounts.logout(&caller.0).await?;
    nothing()
}

async fn sessions(caller: Caller, incoming: Incoming) -> Answer {
    ok(incoming.chat.accounts.sessions(&caller.0).await?)
}

async fn revoke(caller: Caller, incoming: Incoming) -> Answer {
    let session = incoming.id("session_id")?;
    incoming.chat.accounts.revoke(&caller.0, session).await?;
    nothing()
}
