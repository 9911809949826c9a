//! The composition root: the only place that names every adapter. What is opened here is closed here,
//! in the order that loses nothing.

use std::sync::Arc;

use chinwag_application::{
    Chat, ChatFollowUps, ChatOptions, MeetingFollowUps, Ports, PushFollowUps, RegisteredWebhooks,
    WebhookFollowUps,
};
use chinwag_auth::Argon2Hasher;
use chinwag_bus::{InProcessBus, InProcessPresence, InProcessRateLimiter};
use chinwag_domain::ports::{Clock, EventBus, FollowUps};
use chinwag_push::{HttpWebhookSender, WebhookOptions};
use chinwag_storage::{
    Database, MessageLogOptions, MessageLogStats, SeaAccounts, SeaAuditLog, SeaBlocks,
    SeaConversations, SeaDevices, SeaJobs, SeaMessageLog, SeaPersonalData, SeaReceipts,
    SeaUnitsOfWork, SeaUsers, SeaWebhooks,
};

use crate::{
    ambient::{SystemClock, UuidV7},
    config::Config,
    database,
    embed::Host,
    failure::Failure,
    identity::{FirstRun, Identity},
    media, push,
};

/// The chat on its adapters, and what has to be ended with it.
#[derive(Clone)]
pub struct Core {
    pub chat: Arc<Chat>,
    pub(crate) database: Database,
    messages: Arc<SeaMessageLog>,
    receipts: Arc<SeaReceipts>,
    jobs: SeaJobs,
}

impl Core {
    /// Opens the database, brings it up to date if so configured, and joins the use cases to their
    /// adapters. The current runtime must live as long as messages are to be stored.
    pub async fn open(config: &Config) -> Result<Self, Failure> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        // First, because it touches nothing else: keys that do not fit leave no trace.
        let identity = Identity::new(config, FirstRun::MakesSecret, Arc::clone(&clock))?;
        Self::join(config, identity, Host::default(), clock).await
    }

    /// The same by any clock.
    pub(crate) async fn join(
        config: &Config,
        identity: Identity,
        host: Host,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, Failure> {
        let options = options(config, host.base());
        let push =
            host.push.map_or_else(|| push::gateway(&config.push, &clock), |it| Ok(Some(it)))?;
        let blobs = media::blobs(&config.media, host.blobs)?;
        let database = opened(config).await?;
        let bus = host.bus.unwrap_or_else(|| Arc::new(InProcessBus::new()));
        let webhooks = webhooks(&database).await?;
        let follow_ups = follow_ups(config, &webhooks, push.is_some());
        let messages = Arc::new(message_log(config, &database, &bus, &follow_ups));
        let receipts = Arc::new(SeaReceipts::new(database.clone()));
        let jobs = SeaJobs::new(database.clone());
        let own_limiter = || Arc::new(InProcessRateLimiter::new(&config.limits.quotas())) as _;
        let ports = Ports {
            messages: Arc::clone(&messages) as _,
            conversations: Arc::new(SeaConversations::new(database.clone())),
            receipts: Arc::clone(&receipts) as _,
            users: Arc::new(SeaUsers::new(database.clone())),
            accounts: Arc::new(SeaAccounts::new(database.clone())),
            units: Arc::new(SeaUnitsOfWork::new(database.clone(), Arc::clone(&bus), follow_ups)),
            blocks: Arc::new(SeaBlocks::new(database.clone())),
            jobs: Arc::new(jobs.clone()),
            personal: Arc::new(SeaPersonalData::new(database.clone())),
            audit: Arc::new(SeaAuditLog::new(database.clone())),
            webhooks,
            webhook_sender: Arc::new(webhook_sender(config, &clock)?),
            devices: Arc::new(SeaDevices::new(database.clone())),
            push,
            bus,
            presence: host.presence.unwrap_or_else(|| Arc::new(InProcessPresence::new())),
            limiter: host.limiter.unwrap_or_else(own_limiter),
            verifier: identity.verifier,
            issuer: identity.issuer,
            passwords: Arc::new(passwords()?),
            clock,
            ids: Arc::new(UuidV7),
            media: media::ports(blobs, &database).await?,
        };
        let chat = Chat::new(ports, &options);
        Ok(Self { chat, database, messages, receipts, jobs })
    }

    /// Sets the gauges of what the adapters hold.
    pub(crate) async fn observe(&self) {
        self.database.observe();
        self.messages.observe();
        self.receipts.observe();
        if let Err(error) = self.jobs.observe().await {
            tracing::warn!(%error, "the jobs cannot be counted: their gauges are old");
        }
    }

    /// Stores what waits, then lets the database go.
    pub async fn close(&self) {
        tokio::join!(self.messages.shutdown(), self.receipts.shutdown());
        let MessageLogStats { batches, messages } = self.messages.stats();
        tracing::info!(batches, messages, "stored; mean batch {:.1}", mean(messages, batches));
        self.database.close().await;
    }
}

#[allow(clippy::cast_precision_loss, reason = "for people, with one digit behind the point")]
fn mean(messages: u64, batches: u64) -> f64 {
    messages as f64 / batches.max(1) as f64
}

/// What the operator decided about the chat itself.
fn options(config: &Config, base: String) -> ChatOptions {
    ChatOptions {
        directory: config.users.directory,
        guests: config.guests(),
        founders: config.groups.founders,
        access_ttl_seconds: config.auth.access_ttl_seconds,
        refresh_ttl_seconds: config.auth.refresh_ttl_seconds,
        media: media::options(&config.media, base),
    }
}

/// The database, brought up to date if so configured.
async fn opened(config: &Config) -> Result<Database, Failure> {
    let database = database::open(config).await?;
    database::prepare(config, &database).await?;
    if !config.bus.is_in_process() {
        tracing::warn!(
            "bus.url names a bus between servers, which this version does not speak: events of other servers \
             on this database arrive late, presence and typing not at all"
        );
    }
    Ok(database)
}

fn message_log(
    config: &Config,
    database: &Database,
    bus: &Arc<dyn EventBus>,
    follow_ups: &Arc<dyn FollowUps>,
) -> SeaMessageLog {
    let max_batch = config.database.max_batch;
    let options = MessageLogOptions { max_batch, ..MessageLogOptions::default() };
    SeaMessageLog::new(database.clone(), Arc::clone(bus), Arc::clone(follow_ups), options)
}

fn passwords() -> Result<Argon2Hasher, Failure> {
    Argon2Hasher::new().map_err(|error| Failure::because("passwords cannot be hashed", &error))
}

/// The webhooks, read before the first change can be stored.
async fn webhooks(database: &Database) -> Result<Arc<RegisteredWebhooks>, Failure> {
    let webhooks = RegisteredWebhooks::new(Arc::new(SeaWebhooks::new(database.clone())));
    let read = webhooks.refresh().await;
    read.map_err(|error| Failure::because("the webhooks cannot be read", &error))?;
    Ok(Arc::new(webhooks))
}

/// What follows from changes; nobody is notified without a way to devices.
fn follow_ups(
    config: &Config,
    webhooks: &Arc<RegisteredWebhooks>,
    push: bool,
) -> Arc<dyn FollowUps> {
    let webhooks = WebhookFollowUps::new(Arc::clone(webhooks), Arc::new(UuidV7));
    let mut contributors: Vec<Arc<dyn FollowUps>> =
        vec![Arc::new(webhooks), Arc::new(MeetingFollowUps::new(Arc::new(UuidV7)))];
    if push {
        let grace = config.push.grace_seconds * 1_000;
        contributors.push(Arc::new(PushFollowUps::new(Arc::new(UuidV7), grace)));
    }
    Arc::new(ChatFollowUps::new(contributors))
}

fn webhook_sender(config: &Config, clock: &Arc<dyn Clock>) -> Result<HttpWebhookSender, Failure> {
    let allow_private = config.webhooks.allow_private;
    let options = WebhookOptions { allow_private, ..WebhookOptions::default() };
    HttpWebhookSender::new(options, Arc::clone(clock))
        .map_err(|error| Failure::because("webhooks cannot be sent", &error))
}
