//! The cases for boards of presence, by subject.

pub mod board;

use std::sync::Arc;

use chinwag_domain::ports::PresenceBoard;

/// What the cases play on.
pub fn on(board: Arc<dyn PresenceBoard>) -> Arc<dyn PresenceBoard> {
    board
}
