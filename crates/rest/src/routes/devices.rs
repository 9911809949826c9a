//! One's own devices, for notifications.

use crate::{
    answer::{Answer, created, nothing, ok},
    identity::Caller,
    incoming::Incoming,
    resource::{Routes, at},
};

pub(super) fn configure(config: &mut Routes) {
    config
        .service(at("/users/me/devices").get(list).done())
        .service(at("/users/me/devices/{device_id}").put(register).delete(remove).done())
        .service(at("/users/me/devices/{device_id}/test").post(try_out).done());
}

async fn list(caller: Caller, incoming: Incoming) -> Answer {
    ok(incoming.chat.list_devices.execute(&caller.0).await?)
}

async fn register(caller: Caller, incoming: Incoming) -> Answer {
    let (chat, id) = (incoming.chat.clone(), incoming.segment("device_id")?);
    let registered = chat.register_device.execute(&caller.0, &id, &incoming.body().await?).await?;
    if registered.is_new { created(registered.device) } else { ok(registered.device) }
}

async fn remove(caller: Caller, incoming: Incoming) -> Answer {
    let id = incoming.id("device_id")?;
    incoming.chat.remove_device.execute(&caller.0, &id).await?;
    nothing()
}

async fn try_out(caller: Caller, incoming: Incoming) -> Answer {
    let (chat, id) = (incoming.chat.clone(), incoming.id("device_id")?);
    incoming.nothing().await?;
    ok(chat.try_device.execute(&caller.0, &id).await?)
}
