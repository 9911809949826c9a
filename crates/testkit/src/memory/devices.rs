//! Devices on which people want to be notified.

use async_trait::async_trait;
use chinwag_domain::{
    Device, DeviceAddress, DeviceId, PushProvider, UserId,
    ports::{DevicePut, Devices, StorageError},
};

use super::{
    MemoryStore,
    state::{State, fault},
};

#[async_trait]
impl Devices for MemoryStore {
    async fn put(&self, device: &Device, most: u16) -> Result<DevicePut, StorageError> {
        let device = device.clone();
        self.write(move |state| put(state, device, usize::from(most))).await
    }

    async fn delete(&self, user: &UserId, id: &DeviceId) -> Result<bool, StorageError> {
        let key = (user.clone(), id.clone());
        Ok(self.write(move |state| state.devices.remove(&key).is_some()).await)
    }

    async fn forget(
        &self,
        provider: PushProvider,
        address: &DeviceAddress,
    ) -> Result<bool, StorageError> {
        let address = address.clone();
        let forget = move |state: &mut State| {
            let before = state.devices.len();
            state.devices.retain(|_, it| (it.provider, &it.address) != (provider, &address));
            state.devices.len() < before
        };
        Ok(self.write(forget).await)
    }

    async fn find(&self, user: &UserId, id: &DeviceId) -> Result<Option<Device>, StorageError> {
        let key = (user.clone(), id.clone());
        Ok(self.read(|state| state.devices.get(&key).cloned()))
    }

    async fn of(&self, user: &UserId) -> Result<Vec<Device>, StorageError> {
        Ok(self.read(|state| {
            state.devices.values().filter(|device| device.user_id == *user).cloned().collect()
        }))
    }

    async fn of_many(&self, users: &[UserId]) -> Result<Vec<Device>, StorageError> {
        Ok(self.read(|state| {
            let active =
                |id: &UserId| state.users.get(id).is_some_and(|user| user.deactivated_at.is_none());
            let wanted = |device: &&Device| users.contains(&device.user_id);
            let devices = state.devices.values().filter(wanted);
            devices.filter(|device| active(&device.user_id)).cloned().collect()
        }))
    }
}

fn put(state: &mut State, device: Device, most: usize) -> Result<DevicePut, StorageError> {
    if !state.users.contains_key(&device.user_id) {
        return Err(fault(format!("nobody knows {}", device.user_id)));
    }
    let key = (device.user_id.clone(), device.device_id.clone());
    let replaced = state.devices.contains_key(&key);
    let stays = |it: &&Device| {
        (it.provider, &it.address) != (device.provider, &device.address)
            && it.device_id != device.device_id
    };
    let own = state.devices.values().filter(|it| it.user_id == device.user_id);
    if !replaced && own.filter(stays).count() >= most {
        return Ok(DevicePut::TooMany);
    }
    state.devices.retain(|_, it| (it.provider, &it.address) != (device.provider, &device.address));
    state.devices.insert(key, device);
    Ok(if replaced { DevicePut::Replaced } else { DevicePut::New })
}
