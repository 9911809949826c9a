//! Devices on which people want to be notified.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, text},
};

use crate::columns::{bytewise, drop_tables};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(devices(manager)).await?;
        // An address stands for one device.
        let address = Index::create()
            .name("devices_address")
            .table("devices")
            .col("provider")
            .col("address")
            .unique()
            .take();
        manager.create_index(address).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["devices"]).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

fn devices(manager: &SchemaManager<'_>) -> TableCreateStatement {
    Table::create()
        .table("devices")
        .col(bytewise(manager, "user_id"))
        .col(bytewise(manager, "device_id"))
        .col(text("provider"))
        .col(bytewise(manager, "address"))
        .col(big_integer("updated_at"))
        .primary_key(Index::create().col("user_id").col("device_id"))
        .foreign_key(ForeignKey::create().from("devices", "user_id").to("users", "id"))
        .take()
}
