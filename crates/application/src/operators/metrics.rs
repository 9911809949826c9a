//! What the server measures, for application admins.

use crate::support::{for_admins, use_case};

use_case! {
    /// Whether somebody may read the metrics as themselves.
    ReadMetrics
}

for_admins!(ReadMetrics, "metrics.read");
