//! What this crate measures, for whoever scrapes the process (crate `metrics`; without a recorder nothing is
//! kept). A path is counted as the template of its route and a method by its name if it is a known one: what
//! clients write must not become a label.

use std::{sync::Once, time::Duration};

use actix_web::http::{Method, StatusCode};
use metrics::{Unit, counter, describe_counter, describe_histogram, histogram};

const REQUESTS: &str = "chinwag_http_requests_total";
const DURATION: &str = "chinwag_http_request_duration_seconds";

/// Says what they are: once, since a recorder writes that down anew each time, under a lock of its own.
fn describe() {
    static DESCRIBED: Once = Once::new();
    DESCRIBED.call_once(|| {
        let about = "Requests answered, by route; none: no route was found";
        describe_counter!(REQUESTS, Unit::Count, about);
        let about = "Time until a request was answered, the sending of its body not included";
        describe_histogram!(DURATION, Unit::Seconds, about);
    });
}

/// A request that was answered; `route` is the template, if there is one.
pub(crate) fn answered(
    method: &Method,
    route: Option<String>,
    status: StatusCode,
    duration: Duration,
) {
    describe();
    let method = name(method);
    let route = route.unwrap_or_else(|| "none".to_owned());
    let status = status.as_str().to_owned();
    counter!(REQUESTS, "method" => method, "route" => route.clone(), "status" => status)
        .increment(1);
    histogram!(DURATION, "method" => method, "route" => route).record(duration);
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
    use std::sync::atomic::{AtomicUsize, Ordering};

    use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString};

    use super::*;

    /// Counts what is described, and keeps nothing.
    #[derive(Default)]
    struct Descriptions(AtomicUsize);

    impl Recorder for Descriptions {
        fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }

        fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }

        fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }

        fn register_counter(&self, _: &Key, _: &Metadata<'_>) -> Counter {
            Counter::noop()
        }

        fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
            Gauge::noop()
        }

        fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
            Histogram::noop()
        }
    }

    #[test]
    fn requests_describe_their_meters_once() {
        let one = || answered(&Method::GET, None, StatusCode::OK, Duration::ZERO);
        one();
        let descriptions = Descriptions::default();
        metrics::with_local_recorder(&descriptions, || (0..3).for_each(|_| one()));
        assert_eq!(descriptions.0.into_inner(), 0);
    }

    #[test]
    fn a_method_that_somebody_made_up_is_no_label() {
        assert_eq!(name(&Method::PATCH), "PATCH");
        assert_eq!(name(&Method::from_bytes(b"BREW").unwrap()), "other");
    }
}
