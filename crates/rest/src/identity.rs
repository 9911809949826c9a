//! Who asks: a person with a bearer token, or anybody where a route is open.

use std::net::IpAddr;

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::header::{self, HeaderMap},
    web,
};
use chinwag_application::{Actor, Chat, Error, SignIn, client_address};
use chinwag_domain::Work;
use futures_util::future::{LocalBoxFuture, Ready, ready};

use crate::{RestOptions, params, problem::Refusal, throttle};

/// The person whose token came with the request.
pub(crate) struct Caller(pub Actor);

/// The same, for routes that send a message: those are counted apart.
pub(crate) struct Sender(pub Actor);

impl FromRequest for Caller {
    type Error = Refusal;
    type Future = LocalBoxFuture<'static, Result<Self, Refusal>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Ok(Self(actor(&request, Work::Requests).await?)) })
    }
}

impl FromRequest for Sender {
    type Error = Refusal;
    type Future = LocalBoxFuture<'static, Result<Self, Refusal>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Ok(Self(actor(&request, Work::Sends).await?)) })
    }
}

async fn actor(request: &HttpRequest, work: Work) -> Result<Actor, Error> {
    let token = bearer(request.headers())?;
    let chat = chat(request)?;
    let actor = chat.authenticate.execute(token, address(request)).await?.actor;
    throttle::charge(request, work, &actor)?;
    params::check_names(request)?;
    Ok(actor)
}

/// Somebody who signs in.
pub(crate) struct Anyone(pub SignIn);

impl FromRequest for Anyone {
    type Error = Refusal;
    type Future = Ready<Result<Self, Refusal>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let agent = request.headers().get(header::USER_AGENT);
        let user_agent = agent.and_then(|value| value.to_str().ok()).map(str::to_owned);
        let sign_in = SignIn { user_agent, address: address(request) };
        ready(params::check_names(request).map(|()| Self(sign_in)).map_err(Refusal))
    }
}

/// The use cases that the app was configured with.
pub(crate) fn chat(request: &HttpRequest) -> Result<web::Data<Chat>, Error> {
    let chat = request.app_data::<web::Data<Chat>>();
    chat.cloned().ok_or_else(|| Error::Internal("the routes were mounted without a chat".into()))
}

/// Where a request comes from, as the trusted proxies of the [`RestOptions`] tell that [`crate::configure`]
/// left with the app.
pub fn address(request: &HttpRequest) -> Option<IpAddr> {
    let options = request.app_data::<web::Data<RestOptions>>();
    let trusted = options.map(|options| options.trusted_proxies.as_slice()).unwrap_or_default();
    let told = request.headers().get_all("x-forwarded-for");
    let told = told.map(|value| value.to_str().unwrap_or_default());
    client_address(request.peer_addr().map(|peer| peer.ip()), told, trusted)
}

/// The token of the `Authorization` header. A token anywhere else is no token.
///
/// # Errors
/// [`Error::TokenMissing`] without the header; [`Error::TokenInvalid`] for two
/// of them, another scheme, or what cannot be a token.
pub fn bearer(headers: &HeaderMap) -> Result<&str, Error> {
    let mut values = headers.get_all(header::AUTHORIZATION);
    let value = values.next().ok_or(Error::TokenMissing)?;
    if values.next().is_some() {
        return Err(Error::TokenInvalid);
    }
    let (scheme, token) =
        value.to_str().ok().and_then(|text| text.split_once(' ')).ok_or(Error::TokenInvalid)?;
    let token = token.trim_matches(' ');
    let fits = scheme.eq_ignore_ascii_case("bearer") && can_be_borne(token);
    if fits { Ok(token) } else { Err(Error::TokenInvalid) }
}

/// Whether [`bearer`] takes that for a token: letters, digits and `-._~+/`, and `=` at the end alone
/// (RFC 6750, section 2.1: `b64token`).
pub fn can_be_borne(token: &str) -> bool {
    let body = token.trim_end_matches('=');
    !body.is_empty()
        && body.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte))
}
