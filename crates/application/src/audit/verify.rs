//! Walking the chain from its beginning to its head.

use std::fmt;

use chinwag_domain::{AuditHash, AuditHead, AuditId, SealedEntry};

use super::chain::{AuditChain, hash};
use crate::Error;

/// How many entries are looked at together.
const PAGE: u16 = 1_000;

/// The chain holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// Its end; the number is how many entries it has.
    pub head: AuditHead,
    /// Entries that are not part of it yet, which nothing protects so far.
    pub unsealed: u64,
}

/// The first place at which the chain does not hold. The text says what was done to it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)] // the text says it
pub enum Tampered {
    /// An entry is there, but not as it was sealed.
    Edited { number: i64, id: AuditId },
    /// An entry is there and fits itself, but not the one before it.
    Moved { number: i64, id: AuditId },
    /// Entries are missing, from this number up to that.
    Removed { from: i64, to: i64 },
    /// An entry stands where the chain has none.
    Added { number: i64, id: AuditId },
    /// The noted end is not that of the entries.
    Head { number: i64 },
    /// The chain is whole, but it is not the one that was expected.
    NotExpected { number: i64 },
}

impl fmt::Display for Tampered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Edited { number, id } => {
                write!(f, "entry {number} ({id}) is not as it was sealed: it was edited")
            }
            Self::Moved { number, id } => write!(
                f,
                "entry {number} ({id}) does not follow entry {}: one of them was moved or replaced",
                number - 1
            ),
            Self::Removed { from, to } if from == to => write!(f, "entry {from} was removed"),
            Self::Removed { from, to } => write!(f, "entries {from} to {to} were removed"),
            Self::Added { number, id } => {
                write!(f, "entry {number} ({id}) was added: the chain has no such place")
            }
            Self::Head { number } => {
                write!(f, "the noted head does not fit entry {number}: one of them was edited")
            }
            Self::NotExpected { number } => write!(
                f,
                "entry {number} is not the one whose hash was expected: the log was written anew"
            ),
        }
    }
}

impl AuditChain {
    /// Seals what is not sealed yet, then walks the chain to its head. With `expected`, a head that
    /// was kept elsewhere, the chain must also lead through there.
    ///
    /// # Errors
    /// When the store fails; what was tampered with is an answer.
    pub async fn verify(
        &self,
        expected: Option<AuditHead>,
    ) -> Result<Result<Verified, Tampered>, Error> {
        if let Err(error) = self.seal().await {
            // A copy that can only be read can be verified too.
            tracing::warn!(?error, "new entries of the audit log were not sealed before");
        }
        let mut walk = Walk { end: AuditHead::default(), expected };
        let head = loop {
            let entries = self.log.sealed(walk.after(), PAGE).await?;
            if let Some(tampered) = entries.iter().find_map(|entry| walk.step(entry)) {
                return Ok(Err(tampered));
            }
            if entries.is_empty() {
                // Read after the entries, so it is no older than they are; what was sealed
                // meanwhile is walked too.
                let head = self.log.head().await?;
                let more = head.number > walk.end.number
                    && !self.log.sealed(walk.after(), 1).await?.is_empty();
                if !more {
                    break head;
                }
            }
        };
        if let Some(tampered) = walk.ends_at(&head) {
            return Ok(Err(tampered));
        }
        let unsealed = self.log.count_unsealed().await?;
        Ok(Ok(Verified { head, unsealed }))
    }
}

/// How far the chain has been found whole.
struct Walk {
    end: AuditHead,
    expected: Option<AuditHead>,
}

impl Walk {
    /// From the beginning also what stands below it.
    fn after(&self) -> i64 {
        if self.end.number == 0 { i64::MIN } else { self.end.number }
    }

    fn step(&mut self, sealed: &SealedEntry) -> Option<Tampered> {
        let (number, id, due) = (sealed.number, sealed.entry.id, self.end.number + 1);
        if number < due {
            return Some(Tampered::Added { number, id });
        }
        if number > due {
            return Some(Tampered::Removed { from: due, to: number - 1 });
        }
        // The entry is judged by the hash that it claims to follow: so that of an entry that was
        // replaced together with its hash the next one tells.
        let claimed = AuditHash::try_from(sealed.previous_hash.as_slice()).unwrap_or_default();
        if sealed.hash != hash(&claimed, &sealed.entry) {
            return Some(Tampered::Edited { number, id });
        }
        if sealed.previous_hash != self.end.hash {
            return Some(Tampered::Moved { number, id });
        }
        self.end = AuditHead { number, hash: hash(&self.end.hash, &sealed.entry) };
        self.expected
            .filter(|expected| expected.number == number && expected.hash != self.end.hash)
            .map(|_| Tampered::NotExpected { number })
    }

    fn ends_at(&self, head: &AuditHead) -> Option<Tampered> {
        let last = self.end.number;
        let known = self.expected.map_or(head.number, |expected| expected.number.max(head.number));
        if known > last {
            Some(Tampered::Removed { from: last + 1, to: known })
        } else if *head == self.end {
            None
        } else {
            Some(Tampered::Head { number: last })
        }
    }
}
#[cfg(test)]
mod tests {
    use super::*;
    use chinwag_domain::{AuditEntry, Timestamp};

    fn entry(number: i64) -> AuditEntry {
        AuditEntry {
            id: AuditId::from_u128(number.unsigned_abs().into()),
            at: Timestamp::from_millis(number),
            actor_id: Some("ann".into()),
            action: "a.b".into(),
            target_type: "user".into(),
            target_id: number.to_string(),
            ip: None,
            details: None,
        }
    }

    fn sealed(number: i64, previous: AuditHash, entry: AuditEntry) -> SealedEntry {
        let hash = hash(&previous, &entry).to_vec();
        SealedEntry { number, previous_hash: previous.to_vec(), hash, entry }
    }

    /// Five entries, and what is noted of their end.
    fn chain() -> (Vec<SealedEntry>, AuditHead) {
        let mut end = AuditHead::default();
        let entries = (1..=5).map(|number| {
            let sealed = sealed(number, end.hash, entry(number));
            end = AuditHead { number, hash: sealed.hash.clone().try_into().unwrap() };
            sealed
        });
        (entries.collect(), end)
    }

    fn walk(
        entries: &[SealedEntry],
        head: AuditHead,
        expected: Option<AuditHead>,
    ) -> Option<Tampered> {
        let mut walk = Walk { end: AuditHead::default(), expected };
        let found = entries.iter().find_map(|entry| walk.step(entry));
        found.or_else(|| walk.ends_at(&head))
    }

    #[test]
    fn a_whole_chain_is_whole_and_erasing_leaves_it_so() {
        let (mut entries, head) = chain();
        assert_eq!(walk(&entries, head, None), None);
        assert_eq!(walk(&entries, head, Some(head)), None);
        entries[2].entry.ip = Some("::1".into());
        entries[3].entry.details = Some(serde_json::json!({}));
        assert_eq!(walk(&entries, head, None), None);
        assert_eq!(walk(&[], AuditHead::default(), None), None);
    }

    #[test]
    fn the_first_bad_entry_is_named() {
        type Attack = fn(&mut Vec<SealedEntry>, &mut AuditHead);
        let id = |number| AuditId::from_u128(number);
        let attacks: Vec<(Attack, Tampered)> = vec![
            (|all, _| all[2].entry.action = "x".into(), Tampered::Edited { number: 3, id: id(3) }),
            (|all, _| all[0].hash = vec![], Tampered::Edited { number: 1, id: id(1) }),
            (|all, _| drop(all.remove(0)), Tampered::Removed { from: 1, to: 1 }),
            (|all, _| drop(all.drain(1..4)), Tampered::Removed { from: 2, to: 4 }),
            (|all, _| all.truncate(3), Tampered::Removed { from: 4, to: 5 }),
            (|all, _| all.clear(), Tampered::Removed { from: 1, to: 5 }),
            // The numbers of two are exchanged; then all but the numbers.
            (
                |all, _| {
                    all.swap(1, 3);
                    (all[1].number, all[3].number) = (2, 4);
                },
                Tampered::Moved { number: 2, id: id(4) },
            ),
            (
                |all, _| {
                    let other = all[3].entry.clone();
                    all[3].entry = std::mem::replace(&mut all[1].entry, other);
                },
                Tampered::Edited { number: 2, id: id(4) },
            ),
            // Replaced together with its hash: the one behind tells.
            (
                |all, _| all[1] = sealed(2, all[0].hash.clone().try_into().unwrap(), entry(9)),
                Tampered::Moved { number: 3, id: id(3) },
            ),
            (|all, head| all.push(sealed(6, head.hash, entry(6))), Tampered::Head { number: 6 }),
            (
                |all, _| all.insert(0, sealed(-1, AuditHash::default(), entry(9))),
                Tampered::Added { number: -1, id: id(9) },
            ),
            (|_, head| head.hash = [7; 32], Tampered::Head { number: 5 }),
            (
                |all, head| {
                    all.truncate(3);
                    head.number = 3;
                },
                Tampered::Head { number: 3 },
            ),
        ];
        for (attack, expected) in attacks {
            let (mut entries, mut head) = chain();
            attack(&mut entries, &mut head);
            let found = walk(&entries, head, None);
            assert_eq!(found.as_ref(), Some(&expected));
            assert!(found.unwrap().to_string().len() > 10);
        }
    }

    #[test]
    fn a_log_written_anew_is_not_the_one_that_was_known() {
        let (entries, head) = chain();
        let mut end = AuditHead::default();
        let anew: Vec<_> = (1..=5)
            .map(|number| {
                let sealed = sealed(number, end.hash, entry(number + i64::from(number > 2)));
                end = AuditHead { number, hash: sealed.hash.clone().try_into().unwrap() };
                sealed
            })
            .collect();
        assert_eq!(walk(&anew, end, None), None, "without a head kept elsewhere nobody can tell");
        let third: AuditHash = entries[2].hash.clone().try_into().unwrap();
        let known = AuditHead { number: 3, hash: third };
        assert_eq!(walk(&anew, end, Some(known)), Some(Tampered::NotExpected { number: 3 }));
        // Cut together with its noted end.
        let cut: AuditHash = entries[2].hash.clone().try_into().unwrap();
        let cut = AuditHead { number: 3, hash: cut };
        assert_eq!(walk(&entries[..3], cut, None), None);
        assert_eq!(
            walk(&entries[..3], cut, Some(head)),
            Some(Tampered::Removed { from: 4, to: 5 })
        );
    }
}
