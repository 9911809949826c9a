//! The audit log.

use async_trait::async_trait;
use chinwag_domain::{
    AuditCursor, AuditEntry, AuditFilter, AuditHead, AuditSeal, NewAuditEntry, SealedEntry, UserId,
    ports::{AuditLog, StorageError},
};

use super::{MemoryStore, state::State};

/// The entries as they came, and where their chain ends.
#[derive(Clone, Default)]
pub(super) struct Audit {
    entries: Vec<(AuditEntry, Option<AuditSeal>)>,
    head: AuditHead,
}

impl Audit {
    fn unsealed(&self) -> impl Iterator<Item = &AuditEntry> {
        self.entries.iter().filter(|(_, seal)| seal.is_none()).map(|(entry, _)| entry)
    }

    fn seal(&mut self, before: AuditHead, seals: &[AuditSeal]) -> bool {
        let mut entries = self.entries.clone();
        for seal in seals {
            let open = |(entry, sealed): &&mut (AuditEntry, Option<AuditSeal>)| {
                entry.id == seal.id && sealed.is_none()
            };
            let Some((_, place)) = entries.iter_mut().find(open) else { return false };
            *place = Some(seal.clone());
        }
        let Some(last) = seals.last().filter(|_| self.head == before) else { return false };
        self.head = AuditHead { number: last.number, hash: last.hash };
        self.entries = entries;
        true
    }
}

impl State {
    pub(super) fn record(&mut self, entry: &NewAuditEntry) {
        self.audit.entries.push((entry.into(), None));
    }

    pub(super) fn erase_personal(&mut self, user: &UserId) {
        for (entry, _) in &mut self.audit.entries {
            let own = entry.actor_id.as_deref() == Some(user.as_str());
            if own {
                entry.ip = None;
            }
            if own || (entry.target_type == "user" && entry.target_id == user.as_str()) {
                entry.details = None;
            }
        }
    }
}

#[async_trait]
impl AuditLog for MemoryStore {
    async fn record(&self, entry: &NewAuditEntry) -> Result<(), StorageError> {
        self.write(|state| state.record(entry)).await;
        Ok(())
    }

    async fn list(
        &self,
        filter: &AuditFilter,
        after: Option<AuditCursor>,
        limit: u16,
    ) -> Result<Vec<AuditEntry>, StorageError> {
        let mut found: Vec<_> = self.read(|state| {
            let entries = state.audit.entries.iter().map(|(entry, _)| entry);
            let later = |entry: &&AuditEntry| {
                after.is_none_or(|after| (entry.at, entry.id) < (after.at, after.id))
            };
            entries.filter(|entry| filter.holds(entry)).filter(later).cloned().collect()
        });
        found.sort_by_key(|entry| std::cmp::Reverse((entry.at, entry.id)));
        found.truncate(usize::from(limit));
        Ok(found)
    }

    async fn unsealed(&self, limit: u16) -> Result<Vec<AuditEntry>, StorageError> {
        let mut found: Vec<_> = self.read(|state| state.audit.unsealed().cloned().collect());
        found.sort_by_key(|entry| entry.id);
        found.truncate(usize::from(limit));
        Ok(found)
    }

    async fn count_unsealed(&self) -> Result<u64, StorageError> {
        Ok(self.read(|state| state.audit.unsealed().count() as u64))
    }

    async fn head(&self) -> Result<AuditHead, StorageError> {
        Ok(self.read(|state| state.audit.head))
    }

    async fn seal(&self, before: &AuditHead, seals: &[AuditSeal]) -> Result<bool, StorageError> {
        Ok(self.write(|state| state.audit.seal(*before, seals)).await)
    }

    async fn sealed(&self, after: i64, limit: u16) -> Result<Vec<SealedEntry>, StorageError> {
        let mut found: Vec<_> = self.read(|state| {
            let sealed = state.audit.entries.iter().filter_map(|(entry, seal)| {
                let seal = seal.as_ref().filter(|seal| seal.number > after)?;
                Some(SealedEntry {
                    entry: entry.clone(),
                    number: seal.number,
                    previous_hash: seal.previous_hash.to_vec(),
                    hash: seal.hash.to_vec(),
                })
            });
            sealed.collect()
        });
        found.sort_by_key(|sealed| sealed.number);
        found.truncate(usize::from(limit));
        Ok(found)
    }
}
