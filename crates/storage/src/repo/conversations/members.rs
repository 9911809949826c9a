//! What hubs ask in order to deliver: who is a member of what, since when, and how far conversations are.

use chinwag_domain::{
    ConversationId, Revision, Timestamp, UserId, UserSummary,
    ports::{Head, MemberView, MembersSnapshot, MembershipHead, StorageError},
};
use sea_orm::{ConnectionTrait, QueryResult, Statement, prelude::Uuid};

use super::uuids;
use crate::{
    Database,
    entity::participant,
    error::from_db,
    rows,
    sql::{Binds, MANY, columns, get, read},
};

async fn all(database: &Database, statement: Statement) -> Result<Vec<QueryResult>, StorageError> {
    database.reader().query_all_raw(statement).await.map_err(from_db)
}

/// As [`chinwag_domain::ports::Conversations::memberships`].
pub(super) async fn memberships(
    database: &Database,
    user: &UserId,
) -> Result<Vec<MembershipHead>, StorageError> {
    let mut binds = Binds::new(database.backend());
    let user = binds.add(user.as_str());
    let sql = format!(
        "SELECT c.id, c.revision, c.members_revision, {}
         FROM participants p
         JOIN conversations c ON c.id = p.conversation_id
         WHERE p.user_id = {user} AND p.left_at IS NULL AND c.deleted_at IS NULL
         ORDER BY c.id",
        columns::<participant::Entity>("p"),
    );
    let rows = all(database, binds.statement(sql)).await?;
    rows.iter()
        .map(|row| {
            let own = read::<participant::Model>(row, "p")?;
            Ok(MembershipHead {
                head: head(row)?,
                joined_revision: Revision::new(own.joined_revision),
                member: member(&own)?,
            })
        })
        .collect()
}

/// As [`chinwag_domain::ports::Conversations::members`].
pub(super) async fn of(
    database: &Database,
    id: ConversationId,
) -> Result<Option<MembersSnapshot>, StorageError> {
    let mut binds = Binds::new(database.backend());
    let id = binds.add(id.uuid());
    // One statement, so that people and revision belong to the same moment.
    let sql = format!(
        "SELECT c.id, c.revision, c.members_revision, {}
         FROM conversations c
         LEFT JOIN participants p
           ON p.conversation_id = c.id AND p.left_at IS NULL AND c.deleted_at IS NULL
         WHERE c.id = {id}
         ORDER BY p.user_id",
        columns::<participant::Entity>("p"),
    );
    let rows = all(database, binds.statement(sql)).await?;
    let Some(first) = rows.first() else { return Ok(None) };
    let head = head(first)?;
    let mut members = Vec::with_capacity(rows.len());
    for row in &rows {
        if get::<Option<String>>(row, "p_user_id")?.is_some() {
            members.push(member(&read(row, "p")?)?);
        }
    }
    Ok(Some(MembersSnapshot { head, members }))
}

/// As [`chinwag_domain::ports::Conversations::heads`].
pub(super) async fn heads(
    database: &Database,
    ids: &[ConversationId],
) -> Result<Vec<Head>, StorageError> {
    let mut heads = Vec::with_capacity(ids.len());
    for ids in ids.chunks(MANY) {
        let mut binds = Binds::new(database.backend());
        let any = binds.any(uuids(ids));
        let sql = format!(
            "SELECT id, revision, members_revision FROM conversations
             WHERE id {any} AND deleted_at IS NULL"
        );
        for row in &all(database, binds.statement(sql)).await? {
            heads.push(head(row)?);
        }
    }
    Ok(heads)
}

/// As [`chinwag_domain::ports::Conversations::joined_since`].
pub(super) async fn joined_since(
    database: &Database,
    at: Timestamp,
) -> Result<Vec<(ConversationId, UserId)>, StorageError> {
    let mut binds = Binds::new(database.backend());
    let at = binds.add(at.millis());
    let sql = format!(
        "SELECT p.conversation_id, p.user_id FROM participants p
         JOIN conversations c ON c.id = p.conversation_id AND c.deleted_at IS NULL
         WHERE p.joined_at >= {at} AND p.left_at IS NULL"
    );
    let rows = all(database, binds.statement(sql)).await?;
    rows.iter()
        .map(|row| {
            let id: Uuid = row.try_get("", "conversation_id").map_err(from_db)?;
            let user: String = row.try_get("", "user_id").map_err(from_db)?;
            Ok((ConversationId::new(id), user.parse().map_err(StorageError::internal)?))
        })
        .collect()
}

fn head(row: &QueryResult) -> Result<Head, StorageError> {
    Ok(Head {
        conversation_id: ConversationId::new(get(row, "id")?),
        revision: Revision::new(get(row, "revision")?),
        members_revision: Revision::new(get(row, "members_revision")?),
    })
}

fn member(row: &participant::Model) -> Result<MemberView, StorageError> {
    let id = rows::user_id(&row.user_id)?;
    let person = rows::participant(row, UserSummary::bare(id.clone()))?;
    Ok(MemberView { user_id: id, floor: person.floor(), mute: person.mute })
}
