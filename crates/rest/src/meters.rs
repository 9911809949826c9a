//! What this crate measures, for whoever scrapes the process (crate `metrics`; without a recorder nothing is
//! kept). A path is counted as the template of its route and a method by its name if it is a known one: what
//! clients write must not become a label.

use std::time::Duration;

use actix_web::http::{Method, StatusCode};
use metrics::{Unit, counter, histogram};

/// A request that was answered; `route` is the template, if there is one.
pub(crate) fn answered(
    method: &Method,
    route: Option<String>,
    status: StatusCode,
    duration: Duration,
) {
    let method = name(method);
    let route = route.unwrap_or_else(|| "none".to_owned());
    counter!(
        description: "Requests answered, by route; none: no route was found",
        unit: Unit::Count,
        "chinwag_http_requests_total",
        "method" => method,
        "route" => route.clone(),
        "status" => status.as_str().to_owned()
    )
    .increment(1);
    histogram!(
        description: "Time until a request was answered, the sending of its body not included",
        unit: Unit::Seconds,
        "chinwag_http_request_duration_seconds",
        "method" => method,
        "route" => route
    )
    .record(duration);
}

fn name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_that_somebody_made_up_is_no_label() {
        assert_eq!(name(&Method::PATCH), "PATCH");
        assert_eq!(name(&Method::from_bytes(b"BREW").unwrap()), "other");
    }
}
