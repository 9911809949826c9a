//! What this crate measures, for whoever scrapes the process (crate `metrics`; without a recorder nothing is
//! kept). Requests to others take milliseconds, so meters are looked up each time.

use std::time::Instant;

use chinwag_domain::{PushOutcome, ports::WebhookError};
use metrics::{Counter, Histogram, Unit, counter, histogram};

/// Has the meters of webhooks exist, so that none is missing until the first of its kind happens.
pub(crate) fn webhooks_exist() {
    for outcome in ["accepted", "answered_otherwise", "no_answer", "refused"] {
        deliveries(outcome).increment(0);
    }
    let _ = delivery_time();
}

/// The same for notifications.
pub(crate) fn notifications_exist() {
    for outcome in ["delivered", "gone", "retry", "refused"] {
        notifications(outcome).increment(0);
    }
    let _ = notification_time();
}

/// A delivery to a webhook that began then.
pub(crate) fn delivered(begun: Instant, outcome: &Result<u16, WebhookError>) {
    let name = match outcome {
        Ok(200..300) => "accepted",
        Ok(_) => "answered_otherwise",
        Err(WebhookError::NoAnswer(_)) => "no_answer",
        Err(WebhookError::Refused(_)) => "refused",
    };
    deliveries(name).increment(1);
    delivery_time().record(begun.elapsed());
}

/// A notification whose sending began then.
pub(crate) fn notified(begun: Instant, outcome: &PushOutcome) {
    let name = match outcome {
        PushOutcome::Delivered { .. } => "delivered",
        PushOutcome::Gone(_) => "gone",
        PushOutcome::Retry { .. } => "retry",
        PushOutcome::Refused(_) => "refused",
    };
    notifications(name).increment(1);
    notification_time().record(begun.elapsed());
}

fn deliveries(outcome: &'static str) -> Counter {
    counter!(
        description: "Requests to receivers of webhooks, by what came back; refused: by our own rules",
        unit: Unit::Count,
        "chinwag_webhook_deliveries_total",
        "outcome" => outcome
    )
}

fn delivery_time() -> Histogram {
    histogram!(
        description: "Time until a receiver of webhooks had answered",
        unit: Unit::Seconds,
        "chinwag_webhook_duration_seconds"
    )
}

fn notifications(outcome: &'static str) -> Counter {
    counter!(
        description: "Notifications handed to the provider, by what it said",
        unit: Unit::Count,
        "chinwag_notifications_total",
        "outcome" => outcome
    )
}

fn notification_time() -> Histogram {
    histogram!(
        description: "Time until the provider of notifications had answered",
        unit: Unit::Seconds,
        "chinwag_notification_duration_seconds"
    )
}
