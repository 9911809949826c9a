//! The messages that a search has found, whole. How they are found is not its affair.

use std::collections::HashMap;

use chinwag_domain::{
    ConversationId, MessageId, Pointers, Seq, UserId,
    ports::{Found, StorageError},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, prelude::Uuid,
};

use crate::{
    blocks,
    entity::message,
    error::from_db,
    messages,
    sql::{Binds, get},
};

/// The messages of these places, in this order.
pub(super) async fn load(
    transaction: &DatabaseTransaction,
    user: &UserId,
    places: &[(i64, MessageId)],
) -> Result<Vec<Found>, StorageError> {
    if places.is_empty() {
        return Ok(Vec::new());
    }
    let ids = places.iter().map(|(_, id)| id.uuid());
    let query = message::Entity::find().filter(message::Column::Id.is_in(ids));
    let loaded = messages::load(transaction, query, user).await?;
    let own = loaded.iter().filter(|message| message.sender.id == *user);
    let others = others(transaction, user, own.map(|message| message.conversation_id)).await?;
    let mut by_id: HashMap<_, _> =
        loaded.into_iter().map(|message| (message.id, message)).collect();
    let ordered = places.iter().filter_map(|(_, id)| by_id.remove(id));
    // Deleted since it was found: there is nothing of it to show.
    let there = ordered.filter(|message| message.tombstone.is_none());
    Ok(there
        .map(|message| {
            let own = message.sender.id == *user;
            let others = others.get(&message.conversation_id).copied().filter(|_| own);
            Found { message, others }
        })
        .collect())
}

/// How far the slowest of the others has come in each of these conversations; nobody hears of
/// that where a block stands.
async fn others(
    transaction: &DatabaseTransaction,
    user: &UserId,
    conversations: impl Iterator<Item = ConversationId>,
) -> Result<HashMap<ConversationId, Pointers>, StorageError> {
    let mut ids: Vec<Uuid> = conversations.map(ConversationId::uuid).collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut binds = Binds::new(transaction.get_database_backend());
    let (user, any) = (binds.add(user.as_str()), binds.any(ids));
    let blocked = blocks::in_conversation();
    let sql = format!(
        "SELECT p.conversation_id, MIN(p.read_seq) AS read_seq,
         MIN(p.delivered_seq) AS delivered_seq
         FROM participants p JOIN conversations c ON c.id = p.conversation_id
         WHERE p.conversation_id {any} AND p.user_id <> {user} AND p.left_at IS NULL
         AND NOT {blocked} GROUP BY p.conversation_id"
    );
    let rows = transaction.query_all_raw(binds.statement(sql)).await.map_err(from_db)?;
    rows.iter()
        .map(|row| {
            let pointers = Pointers {
                read: Seq::new(get(row, "read_seq")?),
                delivered: Seq::new(get(row, "delivered_seq")?),
            };
            Ok((ConversationId::new(get::<Uuid>(row, "conversation_id")?), pointers))
        })
        .collect()
}
