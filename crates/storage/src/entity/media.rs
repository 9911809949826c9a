//! Uploaded files.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "media")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub owner_id: String,
    pub state: String,
    pub kind: String,
    pub mime_type: String,
    pub name: String,
    pub size: i64,
    pub sha256: Option<Vec<u8>>,
    pub storage_key: String,
    pub width: Option<i64>,
    pub height: Option<i64>,
    pub created_at: i64,
    pub uploaded_at: Option<i64>,
    /// Since when no message shows it, as far as is known.
    pub unused_since: Option<i64>,
    /// Of a slot.
    pub token_hash: Option<Vec<u8>>,
    /// Of a slot.
    pub expires_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
