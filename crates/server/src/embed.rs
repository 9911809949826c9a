//! chinwag inside another program: the same adapters, configuration and work in the background as the
//! server `chinwag`, mounted beside the routes of an actix application, which keeps its own users.
//!
//! ```no_run
//! # use std::sync::Arc;
//! # use actix_web::{App, HttpServer};
//! # use chinwag_server::{Embed, domain::ports::TokenVerifier, keep_descriptor, listener};
//! # async fn run(sessions: Arc<dyn TokenVerifier>) -> Result<(), Box<dyn std::error::Error>> {
//! let chat = Embed::new()
//!     .set("database.url", "sqlite://./app.db?mode=rwc")
//!     .set("media.url", "file://./files")
//!     .verifier(sessions)
//!     .open()
//!     .await?;
//! let mounted = chat.clone();
//! let stop = chat.drain_after(async { drop(tokio::signal::ctrl_c().await) });
//! HttpServer::new(move || App::new().configure(mounted.mount()))
//!     .on_connect(keep_descriptor)
//!     .shutdown_signal(stop)
//!     .listen(listener("127.0.0.1:8080".parse()?)?)?
//!     .run()
//!     .await?;
//! chat.close().await;
//! # Ok(())
//! # }
//! ```

use std::{path::PathBuf, sync::Arc};

use actix_web::web::ServiceConfig;
use chinwag_application::Chat;
use chinwag_domain::ports::{
    BlobStore, Clock, EventBus, PresenceBoard, PushGateway, RateLimiter, TokenVerifier,
};

use crate::{
    config::{Config, Sources},
    failure::Failure,
    identity::{FirstRun, Identity},
    lifecycle::Lifecycle,
    metrics::Observed as _,
    services::Services,
};

/// Where a host program listens is not known here, so nobody comes in by a name alone.
const NO_DEVELOPMENT: &str = "there is no development mode within another program: say who people are \
                              with Embed::verifier, or set auth.secret (at least 32 bytes) or the keys of \
                              auth.mode \"external\"";

/// Whether a setting is about the process and what it listens on; those are the host program's.
fn is_the_hosts(key: &str) -> bool {
    match key.split_once('.') {
        Some(("server", name)) => !["public_url", "trusted_proxies"].contains(&name),
        Some((section, _)) => ["admin", "log", "metrics"].contains(&section),
        None => false,
    }
}

/// What a host program decides: where the chat is, and what stands in the place of its own adapters.
#[derive(Clone, Default)]
pub(crate) struct Host {
    pub below: String,
    pub verifier: Option<Arc<dyn TokenVerifier>>,
    pub blobs: Option<Arc<dyn BlobStore>>,
    pub push: Option<Arc<dyn PushGateway>>,
    pub bus: Option<Arc<dyn EventBus>>,
    pub presence: Option<Arc<dyn PresenceBoard>>,
    pub limiter: Option<Arc<dyn RateLimiter>>,
}

impl Host {
    /// The path that all routes are below.
    pub fn base(&self) -> String {
        format!("{}/api/v1", self.below)
    }

    /// Its own, or as configured.
    pub fn identity(&self, config: &Config, clock: &Arc<dyn Clock>) -> Result<Identity, Failure> {
        match &self.verifier {
            Some(verifier) => Ok(Identity { verifier: Arc::clone(verifier), issuer: None }),
            None => Identity::new(config, FirstRun::MakesSecret, Arc::clone(clock)),
        }
    }
}

/// Why the chat cannot be opened: what does not fit, and what would.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct EmbedError(#[from] Failure);

/// A chat that is being set up. Everything not said is as `config/default.toml` has it; the environment
/// and the command line belong to the host program and are not read.
#[derive(Clone, Default)]
pub struct Embed {
    sources: Sources,
    host: Host,
}

impl Embed {
    /// With the defaults: SQLite and files below `./data`.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads settings from a file, as the server's `--config`.
    #[must_use]
    pub fn file(mut self, path: impl Into<PathBuf>) -> Self {
        self.sources.file = Some(path.into());
        self
    }

    /// One setting of `docs/configuration.md`, over the file: `set("database.url", "postgres://…")`. What is about
    /// the process and what it listens on is the host program's own business and refused by [`open`](Self::open):
    /// `log`, `admin`, `metrics`, and of `server` all but `public_url` and `trusted_proxies`. A file that a server
    /// reads as well may have them.
    #[must_use]
    pub fn set(mut self, key: &'static str, value: impl Into<String>) -> Self {
        self.sources.flags.push((key, "Embed::set", value.into()));
        self
    }

    /// Serves at `<path>/api/v1` instead of `/api/v1`, for a host that has an API of its own. Clients are
    /// given the path with the address: `https://app.example.org/chat`.
    #[must_use]
    pub fn below(mut self, path: &str) -> Self {
        self.host.below = match path.trim_matches('/') {
            "" => String::new(),
            path => format!("/{path}"),
        };
        self
    }

    /// Who somebody is: the host program's own sessions or tokens, in place of `[auth]`.
    #[must_use]
    pub fn verifier(mut self, verifier: Arc<dyn TokenVerifier>) -> Self {
        self.host.verifier = Some(verifier);
        self
    }

    /// Where the bytes of files are, in place of `media.url`.
    #[must_use]
    pub fn blobs(mut self, blobs: Arc<dyn BlobStore>) -> Self {
        self.host.blobs = Some(blobs);
        self
    }

    /// How notifications go out, in place of `[push]`.
    #[must_use]
    pub fn push(mut self, push: Arc<dyn PushGateway>) -> Self {
        self.host.push = Some(push);
        self
    }

    /// How events get from server to server, in place of the one within the process.
    #[must_use]
    pub fn bus(mut self, bus: Arc<dyn EventBus>) -> Self {
        self.host.bus = Some(bus);
        self
    }

    /// Who is online, in place of the board within the process.
    #[must_use]
    pub fn presence(mut self, presence: Arc<dyn PresenceBoard>) -> Self {
        self.host.presence = Some(presence);
        self
    }

    /// How much is too much, in place of `[limits]`.
    #[must_use]
    pub fn limiter(mut self, limiter: Arc<dyn RateLimiter>) -> Self {
        self.host.limiter = Some(limiter);
        self
    }

    /// Opens the database, brings it up to date and starts what goes on in the background, on the
    /// current runtime, which must outlive the chat.
    ///
    /// # Errors
    /// When a setting does not fit, or the database cannot be had.
    pub async fn open(mut self) -> Result<Embedded, EmbedError> {
        if let Some((key, ..)) = self.sources.flags.iter().find(|(key, ..)| is_the_hosts(key)) {
            return Err(Failure::Refused(format!(
                "Embed::set: {key} does nothing here, since listening, pages and logs are the host \
                 program's; leave it out"
            ))
            .into());
        }
        // Fails only where the host program has chosen a provider already, which then serves us too.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        self.sources.host_verifies = self.host.verifier.is_some();
        if self.sources.host_verifies {
            self = self.set("auth.mode", "external");
        }
        let (config, _) = Config::load(&self.sources).map_err(Failure::from)?;
        if config.development() {
            return Err(Failure::Refused(NO_DEVELOPMENT.to_owned()).into());
        }
        let lifecycle = Lifecycle::default();
        let services = Services::open(&config, self.host, &lifecycle).await?;
        Ok(Embedded { services, lifecycle })
    }
}

/// A chat that runs. Clones are the same one.
#[derive(Clone)]
pub struct Embedded {
    services: Services,
    lifecycle: Lifecycle,
}

impl Embedded {
    /// The REST API and the socket, for `App::configure`, in each worker.
    pub fn mount(&self) -> impl FnOnce(&mut ServiceConfig) + Clone + Send + use<> {
        let services = self.services.clone();
        move |config| services.configure_api(config)
    }

    /// The use cases, for what the host program does itself: sending as somebody, making groups.
    pub fn chat(&self) -> &Arc<Chat> {
        self.services.chat()
    }

    /// Sets the gauges of what there is now (sockets, bytes that wait for them, connections, jobs), for a
    /// host program whose own recorder (crate `metrics`) keeps what is measured: just before it is read.
    pub async fn observe(&self) {
        self.services.observe().await;
    }

    /// Waits for `signal`, then tells everybody connected to come back later and ends their sockets:
    /// for `HttpServer::shutdown_signal`, which would otherwise wait for sockets that never end.
    pub fn drain_after<F>(&self, signal: F) -> impl Future<Output = ()> + Send + use<F>
    where
        F: Future<Output = ()> + Send,
    {
        let draining = self.lifecycle.draining();
        async move {
            signal.await;
            draining.cancel();
        }
    }

    /// Ends what was begun, stores what waits, and lets the database go. After the server has stopped.
    pub async fn close(&self) {
        self.lifecycle.draining().cancel();
        self.services.close().await;
    }
}

#[cfg(test)]
#[allow(clippy::panic)] // a test fails loudly
mod tests {
    use super::*;

    async fn refused(embed: Embed) -> String {
        match embed.open().await {
            Ok(_) => panic!("it opened"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_path_is_one_however_it_is_written() {
        for (path, base) in [("/chat", "/chat/api/v1"), ("a/b/", "/a/b/api/v1"), ("/", "/api/v1")] {
            assert_eq!(Embed::new().below(path).host.base(), base);
        }
    }

    #[tokio::test]
    async fn nobody_comes_in_by_a_name_alone_unless_the_host_program_says_so() {
        let told = refused(Embed::new()).await;
        assert!(told.contains("Embed::verifier") && told.contains("auth.secret"), "{told}");
    }

    #[tokio::test]
    async fn a_setting_that_there_is_not_names_the_one_that_was_meant() {
        let told = refused(Embed::new().set("database.ulr", "sqlite://x")).await;
        let meant = "Embed::set: there is no key database.ulr; did you mean database.url?";
        assert!(told.contains(meant), "{told}");
    }

    #[tokio::test]
    async fn a_setting_that_would_do_nothing_is_refused() {
        for key in ["server.host", "server.workers", "log.level", "admin.page", "metrics.token"] {
            let told = refused(Embed::new().set(key, "1")).await;
            assert!(told.contains(&format!("Embed::set: {key} does nothing here")), "{told}");
        }
        let told = refused(Embed::new().set("server.public_url", "https://a.example.org")).await;
        assert!(!told.contains("does nothing"), "{told}");
    }
}
