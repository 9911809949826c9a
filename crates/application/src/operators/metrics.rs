//! What the server measures, for application admins.

use crate::{Actor, Error, support::use_case};

use_case! {
    /// Whether somebody may read the metrics as themselves.
    ReadMetrics
}

impl ReadMetrics {
    /// # Errors
    /// [`Error::Forbidden`] for who is no application admin.
    pub async fn may(&self, actor: &Actor) -> Result<(), Error> {
        self.ports.admin(actor, "metrics.read").await
    }
}
