//! People.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub username: Option<String>,
    pub name: String,
    pub avatar_url: Option<String>,
    pub role: String,
    pub last_seen_at: Option<i64>,
    pub deactivated_at: Option<i64>,
    pub erased_at: Option<i64>,
    pub created_at: i64,
    pub updated_at: i64,
    /// Id, username and name in lower case, as [`crate::rows`] makes it.
    pub search_text: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
