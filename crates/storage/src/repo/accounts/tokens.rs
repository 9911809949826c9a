//! Refresh tokens within a transaction: one is good for one exchange.

use chinwag_domain::{SessionId, Timestamp, ports::StorageError};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect,
    sea_query::{Expr, LockType},
};

use crate::{
    entity::{refresh_token, session},
    error::from_db,
};

/// Stores one that was just issued.
pub(super) async fn insert_token(
    transaction: &DatabaseTransaction,
    session: SessionId,
    hash: &[u8],
) -> Result<(), StorageError> {
    let row =
        refresh_token::Model { hash: hash.to_vec(), session_id: session.uuid(), used_at: None };
    refresh_token::Entity::insert(row.into_active_model())
        .exec_without_returning(transaction)
        .await
        .map_err(from_db)?;
    Ok(())
}

/// The sign-in that a refresh token, used or not, was issued for; of two who
/// present the same token at once, one goes on after the other has committed.
pub(super) async fn locked_session(
    transaction: &DatabaseTransaction,
    hash: &[u8],
) -> Result<Option<session::Model>, StorageError> {
    let token = refresh_token::Entity::find_by_id(hash.to_vec()).one(transaction).await;
    let Some(token) = token.map_err(from_db)? else { return Ok(None) };
    session::Entity::find_by_id(token.session_id)
        .lock(LockType::NoKeyUpdate)
        .one(transaction)
        .await
        .map_err(from_db)
}

/// Marks a token as used; false when it was.
pub(super) async fn use_token(
    transaction: &DatabaseTransaction,
    hash: &[u8],
    now: Timestamp,
) -> Result<bool, StorageError> {
    let used = refresh_token::Entity::update_many()
        .col_expr(refresh_token::Column::UsedAt, Expr::value(now.millis()))
        .filter(refresh_token::Column::Hash.eq(hash.to_vec()))
        .filter(refresh_token::Column::UsedAt.is_null())
        .exec(transaction)
        .await
        .map_err(from_db)?;
    Ok(used.rows_affected > 0)
}
