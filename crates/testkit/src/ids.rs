//! Ids that come out the same in every run.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use chinwag_domain::{AuditId, ports::IdGenerator};
use uuid::{Builder, Uuid};

/// UUIDs that look like version 7, each larger than the one before. Clones go
/// on counting together.
///
/// Entries of the audit log are counted apart: what clients see does not change
/// with what is written down about it.
#[derive(Debug, Clone, Default)]
pub struct SequentialIds {
    all: Arc<AtomicU64>,
    audit: Arc<AtomicU64>,
}

impl SequentialIds {
    /// Begins after that number, for tests that need several apart.
    pub fn after(number: u64) -> Self {
        let counter = || Arc::new(AtomicU64::new(number));
        Self { all: counter(), audit: counter() }
    }
}

impl IdGenerator for SequentialIds {
    fn uuid(&self) -> Uuid {
        next(&self.all, 0)
    }

    fn audit(&self) -> AuditId {
        AuditId::new(next(&self.audit, 0xa))
    }
}

/// The next of a counter; ids of different `kind` are never the same.
fn next(counter: &AtomicU64, kind: u8) -> Uuid {
    let number = counter.fetch_add(1, Ordering::SeqCst) + 1;
    let mut tail = [0; 10];
    tail[1] = kind;
    tail[2..].copy_from_slice(&number.to_be_bytes());
    Builder::from_unix_timestamp_millis(1_700_000_000_000 + number, &tail).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_of_version_7_and_grow() {
        let (ids, others) = (SequentialIds::default(), SequentialIds::default());
        let made: Vec<Uuid> = (0..300).map(|_| ids.uuid()).collect();
        assert!(made.is_sorted_by(|one, next| one < next));
        assert!(made.iter().all(|id| id.get_version_num() == 7));
        assert_eq!(others.uuid(), made[0]);
    }
}
