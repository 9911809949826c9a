//! Participants in a unit of work.

use async_trait::async_trait;
use chinwag_domain::{
    ConversationId, Participant, UserId,
    ports::{ParticipantWrites, StorageError},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    sea_query::{Expr, Func, OnConflict},
};

use super::SeaUnitOfWork;
use crate::{
    entity::{
        participant::{Column, Entity},
        user,
    },
    error::from_db,
    rows,
    sql::greatest,
};

/// Rows of one statement: 13 binds each, of which SQLite takes 32,766.
const ROWS: usize = 1_000;

#[async_trait]
impl ParticipantWrites for SeaUnitOfWork {
    async fn participant(
        &mut self,
        id: ConversationId,
        user: &UserId,
    ) -> Result<Option<Participant>, StorageError> {
        let row = Entity::find_by_id((id.uuid(), user.to_string()))
            .find_also_related(user::Entity)
            .one(&self.transaction)
            .await
            .map_err(from_db)?;
        row.map(rows::participant_with_user).transpose()
    }

    async fn present(&mut self, id: ConversationId) -> Result<Vec<Participant>, StorageError> {
        let rows = Entity::find()
            .find_also_related(user::Entity)
            .filter(Column::ConversationId.eq(id.uuid()))
            .filter(Column::LeftAt.is_null())
            .order_by_asc(Column::JoinedAt)
            .order_by_asc(Column::UserId)
            .all(&self.transaction)
            .await
            .map_err(from_db)?;
        rows.into_iter().map(rows::participant_with_user).collect()
    }

    async fn insert_participants(
        &mut self,
        participants: &[Participant],
    ) -> Result<(), StorageError> {
        for participants in participants.chunks(ROWS) {
            let rows = participants.iter().map(rows::participant_row);
            Entity::insert_many(rows.map(IntoActiveModel::into_active_model))
                .exec_without_returning(&self.transaction)
                .await
                .map_err(from_db)?;
        }
        Ok(())
    }

    async fn save_participant(&mut self, participant: &Participant) -> Result<(), StorageError> {
        let row = rows::participant_row(participant).into_active_model();
        Entity::insert(row)
            .on_conflict(forward_only(self.transaction.get_database_backend()))
            .exec_without_returning(&self.transaction)
            .await
            .map_err(from_db)?;
        Ok(())
    }
}

/// Receipts are written without the lock of the conversation, so a pointer may
/// have moved since the row was read: the larger one stays.
fn forward_only(backend: DbBackend) -> OnConflict {
    let mut conflict = OnConflict::columns([Column::ConversationId, Column::UserId]);
    conflict.update_columns([
        Column::Role,
        Column::JoinedAt,
        Column::JoinedRevision,
        Column::HistoryFromSeq,
        Column::LeftAt,
        Column::MutedUntil,
        Column::HiddenAt,
        Column::Revision,
    ]);
    for pointer in [Column::ReadSeq, Column::DeliveredSeq, Column::ClearedSeq] {
        let larger = Func::cust(greatest(backend))
            .arg(Expr::col((Entity, pointer)))
            .arg(Expr::col(("excluded", pointer)));
        conflict.value(pointer, larger);
    }
    conflict
}
