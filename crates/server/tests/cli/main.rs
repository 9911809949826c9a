//! The program as people and scripts call it: exit codes, what goes to which stream, files it leaves.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod chat;
mod completions;
mod configuration;
mod context;
mod databases;
mod demo;
mod first_run;
mod help;
mod looking;
mod packages;
mod people;
mod program;
mod serving;
mod tokens;
