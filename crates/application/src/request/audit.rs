//! What may be asked of the audit log. Parsed only once it is known that the
//! caller may ask: hence texts.

use chinwag_domain::{AuditCursor, AuditFilter, Invalid, Limit, Timestamp};

use super::check::{Checks, has_control};
use crate::Error;

/// Which entries, as the query string says it.
#[derive(Debug, Clone, Default)]
#[allow(missing_docs)] // the protocol's names
pub struct AuditQuery {
    pub action: Option<String>,
    pub actor_id: Option<String>,
    pub target: Option<String>,
    pub from: Option<String>,
    pub to: Option<String>,
    pub limit: Option<String>,
    pub cursor: Option<String>,
    pub format: Option<String>,
}

impl AuditQuery {
    /// The filters that were given, by name.
    pub(crate) fn given(&self) -> Vec<(&'static str, String)> {
        [
            ("action", &self.action),
            ("actor_id", &self.actor_id),
            ("target", &self.target),
            ("from", &self.from),
            ("to", &self.to),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.clone()?)))
        .collect()
    }

    /// The format, one of these.
    pub(crate) fn format(&self, offered: &[&'static str]) -> Result<&'static str, Error> {
        let asked = self.format.as_deref();
        let found = offered.iter().find(|format| Some(**format) == asked);
        found.copied().ok_or_else(|| {
            Error::field("format", format!("is needed: one of {}", offered.join(", ")))
        })
    }

    pub(crate) fn parse(self) -> Result<(AuditFilter, Limit, Option<AuditCursor>), Error> {
        let mut checks = Checks::default();
        let action = self.action.filter(|action| {
            let fits = (1..=64).contains(&action.len()) && !has_control(action, "");
            checks.unless(fits, "action", "must be a name such as message.deleted");
            fits
        });
        let filter = AuditFilter {
            action,
            actor_id: read(&mut checks, "actor_id", self.actor_id, str::parse),
            target: read(&mut checks, "target", self.target, str::parse),
            from: read(&mut checks, "from", self.from, time),
            to: read(&mut checks, "to", self.to, time),
        };
        if let (Some(from), Some(to)) = (filter.from, filter.to) {
            checks.unless(from <= to, "to", "must not be before from");
        }
        let limit = read(&mut checks, "limit", self.limit, |text| {
            Limit::new(text.parse().map_err(|_| Invalid("must be a whole number"))?)
        });
        let cursor = read(&mut checks, "cursor", self.cursor, str::parse);
        checks.done()?;
        Ok((filter, limit.unwrap_or(Limit::LIST), cursor))
    }
}

fn time(text: &str) -> Result<Timestamp, Invalid> {
    Timestamp::parse(text)
        .ok_or(Invalid("must be an RFC 3339 time such as 2026-01-31T12:00:00.000Z"))
}

fn read<T>(
    checks: &mut Checks,
    name: &str,
    text: Option<String>,
    parse: impl FnOnce(&str) -> Result<T, Invalid>,
) -> Option<T> {
    match parse(&text?) {
        Ok(value) => Some(value),
        Err(invalid) => {
            checks.refuse(name, invalid.to_string());
            None
        }
    }
}
