//! What every answer is wrapped in: its request's id, a tracing span, problems
//! for whatever failed, security headers. One middleware, since a problem needs
//! the id and the headers go on problems too.

use std::{rc::Rc, time::Instant};

use actix_web::{
    Error, HttpMessage as _, HttpResponse, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{self, HeaderMap, HeaderName, HeaderValue},
    },
    middleware::Next,
    web,
};
use chinwag_application::{Chat, Problem};
use tracing::{Instrument as _, Span, field};

use crate::{meters, problem, unread::Unread};

/// The header that carries a request's id both ways.
pub(crate) static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A request's id, in the request's extensions once [`envelope`] has seen it.
#[derive(Debug, Clone)]
pub struct RequestId(Rc<str>);

impl RequestId {
    /// The id: 1 to 64 visible ASCII characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Wraps an app, a scope or a resource, as `wrap(from_fn(chinwag_rest::envelope))`.
/// Where one is inside another, the outer one does it all.
///
/// # Errors
/// When the service fails without an answer; the error then answers with its problem.
pub async fn envelope<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if request.extensions().get::<RequestId>().is_some() {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    let id = request_id(&request);
    request.extensions_mut().insert(id.clone());
    // For who answers below without knowing of the envelope: the door to the socket.
    if let Ok(value) = HeaderValue::from_str(id.as_str()) {
        request.headers_mut().insert(REQUEST_ID.clone(), value);
    }

    // Neither query nor headers nor the path as it came: any of them may hold a secret.
    let span = tracing::info_span!(
        "request",
        id = id.as_str(),
        method = %request.method(),
        path = field::Empty,
        status = field::Empty,
        duration_ms = field::Empty,
    );
    let unread = Unread::of(&mut request);
    let method = request.method().clone();
    let begun = Instant::now();
    let outcome = next.call(request).instrument(span.clone()).await;
    span.in_scope(|| {
        let outcome = match outcome {
            Ok(response) => Ok(hold(dress(response, &id), unread)),
            Err(error) => Err(Failed::new(&error, &id).into()),
        };
        record(&span, &method, &outcome, begun);
        outcome
    })
}

/// The client's id where it is sane, else a new one.
fn request_id(request: &ServiceRequest) -> RequestId {
    let sane = |text: &&str| {
        (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
    };
    let theirs = request.headers().get(&REQUEST_ID).and_then(|value| value.to_str().ok());
    let made = || {
        let chat = request.app_data::<web::Data<Chat>>();
        chat.map_or_else(|| "-".into(), |chat| chat.ports.ids.uuid().to_string().into())
    };
    RequestId(theirs.filter(sane).map_or_else(made, Rc::from))
}

fn dress<B: MessageBody + 'static>(
    response: ServiceResponse<B>,
    id: &RequestId,
) -> ServiceResponse<BoxBody> {
    let status = response.status();
    let failed = status.is_client_error() || status.is_server_error();
    let mut response = if failed && !is_problem(response.headers()) {
        let problem = problem::of(status, response.response().error(), id.as_str());
        let (request, response) = response.into_parts();
        let mut response = response.set_body(BoxBody::new(problem::body(&problem)));
        problem::add_headers(response.headers_mut(), &problem);
        ServiceResponse::new(request, response)
    } else {
        response.map_into_boxed_body()
    };
    add_headers(response.headers_mut(), id);
    response
}

fn hold(response: ServiceResponse, unread: Option<Unread>) -> ServiceResponse {
    match unread {
        Some(unread) => response.map_body(|_, body| unread.held_by(body)),
        None => response,
    }
}

fn is_problem(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with(problem::PROBLEM_JSON))
}

/// What has its own word on caching keeps it.
fn add_headers(headers: &mut HeaderMap, id: &RequestId) {
    if let Ok(value) = HeaderValue::from_str(id.as_str()) {
        headers.insert(REQUEST_ID.clone(), value);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

fn record<B>(
    span: &Span,
    method: &Method,
    outcome: &Result<ServiceResponse<B>, Error>,
    begun: Instant,
) {
    let (path, status) = match outcome {
        Ok(response) => (response.request().match_pattern(), response.status()),
        Err(error) => (None, error.as_response_error().status_code()),
    };
    span.record("path", path.as_deref().unwrap_or("-"));
    span.record("status", status.as_u16());
    let duration = begun.elapsed();
    span.record("duration_ms", duration.as_secs_f64() * 1000.0);
    meters::answered(method, path, status, duration);
    tracing::info!("answered");
}

/// A service's failure that left nothing to dress: the problem is all there is.
#[derive(Debug)]
struct Failed {
    problem: Problem,
    id: String,
}

impl Failed {
    fn new(error: &Error, id: &RequestId) -> Self {
        let status = error.as_response_error().status_code();
        Self { problem: problem::of(status, Some(error), id.as_str()), id: id.as_str().to_owned() }
    }
}

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.problem.detail)
    }
}

impl ResponseError for Failed {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::new(self.status_code());
        problem::add_headers(response.headers_mut(), &self.problem);
        add_headers(response.headers_mut(), &RequestId(self.id.as_str().into()));
        response.set_body(problem::body(&self.problem)).map_into_boxed_body()
    }
}
