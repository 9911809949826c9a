//! Who has a message, and since when.

use chinwag_domain::{MessageId, ReceiptKind};

use crate::{
    Actor, Error,
    support::use_case,
    view::{ReceiptEntry, ReceiptsView},
};

use_case!(
    /// Tells who has received and read a message, without its sender.
    GetReceipts
);

impl GetReceipts {
    /// # Errors
    /// [`Error::NotFound`] for what the actor may not see.
    pub async fn execute(&self, actor: &Actor, id: MessageId) -> Result<ReceiptsView, Error> {
        let (message, membership) = self.ports.visible_message(actor, id).await?;
        if membership.blocked {
            return Ok(ReceiptsView::default());
        }
        let id = membership.conversation.id;
        let rows = self.ports.receipts.of_message(id, message.seq, &message.sender.id).await?;
        let mut view = ReceiptsView::default();
        for row in rows {
            let entry = ReceiptEntry { user_id: row.user_id, at: row.at };
            match row.kind {
                ReceiptKind::Read => view.read.push(entry),
                ReceiptKind::Delivered => view.delivered.push(entry),
            }
        }
        Ok(view)
    }
}
