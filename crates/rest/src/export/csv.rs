//! CSV (RFC 4180), to be opened in a spreadsheet: nothing in it is taken for a
//! formula there.

use chinwag_application::{Error, view::AuditEntryView};
use csv::{Terminator, WriterBuilder};

/// The names of the columns.
pub(super) const HEAD: &str = "id,at,actor_id,action,target_type,target_id,ip,details\r\n";

pub(super) fn rows(entries: &[AuditEntryView]) -> Result<Vec<u8>, Error> {
    let mut writer =
        WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::with_capacity(8192));
    for entry in entries {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let details = entry.details.as_ref().map(ToString::to_string);
        let cells = [
            entry.id.to_string(),
            entry.at.to_string(),
            text(&entry.actor_id),
            entry.action.clone(),
            entry.target_type.clone(),
            entry.target_id.clone(),
            text(&entry.ip),
            text(&details),
        ];
        writer.write_record(cells.map(tame)).map_err(|error| Error::Internal(error.into()))?;
    }
    writer.into_inner().map_err(|error| Error::Internal(error.to_string().into()))
}

/// A spreadsheet takes what begins so for a formula, unless an apostrophe comes before it.
fn tame(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(target_id: &str) -> String {
        let entry = AuditEntryView {
            id: chinwag_domain::AuditId::from_u128(1),
            at: chinwag_domain::Timestamp::from_millis(0),
            actor_id: None,
            action: "a.b".into(),
            target_type: "x".into(),
            target_id: target_id.into(),
            ip: None,
            details: None,
        };
        let rows = String::from_utf8(rows(&[entry]).unwrap()).unwrap();
        rows.split(",x,").nth(1).unwrap().to_owned()
    }

    #[test]
    fn nothing_is_taken_for_a_formula() {
        for bad in ["=1+1", "+1", "-1", "@x", "\tx", "\rx"] {
            let row = written(bad);
            assert!(row.trim_start_matches('"').starts_with('\''), "{row:?}");
        }
        assert_eq!(written("a=1"), "a=1,,\r\n");
    }

    #[test]
    fn commas_quotes_and_lines_stay_in_their_cell() {
        assert_eq!(written("a,\"b\"\nc"), "\"a,\"\"b\"\"\nc\",,\r\n");
    }
}
