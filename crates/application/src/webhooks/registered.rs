//! The registered webhooks as this process knows them: asked for every change,
//! so they are held here and not looked up.

use std::sync::Arc;

use chinwag_domain::{
    Webhook, WebhookId,
    ports::{StorageError, Webhooks},
};
use futures_util::lock::Mutex;
use parking_lot::RwLock;

/// The webhooks in the store, and a copy of all of them.
///
/// The copy is empty until the first [`RegisteredWebhooks::refresh`]; whoever hosts this refreshes
/// before it serves and every second after. Creating and deleting refresh at once on this node, so
/// that a webhook made on another node begins within a second or so.
pub struct RegisteredWebhooks {
    store: Arc<dyn Webhooks>,
    copy: RwLock<Arc<[Webhook]>>,
    /// Held while the copy is renewed: an older answer must not replace a younger one.
    renewing: Mutex<()>,
}

impl RegisteredWebhooks {
    /// Of that store; nothing is read yet.
    pub fn new(store: Arc<dyn Webhooks>) -> Self {
        Self { store, copy: RwLock::new(Arc::from([])), renewing: Mutex::new(()) }
    }

    /// Reads them again.
    ///
    /// # Errors
    /// When the store fails; then the copy stays.
    pub async fn refresh(&self) -> Result<(), StorageError> {
        let _turn = self.renewing.lock().await;
        let all = self.store.all().await?;
        *self.copy.write() = all.into();
        Ok(())
    }

    /// After a change made here. It is stored; were it not read now, it would be within a second.
    pub(super) async fn refresh_soon(&self) {
        if let Err(error) = self.refresh().await {
            tracing::warn!(%error, "the webhooks could not be read again");
        }
    }

    /// As of the last refresh.
    pub(super) fn copy(&self) -> Arc<[Webhook]> {
        Arc::clone(&self.copy.read())
    }

    /// As stored now.
    pub(super) async fn all(&self) -> Result<Vec<Webhook>, StorageError> {
        self.store.all().await
    }

    /// As stored now.
    pub(super) async fn find(&self, id: WebhookId) -> Result<Option<Webhook>, StorageError> {
        self.store.find(id).await
    }
}
