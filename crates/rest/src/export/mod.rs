//! The audit log as a file: JSON Lines and CSV are written piece by piece as the
//! client takes them, a PDF at once and only up to a length.

mod csv;
mod json;
#[cfg(feature = "pdf")]
mod pdf;

use std::{future::ready, io};

use actix_web::{HttpResponse, http::header};
use bytes::Bytes;
use chinwag_application::{AuditExport, Error, view::AuditEntryView};
use futures_util::stream::{self, Stream, StreamExt as _};

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
    match export.format {
        "csv" => {
            pieces(export, "text/csv; charset=utf-8; header=present", csv::HEAD, csv::rows).await
        }
        #[cfg(feature = "pdf")]
        "pdf" => {
            let name = name(&export);
            let file = pdf::file(export).await?;
            let kind = (header::CONTENT_TYPE, "application/pdf");
            Ok(HttpResponse::Ok().insert_header(kind).insert_header(name).body(file))
        }
        _ => pieces(export, "application/x-ndjson", "", json::lines).await,
    }
}

/// The first piece is read before the answer begins, so that what fails then is still a problem.
/// What fails later breaks the answer off: its end is missing, and the client notices.
async fn pieces(
    mut export: AuditExport,
    kind: &'static str,
    head: &'static str,
    write: Write,
) -> Answer {
    let name = name(&export);
    let first = write(&export.next().await?)?;
    let begin = Bytes::from([head.as_bytes(), &first].concat());
    let body = stream::once(ready(Ok(begin))).chain(rest(export, write));
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, kind))
        .insert_header(name)
        .streaming(Box::pin(body)))
}

fn rest(export: AuditExport, write: Write) -> impl Stream<Item = io::Result<Bytes>> {
    stream::try_unfold(export, move |mut export| async move {
        let piece = match export.next().await {
            Ok(piece) if piece.is_empty() => return Ok(None),
            Ok(piece) => write(&piece),
            Err(error) => Err(error),
        };
        match piece {
            Ok(bytes) => Ok(Some((Bytes::from(bytes), export))),
            Err(error) => {
                tracing::warn!(?error, "an export of the audit log breaks off");
                Err(io::Error::other("the export breaks off"))
            }
        }
    })
}

/// `audit-20260131T120000Z.csv`.
fn name(export: &AuditExport) -> (header::HeaderName, String) {
    let at: String =
        export.at.to_string().chars().take(19).filter(|c| !matches!(c, '-' | ':')).collect();
    let extension = if export.format == "json" { "jsonl" } else { export.format };
    let value = format!("attachment; filename=\"audit-{at}Z.{extension}\"");
    (header::CONTENT_DISPOSITION, value)
}
