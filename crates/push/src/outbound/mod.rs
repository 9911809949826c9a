//! Where requests may go: to public addresses, unless an operator allows others.
//!
//! A URL that people give must not become a way into the network that this server stands in. So the
//! address is judged after the name was resolved, at the moment of connecting, and not before.

mod address;
mod resolver;
mod url;

pub(crate) use address::is_public;
pub(crate) use resolver::{Guarded, private_behind};
pub(crate) use url::check;
