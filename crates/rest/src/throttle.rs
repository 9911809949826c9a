//! Limits at the door: refuses before a token is even looked at where an address has spent what it may,
//! puts what nobody known asked on the address, and tells what is left.

use actix_web::{
    Error, HttpMessage as _, HttpRequest,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{HeaderMap, HeaderName, HeaderValue},
    middleware::Next,
};
use chinwag_application::{Actor, Error as Refused, rate_limit_fields};
use chinwag_domain::{Budget, Work};

use crate::{identity, problem::Refusal};

/// In a request's extensions: what was left when it was put on somebody's account.
#[derive(Clone, Copy)]
struct Paid(Budget);

/// Puts a request on the account of the person whose token it came with.
pub(crate) fn charge(request: &HttpRequest, work: Work, actor: &Actor) -> Result<(), Refused> {
    let budget = identity::chat(request)?.limits.of_person(work, actor)?;
    request.extensions_mut().insert(Paid(budget));
    Ok(())
}

/// Wraps the routes.
pub(crate) async fn throttle<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<actix_web::body::EitherBody<B>>, Error> {
    let chat = identity::chat(request.request()).map_err(Refusal)?;
    let address = identity::address(request.request());
    if let Err(error) = chat.limits.open_to(address) {
        let mut response = request.error_response(Refusal(error));
        tell(&mut response, None);
        return Ok(response.map_into_right_body());
    }
    let mut response = next.call(request).await?;
    let paid = response.request().extensions().get::<Paid>().copied();
    // Who paid with nothing yet, with a bad token or a path that is none, is known by address alone.
    let paid = match (paid, spent(&response)) {
        (Some(Paid(budget)), _) => Some(budget),
        (None, Some(_)) => None,
        (None, None) => chat.limits.of_address(address).ok().flatten(),
    };
    tell(&mut response, paid);
    Ok(response.map_into_left_body())
}

/// Whose nothing was left, where that is why a request was refused.
fn spent<B>(response: &ServiceResponse<B>) -> Option<Budget> {
    let error = response.response().error()?.as_error::<Refusal>()?;
    match &error.0 {
        Refused::RateLimited { budget, .. } => *budget,
        _ => None,
    }
}

fn tell<B>(response: &mut ServiceResponse<B>, paid: Option<Budget>) {
    if let Some(budget) = spent(response).or(paid) {
        add_fields(response.headers_mut(), &budget);
    }
}

fn add_fields(headers: &mut HeaderMap, budget: &Budget) {
    for (name, value) in rate_limit_fields(budget) {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
}
