//! Webhooks: registered and forgotten in units of work.

use chinwag_domain::{ChangeKind, Webhook, WebhookSecret, ports::IdGenerator};

use crate::{conformance::Stage, user_id};

fn webhook(stage: &Stage, events: &[ChangeKind]) -> Webhook {
    Webhook {
        id: stage.ids.webhook(),
        url: "https://app.example/hook?for=\"chat\"&it's=ä".to_owned(),
        events: events.to_vec(),
        secret: WebhookSecret::new("\\'\"%_secret-of-thirty-two-characters").unwrap(),
        created_by: user_id("root"),
        created_at: stage.tick(),
    }
}

async fn register(stage: &Stage, webhook: &Webhook) {
    let mut unit = stage.begin().await;
    unit.insert_webhook(webhook).await.unwrap();
    unit.commit().await.unwrap();
}

async fn delete(stage: &Stage, webhook: &Webhook) -> bool {
    let mut unit = stage.begin().await;
    let deleted = unit.delete_webhook(webhook.id).await.unwrap();
    unit.commit().await.unwrap();
    deleted
}

/// Every field of it, with all kinds of events and with none.
pub async fn a_webhook_comes_back_as_it_was(stage: Stage) {
    let webhooks = [webhook(&stage, &ChangeKind::ALL), webhook(&stage, &[])];
    for webhook in &webhooks {
        assert_eq!(stage.store.webhooks.find(webhook.id).await.unwrap(), None);
        register(&stage, webhook).await;
        assert_eq!(stage.store.webhooks.find(webhook.id).await.unwrap().as_ref(), Some(webhook));
    }
}

/// The oldest first, in whatever order they were stored.
pub async fn webhooks_come_by_age(stage: Stage) {
    assert_eq!(stage.store.webhooks.all().await.unwrap(), []);
    let webhooks: Vec<_> = (0..3).map(|_| webhook(&stage, &[])).collect();
    for at in [1, 2, 0] {
        register(&stage, &webhooks[at]).await;
    }
    assert_eq!(stage.store.webhooks.all().await.unwrap(), webhooks);
}

/// It is gone, the others stay, and it cannot go twice.
pub async fn a_webhook_is_deleted_once(stage: Stage) {
    let webhooks = [webhook(&stage, &[]), webhook(&stage, &[])];
    for webhook in &webhooks {
        register(&stage, webhook).await;
    }
    assert!(delete(&stage, &webhooks[0]).await);
    assert!(!delete(&stage, &webhooks[0]).await);
    assert_eq!(stage.store.webhooks.find(webhooks[0].id).await.unwrap(), None);
    assert_eq!(stage.store.webhooks.all().await.unwrap(), webhooks[1..]);
}

/// What was not committed did not happen.
pub async fn a_dropped_unit_leaves_them_as_they_were(stage: Stage) {
    let (old, new) = (webhook(&stage, &[]), webhook(&stage, &[]));
    register(&stage, &old).await;
    let mut unit = stage.begin().await;
    unit.insert_webhook(&new).await.unwrap();
    assert!(unit.delete_webhook(old.id).await.unwrap());
    drop(unit);
    assert_eq!(stage.store.webhooks.all().await.unwrap(), [old]);
}
