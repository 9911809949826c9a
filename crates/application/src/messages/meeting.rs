//! Answering an appointment, naming another time, calling it off.

use chinwag_domain::MessageId;

use crate::{
    Actor, Error, request,
    request::MeetingPatch,
    support::{save_updated, use_case},
    view::MessageView,
};

use_case!(
    /// Takes a step with the appointment that a message is.
    ChangeMeeting
);

impl ChangeMeeting {
    /// `body` is a [`MeetingPatch`].
    ///
    /// # Errors
    /// [`Error::NotFound`] for what the actor may not see; [`Error::Forbidden`] on other messages
    /// and for who answers their own side's time; [`Error::Conflict`] when no way leads there from
    /// where it stands; [`Error::Invalid`] for a time that is over.
    pub async fn execute(
        &self,
        actor: &Actor,
        id: MessageId,
        body: &[u8],
    ) -> Result<MessageView, Error> {
        let (mut unit, mut membership, mut message) = self.ports.begin_on(actor, id).await?;

        let side = membership.side_of_meeting(&message)?;
        let step = request::parse::<MeetingPatch>(body)?.step()?;

        let now = self.ports.clock.now();
        let meeting = message.body.meeting.as_mut().ok_or(Error::NotFound)?;
        let before = meeting.scheduled_at;
        meeting.step(step, side, now)?;
        let another_time = meeting.scheduled_at != before;

        let conversation = &mut membership.conversation;
        message.revision = conversation.next_revision(now);
        if another_time && let Some(job) = super::meeting_due::job(&message, &*self.ports.ids, now)
        {
            unit.enqueue(&[job]).await?;
        }
        save_updated(&mut *unit, conversation, &message, None).await?;
        unit.commit().await?;
        self.ports.message_view(actor, message).await
    }
}
