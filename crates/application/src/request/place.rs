//! Requests about appointments and places on the map.

use chinwag_domain::{LocationMove, MeetingStatus, MeetingStep, Timestamp};
use schemars::JsonSchema;
use serde::Deserialize;

use super::check::Checks;
use crate::Error;

/// A step with an appointment.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MeetingPatch {
    /// What one side may say; the others come with time.
    #[schemars(with = "Option<MeetingAnswer>")]
    status: Option<MeetingStatus>,
    /// Another time.
    scheduled_at: Option<Timestamp>,
}

/// The statuses that may be asked for.
#[derive(JsonSchema)]
#[schemars(inline, rename_all = "snake_case")]
#[expect(dead_code, reason = "it is described, never made")]
enum MeetingAnswer {
    Confirmed,
    Rejected,
    Rescheduled,
    Canceled,
}

impl MeetingPatch {
    /// The step. A time alone names another one.
    pub(crate) fn step(self) -> Result<MeetingStep, Error> {
        use MeetingStatus::{Canceled, Confirmed, Rejected, Rescheduled};
        Ok(match (self.status, self.scheduled_at) {
            (Some(Confirmed), None) => MeetingStep::Confirm,
            (Some(Rejected), None) => MeetingStep::Reject,
            (Some(Canceled), None) => MeetingStep::Cancel,
            (Some(Rescheduled) | None, Some(to)) => MeetingStep::Reschedule(to),
            (Some(Rescheduled), None) => {
                return Err(Error::field("/scheduled_at", "is needed: another time"));
            }
            (Some(Confirmed | Rejected | Canceled), Some(_)) => {
                return Err(Error::field("/scheduled_at", "has no meaning with that status"));
            }
            (Some(_), _) => {
                let detail = "must be confirmed, rejected, rescheduled or canceled";
                return Err(Error::field("/status", detail));
            }
            (None, None) => return Err(Error::field("/status", "or a time is needed")),
        })
    }
}

/// A change to a live place. Absent: left as it is.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LocationPatch {
    #[schemars(range(min = -90, max = 90))]
    latitude: Option<f64>,
    #[schemars(range(min = -180, max = 180))]
    longitude: Option<f64>,
    /// False is for good.
    live: Option<bool>,
}

impl LocationPatch {
    /// The change, once everything fits.
    pub(crate) fn change(self) -> Result<LocationMove, Error> {
        let mut checks = Checks::default();
        check_degrees(&mut checks, "", self.latitude, self.longitude);
        let named = self.latitude.is_some() || self.longitude.is_some() || self.live.is_some();
        checks.unless(named, "", "must name what is to change");
        checks.done()?;
        let Self { latitude, longitude, live } = self;
        Ok(LocationMove { latitude, longitude, live })
    }
}

/// Refuses what is not on the globe.
pub(super) fn check_degrees(
    checks: &mut Checks,
    at: &str,
    latitude: Option<f64>,
    longitude: Option<f64>,
) {
    let within =
        |degrees: Option<f64>, most: f64| degrees.is_none_or(|it| (-most..=most).contains(&it));
    checks.unless(within(latitude, 90.0), &format!("{at}/latitude"), "must be -90 to 90");
    checks.unless(within(longitude, 180.0), &format!("{at}/longitude"), "must be -180 to 180");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::parse;

    fn refused<T: std::fmt::Debug>(outcome: Result<T, Error>) -> Vec<String> {
        match outcome {
            Err(Error::Invalid(errors)) => errors.into_iter().map(|e| e.pointer).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_step_is_named_by_its_status_or_its_time() {
        let step = |json: &str| parse::<MeetingPatch>(json.as_bytes()).and_then(MeetingPatch::step);
        let at = Timestamp::parse("2026-12-01T00:00:00Z").unwrap();
        for (json, expected) in [
            (r#"{"status":"confirmed"}"#, MeetingStep::Confirm),
            (r#"{"status":"rejected"}"#, MeetingStep::Reject),
            (r#"{"status":"canceled"}"#, MeetingStep::Cancel),
            (r#"{"scheduled_at":"2026-12-01T00:00:00Z"}"#, MeetingStep::Reschedule(at)),
            (
                r#"{"status":"rescheduled","scheduled_at":"2026-12-01T00:00:00Z"}"#,
                MeetingStep::Reschedule(at),
            ),
        ] {
            assert_eq!(step(json).unwrap(), expected, "{json}");
        }
        for (json, pointer) in [
            ("{}", "/status"),
            (r#"{"status":"pending"}"#, "/status"),
            (r#"{"status":"expired"}"#, "/status"),
            (r#"{"status":"completed","scheduled_at":"2026-12-01T00:00:00Z"}"#, "/status"),
            (r#"{"status":"done"}"#, "/status"),
            (r#"{"status":"rescheduled"}"#, "/scheduled_at"),
            (r#"{"status":"confirmed","scheduled_at":"2026-12-01T00:00:00Z"}"#, "/scheduled_at"),
            (r#"{"scheduled_at":"tomorrow"}"#, "/scheduled_at"),
            (r#"{"place":"There"}"#, "/place"),
        ] {
            assert_eq!(refused(step(json)), [pointer], "{json}");
        }
    }

    #[test]
    fn a_place_stays_on_the_globe() {
        let change =
            |json: &str| parse::<LocationPatch>(json.as_bytes()).and_then(LocationPatch::change);
        let moved = change(r#"{"latitude":-90,"live":false}"#).unwrap();
        assert_eq!(
            moved,
            LocationMove { latitude: Some(-90.0), longitude: None, live: Some(false) }
        );
        for (json, pointer) in [
            ("{}", ""),
            (r#"{"latitude":90.1}"#, "/latitude"),
            (r#"{"longitude":-180.5}"#, "/longitude"),
            (r#"{"latitude":"1"}"#, "/latitude"),
            (r#"{"live":"no"}"#, "/live"),
        ] {
            assert_eq!(refused(change(json)), [pointer], "{json}");
        }
    }
}
