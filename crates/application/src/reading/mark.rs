//! Moving one's pointers forward.

use chinwag_domain::{
    ConversationId, Mark, Membership, MessageId, Receipt, ReceiptKind, Seq, Signal, limits,
};

use crate::{
    Actor, Error, Ports, request,
    request::{DeliveredRequest, ReadRequest},
    support::use_case,
    view::MembershipView,
};

use_case!(
    /// Marks messages as read, up to a place or to the end.
    MarkRead
);

impl MarkRead {
    /// `body` is a [`ReadRequest`].
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is not in it; [`Error::Invalid`] for a seq
    /// above the last.
    pub async fn execute(
        &self,
        actor: &Actor,
        id: ConversationId,
        body: &[u8],
    ) -> Result<MembershipView, Error> {
        let membership = self.ports.membership(actor, id).await?;
        let seq = match request::parse::<ReadRequest>(body)?.seq {
            Some(seq) => within(&membership, seq)?,
            None => membership.conversation.last_seq,
        };
        mark(&self.ports, membership, ReceiptKind::Read, seq).await
    }

    /// Marks everything up to and including one message.
    ///
    /// # Errors
    /// [`Error::NotFound`] for what the actor may not see.
    pub async fn up_to(&self, actor: &Actor, id: MessageId) -> Result<MembershipView, Error> {
        let (message, membership) = self.ports.visible_message(actor, id).await?;
        mark(&self.ports, membership, ReceiptKind::Read, message.seq).await
    }
}

use_case!(
    /// Says that a device has received messages, up to a place.
    MarkDelivered
);

impl MarkDelivered {
    /// `body` is a [`DeliveredRequest`]. Large groups keep no delivered
    /// receipts: there it changes nothing.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is not in it; [`Error::Invalid`] for a seq
    /// above the last.
    pub async fn execute(
        &self,
        actor: &Actor,
        id: ConversationId,
        body: &[u8],
    ) -> Result<MembershipView, Error> {
        let membership = self.ports.membership(actor, id).await?;
        let seq = within(&membership, request::parse::<DeliveredRequest>(body)?.seq)?;
        let count = usize::try_from(membership.conversation.participant_count);
        if count.is_ok_and(|count| count > limits::QUIET_GROUP) {
            return Ok(MembershipView::new(&membership.participant, self.ports.clock.now()));
        }
        mark(&self.ports, membership, ReceiptKind::Delivered, seq).await
    }
}

fn within(membership: &Membership, seq: Seq) -> Result<Seq, Error> {
    if (Seq::ZERO..=membership.conversation.last_seq).contains(&seq) {
        Ok(seq)
    } else {
        Err(Error::field("/seq", "must be the number of a message of this conversation"))
    }
}

async fn mark(
    ports: &Ports,
    mut membership: Membership,
    kind: ReceiptKind,
    seq: Seq,
) -> Result<MembershipView, Error> {
    let at = ports.clock.now();
    let blocked = membership.blocked;
    let participant = &mut membership.participant;
    if participant.mark(kind, seq) {
        let mark = Mark {
            conversation_id: membership.conversation.id,
            user_id: participant.user.id.clone(),
            kind,
            seq,
            at,
        };
        let receipt = Receipt::from(&mark);
        if ports.receipts.mark(mark).await? && !blocked {
            ports.bus.publish(Signal::Receipt { kind, receipt }.into());
        }
    }
    Ok(MembershipView::new(&membership.participant, at))
}
