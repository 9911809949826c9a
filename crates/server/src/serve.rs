//! `chinwag serve`: binds, says where, and serves until asked to stop.

use std::{
    io,
    net::{SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use actix_web::{App, HttpServer, middleware::from_fn, web};
use chinwag_application::Error;
use chinwag_rest::Refusal;

use crate::{
    config::{Config, Values, sections::LogFormat},
    console::say,
    database::Place,
    embed::Host,
    failure::Failure,
    lifecycle::Lifecycle,
    listening,
    metrics::{self, Access, Metrics},
    program,
    services::Services,
};

/// A client that takes longer to say what it wants is not waited for.
const REQUEST_HEAD: Duration = Duration::from_secs(10);
/// How long a connection is kept for the next request.
const KEEP_ALIVE: Duration = Duration::from_secs(30);
/// Small, because every socket has one: frames are gathered before they get there.
const WRITE_BUFFER: usize = 4096;

/// Serves until a signal; see [`Lifecycle`] for how it ends.
///
/// # Errors
/// When it cannot begin, or breaks off.
pub async fn serve(config: &Config, values: &Values) -> Result<(), Failure> {
    let lifecycle = Lifecycle::default();
    for warning in values.warnings() {
        tracing::warn!("{warning}");
    }
    // Bound first: a port that is taken is told before anything is made or migrated.
    let listener = listening::bind(&config.server, values).await?;
    let data = data(&Place::of(&config.database));
    let recorder = metrics::record();
    let services = Services::open(config, Host::default(), &lifecycle).await?;
    lifecycle
        .follow_signals(config.server.shutdown_grace)
        .map_err(|error| Failure::because("signals cannot be followed", &error))?;
    let address = listener.local_addr();
    let metrics = recorder
        .map(|recorder| {
            let chat = Arc::clone(services.chat());
            Metrics::new(recorder, Access::of(config), chat, services.clone())
        })
        .inspect(|metrics| metrics.keep_up(lifecycle.draining()));
    let server = start(config, listener, &services, metrics, &lifecycle)
        .map_err(|error| Failure::because("the server cannot be started", &error))?;
    if let Ok(address) = address {
        announce(config, address, &data);
    }
    tokio::select! {
        outcome = server => outcome.map_err(|error| Failure::because("the server broke off", &error))?,
        () = lifecycle.ended() => {}
    }
    tokio::select! {
        () = services.close() => tracing::info!("stopped"),
        () = lifecycle.ended() => tracing::warn!("stopped before everything was finished"),
    }
    Ok(())
}

fn start(
    config: &Config,
    listener: TcpListener,
    services: &Services,
    metrics: Option<Metrics<Services>>,
    lifecycle: &Lifecycle,
) -> io::Result<actix_web::dev::Server> {
    let mounted = services.clone();
    let mut server = HttpServer::new(move || {
        let (mounted, metrics) = (mounted.clone(), metrics.clone());
        App::new()
            .wrap(from_fn(chinwag_rest::envelope))
            .configure(move |config| metrics.iter().for_each(|metrics| metrics.configure(config)))
            .configure(move |config| mounted.configure(config))
            .default_service(web::to(nowhere))
    });
    if config.server.workers > 0 {
        server = server.workers(config.server.workers);
    }
    Ok(server
        .on_connect(|connection, data| {
            chinwag_ws::keep_descriptor(connection, data);
            metrics::keep_count(connection, data);
        })
        .tcp_nodelay(true)
        .client_request_timeout(REQUEST_HEAD)
        .keep_alive(KEEP_ALIVE)
        .h1_write_buffer_size(WRITE_BUFFER)
        .shutdown_timeout(config.server.shutdown_grace.as_secs())
        .shutdown_signal(lifecycle.draining().cancelled_owned())
        .listen(listener)?
        .run())
}

async fn nowhere() -> Result<&'static str, Refusal> {
    Err(Error::NotFound.into())
}

/// Where the data is, to be asked before it is opened.
fn data(place: &Place) -> String {
    format!("data: {place}{}", if place.is_missing() { " (new)" } else { "" })
}

/// To people on standard output, to machines in the log: on a terminal both would be seen twice.
fn announce(config: &Config, address: SocketAddr, data: &str) {
    let text = config.log.format == LogFormat::Text;
    let line = format!("chinwag is listening on http://{address}");
    if text {
        say(&line);
        say(data);
    } else {
        tracing::info!(%address, "{line}");
        tracing::info!("{data}");
    }
    if config.development() {
        let line = format!(
            "DEVELOPMENT: for this machine only, and anybody on it may sign in. Before others use \
             it, set auth.secret (see: {} config init)",
            program::name()
        );
        if text {
            say(&line);
        } else {
            tracing::warn!("{line}");
        }
    }
}
