//! Times as the protocol writes them, from the clock that the servers have too.

use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};

/// The time so many milliseconds from now (negative: before), with milliseconds and in UTC.
#[expect(clippy::disallowed_methods, reason = "the servers under test have the real clock")]
pub fn from_now(millis: i64) -> String {
    let at = OffsetDateTime::now_utc() + Duration::milliseconds(millis);
    let at = at.replace_millisecond(at.millisecond()).expect("its own milliseconds");
    let text = at.format(&Rfc3339).expect("a year of four digits");
    // Digits that are zero at the end are left out by the format.
    let (seconds, rest) = text.split_at(19);
    let digits = rest.trim_start_matches('.').trim_end_matches('Z');
    format!("{seconds}.{digits:0<3}Z")
}
