//! Files: the adapters behind their ports, and the loop that sweeps what nobody uses.

use std::{sync::Arc, time::Duration};

use chinwag_application::{Chat, MediaOptions, MediaPorts};
use chinwag_domain::ports::{BlobStore, MediaCatalogue};
use chinwag_media::{ObjectBlobs, SignedTokens, SniffedTypes};
use chinwag_storage::{Database, SeaMedia};
use secrecy::ExposeSecret as _;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::{config::MediaConfig, failure::Failure};

/// How often what nobody uses is looked for.
const SWEEP_EVERY: Duration = Duration::from_mins(10);

/// The adapters as configured. Links are signed by a key in the database, so that all servers on it
/// take each other's, whoever signs the tokens. A host program may keep the bytes elsewhere.
pub async fn ports(
    config: &MediaConfig,
    elsewhere: Option<Arc<dyn BlobStore>>,
    database: &Database,
) -> Result<MediaPorts, Failure> {
    let catalogue: Arc<dyn MediaCatalogue> = Arc::new(SeaMedia::new(database.clone()));
    let key = catalogue
        .signing_key(SignedTokens::random())
        .await
        .map_err(|error| Failure::because("there is no key for links to files", &error))?;
    let blobs = match elsewhere {
        Some(blobs) => blobs,
        None => Arc::new(
            ObjectBlobs::open(config.url.expose_secret())
                .map_err(|error| Failure::because("media.url cannot be used", &error))?,
        ),
    };
    Ok(MediaPorts {
        catalogue,
        blobs,
        types: Arc::new(SniffedTypes),
        tokens: Arc::new(SignedTokens::new(&key)),
    })
}

/// What the operator decided, and the path that files are below.
pub fn options(config: &MediaConfig, base: String) -> MediaOptions {
    MediaOptions {
        base,
        max_bytes: config.max_bytes,
        unused_ms: i64::from(config.unused_hours) * 3_600_000,
    }
}

/// Sweeps until `draining`, which ends a sweep where it is: the next one goes on. Of several servers
/// each does; none is in the other's way.
pub fn start(chat: Arc<Chat>, draining: CancellationToken) -> JoinHandle<()> {
    tokio::spawn(async move {
        let sweeping = async {
            loop {
                match chat.sweep_media.execute().await {
                    Ok(0) => {}
                    Ok(gone) => tracing::info!(gone, "files that nobody used are removed"),
                    Err(error) => tracing::warn!(?error, "files that nobody uses cannot be swept"),
                }
                tokio::time::sleep(SWEEP_EVERY).await;
            }
        };
        draining.run_until_cancelled(sweeping).await;
    })
}
