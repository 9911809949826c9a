//! Conversations in a unit of work.

use async_trait::async_trait;
use chinwag_domain::{
    Conversation, ConversationId,
    ports::{ConversationWrites, DirectInserted, StorageError},
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect,
    sea_query::{LockType, OnConflict},
};

use super::SeaUnitOfWork;
use crate::{
    entity::conversation::{Column, Entity},
    error::{corrupt, from_db},
    media, rows,
};

#[async_trait]
impl ConversationWrites for SeaUnitOfWork {
    async fn lock_conversation(
        &mut self,
        id: ConversationId,
    ) -> Result<Option<Conversation>, StorageError> {
        // SQLite has no such lock and needs none: the whole unit is one.
        let row = Entity::find_by_id(id.uuid())
            .filter(Column::DeletedAt.is_null())
            .lock(LockType::NoKeyUpdate)
            .one(&self.transaction)
            .await
            .map_err(from_db)?;
        row.map(rows::conversation).transpose()
    }

    async fn insert_group(&mut self, conversation: &Conversation) -> Result<(), StorageError> {
        let row = rows::conversation_row(conversation)?.into_active_model();
        Entity::insert(row).exec_without_returning(&self.transaction).await.map_err(from_db)?;
        Ok(())
    }

    async fn insert_direct(
        &mut self,
        conversation: &Conversation,
    ) -> Result<DirectInserted, StorageError> {
        let row = rows::conversation_row(conversation)?.into_active_model();
        let inserted = Entity::insert(row)
            .on_conflict(OnConflict::column(Column::DirectKey).do_nothing().to_owned())
            .exec_without_returning(&self.transaction)
            .await
            .map_err(from_db)?;
        if inserted > 0 {
            return Ok(DirectInserted::New);
        }
        // A statement of its own: the one above waited for the other unit, but
        // sees only what was committed before it began.
        let key = conversation.direct_key.as_ref().map(ToString::to_string);
        let existing = Entity::find()
            .filter(Column::DirectKey.eq(key))
            .one(&self.transaction)
            .await
            .map_err(from_db)?
            .ok_or_else(|| corrupt("a direct conversation that is there and is not"))?;
        Ok(DirectInserted::Existing(ConversationId::new(existing.id)))
    }

    async fn save_conversation(&mut self, conversation: &Conversation) -> Result<(), StorageError> {
        let row = rows::conversation_row(conversation)?.into_active_model().reset_all();
        let saved = Entity::update_many()
            .set(row)
            .filter(Column::Id.eq(conversation.id.uuid()))
            .exec(&self.transaction)
            .await
            .map_err(from_db)?;
        if saved.rows_affected != 1 {
            return Err(corrupt("no conversation to save"));
        }
        if let Some(at) = conversation.deleted_at {
            // Nobody can see its files any more: they are swept like those of deleted messages.
            media::shown::forget_all(&self.transaction, conversation.id, at).await?;
        }
        Ok(())
    }
}
