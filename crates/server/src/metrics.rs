//! `/metrics`: what the adapters measure, for Prometheus. Each crate names and describes its own meters; here
//! is where they are kept, who may read them, and what only the process as a whole knows.

mod access;
mod process;

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use actix_web::{HttpRequest, HttpResponse, http::header, web};
use chinwag_application::{Chat, Error};
use chinwag_domain::Work;
use chinwag_rest::Refusal;
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use tokio::time;
use tokio_util::sync::CancellationToken;

pub use access::Access;
pub use process::{job_took, keep_count};

/// What the exposition format is called.
const EXPOSITION: &str = "text/plain; version=0.0.4; charset=utf-8";
/// How often what was recorded is put into its buckets when nobody asks.
const UPKEEP: Duration = Duration::from_secs(5);
/// A database that takes longer to count its jobs does not hold up the rest.
const PATIENCE: Duration = Duration::from_secs(2);

/// From half a millisecond, which is one commit on a good disk, to what nobody waits for.
const SECONDS: [f64; 14] =
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
/// Items of a batch, sockets of an event.
const COUNTS: [f64; 11] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 1024.0];

/// Where everything that is measured in this process is kept.
static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Begins to keep what is measured. Before anything is opened, since meters are made once. `None` where the
/// process has a recorder already, which goes on: then there is no `/metrics` here.
pub fn record() -> Option<PrometheusHandle> {
    RECORDER
        .get_or_init(|| install().map_err(|error| tracing::info!(%error, "metrics")).ok())
        .clone()
}

fn install() -> Result<PrometheusHandle, BuildError> {
    PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)?
        .set_buckets(&COUNTS)?
        .install_recorder()
}

/// What is only known by looking: gauges that are set just before they are read.
pub trait Observed: Send + Sync {
    /// Sets them.
    fn observe(&self) -> impl Future<Output = ()> + Send;
}

/// The route.
#[derive(Clone)]
pub struct Metrics<O> {
    handle: PrometheusHandle,
    access: Access,
    chat: Arc<Chat>,
    observed: O,
}

impl<O: Observed + Clone + 'static> Metrics<O> {
    /// What `handle` holds and `observed` sees, for whom `access` lets in, and for application admins.
    pub fn new(handle: PrometheusHandle, access: Access, chat: Arc<Chat>, observed: O) -> Self {
        process::describe();
        Self { handle, access, chat, observed }
    }

    /// Mounts it.
    pub fn configure(&self, config: &mut web::ServiceConfig) {
        let metrics = self.clone();
        let read = move |request: HttpRequest| {
            let metrics = metrics.clone();
            async move { metrics.read(&request).await }
        };
        config.service(web::resource("/metrics").route(web::get().to(read)));
    }

    /// Keeps the recorder from growing while nobody reads, until `draining`.
    pub fn keep_up(&self, draining: CancellationToken) {
        let handle = self.handle.clone();
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    () = draining.cancelled() => return,
                    () = time::sleep(UPKEEP) => handle.run_upkeep(),
                }
            }
        });
    }

    /// Whoever the operator meant; else somebody with the token of a person who may.
    async fn check(&self, request: &HttpRequest) -> Result<(), Error> {
        let Err(refused) = self.access.check(request) else { return Ok(()) };
        let Ok(token) = chinwag_rest::bearer(request.headers()) else { return Err(refused) };
        let address = chinwag_rest::address(request);
        let limits = &self.chat.limits;
        limits.open_to(address)?;
        let identified = self.chat.authenticate.execute(token, address).await;
        let known = identified.as_ref().ok().map(|identified| &identified.actor);
        limits.of_whoever(Work::Requests, known, address)?;
        self.chat.read_metrics.may(&identified?.actor).await
    }

    async fn read(&self, request: &HttpRequest) -> Result<HttpResponse, Refusal> {
        self.check(request).await?;
        if time::timeout(PATIENCE, self.observed.observe()).await.is_err() {
            tracing::warn!("the database did not count its jobs in time: their gauges are old");
        }
        process::observe();
        Ok(HttpResponse::Ok()
            .insert_header((header::CONTENT_TYPE, EXPOSITION))
            .body(self.handle.render()))
    }
}
