//! Conversations and who takes part in them. What a person sees in a list is
//! put together in [`summaries`]; which conversations stand on a page is
//! decided in [`list`]; what hubs ask is in [`members`].

mod list;
mod members;
mod summaries;

use std::collections::HashSet;

use async_trait::async_trait;
use chinwag_domain::{
    Conversation, ConversationCursor, ConversationFilter, ConversationId, DirectKey, Limit,
    Membership, Page, Participant, Revision, Timestamp, UserId,
    ports::{
        ConversationSummary, Conversations, Head, MembersSnapshot, MembershipHead, StorageError,
        Unread,
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
        members::memberships(&self.database, user).await
    }

    async fn members(&self, id: ConversationId) -> Result<Option<MembersSnapshot>, StorageError> {
        members::of(&self.database, id).await
    }

    async fn heads(&self, ids: &[ConversationId]) -> Result<Vec<Head>, StorageError> {
        members::heads(&self.database, ids).await
    }

    async fn joined_since(
        &self,
        at: Timestamp,
    ) -> Result<Vec<(ConversationId, UserId)>, StorageError> {
        members::joined_since(&self.database, at).await
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

fn uuids(ids: &[ConversationId]) -> Vec<Uuid> {
    ids.iter().map(|id| id.uuid()).collect()
}
