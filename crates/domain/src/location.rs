//! A place on the map, and how one that is live is moved.

use serde::{Deserialize, Serialize};

/// A place on the map (WGS 84).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Location {
    /// Degrees, -90 to 90.
    #[cfg_attr(feature = "schema", schemars(range(min = -90, max = 90)))]
    pub latitude: f64,
    /// Degrees, -180 to 180.
    #[cfg_attr(feature = "schema", schemars(range(min = -180, max = 180)))]
    pub longitude: f64,
    /// Whether its sender goes on moving it.
    #[serde(default)]
    pub live: bool,
}

/// A change to a place; what is `None` stays.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct LocationMove {
    /// Degrees, -90 to 90.
    pub latitude: Option<f64>,
    /// Degrees, -180 to 180.
    pub longitude: Option<f64>,
    /// False ends it for good.
    pub live: Option<bool>,
}

/// The place is not live, or no longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the location is not live")]
pub struct NotLive;

impl Location {
    /// Moves it; false when it stands there already.
    ///
    /// # Errors
    /// [`NotLive`], when something would change.
    pub fn shift(&mut self, change: LocationMove) -> Result<bool, NotLive> {
        let to = Self {
            latitude: change.latitude.unwrap_or(self.latitude),
            longitude: change.longitude.unwrap_or(self.longitude),
            live: change.live.unwrap_or(self.live),
        };
        if to == *self {
            return Ok(false);
        }
        if !self.live {
            return Err(NotLive);
        }
        *self = to;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Location = Location { latitude: 1.0, longitude: 2.0, live: true };

    #[test]
    fn a_live_place_moves_until_it_is_stopped_for_good() {
        let mut place = HERE;
        let north = LocationMove { latitude: Some(3.0), ..LocationMove::default() };
        assert_eq!(place.shift(north), Ok(true));
        assert_eq!(place, Location { latitude: 3.0, ..HERE });
        let last =
            LocationMove { longitude: Some(4.0), live: Some(false), ..LocationMove::default() };
        assert_eq!(place.shift(last), Ok(true));
        let stopped = Location { latitude: 3.0, longitude: 4.0, live: false };
        assert_eq!(place, stopped);
        for change in [
            LocationMove { latitude: Some(5.0), ..LocationMove::default() },
            LocationMove { live: Some(true), ..LocationMove::default() },
        ] {
            assert_eq!(place.shift(change), Err(NotLive));
            assert_eq!(place, stopped);
        }
    }

    #[test]
    fn standing_still_is_no_change() {
        let mut place = HERE;
        let there = LocationMove { latitude: Some(1.0), live: Some(true), longitude: None };
        assert_eq!(place.shift(there), Ok(false));
        let mut stopped = Location { live: false, ..HERE };
        let again = LocationMove { live: Some(false), ..LocationMove::default() };
        assert_eq!(stopped.shift(again), Ok(false));
    }
}
