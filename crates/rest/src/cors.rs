//! Which pages of other origins may call, and what they may see.

use actix_cors::Cors;
use actix_web::http::header::{self, HeaderName};

use crate::envelope::REQUEST_ID;

/// Lets browsers call from exactly these origins. There are no cookies: what a
/// page may do is up to the token it holds.
pub fn cors(origins: &[String]) -> Cors {
    let base = Cors::default()
        .allowed_methods(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])
        .allowed_headers([header::AUTHORIZATION, header::CONTENT_TYPE, REQUEST_ID.clone()])
        .expose_headers([
            header::LINK,
            header::LOCATION,
            HeaderName::from_static("ratelimit"),
            HeaderName::from_static("ratelimit-policy"),
            header::RETRY_AFTER,
            header::WWW_AUTHENTICATE,
            REQUEST_ID.clone(),
        ])
        .max_age(3600);
    origins.iter().fold(base, |cors, origin| cors.allowed_origin(origin))
}
