//! The program `chinwag` as a library: configuration, command line, and the only place where every
//! adapter is known by name. The rules of chat are in `chinwag-application`, the wire in
//! `chinwag-rest` and `chinwag-ws`.

pub mod config;
mod console;
mod failure;
mod health;
mod lifecycle;
mod log;

