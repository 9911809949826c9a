//! Reading messages: ranges of the primary key or of an index, never a scan
//! from the beginning.

use chinwag_domain::{
    ConversationId, Message, MessageId, Order, Pointers, Revision, Seq, UserId, Window,
    ports::StorageError,
};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select, prelude::Uuid,
};

use crate::{
    Database,
    entity::{conversation, message, participant},
    error::from_db,
    messages,
};

use super::search::Search;

fn above(conversation_id: ConversationId, seq: Seq) -> Select<message::Entity> {
    of(conversation_id).filter(message::Column::Seq.gt(seq.get()))
}

fn of(conversation_id: ConversationId) -> Select<message::Entity> {
    message::Entity::find().filter(message::Column::ConversationId.eq(conversation_id.uuid()))
}

/// The message stored under that key, and the hash of its request.
pub(super) async fn stored_under(
    database: &Database,
    key: Uuid,
) -> Result<Option<(MessageId, Vec<u8>)>, StorageError> {
    let stored: Option<(Uuid, Vec<u8>)> = message::Entity::find()
        .select_only()
        .columns([message::Column::Id, message::Column::RequestHash])
        .filter(message::Column::ClientKey.eq(key))
        .into_tuple()
        .one(database.reader())
        .await
        .map_err(from_db)?;
    Ok(stored.map(|(id, hash)| (MessageId::new(id), hash)))
}

pub(super) async fn range(
    database: &Database,
    conversation_id: ConversationId,
    window: Window,
    viewer: &UserId,
) -> Result<Vec<Message>, StorageError> {
    let mut query = above(conversation_id, window.above);
    if let Some(below) = window.below {
        query = query.filter(message::Column::Seq.lt(below.get()));
    }
    query = query.order_by(message::Column::Seq, by(window.order)).limit(u64::from(window.limit));
    if window.skip > 0 {
        query = query.offset(window.skip);
    }
    messages::load(database.reader(), query, viewer).await
}

fn by(order: Order) -> sea_orm::Order {
    match order {
        Order::Ascending => sea_orm::Order::Asc,
        Order::Descending => sea_orm::Order::Desc,
    }
}

/// Of a range, what contains these words.
pub(super) async fn matching(
    database: &Database,
    conversation_id: ConversationId,
    window: Window,
    text: &str,
    viewer: &UserId,
) -> Result<Vec<Message>, StorageError> {
    let search = Search::begin(database, text).await?;
    let seqs = search.seqs(conversation_id, window).await?;
    let found = if seqs.is_empty() {
        Vec::new()
    } else {
        let query = of(conversation_id)
            .filter(message::Column::Seq.is_in(seqs))
            .order_by(message::Column::Seq, by(window.order));
        messages::load(&search.transaction, query, viewer).await?
    };
    search.transaction.commit().await.map_err(from_db)?;
    Ok(found)
}

pub(super) async fn count_matches(
    database: &Database,
    conversation_id: ConversationId,
    floor: Seq,
    search: &str,
) -> Result<u64, StorageError> {
    let search = Search::begin(database, search).await?;
    let total = search.count(conversation_id, floor).await?;
    search.transaction.commit().await.map_err(from_db)?;
    Ok(total)
}

/// Which changes are asked for; see [`chinwag_domain::ports::MessageLog::changed_since`].
pub(super) struct Changes {
    pub conversation_id: ConversationId,
    pub since: Revision,
    pub floor: Seq,
    pub limit: u16,
}

pub(super) async fn changed_since(
    database: &Database,
    changes: Changes,
    viewer: &UserId,
) -> Result<Vec<Message>, StorageError> {
    let query = above(changes.conversation_id, changes.floor.previous())
        .filter(message::Column::Revision.gt(changes.since.get()))
        .order_by_asc(message::Column::Revision)
        .limit(u64::from(changes.limit));
    messages::load(database.reader(), query, viewer).await
}

pub(super) async fn others_pointers(
    database: &Database,
    conversation_id: ConversationId,
    user: &UserId,
) -> Result<Option<Pointers>, StorageError> {
    let lowest: Option<(Option<i64>, Option<i64>)> = participant::Entity::find()
        .inner_join(conversation::Entity)
        .select_only()
        .column_as(participant::Column::ReadSeq.min(), "read_seq")
        .column_as(participant::Column::DeliveredSeq.min(), "delivered_seq")
        .filter(participant::Column::ConversationId.eq(conversation_id.uuid()))
        .filter(participant::Column::UserId.ne(user.as_str()))
        .filter(participant::Column::LeftAt.is_null())
        .filter(conversation::Column::DeletedAt.is_null())
        .into_tuple()
        .one(database.reader())
        .await
        .map_err(from_db)?;
    Ok(lowest.and_then(|(read, delivered)| {
        Some(Pointers { read: Seq::new(read?), delivered: Seq::new(delivered?) })
    }))
}
