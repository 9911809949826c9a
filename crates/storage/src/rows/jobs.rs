//! Jobs.

use chinwag_domain::{Job, JobId, JobState, Lane, NewJob, Timestamp, ports::StorageError};

use crate::{entity::job, error::corrupt};

/// The job of a row.
pub(crate) fn job(row: job::Model) -> Result<Job, StorageError> {
    let (position, receiver) = (row.position, row.receiver);
    let work = NewJob {
        id: JobId::new(row.id),
        kind: row.kind,
        lane: row.lane.map(|name| Lane { name, position, receiver }),
        payload: serde_json::from_str(&row.payload).map_err(|_| corrupt("payload of a job"))?,
        due_at: Timestamp::from_millis(row.due_at),
        created_at: Timestamp::from_millis(row.created_at),
    };
    Ok(Job {
        state: JobState::from_name(&row.state).ok_or_else(|| corrupt("state of a job"))?,
        attempts: u32::try_from(row.attempts).map_err(|_| corrupt("attempts of a job"))?,
        last_error: row.last_error,
        work,
    })
}
