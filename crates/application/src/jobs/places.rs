//! Which places of a worker are taken, by receiver: one that does not answer must not have them all.

use std::{collections::HashMap, sync::Arc};

use chinwag_domain::Job;
use parking_lot::Mutex;

/// The places that are taken. Clones share them.
#[derive(Clone, Default)]
pub(super) struct Places {
    begun: Arc<Mutex<HashMap<String, u16>>>,
}

/// A job that was taken. Until it is dropped it has a place among those for its receiver.
pub struct Taken {
    pub(super) job: Job,
    places: Places,
}

impl Taken {
    /// Which kind of work it is.
    pub fn kind(&self) -> &str {
        &self.job.work.kind
    }
}

impl Places {
    /// How many jobs are begun, by receiver.
    pub(super) fn begun(&self) -> HashMap<String, u16> {
        self.begun.lock().clone()
    }

    pub(super) fn begin(&self, job: Job) -> Taken {
        if let Some(receiver) = job.receiver() {
            *self.begun.lock().entry(receiver.to_owned()).or_default() += 1;
        }
        Taken { job, places: self.clone() }
    }

    fn leave(&self, receiver: &str) {
        let mut begun = self.begun.lock();
        if let Some(count) = begun.get_mut(receiver) {
            *count -= 1;
            if *count == 0 {
                begun.remove(receiver);
            }
        }
    }
}

impl Taken {
    /// What is to be done.
    pub fn job(&self) -> &Job {
        &self.job
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        if let Some(receiver) = self.job.receiver() {
            self.places.leave(receiver);
        }
    }
}
