//! Local accounts: credentials, sign-ins, refresh tokens. Each call is one
//! transaction. A sign-in's row is locked before its tokens are looked at.

mod sweep;
mod tokens;

use async_trait::async_trait;
use chinwag_domain::{
    NewAuditEntry, Session, SessionId, SessionState, Timestamp, UserId,
    ports::{Accounts, Credential, Ended, NewAccount, OnReuse, Outdated, Rotation, StorageError},
};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    sea_query::{Expr, OnConflict},
};

use self::tokens::{insert_token, locked_session, use_token};
use crate::{
    Database, audit,
    entity::{credential, refresh_token, session, user},
    error::{corrupt, from_db, lost_commit},
    rows,
};

/// Local accounts on PostgreSQL or SQLite.
#[derive(Debug, Clone)]
pub struct SeaAccounts {
    database: Database,
}

impl SeaAccounts {
    /// Accounts of that database.
    pub fn new(database: Database) -> Self {
        Self { database }
    }

    async fn begin(&self) -> Result<DatabaseTransaction, StorageError> {
        self.database.begin().await.map_err(from_db)
    }
}

#[async_trait]
impl Accounts for SeaAccounts {
    async fn register(
        &self,
        account: NewAccount,
        audit: &[NewAuditEntry],
    ) -> Result<bool, StorageError> {
        let transaction = self.begin().await?;
        user::Entity::insert(rows::user_row(&account.user).into_active_model())
            .exec_without_returning(&transaction)
            .await
            .map_err(from_db)?;
        if let Some((login, password_hash)) = account.credential {
            let user_id = account.user.summary.id.to_string();
            let row = credential::Model { user_id, login, password_hash };
            // Waits for another registration of the name and then sees it.
            let inserted = credential::Entity::insert(row.into_active_model())
                .on_conflict(OnConflict::column(credential::Column::Login).do_nothing().to_owned())
                .exec_without_returning(&transaction)
                .await
                .map_err(from_db)?;
            if inserted == 0 {
                transaction.rollback().await.map_err(from_db)?;
                return Ok(false);
            }
        }
        insert_session(&transaction, &account.session).await?;
        for entry in audit {
            audit::record(&transaction, entry).await?;
        }
        transaction.commit().await.map_err(lost_commit)?;
        Ok(true)
    }

    async fn credential(&self, login: &str) -> Result<Option<Credential>, StorageError> {
        let found = credential::Entity::find()
            .filter(credential::Column::Login.eq(login))
            .find_also_related(user::Entity)
            .one(self.database.reader())
            .await
            .map_err(from_db)?;
        let Some((row, person)) = found else { return Ok(None) };
        let person = person.ok_or_else(|| corrupt("credential without a person"))?;
        Ok(Some(Credential { user: rows::user(person)?, password_hash: row.password_hash }))
    }

    async fn open_session(
        &self,
        session: Session,
        audit: &NewAuditEntry,
    ) -> Result<(), StorageError> {
        let transaction = self.begin().await?;
        insert_session(&transaction, &session).await?;
        audit::record(&transaction, audit).await?;
        transaction.commit().await.map_err(lost_commit)
    }

    async fn rotate(
        &self,
        presented: &[u8],
        replacement: &[u8],
        now: Timestamp,
        expires_at: Timestamp,
        on_reuse: OnReuse<'_>,
    ) -> Result<Rotation, StorageError> {
        let transaction = self.begin().await?;
        let Some(mut row) = locked_session(&transaction, presented).await? else {
            return Ok(Rotation::Unknown);
        };
        if row.revoked_at.is_some() || row.expires_at <= now.millis() {
            return Ok(Rotation::Unknown);
        }
        let id = SessionId::new(row.id);
        let user_id = rows::user_id(&row.user_id)?;
        if !use_token(&transaction, presented, now).await? {
            end_session(&transaction, &user_id, id, now).await?;
            audit::record(&transaction, &on_reuse(&user_id, id)).await?;
            transaction.commit().await.map_err(lost_commit)?;
            return Ok(Rotation::Reused { user_id, session_id: id });
        }
        insert_token(&transaction, id, replacement).await?;
        row.refreshed_at = now.millis();
        row.expires_at = expires_at.millis();
        session::Entity::update_many()
            .col_expr(session::Column::RefreshedAt, Expr::value(row.refreshed_at))
            .col_expr(session::Column::ExpiresAt, Expr::value(row.expires_at))
            .filter(session::Column::Id.eq(row.id))
            .exec(&transaction)
            .await
            .map_err(from_db)?;
        let person = user::Entity::find_by_id(row.user_id.clone())
            .one(&transaction)
            .await
            .map_err(from_db)?
            .ok_or_else(|| corrupt("sign-in without a person"))?;
        transaction.commit().await.map_err(lost_commit)?;
        let session = session_of(row, replacement.to_vec())?;
        Ok(Rotation::Rotated(Box::new(session), Box::new(rows::user(person)?)))
    }

    async fn session_state(&self, id: SessionId) -> Result<Option<SessionState>, StorageError> {
        let row = session::Entity::find_by_id(id.uuid()).one(self.database.reader()).await;
        Ok(row.map_err(from_db)?.map(|row| match row.revoked_at {
            None => SessionState::Active,
            Some(_) => SessionState::Revoked,
        }))
    }

    async fn sessions(&self, user: &UserId, now: Timestamp) -> Result<Vec<Session>, StorageError> {
        let found = session::Entity::find()
            .find_also_related(refresh_token::Entity)
            .filter(session::Column::UserId.eq(user.as_str()))
            .filter(session::Column::RevokedAt.is_null())
            .filter(session::Column::ExpiresAt.gt(now.millis()))
            .filter(refresh_token::Column::UsedAt.is_null())
            .order_by_desc(session::Column::CreatedAt)
            .order_by_desc(session::Column::Id)
            .all(self.database.reader())
            .await
            .map_err(from_db)?;
        let session = |(row, token): (session::Model, Option<refresh_token::Model>)| {
            let token = token.ok_or_else(|| corrupt("sign-in without a token"))?;
            session_of(row, token.hash)
        };
        found.into_iter().map(session).collect()
    }

    async fn revoke(
        &self,
        user: &UserId,
        id: SessionId,
        now: Timestamp,
        audit: &NewAuditEntry,
    ) -> Result<bool, StorageError> {
        let transaction = self.begin().await?;
        let ended = end_session(&transaction, user, id, now).await?;
        if ended {
            audit::record(&transaction, audit).await?;
        }
        transaction.commit().await.map_err(lost_commit)?;
        Ok(ended)
    }

    async fn ended_since(&self, since: Timestamp) -> Result<Vec<Ended>, StorageError> {
        let people = user::Entity::find()
            .filter(user::Column::DeactivatedAt.gte(since.millis()))
            .all(self.database.reader())
            .await
            .map_err(from_db)?;
        let sign_ins = session::Entity::find()
            .filter(session::Column::RevokedAt.gte(since.millis()))
            .all(self.database.reader())
            .await
            .map_err(from_db)?;
        let people = people.into_iter().map(|row| Ok(Ended::Account(rows::user_id(&row.id)?)));
        let sign_ins = sign_ins
            .into_iter()
            .map(|row| Ok(Ended::SignIn(rows::user_id(&row.user_id)?, SessionId::new(row.id))));
        people.chain(sign_ins).collect()
    }

    async fn sweep(&self, outdated: Outdated, limit: u16) -> Result<u64, StorageError> {
        let transaction = self.begin().await?;
        let gone = sweep::forget(&transaction, outdated, limit).await?;
        transaction.commit().await.map_err(lost_commit)?;
        Ok(gone)
    }
}

fn session_of(row: session::Model, refresh_hash: Vec<u8>) -> Result<Session, StorageError> {
    Ok(Session {
        id: SessionId::new(row.id),
        user_id: rows::user_id(&row.user_id)?,
        refresh_hash,
        user_agent: row.user_agent,
        created_at: Timestamp::from_millis(row.created_at),
        refreshed_at: Timestamp::from_millis(row.refreshed_at),
        expires_at: Timestamp::from_millis(row.expires_at),
        revoked_at: rows::time(row.revoked_at),
    })
}

async fn insert_session(
    transaction: &DatabaseTransaction,
    session: &Session,
) -> Result<(), StorageError> {
    let row = session::Model {
        id: session.id.uuid(),
        user_id: session.user_id.to_string(),
        user_agent: session.user_agent.clone(),
        created_at: session.created_at.millis(),
        refreshed_at: session.refreshed_at.millis(),
        expires_at: session.expires_at.millis(),
        revoked_at: rows::millis(session.revoked_at),
    };
    session::Entity::insert(row.into_active_model())
        .exec_without_returning(transaction)
        .await
        .map_err(from_db)?;
    insert_token(transaction, session.id, &session.refresh_hash).await
}

/// Ends a sign-in of that person; false when there is no such that stands.
async fn end_session(
    transaction: &DatabaseTransaction,
    user: &UserId,
    id: SessionId,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let ended = session::Entity::update_many()
        .col_expr(session::Column::RevokedAt, Expr::value(now.millis()))
        .filter(session::Column::Id.eq(id.uuid()))
        .filter(session::Column::UserId.eq(user.as_str()))
        .filter(session::Column::RevokedAt.is_null())
        .exec(transaction)
        .await
        .map_err(from_db)?;
    Ok(ended.rows_affected > 0)
}
