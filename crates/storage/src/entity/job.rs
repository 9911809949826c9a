//! Jobs.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "jobs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub kind: String,
    pub lane: Option<String>,
    /// Who is waited for while it runs; none without a lane.
    pub receiver: Option<String>,
    /// Within its lane; 0 without one.
    pub position: i64,
    /// JSON.
    pub payload: String,
    pub state: String,
    pub attempts: i32,
    /// While it waits: not before. While it runs: the end of its lease.
    pub due_at: i64,
    pub last_error: Option<String>,
    pub created_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
