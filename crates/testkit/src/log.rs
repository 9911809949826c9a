//! What a program logs, kept in memory for a test to read.

use std::{io, sync::Arc};

use parking_lot::Mutex;

/// A place for a subscriber to write to; a clone writes to the same place. A log is for a whole program, so a
/// test that listens is best alone in its own.
///
/// ```
/// use std::io::Write as _;
/// let log = chinwag_testkit::Log::default();
/// log.clone().write_all(b"hello").unwrap();
/// assert_eq!(log.text(), "hello");
/// ```
#[derive(Debug, Clone, Default)]
pub struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// What was logged so far.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock()).into_owned()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
