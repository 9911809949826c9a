//! Files that are written piece by piece as the client takes them.

use std::{future::ready, io};

use actix_web::{HttpResponse, HttpResponseBuilder, http::header};
use bytes::Bytes;
use chinwag_application::Error;
use futures_util::stream::{self, Stream, StreamExt as _, TryStreamExt as _};

use crate::answer::Answer;

/// A file to be saved.
pub(crate) struct File {
    /// Its media type.
    pub kind: &'static str,
    /// What it is called; no quotes, nothing but ASCII.
    pub name: String,
}

impl File {
    /// The answer before its body.
    pub fn head(self) -> HttpResponseBuilder {
        let mut response = HttpResponse::Ok();
        let disposition = format!("attachment; filename=\"{}\"", self.name);
        response
            .insert_header((header::CONTENT_TYPE, self.kind))
            .insert_header((header::CONTENT_DISPOSITION, disposition));
        response
    }

    /// `head`, then the pieces. The first is read before the answer begins, so that what fails then is still
    /// a problem. What fails later breaks the answer off: its end is missing, and the client notices, while
    /// one that merely ended early would look whole.
    pub async fn begin<P: Into<Bytes> + 'static>(
        self,
        head: &'static str,
        pieces: impl Stream<Item = Result<P, Error>> + 'static,
    ) -> Answer {
        let mut pieces = Box::pin(pieces);
        let first = pieces.try_next().await?.map_or_else(Bytes::new, P::into);
        let name = self.name.clone();
        let rest = pieces.map_ok(P::into).map_err(move |error| {
            tracing::warn!(?error, name, "an export breaks off");
            io::Error::other("the export breaks off")
        });
        let begun = Bytes::from([head.as_bytes(), &first].concat());
        let body = stream::once(ready(Ok(begun))).chain(rest);
        Ok(self.head().streaming(Box::pin(body)))
    }
}
