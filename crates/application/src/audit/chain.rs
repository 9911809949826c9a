//! Sealing: one after the other, entries get a number and a hash that covers the
//! entry and the hash before it.

use std::sync::Arc;

use chinwag_domain::{AuditEntry, AuditHash, AuditHead, AuditSeal, ports::AuditLog};
use sha2::{Digest as _, Sha256};

use crate::Error;

/// How many entries are sealed in one transaction.
const BATCH: u16 = 500;
/// How often another sealer may come first before it is left to that one.
const TRIES: u32 = 20;

/// The chain of hashes over the audit log. Several nodes may seal at once: one of them goes on.
#[derive(Clone)]
pub struct AuditChain {
    pub(super) log: Arc<dyn AuditLog>,
}

impl AuditChain {
    /// The chain of that log.
    pub fn new(log: Arc<dyn AuditLog>) -> Self {
        Self { log }
    }

    /// Seals what is not sealed yet; how many entries it was.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn seal(&self) -> Result<u64, Error> {
        let (mut sealed, mut tries) = (0, 0);
        while tries < TRIES {
            // Before the entries: were it read after them, another could have sealed some between.
            let head = self.log.head().await?;
            let open = self.log.unsealed(BATCH).await?;
            let seals = seals(head, &open);
            if seals.is_empty() {
                break;
            }
            if self.log.seal(&head, &seals).await? {
                sealed += seals.len() as u64;
                tries = 0;
            } else {
                tries += 1;
            }
        }
        Ok(sealed)
    }
}

/// The places of these entries after that head.
fn seals(head: AuditHead, entries: &[AuditEntry]) -> Vec<AuditSeal> {
    let mut previous = head;
    let place = |entry: &AuditEntry| {
        let (number, previous_hash) = (previous.number + 1, previous.hash);
        let hash = hash(&previous_hash, entry);
        previous = AuditHead { number, hash };
        AuditSeal { id: entry.id, number, previous_hash, hash }
    };
    entries.iter().map(place).collect()
}

/// The hash of an entry in its place.
pub(super) fn hash(previous: &AuditHash, entry: &AuditEntry) -> AuditHash {
    let mut hasher = Sha256::new();
    hasher.update(previous);
    hasher.update(entry.canonical());
    hasher.finalize().into()
}
