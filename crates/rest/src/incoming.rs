//! A request, taken apart only when its handler asks: so that who may not ask
//! hears that first, whatever else is wrong.

use std::str::FromStr;

use actix_web::{FromRequest, HttpRequest, dev::Payload, web};
use bytes::Bytes;
use chinwag_application::{Chat, Error, Import, request};
use futures_util::future::{Ready, ready};

use crate::{RestOptions, body, identity, lines, params::Params, problem::Refusal};

/// The request and the use cases it is for.
pub(crate) struct Incoming {
    pub chat: web::Data<Chat>,
    pub http: HttpRequest,
    payload: Payload,
}

impl FromRequest for Incoming {
    type Error = Refusal;
    type Future = Ready<Result<Self, Refusal>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let payload = payload.take();
        let chat = identity::chat(request).map_err(Refusal);
        ready(chat.map(|chat| Self { chat, http: request.clone(), payload }))
    }
}

impl Incoming {
    /// An id in the path; a malformed one names nothing.
    pub fn id<T: FromStr>(&self, name: &str) -> Result<T, Error> {
        request::id(&self.segment(name)?)
    }

    /// A segment of the path, decoded.
    pub fn segment(&self, name: &str) -> Result<String, Error> {
        let segments = self.http.match_info();
        let place = segments.iter().position(|(known, _)| known == name).ok_or(Error::NotFound)?;
        let decoded: Result<Vec<String>, _> = segments.load();
        decoded.ok().and_then(|all| all.into_iter().nth(place)).ok_or(Error::NotFound)
    }

    /// The query string.
    pub fn params(&self) -> Params {
        Params::of(&self.http)
    }

    /// The whole body.
    pub async fn body(self) -> Result<Bytes, Error> {
        let options = self.options();
        body::read(self.http.headers(), self.payload, &options).await
    }

    /// The body, for who reads it piece by piece.
    pub fn into_payload(self) -> Payload {
        self.payload
    }

    /// What the host decided.
    pub fn options(&self) -> web::Data<RestOptions> {
        let options = self.http.app_data::<web::Data<RestOptions>>().cloned();
        options.unwrap_or_else(|| web::Data::new(RestOptions::default()))
    }

    /// The lines of the body, handed to an import one by one.
    pub async fn import(self, import: &mut Import) -> Result<(), Error> {
        let options = self.http.app_data::<web::Data<RestOptions>>().cloned();
        let options = options.unwrap_or_else(|| web::Data::new(RestOptions::default()));
        lines::read(self.http.headers(), self.payload, &options, import).await
    }

    /// For what takes no body: one with fields in it is a mistake that is told.
    pub async fn nothing(self) -> Result<(), Error> {
        request::nothing(&self.body().await?)
    }
}
