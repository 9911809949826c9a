//! What is handed out as a file. The audit log: JSON Lines and CSV are written piece by piece as the
//! client takes them, a PDF at once and only up to a length.

mod csv;
mod json;
#[cfg(feature = "pdf")]
mod pdf;
mod pieces;

use chinwag_application::{AuditExport, Error, view::AuditEntryView};
use futures_util::stream::{self, Stream};

pub(crate) use pieces::File;

use crate::answer::Answer;

/// What can be asked for.
pub(crate) const FORMATS: &[&str] = &[
    "json",
    "csv",
    #[cfg(feature = "pdf")]
    "pdf",
];

/// Writes entries down, one after the other.
type Write = fn(&[AuditEntryView]) -> Result<Vec<u8>, Error>;

/// The export in the format that was asked for.
pub(crate) async fn answer(export: AuditExport) -> Answer {
    let name = name(&export);
    match export.format {
        "csv" => {
            let kind = "text/csv; charset=utf-8; header=present";
            File { kind, name }.begin(csv::HEAD, entries(export, csv::rows)).await
        }
        #[cfg(feature = "pdf")]
        "pdf" => {
            let file = File { kind: "application/pdf", name };
            let body = pdf::file(export).await?;
            Ok(file.head().body(body))
        }
        _ => {
            File { kind: "application/x-ndjson", name }
                .begin("", entries(export, json::lines))
                .await
        }
    }
}

fn entries(export: AuditExport, write: Write) -> impl Stream<Item = Result<Vec<u8>, Error>> {
    stream::try_unfold(export, move |mut export| async move {
        let piece = export.next().await?;
        if piece.is_empty() { Ok(None) } else { Ok(Some((write(&piece)?, export))) }
    })
}

/// `audit-20260131T120000Z.csv`.
fn name(export: &AuditExport) -> String {
    let at: String =
        export.at.to_string().chars().take(19).filter(|c| !matches!(c, '-' | ':')).collect();
    let extension = if export.format == "json" { "jsonl" } else { export.format };
    format!("audit-{at}Z.{extension}")
}
