//! Where people can be reached when they are away.

use async_trait::async_trait;

use super::StorageError;
use crate::{Device, DeviceAddress, DeviceId, PushProvider, UserId};

/// What became of a registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DevicePut {
    /// The person has a device more.
    New,
    /// The person had one of that id.
    Replaced,
    /// The person has as many as they may; nothing changed.
    TooMany,
}

/// The registered devices.
#[async_trait]
pub trait Devices: Send + Sync {
    /// Registers a device of somebody who is known, unless it would be their `most + 1`th.
    /// An address stands for one device: whoever else had it, the person under another id
    /// or somebody else, MUST lose that device by it. Of any number at once none may exceed `most`.
    ///
    /// # Errors
    /// When the store fails.
    async fn put(&self, device: &Device, most: u16) -> Result<DevicePut, StorageError>;

    /// Forgets one; false when there was none.
    ///
    /// # Errors
    /// When the store fails.
    async fn delete(&self, user: &UserId, id: &DeviceId) -> Result<bool, StorageError>;

    /// Forgets whoever is registered under an address that is no more; false when nobody is.
    ///
    /// # Errors
    /// When the store fails.
    async fn forget(
        &self,
        provider: PushProvider,
        address: &DeviceAddress,
    ) -> Result<bool, StorageError>;

    /// One of a person's.
    ///
    /// # Errors
    /// When the store fails.
    async fn find(&self, user: &UserId, id: &DeviceId) -> Result<Option<Device>, StorageError>;

    /// All of a person's, by id.
    ///
    /// # Errors
    /// When the store fails.
    async fn of(&self, user: &UserId) -> Result<Vec<Device>, StorageError>;

    /// All of these people's, in any order, in a number of queries that does not grow with
    /// theirs (but for thousands). Deactivated people have none here.
    ///
    /// # Errors
    /// When the store fails.
    async fn of_many(&self, users: &[UserId]) -> Result<Vec<Device>, StorageError>;
}
