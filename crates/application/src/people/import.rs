//! Taking over many people at once: a record to a line, stored in batches. A line that does not fit
//! is named and does not keep its neighbours from being stored.

use std::{collections::HashSet, sync::Arc};

use chinwag_domain::{AuditTarget, HostRecord, Recorded, UserId};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::{
    hosting::{Fate, take_over},
    standing::Standing,
};
use crate::{Actor, Error, FieldError, Ports, request, request::HostedLine, support::for_admins};

/// Records that are stored with one transaction.
const BATCH: usize = 500;
/// Lines that are named when they do not fit.
const NAMED: usize = 100;
/// Lines of one import, at most.
pub const IMPORT_LINES: usize = 10_000;
/// Bytes of one line, at most.
pub const IMPORT_LINE_BYTES: usize = 8 * 1024;

/// What became of an import so far.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
#[schemars(rename = "ImportOutcome")]
#[allow(missing_docs)] // the names say it
pub struct Imported {
    pub created: u64,
    pub updated: u64,
    pub unchanged: u64,
    pub failed_count: u64,
    /// The first hundred of them.
    pub failed: Vec<FailedLine>,
}

/// A line that was not taken over.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[allow(missing_docs)] // the names say it
pub struct FailedLine {
    /// From 1.
    pub line: u64,
    pub pointer: String,
    pub detail: String,
}

/// Takes over many records.
#[derive(Clone)]
pub struct ImportUsers {
    ports: Arc<Ports>,
    standing: Standing,
}

/// One import under way.
pub struct Import {
    ports: Arc<Ports>,
    standing: Standing,
    actor: Actor,
    waiting: Vec<(u64, HostRecord)>,
    ids: HashSet<UserId>,
    lines: u64,
    outcome: Imported,
}

for_admins!(ImportUsers, "user.import");

impl ImportUsers {
    pub(crate) fn new(ports: &Arc<Ports>, standing: Standing) -> Self {
        Self { ports: Arc::clone(ports), standing }
    }

    /// Begins one.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who is no application admin.
    pub async fn begin(&self, actor: &Actor) -> Result<Import, Error> {
        self.may(actor).await?;
        Ok(Import {
            ports: Arc::clone(&self.ports),
            standing: self.standing.clone(),
            actor: actor.clone(),
            waiting: Vec::with_capacity(BATCH),
            ids: HashSet::with_capacity(BATCH),
            lines: 0,
            outcome: Imported::default(),
        })
    }
}

impl Import {
    /// The next line, a [`HostedLine`]; blank ones are passed over.
    ///
    /// # Errors
    /// [`Error::TooLarge`] above [`IMPORT_LINES`]; when the store fails. What was stored stays.
    pub async fn line(&mut self, line: &[u8]) -> Result<(), Error> {
        self.lines += 1;
        if line.trim_ascii().is_empty() {
            return Ok(());
        }
        if self.lines > IMPORT_LINES as u64 {
            return Err(Error::TooLarge("an import may have at most 10000 lines"));
        }
        match self.record(line) {
            Ok(record) => {
                // Of one person, the later line counts after the earlier one.
                if self.waiting.len() >= BATCH || self.ids.contains(&record.id) {
                    self.store().await?;
                }
                self.ids.insert(record.id.clone());
                self.waiting.push((self.lines, record));
            }
            Err(Error::Invalid(errors)) => {
                let error = errors.into_iter().next();
                let error =
                    error.unwrap_or(FieldError { pointer: String::new(), detail: String::new() });
                self.fail(self.lines, error.pointer, error.detail);
            }
            Err(error) => self.fail(self.lines, String::new(), error.to_string()),
        }
        Ok(())
    }

    /// Stores what waits, and tells what became of all lines.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn finish(mut self) -> Result<Imported, Error> {
        self.store().await?;
        Ok(self.outcome)
    }

    fn record(&self, line: &[u8]) -> Result<HostRecord, Error> {
        if line.len() > IMPORT_LINE_BYTES {
            return Err(Error::field("", "a line may have at most 8 KiB"));
        }
        let record = request::parse::<HostedLine>(line)?.record(self.ports.issuer.is_some())?;
        if record.active == Some(false) && record.id == *self.actor.id() {
            return Err(Error::field("/active", "nobody deactivates their own account"));
        }
        Ok(record)
    }

    async fn store(&mut self) -> Result<(), Error> {
        self.ids.clear();
        let (lines, records): (Vec<u64>, Vec<HostRecord>) = self.waiting.drain(..).unzip();
        if records.is_empty() {
            return Ok(());
        }
        let now = self.ports.clock.now();
        let mut unit = self.ports.units.begin().await?;
        let taken = take_over(&mut *unit, &records, now).await?;
        let of = |wanted: Fate| {
            let those = taken.iter().filter(move |(_, fate)| *fate == wanted);
            those.map(|(user, _)| user.summary.id.clone()).collect::<Vec<UserId>>()
        };
        let ended = of(Fate::Known(Recorded::Deactivated));
        self.ports.end_accounts(&mut *unit, &self.actor, &ended, now).await?;
        for user in of(Fate::Known(Recorded::Reactivated)) {
            let target = AuditTarget::new("user", user);
            let entry = self.ports.audit_entry(&self.actor, "user.reactivated", target, json!({}));
            unit.record(&entry).await?;
        }
        let (created, erased) = (of(Fate::Created).len(), of(Fate::Erased).len());
        let unchanged = of(Fate::Known(Recorded::Unchanged)).len();
        let updated = taken.len() - created - erased - unchanged;
        if created + updated > 0 {
            let details = json!({ "created": created, "updated": updated });
            let target = AuditTarget::new("user", "*");
            let entry = self.ports.audit_entry(&self.actor, "user.imported", target, details);
            unit.record(&entry).await?;
        }
        unit.commit().await?;

        let outcome = &mut self.outcome;
        outcome.created += created as u64;
        outcome.updated += updated as u64;
        outcome.unchanged += unchanged as u64;
        for ((user, fate), line) in taken.into_iter().zip(lines) {
            self.standing.doubt(&user.summary.id);
            if fate == Fate::Erased {
                self.fail(line, "/id".to_owned(), "this person was erased".to_owned());
            }
        }
        Ok(())
    }

    fn fail(&mut self, line: u64, pointer: String, detail: String) {
        self.outcome.failed_count += 1;
        if self.outcome.failed.len() < NAMED {
            self.outcome.failed.push(FailedLine { line, pointer, detail });
        }
    }
}
