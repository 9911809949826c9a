//! JSON Lines: an entry to a line, as the list shows it.

use chinwag_application::{Error, view::AuditEntryView};

pub(super) fn lines(entries: &[AuditEntryView]) -> Result<Vec<u8>, Error> {
    let mut lines = Vec::with_capacity(entries.len() * 256);
    for entry in entries {
        serde_json::to_writer(&mut lines, entry).map_err(|error| Error::Internal(error.into()))?;
        lines.push(b'\n');
    }
    Ok(lines)
}
