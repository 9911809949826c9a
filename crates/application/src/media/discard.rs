//! Taking uploads back.

use chinwag_domain::{Media, MediaId};

use crate::{Error, Ports};

/// Takes back what was brought in for nothing, unless a message shows it. Where that fails, the sweep
/// finds it.
pub(crate) async fn discard(ports: &Ports, ids: &[MediaId]) {
    let outcome = async {
        for media in ports.media.catalogue.doom(ids).await? {
            remove(ports, &media).await?;
        }
        Ok::<(), Error>(())
    };
    if let Err(error) = outcome.await {
        tracing::warn!(?error, "files that are of no use are left for the sweep");
    }
}

/// Removes a doomed file: first its bytes, then what is known of it, so that none is left that
/// nobody knows of.
pub(super) async fn remove(ports: &Ports, media: &Media) -> Result<(), Error> {
    ports.media.blobs.delete(&media.storage_key).await?;
    ports.media.catalogue.forget(media.id).await?;
    Ok(())
}
