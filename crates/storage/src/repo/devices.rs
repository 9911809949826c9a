//! Devices on which people want to be notified.

use async_trait::async_trait;
use chinwag_domain::{
    Device, DeviceAddress, DeviceId, PushProvider, Timestamp, UserId,
    ports::{DevicePut, Devices, StorageError},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait,
    IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{LockType, OnConflict},
};

use crate::{
    Database,
    entity::{
        device::{Column, Entity, Model},
        user,
    },
    error::{Failure, classify, corrupt, from_db, lost_commit},
    rows,
    sql::MANY,
};

/// How often a registration is tried: people who swap addresses at once can be in each other's way.
const ATTEMPTS: u32 = 3;

/// Devices on PostgreSQL or SQLite.
#[derive(Debug, Clone)]
pub struct SeaDevices {
    database: Database,
}

impl SeaDevices {
    /// Devices of that database.
    pub fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl Devices for SeaDevices {
    async fn put(&self, device: &Device, most: u16) -> Result<DevicePut, StorageError> {
        let mut attempt = 1;
        loop {
            let transaction = self.database.begin().await.map_err(from_db)?;
            match put(&transaction, device, most).await {
                Ok(DevicePut::TooMany) => return Ok(DevicePut::TooMany),
                Ok(outcome) => {
                    transaction.commit().await.map_err(lost_commit)?;
                    return Ok(outcome);
                }
                Err(error) if attempt < ATTEMPTS && classify(&error) == Failure::Contention => {
                    attempt += 1;
                }
                Err(error) => return Err(from_db(error)),
            }
        }
    }

    async fn delete(&self, user: &UserId, id: &DeviceId) -> Result<bool, StorageError> {
        let one = Condition::all()
            .add(Column::UserId.eq(user.as_str()))
            .add(Column::DeviceId.eq(id.as_str()));
        delete(self.database.writer(), one).await.map_err(from_db)
    }

    async fn forget(
        &self,
        provider: PushProvider,
        address: &DeviceAddress,
    ) -> Result<bool, StorageError> {
        delete(self.database.writer(), under(provider, address)).await.map_err(from_db)
    }

    async fn find(&self, user: &UserId, id: &DeviceId) -> Result<Option<Device>, StorageError> {
        let row = Entity::find_by_id((user.to_string(), id.to_string()))
            .one(self.database.reader())
            .await
            .map_err(from_db)?;
        row.as_ref().map(device).transpose()
    }

    async fn of(&self, user: &UserId) -> Result<Vec<Device>, StorageError> {
        let rows = Entity::find()
            .filter(Column::UserId.eq(user.as_str()))
            .order_by_asc(Column::DeviceId)
            .all(self.database.reader())
            .await
            .map_err(from_db)?;
        rows.iter().map(device).collect()
    }

    async fn of_many(&self, users: &[UserId]) -> Result<Vec<Device>, StorageError> {
        let mut devices = Vec::new();
        for users in users.chunks(MANY) {
            let rows = Entity::find()
                .inner_join(user::Entity)
                .filter(Column::UserId.is_in(users.iter().map(UserId::as_str)))
                .filter(user::Column::DeactivatedAt.is_null())
                .all(self.database.reader())
                .await
                .map_err(from_db)?;
            for row in &rows {
                devices.push(device(row)?);
            }
        }
        Ok(devices)
    }
}

/// Under the lock of the person, whose devices nobody else changes meanwhile, but for taking an
/// address away.
async fn put(
    transaction: &DatabaseTransaction,
    device: &Device,
    most: u16,
) -> Result<DevicePut, DbErr> {
    let user_id = device.user_id.to_string();
    user::Entity::find_by_id(user_id.clone()).lock(LockType::NoKeyUpdate).one(transaction).await?;
    let this = Condition::all()
        .add(Column::UserId.eq(user_id.as_str()))
        .add(Column::DeviceId.eq(device.device_id.as_str()));
    let replaced = delete(transaction, this).await?;
    let own = Condition::all().add(Column::UserId.eq(user_id.as_str()));
    delete(transaction, own.clone().add(under(device.provider, &device.address))).await?;
    if !replaced && Entity::find().filter(own).count(transaction).await? >= u64::from(most) {
        return Ok(DevicePut::TooMany);
    }
    let row = Model {
        user_id,
        device_id: device.device_id.to_string(),
        provider: device.provider.as_str().to_owned(),
        address: device.address.expose().to_owned(),
        updated_at: device.updated_at.millis(),
    };
    // Waits for another registration of the address and then takes it over.
    let taken = OnConflict::columns([Column::Provider, Column::Address])
        .update_columns([Column::UserId, Column::DeviceId, Column::UpdatedAt])
        .to_owned();
    Entity::insert(row.into_active_model())
        .on_conflict(taken)
        .exec_without_returning(transaction)
        .await?;
    Ok(if replaced { DevicePut::Replaced } else { DevicePut::New })
}

fn under(provider: PushProvider, address: &DeviceAddress) -> Condition {
    Condition::all()
        .add(Column::Provider.eq(provider.as_str()))
        .add(Column::Address.eq(address.expose()))
}

/// Whether anything was there.
async fn delete(connection: &impl ConnectionTrait, which: Condition) -> Result<bool, DbErr> {
    let deleted = Entity::delete_many().filter(which).exec(connection).await?;
    Ok(deleted.rows_affected > 0)
}

fn device(row: &Model) -> Result<Device, StorageError> {
    Ok(Device {
        user_id: rows::user_id(&row.user_id)?,
        device_id: row.device_id.parse().map_err(|_| corrupt("device id"))?,
        provider: PushProvider::from_name(&row.provider).ok_or_else(|| corrupt("provider"))?,
        address: row.address.parse().map_err(|_| corrupt("address of a device"))?,
        updated_at: Timestamp::from_millis(row.updated_at),
    })
}
