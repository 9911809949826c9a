//! Devices on which people want to be notified: registered, listed, tried out, given up. What is
//! sent to them is in `push`.

mod list;
mod register;
mod remove;
mod try_out;

pub use list::ListDevices;
pub use register::{RegisterDevice, Registered};
pub use remove::RemoveDevice;
pub use try_out::TryDevice;
