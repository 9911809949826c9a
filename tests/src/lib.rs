//! The harness of the end-to-end tests: real server processes, real databases, real sockets.
//!
//! A test takes a [`World`]: a server process of its own on a fresh database, and the people who use it. It reaches
//! the server only as clients do, and the database only to count what was stored. Nothing here knows how the
//! server works inside.
//!
//! Every test runs on both databases:
//!
//! ```
//! use chinwag_tests::World;
//!
//! async fn a0_the_server_answers(world: World) {
//!     let alice = world.person("alice").await;
//!     assert_eq!(alice.get("/users/me").await.status, 200);
//! }
//! # macro_rules! on_both_databases { ($name:ident) => {} }
//! on_both_databases!(a0_the_server_answers);
//! # fn main() { let _ = a0_the_server_answers; }
//! ```
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::missing_panics_doc,
    reason = "a harness fails loudly: whatever goes wrong here is a failed test"
)]

mod contract;
mod database;
mod expect;
mod exposition;
mod fcm;
mod files;
mod person;
mod proxy;
mod receiver;
mod server;
mod times;
mod token;
mod wire;
mod world;

pub use database::{Engine, TestDatabase};
pub use expect::{
    IsJson, events_until, expect_close, expect_event, expect_problem, expect_refusal,
    expect_status, soon,
};
pub use exposition::{Exposition, Family, Labels};
pub use fcm::FakeFcm;
pub use files::{Bytes, Form, Underway, noise, png};
pub use person::Person;
pub use proxy::Proxy;
pub use receiver::{Delivery, Receiver, Reply};
pub use server::{Said, Server, Settings};
pub use times::from_now;
pub use token::{SECRET, Token};
pub use wire::RawSocket;
pub use world::World;

/// How long anything that must happen may take before a test gives up. Generous, since the machine may be busy;
/// a test that passes never waits for it.
pub const PATIENCE: std::time::Duration = std::time::Duration::from_secs(20);

/// Makes of each named `async fn(World)` two tests, `name::sqlite` and `name::postgres`.
///
/// `on_both_databases!(with SETTINGS; name, …)` starts the servers with these settings on top of the harness's own.
#[macro_export]
macro_rules! on_both_databases {
    (with $settings:expr; $($name:ident),+ $(,)?) => {
        $(
            mod $name {
                #[allow(unused_imports)]
                use super::*;

                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn sqlite() {
                    let binary = env!("CARGO_BIN_EXE_chinwag-under-test");
                    super::$name($crate::World::start($crate::Engine::Sqlite, binary, $settings).await).await;
                }

                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn postgres() {
                    let binary = env!("CARGO_BIN_EXE_chinwag-under-test");
                    super::$name($crate::World::start($crate::Engine::Postgres, binary, $settings).await).await;
                }
            }
        )+
    };
    ($($name:ident),+ $(,)?) => {
        $crate::on_both_databases!(with &[]; $($name),+);
    };
}
