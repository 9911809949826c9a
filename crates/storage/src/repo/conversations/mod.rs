//! Conversations and who takes part in them. What a person sees in a list is
//! put together in [`summaries`]; which conversations stand on a page is
//! decided in [`list`].

mod list;
mod summaries;

use std::collections::HashSet;

use async_trait::async_trait;
use chinwag_domain::{
    Conversation, ConversationCursor, ConversationFilter, ConversationId, DirectKey, Limit,
    Membership, Page, Participant, Revision, Timestamp, UserId,
    ports::{
        ConversationSummary, Conversations, Head, MemberView, MembersSnapshot, MembershipHead,
        StorageError, Unread,
    },
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QueryResult, QuerySelect,
    Statement, prelude::Uuid,
};

use crate::{
    Database, blocks,
    entity::{conversation, participant, user},
    error::from_db,
    needle::Needle,
    rows,
    sql::{Binds, MANY, columns, get, read},
};

/// Conversations on PostgreSQL or SQLite.
#[derive(Debug, Clone)]
pub struct SeaConversations {
    database: Database,
}

impl SeaConversations {
    /// Conversations of that database.
    pub fn new(database: Database) -> Self {
        Self { database }
    }

    fn binds(&self) -> Binds {
        Binds::new(self.database.backend())
    }

    async fn all(&self, statement: Statement) -> Result<Vec<QueryResult>, StorageError> {
        self.database.reader().query_all_raw(statement).await.map_err(from_db)
    }
}

#[async_trait]
impl Conversations for SeaConversations {
    async fn membership(
        &self,
        id: ConversationId,
        user: &UserId,
    ) -> Result<Option<Membership>, StorageError> {
        let mut binds = self.binds();
        let (id, user) = (binds.add(id.uuid()), binds.add(user.as_str()));
        let sql = format!(
            "SELECT {}, {}, {}, {} AS blocked
             FROM conversations c
             JOIN participants p ON p.conversation_id = c.id AND p.user_id = {user}
             JOIN users u ON u.id = p.user_id
             WHERE c.id = {id} AND c.deleted_at IS NULL AND p.left_at IS NULL",
            columns::<conversation::Entity>("c"),
            columns::<participant::Entity>("p"),
            columns::<user::Entity>("u"),
            blocks::in_conversation(),
        );
        let rows = self.all(binds.statement(sql)).await?;
        Ok(rows.first().map(membership).transpose()?.flatten())
    }

    async fn direct(&self, key: &DirectKey) -> Result<Option<ConversationId>, StorageError> {
        let row = conversation::Entity::find()
            .filter(conversation::Column::DirectKey.eq(key.as_str()))
            .filter(conversation::Column::DeletedAt.is_null())
            .one(self.database.reader())
            .await
            .map_err(from_db)?;
        Ok(row.map(|row| ConversationId::new(row.id)))
    }

    async fn list(
        &self,
        user: &UserId,
        filter: &ConversationFilter,
    ) -> Result<Page<ConversationSummary, ConversationCursor>, StorageError> {
        list::page(&self.database, user, filter).await
    }

    async fn summaries(
        &self,
        user: &UserId,
        ids: &[ConversationId],
    ) -> Result<Vec<ConversationSummary>, StorageError> {
        list::of(&self.database, user, ids).await
    }

    async fn participants(&self, id: ConversationId) -> Result<Vec<Participant>, StorageError> {
        let rows = people_of(id)
            .filter(participant::Column::LeftAt.is_null())
            .order_by_asc(participant::Column::JoinedAt)
            .order_by_asc(participant::Column::UserId)
            .find_also_related(user::Entity)
            .all(self.database.reader())
            .await
            .map_err(from_db)?;
        rows.into_iter().map(rows::participant_with_user).collect()
    }

    async fn participants_since(
        &self,
        id: ConversationId,
        since: Revision,
        limit: u16,
    ) -> Result<Vec<Participant>, StorageError> {
        let rows = people_of(id)
            .filter(participant::Column::Revision.gt(since.get()))
            .order_by_asc(participant::Column::Revision)
            .order_by_asc(participant::Column::UserId)
            .limit(u64::from(limit))
            .find_also_related(user::Entity)
            .all(self.database.reader())
            .await
            .map_err(from_db)?;
        rows.into_iter().map(rows::participant_with_user).collect()
    }

    async fn memberships(&self, user: &UserId) -> Result<Vec<MembershipHead>, StorageError> {
        let mut binds = self.binds();
        let user = binds.add(user.as_str());
        let sql = format!(
            "SELECT c.id, c.revision, c.members_revision, {}
             FROM participants p
             JOIN conversations c ON c.id = p.conversation_id
             WHERE p.user_id = {user} AND p.left_at IS NULL AND c.deleted_at IS NULL
             ORDER BY c.id",
            columns::<participant::Entity>("p"),
        );
        let rows = self.all(binds.statement(sql)).await?;
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

    async fn members(&self, id: ConversationId) -> Result<Option<MembersSnapshot>, StorageError> {
        let mut binds = self.binds();
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
        let rows = self.all(binds.statement(sql)).await?;
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

    async fn heads(&self, ids: &[ConversationId]) -> Result<Vec<Head>, StorageError> {
        let mut heads = Vec::with_capacity(ids.len());
        for ids in ids.chunks(MANY) {
            let mut binds = self.binds();
            let any = binds.any(uuids(ids));
            let sql = format!(
                "SELECT id, revision, members_revision FROM conversations
                 WHERE id {any} AND deleted_at IS NULL"
            );
            for row in &self.all(binds.statement(sql)).await? {
                heads.push(head(row)?);
            }
        }
        Ok(heads)
    }

    async fn joined_since(
        &self,
        at: Timestamp,
    ) -> Result<Vec<(ConversationId, UserId)>, StorageError> {
        let mut binds = self.binds();
        let at = binds.add(at.millis());
        let sql = format!(
            "SELECT p.conversation_id, p.user_id FROM participants p
             JOIN conversations c ON c.id = p.conversation_id AND c.deleted_at IS NULL
             WHERE p.joined_at >= {at} AND p.left_at IS NULL"
        );
        let rows = self.all(binds.statement(sql)).await?;
        rows.iter()
            .map(|row| {
                let id: Uuid = row.try_get("", "conversation_id").map_err(from_db)?;
                let user: String = row.try_get("", "user_id").map_err(from_db)?;
                Ok((ConversationId::new(id), user.parse().map_err(StorageError::internal)?))
            })
            .collect()
    }

    async fn unread(&self, user: &UserId) -> Result<Unread, StorageError> {
        list::unread(&self.database, user).await
    }

    async fn unread_total(&self, user: &UserId) -> Result<u64, StorageError> {
        list::unread_total(&self.database, user).await
    }

    async fn groups(
        &self,
        search: Option<&str>,
        after: Option<ConversationId>,
        limit: Limit,
    ) -> Result<Page<Conversation, ConversationId>, StorageError> {
        let mut query = conversation::Entity::find()
            .filter(conversation::Column::DirectKey.is_null())
            .filter(conversation::Column::DeletedAt.is_null());
        if let Some(search) = search {
            let like = Needle::new(search).like();
            query = query.filter(conversation::Column::SearchName.like(like));
        }
        if let Some(after) = after {
            query = query.filter(conversation::Column::Id.lt(after.uuid()));
        }
        let found = query
            .order_by_desc(conversation::Column::Id)
            .limit(u64::from(limit.get()) + 1)
            .all(self.database.reader())
            .await
            .map_err(from_db)?;
        let wanted = usize::from(limit.get());
        let more = found.len() > wanted;
        let items: Vec<Conversation> =
            found.into_iter().take(wanted).map(rows::conversation).collect::<Result<_, _>>()?;
        let next = items.last().filter(|_| more).map(|last| last.id);
        Ok(Page { items, next, total: None })
    }

    async fn sharing(
        &self,
        user: &UserId,
        others: &[UserId],
    ) -> Result<HashSet<UserId>, StorageError> {
        let mut found = HashSet::new();
        for others in others.chunks(MANY) {
            let mut binds = self.binds();
            let user = binds.add(user.as_str());
            let names: Vec<String> = others.iter().map(ToString::to_string).collect();
            let any = binds.any(names);
            let sql = format!(
                "SELECT DISTINCT other.user_id
                 FROM participants own
                 JOIN conversations c ON c.id = own.conversation_id AND c.deleted_at IS NULL
                 JOIN participants other
                   ON other.conversation_id = own.conversation_id AND other.left_at IS NULL
                 WHERE own.user_id = {user} AND own.left_at IS NULL AND other.user_id {any}"
            );
            for row in &self.all(binds.statement(sql)).await? {
                found.insert(rows::user_id(&get::<String>(row, "user_id")?)?);
            }
        }
        Ok(found)
    }
}

/// Everybody who is or was in a conversation that is not deleted.
fn people_of(id: ConversationId) -> sea_orm::Select<participant::Entity> {
    participant::Entity::find()
        .inner_join(conversation::Entity)
        .filter(participant::Column::ConversationId.eq(id.uuid()))
        .filter(conversation::Column::DeletedAt.is_null())
}

/// The part that the columns `c`, `p` and `u` tell of.
fn membership(row: &QueryResult) -> Result<Option<Membership>, StorageError> {
    let person = rows::summary(read(row, "u")?)?;
    let participant = rows::participant(&read(row, "p")?, person)?;
    let membership = rows::conversation(read(row, "c")?)?.as_participant(Some(participant));
    let blocked = get(row, "blocked")?;
    Ok(membership.map(|it| it.with_block(blocked)))
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
    let person = rows::participant(row, chinwag_domain::UserSummary::bare(id.clone()))?;
    Ok(MemberView { user_id: id, floor: person.floor(), mute: person.mute })
}

fn uuids(ids: &[ConversationId]) -> Vec<Uuid> {
    ids.iter().map(|id| id.uuid()).collect()
}
