//! From the configuration to the way notifications go out, if they do.

use std::{path::Path, sync::Arc};

use chinwag_domain::ports::{Clock, PushGateway};
use chinwag_push::{FcmGateway, FcmOptions, ServiceAccount};
use tokio::runtime::Handle;

use crate::{config::PushConfig, failure::Failure};

/// The gateway, or none where push is not configured. The current runtime must outlive it.
///
/// # Errors
/// Which file or field does not fit, and what would.
pub fn gateway(
    config: &PushConfig,
    clock: &Arc<dyn Clock>,
) -> Result<Option<Arc<dyn PushGateway>>, Failure> {
    let (Some(file), Some(url)) = (&config.fcm_credentials, &config.fcm_url) else {
        return Ok(None);
    };
    let account = account(file)?;
    let options = FcmOptions::at(url.as_str());
    let gateway = FcmGateway::new(account, &options, Arc::clone(clock), Handle::current())
        .map_err(|error| Failure::Refused(error.to_string()))?;
    Ok(Some(Arc::new(gateway)))
}

fn account(file: &Path) -> Result<ServiceAccount, Failure> {
    ServiceAccount::read(file).map_err(|error| {
        Failure::Refused(format!(
            "push.fcm_credentials names {}, which cannot be used: {error}",
            file.display()
        ))
    })
}
