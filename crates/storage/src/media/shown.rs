//! Which messages show which uploads: written and forgotten with the messages,
//! in their transactions, and looked up to know who may see a file.

use chinwag_domain::{
    ConversationId, Media, MediaId, Message, Timestamp, UserId, ports::StorageError,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

use crate::{
    entity::{media, message_media},
    error::from_db,
    rows,
    sql::{Binds, columns, read},
    table::{MAX_ROWS, Table, Tables},
};

/// Whether any message shows the row of `media` at hand.
pub(super) const ANYWHERE: &str =
    "EXISTS (SELECT 1 FROM message_media s WHERE s.media_id = media.id)";

/// Stores what these new messages show: no statement when that is nothing.
pub(crate) async fn insert<'a>(
    connection: &impl ConnectionTrait,
    messages: impl Iterator<Item = &'a Message>,
) -> Result<(), DbErr> {
    let shown: Vec<(&Message, i64, MediaId)> = messages
        .flat_map(|message| {
            (0_i64..).zip(message.body.media()).map(move |(at, media)| (message, at, media))
        })
        .collect();
    for shown in shown.chunks(MAX_ROWS) {
        let table = Table::default()
            .uuid("conversation_id", shown.iter().map(|(it, ..)| it.conversation_id.uuid()))
            .uuid("message_id", shown.iter().map(|(it, ..)| it.id.uuid()))
            .bigint("position", shown.iter().map(|(_, at, _)| *at))
            .uuid("media_id", shown.iter().map(|(.., media)| media.uuid()));
        let mut tables = Tables::new(connection.get_database_backend());
        let defined = tables.define("v", table);
        let statement = tables.statement(format!(
            "WITH {defined} INSERT INTO message_media \
             (conversation_id, message_id, position, media_id) \
             SELECT conversation_id, message_id, position, media_id FROM v"
        ));
        connection.execute_raw(statement).await?;
    }
    Ok(())
}

/// Forgets what a message showed. What no other shows is swept a while from `now` on.
pub(crate) async fn forget(
    connection: &impl ConnectionTrait,
    message: &Message,
    now: Timestamp,
) -> Result<(), StorageError> {
    let (conversation, message) = (message.conversation_id.uuid(), message.id.uuid());
    let mut binds = Binds::new(connection.get_database_backend());
    let now = binds.add(now.millis());
    let (room, id) = (binds.add(conversation), binds.add(message));
    let statement = binds.statement(format!(
        "UPDATE media SET unused_since = {now} WHERE id IN (SELECT s.media_id FROM message_media s \
         WHERE s.conversation_id = {room} AND s.message_id = {id})"
    ));
    connection.execute_raw(statement).await.map_err(from_db)?;
    message_media::Entity::delete_many()
        .filter(message_media::Column::ConversationId.eq(conversation))
        .filter(message_media::Column::MessageId.eq(message))
        .exec(connection)
        .await
        .map_err(from_db)?;
    Ok(())
}

/// Forgets what the messages of a conversation showed that has ended for everybody.
pub(crate) async fn forget_all(
    connection: &impl ConnectionTrait,
    conversation: ConversationId,
    now: Timestamp,
) -> Result<(), StorageError> {
    let mut binds = Binds::new(connection.get_database_backend());
    let (now, room) = (binds.add(now.millis()), binds.add(conversation.uuid()));
    let statement = binds.statement(format!(
        "UPDATE media SET unused_since = {now} WHERE id IN \
         (SELECT s.media_id FROM message_media s WHERE s.conversation_id = {room})"
    ));
    connection.execute_raw(statement).await.map_err(from_db)?;
    message_media::Entity::delete_many()
        .filter(message_media::Column::ConversationId.eq(conversation.uuid()))
        .exec(connection)
        .await
        .map_err(from_db)?;
    Ok(())
}

/// What the person uploaded that is whole and that no message shows, by id, after that one.
pub(crate) async fn nowhere(
    connection: &impl ConnectionTrait,
    owner: &UserId,
    after: Option<MediaId>,
    limit: u16,
) -> Result<Vec<Media>, StorageError> {
    let mut binds = Binds::new(connection.get_database_backend());
    let owner = binds.add(owner.to_string());
    let rest = after.map(|after| format!("AND media.id > {}", binds.add(after.uuid())));
    let limit = binds.add(i64::from(limit));
    let statement = binds.statement(format!(
        "SELECT {} FROM media WHERE media.owner_id = {owner} AND media.state = 'ready' \
         AND NOT {ANYWHERE} {} ORDER BY media.id LIMIT {limit}",
        columns::<media::Entity>("media"),
        rest.unwrap_or_default()
    ));
    let found = connection.query_all_raw(statement).await.map_err(from_db)?;
    found.iter().map(|row| rows::media(read::<media::Model>(row, "media")?)).collect()
}

/// Whether a message that the person may see shows it.
pub(super) async fn to(
    connection: &impl ConnectionTrait,
    id: MediaId,
    user: &UserId,
) -> Result<bool, StorageError> {
    let mut binds = Binds::new(connection.get_database_backend());
    let (id, user) = (binds.add(id.uuid()), binds.add(user.to_string()));
    // As [`chinwag_domain::Membership::sees`] says.
    let statement = binds.statement(format!(
        "SELECT 1 AS seen FROM message_media s \
         JOIN messages m ON m.id = s.message_id \
         JOIN conversations c ON c.id = s.conversation_id \
         JOIN participants p ON p.conversation_id = s.conversation_id AND p.user_id = {user} \
         WHERE s.media_id = {id} AND m.deleted_at IS NULL AND c.deleted_at IS NULL \
         AND p.left_at IS NULL AND m.seq >= p.history_from_seq AND m.seq > p.cleared_seq LIMIT 1"
    ));
    Ok(connection.query_one_raw(statement).await.map_err(from_db)?.is_some())
}
