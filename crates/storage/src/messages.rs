//! Loading messages whole: with their sender and how people reacted. Which
//! messages is for the caller to say; two queries, whatever the number.

use std::collections::HashMap;

use chinwag_domain::{Message, MessageId, ReactionTally, UserId, ports::StorageError};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect, Select,
    prelude::Uuid,
    sea_query::{Expr, ExprTrait},
};

use crate::{
    entity::{message, reaction, user},
    error::{corrupt, from_db},
    rows,
};

/// The messages that `query` selects, in its order, as `viewer` sees them.
pub(crate) async fn load(
    database: &impl ConnectionTrait,
    query: Select<message::Entity>,
    viewer: &UserId,
) -> Result<Vec<Message>, StorageError> {
    let found = query.find_also_related(user::Entity).all(database).await.map_err(from_db)?;
    let mut tallies = tallies(database, found.iter().map(|(row, _)| row), viewer).await?;
    found
        .into_iter()
        .map(|(row, sender)| {
            let sender = sender.ok_or_else(|| corrupt("message without a sender"))?;
            let reactions = tallies.remove(&row.id).unwrap_or_default();
            rows::message(row, rows::summary(sender)?, reactions)
        })
        .collect()
}

/// One message, deleted or not, as `viewer` sees it.
pub(crate) async fn find(
    database: &impl ConnectionTrait,
    id: MessageId,
    viewer: &UserId,
) -> Result<Option<Message>, StorageError> {
    let query = message::Entity::find().filter(message::Column::Id.eq(id.uuid()));
    Ok(load(database, query, viewer).await?.pop())
}

#[derive(Debug, FromQueryResult)]
struct TallyRow {
    message_id: Uuid,
    emoji: String,
    count: i64,
    mine: i64,
}

/// How people reacted to these messages: by message, in the order in which the emoji came up.
pub(crate) async fn tallies(
    database: &impl ConnectionTrait,
    messages: impl Iterator<Item = &message::Model>,
    viewer: &UserId,
) -> Result<HashMap<Uuid, Vec<ReactionTally>>, StorageError> {
    // Of deleted messages there are none left.
    let (mut conversations, ids): (Vec<Uuid>, Vec<Uuid>) = messages
        .filter(|message| message.deleted_at.is_none())
        .map(|message| (message.conversation_id, message.id))
        .unzip();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    conversations.sort_unstable();
    conversations.dedup();
    let mine = Expr::case(reaction::Column::UserId.eq(viewer.as_str()), 1_i32).finally(0_i32);
    let found = reaction::Entity::find()
        .select_only()
        .columns([reaction::Column::MessageId, reaction::Column::Emoji])
        .column_as(reaction::Column::Emoji.count(), "count")
        .column_as(Expr::expr(mine).sum(), "mine")
        .filter(reaction::Column::ConversationId.is_in(conversations))
        .filter(reaction::Column::MessageId.is_in(ids))
        .group_by(reaction::Column::MessageId)
        .group_by(reaction::Column::Emoji)
        .order_by_asc(reaction::Column::Revision.min())
        .order_by_asc(reaction::Column::Emoji)
        .into_model::<TallyRow>()
        .all(database)
        .await
        .map_err(from_db)?;
    let mut tallies: HashMap<Uuid, Vec<ReactionTally>> = HashMap::new();
    for row in found {
        tallies.entry(row.message_id).or_default().push(ReactionTally {
            emoji: rows::emoji(&row.emoji)?,
            count: u32::try_from(row.count).map_err(|_| corrupt("reactions"))?,
            me: row.mine > 0,
        });
    }
    Ok(tallies)
}
