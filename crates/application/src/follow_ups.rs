//! What follows from changes, put together from what each part of the server
//! makes of them. What a job does is for its handler.

use std::sync::Arc;

use chinwag_domain::{Durable, NewJob, ports::FollowUps};

/// Everything that follows from a change: the jobs of each contributor, in
/// the order in which they were named.
#[derive(Clone, Default)]
pub struct ChatFollowUps {
    contributors: Vec<Arc<dyn FollowUps>>,
}

impl ChatFollowUps {
    /// What these make of a change, together.
    pub fn new(contributors: Vec<Arc<dyn FollowUps>>) -> Self {
        Self { contributors }
    }
}

impl FollowUps for ChatFollowUps {
    fn of(&self, event: &Durable) -> Vec<NewJob> {
        self.contributors.iter().flat_map(|contributor| contributor.of(event)).collect()
    }
}

#[cfg(test)]
mod tests {
    use chinwag_domain::{Change, ConversationId, JobId, Revision, Timestamp};

    use super::*;

    struct Names(&'static str);

    impl FollowUps for Names {
        fn of(&self, event: &Durable) -> Vec<NewJob> {
            vec![NewJob {
                id: JobId::from_u128(1),
                kind: self.0.to_owned(),
                lane: None,
                payload: serde_json::json!({}),
                due_at: event.at,
                created_at: event.at,
            }]
        }
    }

    #[test]
    fn each_contributor_is_asked() {
        let event = Durable {
            conversation_id: ConversationId::from_u128(1),
            revision: Revision::ZERO,
            members_revision: Revision::ZERO,
            at: Timestamp::default(),
            change: Change::ConversationDeleted,
        };
        assert_eq!(ChatFollowUps::default().of(&event), []);
        let both = ChatFollowUps::new(vec![Arc::new(Names("one")), Arc::new(Names("other"))]);
        let kinds: Vec<_> = both.of(&event).into_iter().map(|job| job.kind).collect();
        assert_eq!(kinds, ["one", "other"]);
    }
}
