//! People.

use async_trait::async_trait;
use chinwag_domain::{
    Limit, Page, ProfileChange, Timestamp, User, UserCursor, UserId,
    ports::{StorageError, Users},
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, DatabaseTransaction, EntityTrait, ExprTrait,
    IntoActiveModel, JoinType, QueryFilter, QueryOrder, QuerySelect, QueryTrait, RelationTrait,
    Select,
    sea_query::{Alias, Expr, LockType, OnConflict, SelectStatement},
};

use crate::{
    Database,
    entity::{
        conversation, participant,
        user::{Column, Entity},
    },
    error::{from_db, lost_commit},
    needle::Needle,
    rows,
    sql::MANY,
};

/// People on PostgreSQL or SQLite.
#[derive(Debug, Clone)]
pub struct SeaUsers {
    database: Database,
}

impl SeaUsers {
    /// People of that database.
    pub fn new(database: Database) -> Self {
        Self { database }
    }

    /// People by id, of those that `query` finds.
    async fn page(
        &self,
        mut query: Select<Entity>,
        search: Option<&str>,
        after: Option<&UserCursor>,
        limit: Limit,
    ) -> Result<Page<User, UserCursor>, StorageError> {
        if let Some(search) = search {
            query = query.filter(Column::SearchText.like(Needle::new(search).like()));
        }
        if let Some(UserCursor(last)) = after {
            query = query.filter(Column::Id.gt(last.as_str()));
        }
        let wanted = usize::from(limit.get());
        let found = query
            .order_by_asc(Column::Id)
            .limit(u64::from(limit.get()) + 1)
            .all(self.database.reader())
            .await
            .map_err(from_db)?;
        let more = found.len() > wanted;
        let items: Vec<User> =
            found.into_iter().take(wanted).map(rows::user).collect::<Result<_, _>>()?;
        let next = items.last().filter(|_| more).map(|last| UserCursor(last.summary.id.clone()));
        Ok(Page { items, next, total: None })
    }
}

#[async_trait]
impl Users for SeaUsers {
    async fn provision(&self, user: User) -> Result<User, StorageError> {
        // Nearly always nothing is new.
        if let Some(mut known) = self.find(&user.summary.id).await?
            && !known.see_again(&user)
        {
            return Ok(known);
        }
        let transaction = self.database.begin().await.map_err(from_db)?;
        let inserted = Entity::insert(rows::user_row(&user).into_active_model())
            .on_conflict(OnConflict::column(Column::Id).do_nothing().to_owned())
            .exec_without_returning(&transaction)
            .await
            .map_err(from_db)?;
        let mut stored = user.clone();
        if inserted == 0
            && let Some(known) = locked(&transaction, &user.summary.id).await?
        {
            stored = known;
            if stored.see_again(&user) {
                save(&transaction, &stored).await?;
            }
        }
        transaction.commit().await.map_err(lost_commit)?;
        Ok(stored)
    }

    async fn find(&self, id: &UserId) -> Result<Option<User>, StorageError> {
        let row = Entity::find_by_id(id.to_string()).one(self.database.reader()).await;
        row.map_err(from_db)?.map(rows::user).transpose()
    }

    async fn find_many(&self, ids: &[UserId]) -> Result<Vec<User>, StorageError> {
        let mut users = Vec::with_capacity(ids.len());
        for ids in ids.chunks(MANY) {
            let found = Entity::find()
                .filter(Column::Id.is_in(ids.iter().map(UserId::as_str)))
                .all(self.database.reader())
                .await
                .map_err(from_db)?;
            for row in found {
                users.push(rows::user(row)?);
            }
        }
        Ok(users)
    }

    async fn directory(
        &self,
        search: Option<&str>,
        known_to: Option<&UserId>,
        after: Option<&UserCursor>,
        limit: Limit,
    ) -> Result<Page<User, UserCursor>, StorageError> {
        let mut query = Entity::find().filter(Column::DeactivatedAt.is_null());
        if let Some(person) = known_to {
            query = query.filter(
                Condition::any()
                    .add(Column::Id.eq(person.as_str()))
                    .add(Column::Id.in_subquery(those_who_share_with(person))),
            );
        }
        self.page(query, search, after, limit).await
    }

    async fn search_everybody(
        &self,
        search: Option<&str>,
        after: Option<&UserCursor>,
        limit: Limit,
    ) -> Result<Page<User, UserCursor>, StorageError> {
        self.page(Entity::find(), search, after, limit).await
    }

    async fn everybody(
        &self,
        after: Option<&UserId>,
        limit: u16,
    ) -> Result<Vec<User>, StorageError> {
        let mut query = Entity::find().filter(Column::ErasedAt.is_null());
        if let Some(last) = after {
            query = query.filter(Column::Id.gt(last.as_str()));
        }
        let found = query
            .order_by_asc(Column::Id)
            .limit(u64::from(limit))
            .all(self.database.reader())
            .await
            .map_err(from_db)?;
        found.into_iter().map(rows::user).collect()
    }

    async fn update_profile(
        &self,
        id: &UserId,
        change: ProfileChange,
        now: Timestamp,
    ) -> Result<Option<User>, StorageError> {
        let transaction = self.database.begin().await.map_err(from_db)?;
        let user = locked(&transaction, id).await?.filter(|user| user.deactivated_at.is_none());
        let Some(mut user) = user else { return Ok(None) };
        if user.change(change, now) {
            save(&transaction, &user).await?;
        }
        transaction.commit().await.map_err(lost_commit)?;
        Ok(Some(user))
    }

    async fn seen(&self, id: &UserId, at: Timestamp) -> Result<(), StorageError> {
        let earlier = Condition::any()
            .add(Column::LastSeenAt.is_null())
            .add(Column::LastSeenAt.lt(at.millis()));
        Entity::update_many()
            .col_expr(Column::LastSeenAt, Expr::value(at.millis()))
            .filter(Column::Id.eq(id.as_str()))
            .filter(Column::ErasedAt.is_null())
            .filter(earlier)
            .exec(self.database.writer())
            .await
            .map_err(from_db)?;
        Ok(())
    }
}

/// The person, whom nobody else changes until the transaction ends.
async fn locked(
    transaction: &DatabaseTransaction,
    id: &UserId,
) -> Result<Option<User>, StorageError> {
    let row = Entity::find_by_id(id.to_string())
        .lock(LockType::NoKeyUpdate)
        .one(transaction)
        .await
        .map_err(from_db)?;
    row.map(rows::user).transpose()
}

async fn save(transaction: &DatabaseTransaction, user: &User) -> Result<(), StorageError> {
    let row = rows::user_row(user).into_active_model().reset_all();
    Entity::update_many()
        .set(row)
        .filter(Column::Id.eq(user.summary.id.as_str()))
        .exec(transaction)
        .await
        .map_err(from_db)?;
    Ok(())
}

/// The ids of everybody who is in a conversation with that person.
fn those_who_share_with(person: &UserId) -> SelectStatement {
    let own = Alias::new("own");
    participant::Entity::find()
        .select_only()
        .column(participant::Column::UserId)
        .join(JoinType::InnerJoin, participant::Relation::Conversation.def())
        .join_as(JoinType::InnerJoin, same_conversation(), own.clone())
        .filter(participant::Column::LeftAt.is_null())
        .filter(conversation::Column::DeletedAt.is_null())
        .filter(Expr::col((own.clone(), participant::Column::UserId)).eq(person.as_str()))
        .filter(Expr::col((own, participant::Column::LeftAt)).is_null())
        .into_query()
}

/// From a participant to all of the same conversation.
fn same_conversation() -> sea_orm::RelationDef {
    participant::Entity::belongs_to(participant::Entity)
        .from(participant::Column::ConversationId)
        .to(participant::Column::ConversationId)
        .into()
}
