//! Rules of the use cases, over the in-memory adapters and a clock turned by hand.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a panic is how a test fails

mod audit;
mod catching_up;
mod conversations;
mod erasing;
mod media;
mod meetings;
mod people;
mod push;
mod sending;
mod typing;
mod webhooks;
mod world;
