//! Tokens as friends and foes make them, against the public face of the crate.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails loudly")]

mod algorithms;
mod attacks;
mod configuration;
mod key_set;
mod local;
mod support;
