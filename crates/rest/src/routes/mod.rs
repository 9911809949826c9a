//! The routes: a file per part of the protocol, each with its resources and
//! their handlers. A handler decides nothing.

mod accounts;
mod audit;
mod blocks;
mod conversations;
mod devices;
mod jobs;
mod media;
mod messages;
mod overview;
mod participants;
mod presence;
mod reading;
mod search;
mod sync;
mod users;
mod webhooks;

use crate::resource::Routes;

/// All resources, relative to the scope they are in.
pub(crate) fn all() -> Routes {
    let mut routes = Routes::default();
    let config = &mut routes;
    accounts::configure(config);
    blocks::configure(config);
    users::configure(config);
    devices::configure(config);
    presence::configure(config);
    conversations::configure(config);
    participants::configure(config);
    media::configure(config);
    messages::configure(config);
    search::configure(config);
    reading::configure(config);
    sync::configure(config);
    audit::configure(config);
    webhooks::configure(config);
    jobs::configure(config);
    overview::configure(config);
    routes
}
