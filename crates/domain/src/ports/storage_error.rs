//! What can go wrong behind a storage port.

/// A failure of the store itself. What is inside is for the log, never for clients.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// It cannot be reached, is too busy, or its answer was lost: the outcome of
    /// a write is unknown and the same request may be tried again.
    #[error("the store is unavailable")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A fault of ours, or a row that makes no sense.
    #[error("the store failed")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl StorageError {
    /// Wraps a passing failure.
    pub fn unavailable(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Unavailable(source.into())
    }

    /// Wraps a fault.
    pub fn internal(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(source.into())
    }
}
