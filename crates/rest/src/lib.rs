//! The REST side of chinwag, for actix-web.
//!
//! Handlers here are thin: they find out who asks, take path, query and body
//! apart, hand them to a use case and write its answer down. What people may do
//! and what a body must look like is decided in `chinwag-application`.
//!
//! [`configure`] mounts everything in any actix app:
//!
//! ```no_run
//! use std::sync::Arc;
//! use actix_web::App;
//! use chinwag_application::Chat;
//! use chinwag_rest::{RestOptions, configure};
//!
//! fn mount(chat: Arc<Chat>) {
//!     let options = RestOptions { origins: vec!["https://app.example".into()], ..RestOptions::default() };
//!     let _app = App::new().configure(configure(chat, options));
//! }
//! ```
//!
//! A route of one's own below the same path (a socket, say) is registered
//! before, since the first that matches answers.

mod answer;
mod body;
mod cors;
mod envelope;
mod export;
mod file;
mod gzip;
mod identity;
mod incoming;
mod lines;
mod meters;
mod multipart;
pub mod openapi;
mod params;
mod problem;
mod resource;
mod routes;
mod throttle;
mod unread;

use std::{net::IpAddr, sync::Arc, time::Duration};

use actix_web::{
    middleware::from_fn,
    web::{self, ServiceConfig},
};
use chinwag_application::{Chat, Error};

pub use cors::cors;
pub use envelope::{RequestId, envelope};
pub use identity::{address, bearer, can_be_borne};
pub use problem::Refusal;

/// What the host of the routes decides.
#[derive(Debug, Clone)]
pub struct RestOptions {
    /// The path that all routes are below; no slash at its end.
    pub base: String,
    /// Origins of pages that may call from a browser, besides the server's own.
    pub origins: Vec<String>,
    /// How long a body may take to arrive.
    pub body_patience: Duration,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
}

impl Default for RestOptions {
    fn default() -> Self {
        Self {
            base: "/api/v1".to_owned(),
            origins: Vec::new(),
            body_patience: Duration::from_secs(30),
            trusted_proxies: Vec::new(),
        }
    }
}

/// Mounts all routes below [`RestOptions::base`], each with its request id,
/// problems and security headers; nothing else of the app is touched.
pub fn configure(
    chat: Arc<Chat>,
    options: RestOptions,
) -> impl FnOnce(&mut ServiceConfig) + Clone + Send {
    move |config| {
        let scope = web::scope(&options.base)
            .wrap(from_fn(throttle::throttle))
            .wrap(cors(&options.origins))
            .wrap(from_fn(envelope))
            .configure(|config| routes::all().mount(config))
            .default_service(web::to(nowhere));
        config.app_data(web::Data::from(chat)).app_data(web::Data::new(options)).service(scope);
    }
}

async fn nowhere() -> Result<&'static str, Refusal> {
    Err(Error::NotFound.into())
}
