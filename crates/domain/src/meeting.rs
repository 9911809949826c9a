//! An appointment: where it may go from where it stands, who may take it there,
//! and what the clock makes of it. No sending and no storing here.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// Where an appointment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum MeetingStatus {
    /// Proposed by the sender of the message; nobody has answered.
    Pending,
    /// The other side agreed.
    Confirmed,
    /// The other side did not.
    Rejected,
    /// Proposed anew for another time; nobody has answered that.
    Rescheduled,
    /// Called off by either side.
    Canceled,
    /// Its time came before an answer.
    Expired,
    /// Its time came, and it had been agreed.
    Completed,
}

/// The two sides of an appointment, in a group as between two people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MeetingSide {
    /// Who sent the message.
    #[default]
    Sender,
    /// Everybody else in the conversation.
    Invited,
}

impl MeetingSide {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
    fn is_sender(&self) -> bool {
        *self == Self::Sender
    }
}

/// An appointment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meeting {
    /// Where, 1 to 200 characters.
    pub place: String,
    /// When.
    pub scheduled_at: Timestamp,
    /// Where it stands.
    pub status: MeetingStatus,
    /// Who named that time: the answer is for the other side. Not told to clients.
    #[serde(default, skip_serializing_if = "MeetingSide::is_sender")]
    pub proposed_by: MeetingSide,
}

/// What somebody does with an appointment. Only the clock lets one expire or be completed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MeetingStep {
    /// Agrees to the time that was named last.
    Confirm,
    /// Does not.
    Reject,
    /// Names another time.
    Reschedule(Timestamp),
    /// Calls it off.
    Cancel,
}

/// Why a step was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StepRefused {
    /// Who named the time does not answer it.
    #[error("the answer is for the other side than the one that named the time")]
    OwnProposal,
    /// No way leads there from where it stands.
    #[error("the meeting cannot go there from where it stands")]
    NoWay,
    /// The new time is over.
    #[error("must be in the future")]
    NotAhead,
}

impl Meeting {
    /// An appointment that the sender of a message proposes.
    pub fn proposed(place: String, scheduled_at: Timestamp) -> Self {
        Self {
            place,
            scheduled_at,
            status: MeetingStatus::Pending,
            proposed_by: MeetingSide::Sender,
        }
    }

    /// Whether its time is still to come.
    pub fn is_ahead(&self, now: Timestamp) -> bool {
        self.scheduled_at > now
    }

    /// Where it stands as the clock has it, whether or not that is stored yet.
    pub fn status_at(&self, now: Timestamp) -> MeetingStatus {
        match self.status {
            _ if self.is_ahead(now) => self.status,
            MeetingStatus::Pending | MeetingStatus::Rescheduled => MeetingStatus::Expired,
            MeetingStatus::Confirmed => MeetingStatus::Completed,
            ended => ended,
        }
    }

    /// Whether something may still become of it.
    pub fn is_open(&self) -> bool {
        matches!(
            self.status,
            MeetingStatus::Pending | MeetingStatus::Rescheduled | MeetingStatus::Confirmed
        )
    }

    /// Takes a step for one side; refused, everything stays as it is.
    ///
    /// # Errors
    /// See [`StepRefused`].
    pub fn step(
        &mut self,
        step: MeetingStep,
        by: MeetingSide,
        now: Timestamp,
    ) -> Result<(), StepRefused> {
        let answers = matches!(step, MeetingStep::Confirm | MeetingStep::Reject);
        if answers && by == self.proposed_by {
            return Err(StepRefused::OwnProposal);
        }
        match self.status_at(now) {
            MeetingStatus::Pending | MeetingStatus::Rescheduled => {}
            MeetingStatus::Confirmed if !answers => {}
            _ => return Err(StepRefused::NoWay),
        }
        self.status = match step {
            MeetingStep::Confirm => MeetingStatus::Confirmed,
            MeetingStep::Reject => MeetingStatus::Rejected,
            MeetingStep::Cancel => MeetingStatus::Canceled,
            MeetingStep::Reschedule(to) if to <= now => return Err(StepRefused::NotAhead),
            MeetingStep::Reschedule(to) => {
                self.scheduled_at = to;
                self.proposed_by = by;
                MeetingStatus::Rescheduled
            }
        };
        Ok(())
    }

    /// Lets the clock do what it has to; false when that is nothing.
    pub fn pass(&mut self, now: Timestamp) -> bool {
        let status = self.status_at(now);
        std::mem::replace(&mut self.status, status) != status
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ALL: [MeetingStatus; 7] = [
        MeetingStatus::Pending,
        MeetingStatus::Confirmed,
        MeetingStatus::Rejected,
        MeetingStatus::Rescheduled,
        MeetingStatus::Canceled,
        MeetingStatus::Expired,
        MeetingStatus::Completed,
    ];
    const SIDES: [MeetingSide; 2] = [MeetingSide::Sender, MeetingSide::Invited];

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn meeting(status: MeetingStatus, proposed_by: MeetingSide) -> Meeting {
        Meeting { status, proposed_by, ..Meeting::proposed("Here".into(), at(100)) }
    }

    /// Where each step leads; what is not here is refused.
    fn ways(from: MeetingStatus) -> &'static [MeetingStatus] {
        use MeetingStatus::{Canceled, Confirmed, Pending, Rejected, Rescheduled};
        match from {
            Pending | Rescheduled => &[Confirmed, Rejected, Rescheduled, Canceled],
            Confirmed => &[Rescheduled, Canceled],
            _ => &[],
        }
    }

    #[test]
    fn the_table_of_steps_and_nothing_else() {
        let steps = [
            (MeetingStep::Confirm, MeetingStatus::Confirmed),
            (MeetingStep::Reject, MeetingStatus::Rejected),
            (MeetingStep::Reschedule(at(200)), MeetingStatus::Rescheduled),
            (MeetingStep::Cancel, MeetingStatus::Canceled),
        ];
        for from in ALL {
            for proposed_by in SIDES {
                for by in SIDES {
                    for (step, to) in steps {
                        let before = meeting(from, proposed_by);
                        let mut after = before.clone();
                        let outcome = after.step(step, by, at(99));
                        let answers = matches!(step, MeetingStep::Confirm | MeetingStep::Reject);
                        let expected = if answers && by == proposed_by {
                            Err(StepRefused::OwnProposal)
                        } else if ways(from).contains(&to) {
                            Ok(())
                        } else {
                            Err(StepRefused::NoWay)
                        };
                        assert_eq!(outcome, expected, "{from:?} by {by:?}: {step:?}");
                        if outcome.is_ok() {
                            assert_eq!(after.status, to);
                        } else {
                            assert_eq!(after, before);
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn after_another_time_was_named_the_other_side_answers() {
        let mut it = meeting(MeetingStatus::Pending, MeetingSide::Sender);
        it.step(MeetingStep::Reschedule(at(200)), MeetingSide::Invited, at(1)).unwrap();
        assert_eq!((it.scheduled_at, it.status), (at(200), MeetingStatus::Rescheduled));
        let own = it.step(MeetingStep::Confirm, MeetingSide::Invited, at(1));
        assert_eq!(own, Err(StepRefused::OwnProposal));
        it.step(MeetingStep::Confirm, MeetingSide::Sender, at(1)).unwrap();
        it.step(MeetingStep::Reschedule(at(300)), MeetingSide::Sender, at(1)).unwrap();
        it.step(MeetingStep::Reject, MeetingSide::Invited, at(1)).unwrap();
        assert_eq!(it.status, MeetingStatus::Rejected);
    }

    #[test]
    fn a_time_that_is_over_cannot_be_named() {
        for over in [0, 50] {
            let mut it = meeting(MeetingStatus::Pending, MeetingSide::Sender);
            let step = MeetingStep::Reschedule(at(over));
            assert_eq!(it.step(step, MeetingSide::Sender, at(50)), Err(StepRefused::NotAhead));
            assert_eq!(it, meeting(MeetingStatus::Pending, MeetingSide::Sender));
        }
    }

    #[test]
    fn the_clock_ends_what_is_open_and_nothing_else() {
        for from in ALL {
            let ends = match from {
                MeetingStatus::Pending | MeetingStatus::Rescheduled => MeetingStatus::Expired,
                MeetingStatus::Confirmed => MeetingStatus::Completed,
                other => other,
            };
            let mut it = meeting(from, MeetingSide::Sender);
            assert_eq!(it.is_open(), ends != from);
            assert!(!it.pass(at(99)), "not before its time");
            assert_eq!(it.pass(at(100)), ends != from);
            assert_eq!(it.status, ends);
            assert!(!it.pass(at(100)), "once");
        }
    }

    #[test]
    fn what_the_clock_has_ended_is_ended_before_anybody_stores_it() {
        for from in ALL {
            let mut it = meeting(from, MeetingSide::Sender);
            let step = MeetingStep::Reschedule(at(200));
            assert_eq!(it.step(step, MeetingSide::Sender, at(100)), Err(StepRefused::NoWay));
        }
    }

    #[test]
    fn the_side_is_kept_only_when_it_says_something() {
        let first = meeting(MeetingStatus::Pending, MeetingSide::Sender);
        let json = serde_json::to_string(&first).unwrap();
        assert!(!json.contains("proposed_by"), "a send's fingerprint stays what it was: {json}");
        assert_eq!(serde_json::from_str::<Meeting>(&json).unwrap(), first);
        let anew = meeting(MeetingStatus::Rescheduled, MeetingSide::Invited);
        let json = serde_json::to_string(&anew).unwrap();
        assert_eq!(serde_json::from_str::<Meeting>(&json).unwrap(), anew);
    }

    fn a_step() -> impl Strategy<Value = MeetingStep> {
        prop_oneof![
            Just(MeetingStep::Confirm),
            Just(MeetingStep::Reject),
            Just(MeetingStep::Cancel),
            (0_i64..400).prop_map(|to| MeetingStep::Reschedule(at(to))),
        ]
    }

    fn a_side() -> impl Strategy<Value = MeetingSide> {
        prop_oneof![Just(MeetingSide::Sender), Just(MeetingSide::Invited)]
    }

    proptest! {
        /// Whatever people and clock do, in whatever order.
        #[test]
        fn ends_are_final_and_agreement_takes_two(
            steps in prop::collection::vec((a_step(), a_side(), 0_i64..20, any::<bool>()), 1..40)
        ) {
            let mut it = Meeting::proposed("Here".into(), at(100));
            let mut now = 0;
            let mut named_by = MeetingSide::Sender;
            for (step, by, later, clock) in steps {
                now += later;
                let before = it.clone();
                if clock {
                    let passed = it.pass(at(now));
                    prop_assert_eq!(passed, before.is_open() && before.scheduled_at <= at(now));
                }
                let before = it.clone();
                #[expect(clippy::single_match_else, reason = "both outcomes are looked at")]
                match it.step(step, by, at(now)) {
                    Err(_) => prop_assert_eq!(&it, &before),
                    Ok(()) => {
                        prop_assert!(before.is_open(), "an end is final");
                        prop_assert!(before.scheduled_at > at(now), "its time had not come");
                        match it.status {
                            MeetingStatus::Confirmed | MeetingStatus::Rejected => {
                                prop_assert_ne!(by, named_by);
                            }
                            MeetingStatus::Rescheduled => {
                                prop_assert!(it.scheduled_at > at(now));
                                named_by = by;
                            }
                            MeetingStatus::Canceled => {}
                            other => prop_assert!(false, "nobody makes it {:?}", other),
                        }
                    }
                }
                prop_assert_eq!(it.proposed_by, named_by);
                prop_assert_eq!(&it.place, "Here");
            }
        }
    }
}
