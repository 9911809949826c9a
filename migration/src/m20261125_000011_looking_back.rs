//! Indexes for what is rarely asked and must not read everything: where somebody ever took part,
//! what they reacted to, and which jobs were given up.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, table) in [
            ("participants_ever", "participants"),
            ("reactions_of", "reactions"),
            ("jobs_dead", "jobs"),
        ] {
            manager.drop_index(Index::drop().name(name).table(table).to_owned()).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

fn indexes() -> [IndexCreateStatement; 3] {
    let index = |name: &'static str, table: &'static str, columns: &[&'static str]| {
        let mut index = Index::create().name(name).table(table).take();
        for column in columns {
            index.col(*column);
        }
        index
    };
    [
        // Present or gone; the other index holds those who are present.
        index("participants_ever", "participants", &["user_id", "conversation_id"]),
        index("reactions_of", "reactions", &["conversation_id", "user_id", "message_id"]),
        index("jobs_dead", "jobs", &["id"]).and_where(Expr::col("state").eq("dead")).take(),
    ]
}
