//! What a constructor hands to the suites.

use std::{any::Any, sync::Arc};

use chinwag_domain::ports::{Accounts, Conversations, MessageLog, Receipts, UnitsOfWork, Users};

use crate::memory::MemoryBus;

/// A storage adapter over an empty store of its own: cases use the same ids.
pub struct StorageUnderTest {
    /// Messages.
    pub messages: Arc<dyn MessageLog>,
    /// Conversations and participants.
    pub conversations: Arc<dyn Conversations>,
    /// Receipts.
    pub receipts: Arc<dyn Receipts>,
    /// People.
    pub users: Arc<dyn Users>,
    /// Local accounts.
    pub accounts: Arc<dyn Accounts>,
    /// Units of work.
    pub units: Arc<dyn UnitsOfWork>,
    /// The bus on which the adapter publishes, and nobody else.
    pub bus: Arc<MemoryBus>,
    /// Whatever must live as long as the store (a temporary directory); dropped last.
    pub keep: Box<dyn Any + Send + Sync>,
}
