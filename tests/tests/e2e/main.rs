//! End to end, over real HTTP and real sockets, on both databases.
//!
//! One test per row of the requirements and more; its name begins with the row. One binary, since linking is what
//! takes the time.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails loudly")]

mod audit;
mod bad_bodies;
mod bad_input;
mod blocks;
// The bucket that the stores of blobs are held to.
#[path = "../../../crates/media/tests/conformance/bucket.rs"]
mod bucket;
mod catching_up;
mod connections;
mod contention;
mod contents;
mod deleting;
mod devices;
mod direct;
mod editing;
mod erasing;
mod events;
mod exports;
mod floors;
mod governing;
mod groups;
mod history;
mod hosted_people;
mod identity;
mod jobs;
mod limits;
mod lists;
mod local_accounts;
mod locations;
mod media;
mod media_access;
mod media_bucket;
mod media_memory;
mod media_slots;
mod media_standing;
mod meetings;
mod metrics;
mod operation;
mod operators;
mod permissions;
mod presence;
mod push;
mod races;
mod rate_limits;
mod reading;
mod searching;
mod sending;
mod servers;
mod settings;
mod socket;
mod socket_identity;
mod strangers;
mod typing;
mod webhook_receivers;
mod webhooks;
