//! The cases for storage, by subject.

pub mod accounts;
pub mod audit;
pub mod blocking;
pub mod changes;
pub mod contents;
pub mod devices;
pub mod direct;
pub mod directory;
pub mod duplicates;
pub mod edits;
pub mod erasing;
pub mod events;
pub mod forgetting;
pub mod hosted;
pub mod jobs;
pub mod lanes;
pub mod listing;
pub mod listing_search;
pub mod marks;
pub mod media;
pub mod memberships;
pub mod numbering;
pub mod own_uploads;
pub mod participants;
pub mod people;
pub mod ranges;
pub mod reactions;
pub mod receipts;
pub mod refusals;
pub mod searching;
pub mod searching_everywhere;
pub mod sessions;
pub mod summaries;
pub mod tombstones;
pub mod units;
pub mod unread;
pub mod unread_at_random;
pub mod webhooks;

use super::{Stage, StorageUnderTest};

/// What the cases play on.
pub fn on(store: StorageUnderTest) -> Stage {
    Stage::set(store)
}
