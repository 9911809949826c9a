//! Messages, tombstones included.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "messages")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub conversation_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    pub id: Uuid,
    pub sender_id: String,
    pub client_id: Option<String>,
    /// [`crate::rows::client_key`]; unique.
    pub client_key: Option<Uuid>,
    pub request_hash: Vec<u8>,
    pub client_created_at: Option<i64>,
    pub kind: String,
    pub content: Option<String>,
    /// JSON of what else the sender decided; see [`crate::rows`].
    pub payload: Option<String>,
    pub reply_to: Option<Uuid>,
    pub created_at: i64,
    pub edited_at: Option<i64>,
    pub deleted_at: Option<i64>,
    pub deleted_by: Option<String>,
    pub revision: i64,
    /// [`chinwag_domain::Message::counts`].
    pub counted: bool,
    /// The content as [`chinwag_domain::fold`] leaves it; of system messages and tombstones there is none.
    pub search_text: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(
        belongs_to = "super::user::Entity",
        from = "Column::SenderId",
        to = "super::user::Column::Id"
    )]
    Sender,
}

impl Related<super::user::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Sender.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
