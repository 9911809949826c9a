//! Indexes by which a worker finds what is due without looking at what waits
//! behind the first job of a lane.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        replace(manager, &["jobs_due", "jobs_lane"], new_indexes()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        replace(manager, &["jobs_loose", "jobs_heads", "jobs_of_lanes_running"], old_indexes())
            .await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

async fn replace<const NEW: usize>(
    manager: &SchemaManager<'_>,
    old: &[&'static str],
    new: [IndexCreateStatement; NEW],
) -> Result<(), DbErr> {
    for name in old {
        manager.drop_index(Index::drop().name(*name).table("jobs").to_owned()).await?;
    }
    for index in new {
        manager.create_index(index).await?;
    }
    Ok(())
}

fn index(name: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create().name(name).table("jobs").take();
    for column in columns {
        index.col(*column);
    }
    index
}

/// Dead jobs are in none. Each begins with the kind: what waits of one is no matter to the others.
fn new_indexes() -> [IndexCreateStatement; 3] {
    let alive = || Expr::col("state").ne("dead");
    [
        index("jobs_loose", &["kind", "due_at", "id"])
            .and_where(alive().and(Expr::col("lane").is_null()))
            .take(),
        index("jobs_heads", &["kind", "lane", "position", "id"])
            .and_where(alive().and(Expr::col("lane").is_not_null()))
            .take(),
        index("jobs_of_lanes_running", &["kind", "lane"])
            .and_where(Expr::col("state").eq("running").and(Expr::col("lane").is_not_null()))
            .take(),
    ]
}

fn old_indexes() -> [IndexCreateStatement; 2] {
    [
        index("jobs_due", &["due_at", "id"]).and_where(Expr::col("state").ne("dead")).take(),
        index("jobs_lane", &["lane", "position", "id"])
            .and_where(Expr::col("lane").is_not_null())
            .take(),
    ]
}
