//! A body of lines, read as it arrives: never more than one line is held.

use actix_web::{
    dev::Payload,
    http::header::{self, HeaderMap},
    rt::time::timeout,
};
use bytes::Bytes;
use chinwag_application::{Error, IMPORT_LINE_BYTES, Import};
use futures_util::StreamExt as _;

use crate::RestOptions;

/// Bytes of a body of lines, at most.
const LIMIT: usize = 16 * 1024 * 1024;

/// Hands every line to the import. What came before a failure stays stored.
pub(crate) async fn read(
    headers: &HeaderMap,
    mut payload: Payload,
    options: &RestOptions,
    import: &mut Import,
) -> Result<(), Error> {
    if !is_lines(headers) {
        return Err(Error::UnsupportedMediaType);
    }
    let (mut line, mut total) = (Vec::new(), 0);
    // A client may pause as long between two pieces as for a whole small body.
    while let Some(chunk) = next(&mut payload, options).await? {
        total += chunk.len();
        if total > LIMIT {
            return Err(Error::TooLarge("an import may have at most 16 MiB"));
        }
        let mut pieces = chunk.split(|byte| *byte == b'\n');
        if let Some(rest) = pieces.next() {
            append(&mut line, rest);
        }
        for piece in pieces {
            import.line(&line).await?;
            line.clear();
            append(&mut line, piece);
        }
    }
    if line.is_empty() { Ok(()) } else { import.line(&line).await }
}

async fn next(payload: &mut Payload, options: &RestOptions) -> Result<Option<Bytes>, Error> {
    let chunk = timeout(options.body_patience, payload.next()).await;
    let chunk = chunk.map_err(|_| Error::Malformed("it did not arrive in time".to_owned()))?;
    chunk.transpose().map_err(|_| Error::Malformed("it broke off".to_owned()))
}

/// One byte too many is enough to see that a line is too long.
fn append(line: &mut Vec<u8>, piece: &[u8]) {
    let room = (IMPORT_LINE_BYTES + 1).saturating_sub(line.len());
    line.extend_from_slice(&piece[..piece.len().min(room)]);
}

fn is_lines(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let packed = headers.contains_key(header::CONTENT_ENCODING);
    let kind = kind.and_then(|kind| kind.split(';').next()).map(str::trim);
    !packed && kind.is_some_and(|kind| kind.eq_ignore_ascii_case("application/x-ndjson"))
}
