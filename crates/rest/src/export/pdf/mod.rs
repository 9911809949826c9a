//! PDF: a table on pages of A4. The whole file is made in memory, so its length
//! is bounded, and so is how many are made at once.

mod face;
mod page;
mod table;

use std::sync::atomic::{AtomicUsize, Ordering};

use actix_web::web;
use chinwag_application::{AuditExport, Error, view::AuditEntryView};

/// Entries at most.
const MOST: usize = 10_000;
/// Files made at once.
const AT_ONCE: usize = 2;

/// What stands above the table.
pub(super) struct Heading {
    pub made_at: String,
    pub filters: String,
}

/// The export as a file.
///
/// # Errors
/// [`Error::Invalid`] when there are too many entries, [`Error::Overloaded`] when too many files are
/// being made.
pub(super) async fn file(mut export: AuditExport) -> Result<Vec<u8>, Error> {
    let _turn = Turn::take()?;
    let filters: Vec<_> =
        export.filters.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    let filters = if filters.is_empty() { "none".to_owned() } else { filters.join(", ") };
    let heading = Heading { made_at: export.at.to_string(), filters };
    let mut entries = Vec::new();
    loop {
        let piece = export.next().await?;
        if piece.is_empty() {
            break;
        }
        entries.extend(piece);
        if entries.len() > MOST {
            let detail =
                format!("there are more than {MOST} entries: narrow from and to, or take csv");
            return Err(Error::field("format", detail));
        }
    }
    // Laying out thousands of rows takes a processor for a while: not that of the requests.
    let made = web::block(move || make(&heading, &entries)).await;
    made.map_err(|error| Error::Unavailable(error.to_string().into()))?
}

fn make(heading: &Heading, entries: &[AuditEntryView]) -> Result<Vec<u8>, Error> {
    let faces =
        face::Faces::new().ok_or_else(|| Error::Internal("a font cannot be read".into()))?;
    let pages = table::pages(entries, &faces);
    let file = page::document(heading, entries.len(), &pages, &faces);
    file.map_err(|error| Error::Internal(error.into()))
}

/// The right to make a file.
struct Turn;

static TAKEN: AtomicUsize = AtomicUsize::new(0);

impl Turn {
    fn take() -> Result<Self, Error> {
        let free = |taken: usize| (taken < AT_ONCE).then_some(taken + 1);
        let taken = TAKEN.fetch_update(Ordering::SeqCst, Ordering::SeqCst, free);
        taken.map(|_| Self).map_err(|_| Error::Overloaded)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        TAKEN.fetch_sub(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chinwag_domain::{AuditId, Timestamp};
    use serde_json::json;

    pub(super) fn entry(number: u128, details: serde_json::Value) -> AuditEntryView {
        AuditEntryView {
            id: AuditId::from_u128(number),
            at: Timestamp::from_millis(1_763_640_000_000),
            actor_id: Some("0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b".into()),
            action: "participant.role_changed".into(),
            target_type: "conversation".into(),
            target_id: "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b".into(),
            ip: Some("2001:db8:85a3:8d3:1319:8a2e:370:7348".into()),
            details: Some(details),
        }
    }

    #[test]
    fn a_file_is_made_of_nothing_of_much_and_of_what_no_font_has() {
        let heading = || Heading { made_at: "now".into(), filters: "none".into() };
        let empty = make(&heading(), &[]).unwrap();
        assert!(empty.starts_with(b"%PDF-"));
        let odd = json!({"📷\u{202e}": "x".repeat(20_000), "a": ["ä", 1, null]});
        let long = make(&heading(), &[entry(1, odd), entry(2, json!(null))]).unwrap();
        assert!(long.starts_with(b"%PDF-") && long.len() > empty.len());
    }

    #[test]
    fn turns_are_given_back() {
        let turns: Vec<_> = (0..AT_ONCE).map(|_| Turn::take().unwrap()).collect();
        assert!(matches!(Turn::take(), Err(Error::Overloaded)));
        drop(turns);
        Turn::take().unwrap();
    }
}
