//! Messages in a unit of work.

use async_trait::async_trait;
use chinwag_domain::{
    Edit, Emoji, Message, MessageId, UserId,
    ports::{MessageWrites, StorageError},
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, Set,
    sea_query::OnConflict,
};

use super::SeaUnitOfWork;
use crate::{
    entity::{
        message::{self, Column, Entity},
        message_edit, reaction,
    },
    error::{corrupt, from_db},
    media, messages, rows,
};

#[async_trait]
impl MessageWrites for SeaUnitOfWork {
    async fn message(
        &mut self,
        id: MessageId,
        viewer: &UserId,
    ) -> Result<Option<Message>, StorageError> {
        messages::find(&self.transaction, id, viewer).await
    }

    async fn insert_message(&mut self, message: &Message) -> Result<(), StorageError> {
        let row = rows::message_row(message, rows::NO_REQUEST)?.into_active_model();
        Entity::insert(row).exec_without_returning(&self.transaction).await.map_err(from_db)?;
        media::shown::insert(&self.transaction, std::iter::once(message)).await.map_err(from_db)
    }

    async fn save_message(
        &mut self,
        message: &Message,
        edit: Option<&Edit>,
    ) -> Result<(), StorageError> {
        self.update_message(message).await?;
        if message.tombstone.is_some() {
            self.forget_what_was_said(message).await?;
            let deleted = message.tombstone.as_ref().map_or(message.created_at, |it| it.at);
            return media::shown::forget(&self.transaction, message, deleted).await;
        }
        let Some(edit) = edit else { return Ok(()) };
        let row = message_edit::ActiveModel {
            conversation_id: Set(message.conversation_id.uuid()),
            message_id: Set(message.id.uuid()),
            revision: Set(message.revision.get()),
            at: Set(edit.at.millis()),
            previous: Set(edit.previous.clone()),
        };
        message_edit::Entity::insert(row)
            .exec_without_returning(&self.transaction)
            .await
            .map_err(from_db)?;
        Ok(())
    }

    async fn add_reaction(
        &mut self,
        message: &Message,
        user: &UserId,
        emoji: &Emoji,
    ) -> Result<bool, StorageError> {
        let row = reaction::ActiveModel {
            conversation_id: Set(message.conversation_id.uuid()),
            message_id: Set(message.id.uuid()),
            user_id: Set(user.to_string()),
            emoji: Set(emoji.to_string()),
            revision: Set(message.revision.get()),
        };
        let added = reaction::Entity::insert(row)
            .on_conflict(OnConflict::new().do_nothing().to_owned())
            .exec_without_returning(&self.transaction)
            .await
            .map_err(from_db)?;
        Ok(added > 0)
    }

    async fn remove_reaction(
        &mut self,
        message: &Message,
        user: &UserId,
        emoji: &Emoji,
    ) -> Result<bool, StorageError> {
        let key = (
            message.conversation_id.uuid(),
            message.id.uuid(),
            user.to_string(),
            emoji.to_string(),
        );
        let removed =
            reaction::Entity::delete_by_id(key).exec(&self.transaction).await.map_err(from_db)?;
        Ok(removed.rows_affected > 0)
    }
}

impl SeaUnitOfWork {
    /// Writes what can change in a message: never its place, its sender or how
    /// a repeated send is told.
    async fn update_message(&self, message: &Message) -> Result<(), StorageError> {
        let row = rows::message_row(message, rows::NO_REQUEST)?.into_active_model().reset_all();
        let changes = message::ActiveModel {
            content: row.content,
            payload: row.payload,
            reply_to: row.reply_to,
            edited_at: row.edited_at,
            deleted_at: row.deleted_at,
            deleted_by: row.deleted_by,
            revision: row.revision,
            counted: row.counted,
            search_text: row.search_text,
            ..Default::default()
        };
        let saved = Entity::update_many()
            .set(changes)
            .filter(Column::ConversationId.eq(message.conversation_id.uuid()))
            .filter(Column::Seq.eq(message.seq.get()))
            .exec(&self.transaction)
            .await
            .map_err(from_db)?;
        if saved.rows_affected == 1 { Ok(()) } else { Err(corrupt("no message to save")) }
    }

    async fn forget_what_was_said(&self, message: &Message) -> Result<(), StorageError> {
        let (conversation, id) = (message.conversation_id.uuid(), message.id.uuid());
        message_edit::Entity::delete_many()
            .filter(message_edit::Column::ConversationId.eq(conversation))
            .filter(message_edit::Column::MessageId.eq(id))
            .exec(&self.transaction)
            .await
            .map_err(from_db)?;
        reaction::Entity::delete_many()
            .filter(reaction::Column::ConversationId.eq(conversation))
            .filter(reaction::Column::MessageId.eq(id))
            .exec(&self.transaction)
            .await
            .map_err(from_db)?;
        Ok(())
    }
}
