//! All that is kept of one person, in pieces.

use std::collections::HashMap;

use async_trait::async_trait;
use chinwag_domain::{
    ConversationId, Edit, Emoji, Media, MediaId, Message, MessageId, MessageKind, Seq, Timestamp,
    UserId,
    ports::{Mentions, PartTaken, PersonalData, Said, StorageError},
};
use sea_orm::{
    ColumnTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    prelude::Uuid,
    sea_query::{Expr, ExprTrait, Func},
};

use crate::{
    Database,
    entity::{conversation, message, message_edit, participant, reaction, user},
    error::{corrupt, from_db},
    media::shown,
    messages, rows,
};

/// Messages whose payloads are looked through by one statement.
const STRETCH: i64 = 2_000;

/// What is kept of people, on PostgreSQL or SQLite.
#[derive(Debug, Clone)]
pub struct SeaPersonalData {
    database: Database,
}

impl SeaPersonalData {
    /// On that database.
    pub fn new(database: Database) -> Self {
        Self { database }
    }

    async fn edits(&self, of: &[Message]) -> Result<HashMap<Uuid, Vec<Edit>>, StorageError> {
        let Some(first) = of.first() else { return Ok(HashMap::new()) };
        let edits = message_edit::Entity::find()
            .filter(message_edit::Column::ConversationId.eq(first.conversation_id.uuid()))
            .filter(message_edit::Column::MessageId.is_in(of.iter().map(|one| one.id.uuid())))
            .order_by_asc(message_edit::Column::Revision)
            .all(self.database.reader())
            .await
            .map_err(from_db)?;
        let mut by_message: HashMap<Uuid, Vec<Edit>> = HashMap::new();
        for row in edits {
            let edit = Edit { previous: row.previous, at: Timestamp::from_millis(row.at) };
            by_message.entry(row.message_id).or_default().push(edit);
        }
        Ok(by_message)
    }

    /// How far a conversation is.
    async fn last_seq(&self, id: ConversationId) -> Result<Seq, StorageError> {
        let found = conversation::Entity::find_by_id(id.uuid())
            .select_only()
            .column(conversation::Column::LastSeq)
            .into_tuple::<i64>()
            .one(self.database.reader())
            .await
            .map_err(from_db)?;
        Ok(found.map_or(Seq::ZERO, Seq::new))
    }

    /// Other people's messages above the one and up to the other seq in whose payload the person's id stands.
    async fn naming(
        &self,
        id: ConversationId,
        user: &UserId,
        (above, up_to): (Seq, Seq),
        limit: u16,
    ) -> Result<Vec<Message>, StorageError> {
        let find = match self.database.backend() {
            DbBackend::Postgres => "strpos",
            _ => "instr",
        };
        let payload = Expr::col((message::Entity, message::Column::Payload));
        // Ids hold nothing that JSON would write otherwise.
        let named = Func::cust(find).arg(payload).arg(format!("\"{user}\""));
        let query = message::Entity::find()
            .filter(message::Column::ConversationId.eq(id.uuid()))
            .filter(message::Column::SenderId.ne(user.as_str()))
            .filter(message::Column::Seq.gt(above.get()))
            .filter(message::Column::Seq.lte(up_to.get()))
            .filter(message::Column::Kind.ne(MessageKind::System.as_str()))
            .filter(message::Column::Payload.is_not_null())
            .filter(Expr::expr(named).gt(0))
            .order_by_asc(message::Column::Seq)
            .limit(u64::from(limit));
        messages::load(self.database.reader(), query, user).await
    }
}

#[async_trait]
impl PersonalData for SeaPersonalData {
    async fn parts_of(
        &self,
        user: &UserId,
        after: Option<ConversationId>,
        limit: u16,
    ) -> Result<Vec<PartTaken>, StorageError> {
        let mut query = participant::Entity::find()
            .find_also_related(conversation::Entity)
            .filter(participant::Column::UserId.eq(user.as_str()));
        if let Some(after) = after {
            query = query.filter(participant::Column::ConversationId.gt(after.uuid()));
        }
        let found = query
            .order_by_asc(participant::Column::ConversationId)
            .limit(u64::from(limit))
            .all(self.database.reader())
            .await
            .map_err(from_db)?;
        let person = user::Entity::find_by_id(user.as_str()).one(self.database.reader()).await;
        let Some(person) = person.map_err(from_db)? else { return Ok(Vec::new()) };
        let person = rows::summary(person)?;
        let part = |(row, room): (participant::Model, Option<conversation::Model>)| {
            let room = room.ok_or_else(|| corrupt("participant without a conversation"))?;
            Ok(PartTaken {
                conversation: rows::conversation(room)?,
                participant: rows::participant(&row, person.clone())?,
            })
        };
        found.into_iter().map(part).collect()
    }

    async fn said_by(
        &self,
        id: ConversationId,
        user: &UserId,
        above: Seq,
        limit: u16,
    ) -> Result<Vec<Said>, StorageError> {
        let query = message::Entity::find()
            .filter(message::Column::ConversationId.eq(id.uuid()))
            .filter(message::Column::SenderId.eq(user.as_str()))
            .filter(message::Column::Seq.gt(above.get()))
            .filter(message::Column::DeletedAt.is_null())
            .filter(message::Column::Kind.ne(MessageKind::System.as_str()))
            .order_by_asc(message::Column::Seq)
            .limit(u64::from(limit));
        let said = messages::load(self.database.reader(), query, user).await?;
        let mut edits = self.edits(&said).await?;
        let whole = |message: Message| Said {
            edits: edits.remove(&message.id.uuid()).unwrap_or_default(),
            message,
        };
        Ok(said.into_iter().map(whole).collect())
    }

    async fn reactions_of(
        &self,
        id: ConversationId,
        user: &UserId,
        after: Option<MessageId>,
        limit: u16,
    ) -> Result<Vec<(MessageId, Emoji)>, StorageError> {
        let mine = |after: Option<Uuid>| {
            let query = reaction::Entity::find()
                .filter(reaction::Column::ConversationId.eq(id.uuid()))
                .filter(reaction::Column::UserId.eq(user.as_str()))
                .order_by_asc(reaction::Column::MessageId)
                .order_by_asc(reaction::Column::Emoji);
            match after {
                Some(after) => query.filter(reaction::Column::MessageId.gt(after)),
                None => query,
            }
        };
        let after = after.map(MessageId::uuid);
        let found = mine(after).limit(u64::from(limit)).all(self.database.reader()).await;
        let mut found = found.map_err(from_db)?;
        if found.len() == usize::from(limit)
            && let Some(last) = found.last().map(|row| row.message_id)
        {
            // The last message may have more of them than fitted.
            found.retain(|row| row.message_id != last);
            let rest = reaction::Entity::find()
                .filter(reaction::Column::ConversationId.eq(id.uuid()))
                .filter(reaction::Column::MessageId.eq(last))
                .filter(reaction::Column::UserId.eq(user.as_str()))
                .order_by_asc(reaction::Column::Emoji)
                .all(self.database.reader())
                .await
                .map_err(from_db)?;
            found.extend(rest);
        }
        let reaction =
            |row: reaction::Model| Ok((MessageId::new(row.message_id), rows::emoji(&row.emoji)?));
        found.into_iter().map(reaction).collect()
    }

    async fn unshown_uploads_of(
        &self,
        user: &UserId,
        after: Option<MediaId>,
        limit: u16,
    ) -> Result<Vec<Media>, StorageError> {
        shown::nowhere(self.database.reader(), user, after, limit).await
    }

    async fn mentions_of(
        &self,
        id: ConversationId,
        user: &UserId,
        above: Seq,
        limit: u16,
    ) -> Result<Mentions, StorageError> {
        // Read first: what is sent meanwhile is for the next call.
        let last = self.last_seq(id).await?;
        let stretch = (above, last.min(Seq::new(above.get().saturating_add(STRETCH))));
        let mut messages = self.naming(id, user, stretch, limit).await?;
        let full = messages.len() == usize::from(limit);
        let looked = messages.last().filter(|_| full).map_or(stretch.1, |message| message.seq);
        // What is said beside the mentions may be the same text.
        messages.retain(|message| message.body.mentions.contains(user));
        Ok(Mentions { messages, looked: Some(looked).filter(|looked| *looked < last) })
    }
}
