//! Every key there is, what kind of value it takes, and which one a typo was meant to be.

/// What a key takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    Whole,
    Switch,
    List,
    /// A list that may be written as one text.
    Names,
    /// Never shown.
    Secret,
    /// An address that may hold a password, which is never shown.
    Address,
}

impl Kind {
    /// In words, for messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text | Self::Secret | Self::Address => "a text",
            Self::Whole => "a whole number",
            Self::Switch => "true or false",
            Self::List => "a list of texts",
            Self::Names => "a text or a list of texts",
        }
    }
}

/// One key.
#[derive(Debug, PartialEq, Eq)]
pub struct Key {
    /// `section.key`.
    pub path: &'static str,
    pub kind: Kind,
    /// Whether `CHINWAG_…_FILE` may name a file that holds the value.
    pub from_file: bool,
}

const fn key(path: &'static str, kind: Kind) -> Key {
    Key { path, kind, from_file: matches!(kind, Kind::Secret | Kind::Address) }
}

/// All of them, in the order of `config/default.toml`.
pub static KEYS: &[Key] = &[
    key("server.host", Kind::Text),
    key("server.port", Kind::Whole),
    key("server.public_url", Kind::Text),
    key("server.workers", Kind::Whole),
    key("server.shutdown_grace_seconds", Kind::Whole),
    key("server.trusted_proxies", Kind::List),
    key("database.url", Kind::Address),
    key("database.auto_migrate", Kind::Switch),
    key("database.max_connections", Kind::Whole),
    key("database.max_batch", Kind::Whole),
    key("auth.mode", Kind::Text),
    key("auth.algorithm", Kind::Text),
    key("auth.secret", Kind::Secret),
    key("auth.jwks_url", Kind::Text),
    Key { path: "auth.public_key", kind: Kind::Text, from_file: true },
    key("auth.issuer", Kind::Text),
    key("auth.audience", Kind::Text),
    key("auth.guests", Kind::Switch),
    key("auth.access_ttl_seconds", Kind::Whole),
    key("auth.refresh_ttl_seconds", Kind::Whole),
    key("auth.claims.subject", Kind::Names),
    key("auth.claims.name", Kind::Names),
    key("auth.claims.username", Kind::Names),
    key("auth.claims.picture", Kind::Names),
    key("auth.claims.roles", Kind::Names),
    key("bus.url", Kind::Address),
    key("media.url", Kind::Address),
    key("media.max_bytes", Kind::Whole),
    key("media.unused_hours", Kind::Whole),
    key("limits.sends_per_second", Kind::Whole),
    key("limits.sends_burst", Kind::Whole),
    key("limits.requests_per_second", Kind::Whole),
    key("limits.requests_burst", Kind::Whole),
    key("limits.logins_per_minute", Kind::Whole),
    key("limits.logins_burst", Kind::Whole),
    key("limits.sockets_per_user", Kind::Whole),
    key("limits.address_factor", Kind::Whole),
    key("limits.outbox_bytes", Kind::Whole),
    key("jobs.attempts", Kind::Whole),
    key("jobs.first_pause_ms", Kind::Whole),
    key("jobs.lease_seconds", Kind::Whole),
    key("webhooks.allow_private", Kind::Switch),
    key("push.fcm_credentials", Kind::Text),
    key("push.fcm_url", Kind::Text),
    key("push.grace_seconds", Kind::Whole),
    key("groups.create", Kind::Text),
    key("users.directory", Kind::Switch),
    key("cors.origins", Kind::List),
    key("admin.page", Kind::Switch),
    key("metrics.token", Kind::Secret),
    key("log.format", Kind::Text),
    key("log.level", Kind::Text),
];

/// Names that a key had, here or in other servers, and what it is called now: whoever renames a key adds
/// the old name, so that its users are led to the new one.
static FORMER: &[(&str, &str)] = &[
    ("server.address", "server.host"),
    ("server.bind", "server.host"),
    ("server.listen", "server.host"),
    ("database.dsn", "database.url"),
    ("database.path", "database.url"),
    ("database.pool_size", "database.max_connections"),
    ("auth.jwt_secret", "auth.secret"),
    ("auth.jwks", "auth.jwks_url"),
    ("redis.url", "bus.url"),
    ("storage.url", "media.url"),
    ("media.path", "media.url"),
    ("log.filter", "log.level"),
];

/// The key of that path.
pub fn find(path: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.path == path)
}

/// Whether keys live under that path.
pub fn is_section(path: &str) -> bool {
    KEYS.iter().any(|key| key.path.strip_prefix(path).is_some_and(|rest| rest.starts_with('.')))
}

/// The key that a mistyped path was most likely meant to be: by a former name, by the whole path, or by the last
/// part alone where it was put into another section.
pub fn nearest(path: &str) -> &'static str {
    if let Some((_, now)) = FORMER.iter().find(|(former, _)| *former == path) {
        return now;
    }
    let last = |path: &str| path.rsplit('.').next().unwrap_or_default().to_owned();
    let typed = last(path);
    let distance = |key: &Key| {
        let whole = strsim::damerau_levenshtein(path, key.path);
        let part = strsim::damerau_levenshtein(&typed, &last(key.path));
        whole.min(2 * part + 2)
    };
    KEYS.iter().min_by_key(|key| distance(key)).map_or("", |key| key.path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typo_finds_its_key() {
        for (typo, meant) in [
            ("server.prot", "server.port"),
            ("sever.port", "server.port"),
            ("port", "server.port"),
            ("auth.secert", "auth.secret"),
            ("limits.send_per_second", "limits.sends_per_second"),
            ("database.migrate", "database.auto_migrate"),
            ("auth.claims.sub", "auth.claims.subject"),
            ("server.origins", "cors.origins"),
            ("logging.level", "log.level"),
        ] {
            assert_eq!(nearest(typo), meant, "{typo}");
        }
    }

    #[test]
    fn former_names_lead_to_keys_that_there_are() {
        for (former, now) in FORMER {
            assert!(find(former).is_none() && find(now).is_some(), "{former} -> {now}");
            assert_eq!(nearest(former), *now);
        }
    }

    #[test]
    fn sections_are_whole_words() {
        assert!(is_section("auth") && is_section("auth.claims"));
        assert!(!is_section("aut") && !is_section("server.host"));
    }
}
