//! The stored jobs, as operators see them.

use chinwag_domain::{JobId, JobState, Limit};

use crate::{
    Actor, Error, request,
    support::{for_admins, use_case},
    view::{JobView, ListView},
};

use_case! {
    /// Jobs that wait, run or were given up, for application admins.
    ListJobs
}

for_admins!(ListJobs, "jobs.list");

impl ListJobs {
    /// The oldest first. What is in them is not shown: it may be what people said.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who is no application admin, [`Error::Invalid`] for a cursor of
    /// another list.
    pub async fn execute(
        &self,
        actor: &Actor,
        state: Option<JobState>,
        limit: Option<Limit>,
        cursor: Option<String>,
    ) -> Result<ListView<JobView>, Error> {
        self.may(actor).await?;
        let after = request::cursor::<JobId>(cursor)?;
        let limit = limit.unwrap_or(Limit::LIST).get();

        let mut jobs = self.ports.jobs.list(state, after, limit + 1).await?;
        let more = jobs.len() > usize::from(limit);
        jobs.truncate(limit.into());
        let next = jobs.last().filter(|_| more).map(|job| job.id().to_string());
        Ok(ListView {
            items: jobs.iter().map(JobView::from).collect(),
            next_cursor: next,
            pages: None,
        })
    }
}
