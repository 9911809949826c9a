//! The audit log: entries as they are written, looked for and sealed.
//!
//! The head of the chain is one row. Whoever seals changes it first, on the
//! condition that it is what was read, and so holds its lock until the entries
//! have their numbers: of several at once one succeeds. Erasing takes the same
//! lock before it touches entries, so that the two never wait for each other
//! the other way round.

use async_trait::async_trait;
use chinwag_domain::{
    AuditCursor, AuditEntry, AuditFilter, AuditHash, AuditHead, AuditId, AuditSeal, NewAuditEntry,
    SealedEntry, Timestamp, UserId,
    ports::{AuditLog, StorageError},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, Set,
    sea_query::{Expr, LockType},
};

use crate::{
    Database,
    entity::{
        audit_entry::{ActiveModel, Column, Entity, Model},
        audit_head,
    },
    error::{corrupt, from_db, lost_commit},
    table::{MAX_ROWS, Table, Tables},
};

/// The key of the only row of `audit_head`.
const HEAD: i32 = 1;

/// [`AuditLog`] on a [`Database`].
#[derive(Debug, Clone)]
pub struct SeaAuditLog {
    database: Database,
}

impl SeaAuditLog {
    /// The audit log of that database.
    pub fn new(database: Database) -> Self {
        Self { database }
    }
}

/// Adds an entry.
pub(crate) async fn record(
    connection: &impl ConnectionTrait,
    entry: &NewAuditEntry,
) -> Result<(), StorageError> {
    let row = ActiveModel {
        id: Set(entry.id.uuid()),
        at: Set(entry.at.millis()),
        actor_id: Set(entry.actor_id.as_ref().map(ToString::to_string)),
        action: Set(entry.action.to_owned()),
        target_type: Set(entry.target.kind.to_owned()),
        target_id: Set(entry.target.id.clone()),
        ip: Set(entry.ip.map(|ip| ip.to_string())),
        details: Set(Some(entry.details.to_string())),
        ..Default::default()
    };
    Entity::insert(row).exec_without_returning(connection).await.map_err(from_db)?;
    Ok(())
}

/// Forgets address and details where a person acted, details where they were the target.
pub(crate) async fn erase_personal(
    transaction: &DatabaseTransaction,
    user: &UserId,
) -> Result<(), StorageError> {
    read_head(transaction, true).await?;
    Entity::update_many()
        .col_expr(Column::Ip, Expr::value(None::<String>))
        .col_expr(Column::Details, Expr::value(None::<String>))
        .filter(Column::ActorId.eq(user.as_str()))
        .exec(transaction)
        .await
        .map_err(from_db)?;
    Entity::update_many()
        .col_expr(Column::Details, Expr::value(None::<String>))
        .filter(Column::TargetType.eq("user"))
        .filter(Column::TargetId.eq(user.as_str()))
        .exec(transaction)
        .await
        .map_err(from_db)?;
    Ok(())
}

#[async_trait]
impl AuditLog for SeaAuditLog {
    async fn record(&self, entry: &NewAuditEntry) -> Result<(), StorageError> {
        record(self.database.writer(), entry).await
    }

    async fn list(
        &self,
        filter: &AuditFilter,
        after: Option<AuditCursor>,
        limit: u16,
    ) -> Result<Vec<AuditEntry>, StorageError> {
        let rows = Entity::find()
            .filter(condition(filter, after))
            .order_by_desc(Column::At)
            .order_by_desc(Column::Id)
            .limit(u64::from(limit))
            .all(self.database.reader())
            .await
            .map_err(from_db)?;
        Ok(rows.into_iter().map(entry).collect())
    }

    async fn unsealed(&self, limit: u16) -> Result<Vec<AuditEntry>, StorageError> {
        let rows = Entity::find()
            .filter(Column::Number.is_null())
            .order_by_asc(Column::Id)
            .limit(u64::from(limit))
            .all(self.database.reader())
            .await
            .map_err(from_db)?;
        Ok(rows.into_iter().map(entry).collect())
    }

    async fn count_unsealed(&self) -> Result<u64, StorageError> {
        let unsealed = Entity::find().filter(Column::Number.is_null());
        unsealed.count(self.database.reader()).await.map_err(from_db)
    }

    async fn head(&self) -> Result<AuditHead, StorageError> {
        read_head(self.database.reader(), false).await
    }

    async fn seal(&self, before: &AuditHead, seals: &[AuditSeal]) -> Result<bool, StorageError> {
        let Some(last) = seals.last() else { return Ok(false) };
        let transaction = self.database.begin().await.map_err(from_db)?;
        let moved = audit_head::Entity::update_many()
            .col_expr(audit_head::Column::Number, Expr::value(last.number))
            .col_expr(audit_head::Column::Hash, Expr::value(last.hash.to_vec()))
            .filter(audit_head::Column::Id.eq(HEAD))
            .filter(audit_head::Column::Number.eq(before.number))
            .filter(audit_head::Column::Hash.eq(before.hash.to_vec()))
            .exec(&transaction)
            .await
            .map_err(from_db)?;
        if moved.rows_affected != 1 {
            return Ok(false);
        }
        for seals in seals.chunks(MAX_ROWS) {
            if number(&transaction, seals).await? != seals.len() as u64 {
                return Ok(false);
            }
        }
        transaction.commit().await.map_err(lost_commit)?;
        Ok(true)
    }

    async fn sealed(&self, after: i64, limit: u16) -> Result<Vec<SealedEntry>, StorageError> {
        let rows = Entity::find()
            .filter(Column::Number.gt(after))
            .order_by_asc(Column::Number)
            .limit(u64::from(limit))
            .all(self.database.reader())
            .await
            .map_err(from_db)?;
        Ok(rows.into_iter().map(sealed_entry).collect())
    }
}

fn condition(filter: &AuditFilter, after: Option<AuditCursor>) -> Condition {
    let target = filter.target.as_ref().map(|target| {
        let typed = target.typed.as_ref().map(|(kind, id)| {
            Condition::all().add(Column::TargetId.eq(id)).add(Column::TargetType.eq(kind))
        });
        Condition::any().add(Column::TargetId.eq(&target.id)).add_option(typed)
    });
    // As a bound of the index first, then the ties.
    let after = after.map(|after| {
        let earlier = Condition::any()
            .add(Column::At.lt(after.at.millis()))
            .add(Column::Id.lt(after.id.uuid()));
        Condition::all().add(Column::At.lte(after.at.millis())).add(earlier)
    });
    Condition::all()
        .add_option(filter.action.as_ref().map(|action| Column::Action.eq(action)))
        .add_option(filter.actor_id.as_ref().map(|actor| Column::ActorId.eq(actor.as_str())))
        .add_option(filter.from.map(|from| Column::At.gte(from.millis())))
        .add_option(filter.to.map(|to| Column::At.lt(to.millis())))
        .add_option(target)
        .add_option(after)
}

/// Gives entries their places; how many had none.
async fn number(
    transaction: &DatabaseTransaction,
    seals: &[AuditSeal],
) -> Result<u64, StorageError> {
    let table = Table::default()
        .uuid("id", seals.iter().map(|seal| seal.id.uuid()))
        .bigint("number", seals.iter().map(|seal| seal.number))
        .bytes("previous_hash", seals.iter().map(|seal| seal.previous_hash.to_vec()))
        .bytes("hash", seals.iter().map(|seal| seal.hash.to_vec()));
    let mut tables = Tables::new(transaction.get_database_backend());
    let defined = tables.define("v", table);
    let statement = tables.statement(format!(
        "WITH {defined} UPDATE audit_log SET number = v.number, \
         previous_hash = v.previous_hash, hash = v.hash FROM v \
         WHERE audit_log.id = v.id AND audit_log.number IS NULL"
    ));
    let changed = transaction.execute_raw(statement).await.map_err(from_db)?;
    Ok(changed.rows_affected())
}

async fn read_head(
    connection: &impl ConnectionTrait,
    lock: bool,
) -> Result<AuditHead, StorageError> {
    let mut query = audit_head::Entity::find_by_id(HEAD);
    if lock {
        query = query.lock(LockType::NoKeyUpdate);
    }
    let row = query.one(connection).await.map_err(from_db)?;
    let row = row.ok_or_else(|| corrupt("no head of the audit log"))?;
    let hash = AuditHash::try_from(row.hash).map_err(|_| corrupt("head of the audit log"))?;
    Ok(AuditHead { number: row.number, hash })
}

fn entry(row: Model) -> AuditEntry {
    // What is no JSON any more was tampered with: it is shown as it stands.
    let details = |text: String| serde_json::from_str(&text).unwrap_or(text.into());
    AuditEntry {
        id: AuditId::new(row.id),
        at: Timestamp::from_millis(row.at),
        actor_id: row.actor_id,
        action: row.action,
        target_type: row.target_type,
        target_id: row.target_id,
        ip: row.ip,
        details: row.details.map(details),
    }
}

fn sealed_entry(mut row: Model) -> SealedEntry {
    SealedEntry {
        number: row.number.unwrap_or_default(),
        previous_hash: row.previous_hash.take().unwrap_or_default(),
        hash: row.hash.take().unwrap_or_default(),
        entry: entry(row),
    }
}
