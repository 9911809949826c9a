//! The cases for buses, by subject.

pub mod delivery;
pub mod fidelity;

use super::BusUnderTest;

/// What the cases play on.
pub fn on(bus: BusUnderTest) -> BusUnderTest {
    bus
}
