//! Sections of one or two keys: `[bus]`, `[media]`, `[groups]`, `[users]`, `[cors]`, `[admin]`.

use chinwag_domain::GroupFounders;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::Reader;

/// How servers tell each other what happened.
#[derive(Debug, Clone)]
pub struct BusConfig {
    /// `memory://` or `redis://…`, which may hold a password.
    pub url: SecretString,
}

/// Where files are kept.
#[derive(Debug, Clone)]
pub struct MediaConfig {
    /// `file://…`, `s3://…` or `gs://…`.
    pub url: SecretString,
    /// The largest file.
    pub max_bytes: u64,
    /// How long a file that no message shows is kept.
    pub unused_hours: u32,
}

/// Who may found groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GroupsConfig {
    /// Everybody, or application admins and supervisors.
    pub founders: GroupFounders,
}

/// Who sees whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsersConfig {
    /// Whether everybody may look everybody up.
    pub directory: bool,
}

/// What there is for application admins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AdminConfig {
    /// Whether their page is served.
    pub page: bool,
}

/// Which other origins may use this server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorsConfig {
    /// Exact origins, `scheme://host[:port]`.
    pub origins: Vec<String>,
}

impl BusConfig {
    pub(in crate::config) fn read(reader: &mut Reader<'_>) -> Self {
        Self { url: place(reader, "bus.url", &["memory", "redis", "rediss"]) }
    }

    /// Whether nodes share nothing but the database.
    pub fn is_in_process(&self) -> bool {
        self.url.expose_secret().starts_with("memory:")
    }
}

impl MediaConfig {
    pub(in crate::config) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            url: place(reader, "media.url", &["file", "s3", "gs"]),
            max_bytes: reader.number("media.max_bytes", 1..=10_737_418_240),
            unused_hours: reader.number("media.unused_hours", 1..=87_600),
        }
    }
}

impl GroupsConfig {
    pub(in crate::config) fn read(reader: &mut Reader<'_>) -> Self {
        let choices = [("anyone", GroupFounders::Anyone), ("admin", GroupFounders::Moderators)];
        Self { founders: reader.choice("groups.create", &choices, GroupFounders::Anyone) }
    }
}

impl UsersConfig {
    pub(in crate::config) fn read(reader: &mut Reader<'_>) -> Self {
        Self { directory: reader.switch("users.directory").unwrap_or(true) }
    }
}

impl AdminConfig {
    pub(in crate::config) fn read(reader: &mut Reader<'_>) -> Self {
        Self { page: reader.switch("admin.page").unwrap_or(false) }
    }
}

impl CorsConfig {
    pub(in crate::config) fn read(reader: &mut Reader<'_>) -> Self {
        let origins = reader.list("cors.origins");
        for bad in origins.iter().filter(|origin| !is_origin(origin)) {
            reader.refuse(
                "cors.origins",
                &format!("must hold origins such as \"https://app.example.org\", not {bad:?}"),
            );
        }
        Self { origins }
    }
}

fn place(reader: &mut Reader<'_>, key: &str, schemes: &[&str]) -> SecretString {
    let url = reader.address(key);
    let scheme = url.expose_secret().split_once("://").map_or("", |(scheme, _)| scheme);
    if !url.expose_secret().is_empty() && !schemes.contains(&scheme) {
        let known: Vec<_> = schemes.iter().map(|scheme| format!("{scheme}://")).collect();
        reader.refuse(key, &format!("must begin with {}", known.join(" or ")));
    }
    url
}

/// As browsers write it: no path, no wildcard, no `null`, no port that the scheme has anyway.
fn is_origin(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https") && url.origin().ascii_serialization() == text
    })
}
