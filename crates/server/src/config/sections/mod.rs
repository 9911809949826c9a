//! Sections: typed settings, one file per section that has rules, each checking itself.

mod auth;
mod database;
mod jobs;
mod limits;
mod log;
mod metrics;
mod places;
mod push;
mod reader;
mod server;

pub use auth::{Algorithm, AuthConfig, AuthMode, ClaimNames};
pub use database::{DatabaseConfig, Engine};
pub use jobs::{JobsConfig, WebhooksConfig};
pub use limits::LimitsConfig;
pub use log::{LogConfig, LogFormat};
pub use metrics::MetricsConfig;
pub use places::{AdminConfig, BusConfig, CorsConfig, GroupsConfig, MediaConfig, UsersConfig};
pub use push::PushConfig;
pub use reader::Reader;
pub use server::{ServerConfig, is_loopback};
