//! Firebase Cloud Messaging, HTTP v1: who this server is to Google, what a message looks like on the
//! way, and what an answer means. When something is sent, and to whom, is decided elsewhere.

mod access;
mod answer;
mod credentials;
mod gateway;
mod http;
mod message;

pub use credentials::{CredentialsError, ServiceAccount};
pub use gateway::{FcmError, FcmGateway, FcmOptions};
