//! Forgetting sign-ins and refresh tokens that are over.

use chinwag_domain::ports::{Outdated, StorageError};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    prelude::Uuid,
    sea_query::{Expr, LockBehavior, LockType},
};

use crate::{
    entity::{refresh_token, session},
    error::from_db,
};

/// Forgets what is outdated; how many sign-ins, and tokens of others. Locked like those that are
/// refreshed: the sign-in before its tokens.
pub(super) async fn forget(
    transaction: &DatabaseTransaction,
    outdated: Outdated,
    limit: u16,
) -> Result<u64, StorageError> {
    let over = session::Entity::find()
        .select_only()
        .column(session::Column::Id)
        .filter(session::Column::ExpiresAt.lt(outdated.ran_out_before.millis()))
        .order_by_asc(session::Column::ExpiresAt)
        .order_by_asc(session::Column::Id);
    let over: Vec<Uuid> =
        nobody_elses(over, limit).into_tuple().all(transaction).await.map_err(from_db)?;
    delete_tokens(transaction, refresh_token::Column::SessionId.is_in(over.iter().copied()))
        .await?;
    let gone = session::Entity::delete_many()
        .filter(session::Column::Id.is_in(over))
        .exec(transaction)
        .await
        .map_err(from_db)?;

    let exchanged = refresh_token::Entity::find()
        .select_only()
        .column(refresh_token::Column::Hash)
        .filter(refresh_token::Column::UsedAt.lt(outdated.exchanged_before.millis()));
    let exchanged: Vec<Vec<u8>> =
        nobody_elses(exchanged, limit).into_tuple().all(transaction).await.map_err(from_db)?;
    let tokens = delete_tokens(transaction, refresh_token::Column::Hash.is_in(exchanged)).await?;
    Ok(gone.rows_affected + tokens)
}

/// So many of those that nobody else holds, held from now on.
fn nobody_elses<E: EntityTrait>(found: Select<E>, limit: u16) -> Select<E> {
    found.limit(u64::from(limit)).lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
}

async fn delete_tokens(
    transaction: &DatabaseTransaction,
    which: Expr,
) -> Result<u64, StorageError> {
    let deleted = refresh_token::Entity::delete_many().filter(which).exec(transaction).await;
    Ok(deleted.map_err(from_db)?.rows_affected)
}
