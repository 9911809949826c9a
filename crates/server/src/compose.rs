//! The composition root: the only place that names every adapter. What is opened here is closed here,
//! in the order that loses nothing.

use std::sync::Arc;

use actix_web::web::{Data, ServiceConfig};
use async_trait::async_trait;
use chinwag_application::{
    AuditChain, Chat, ChatFollowUps, ChatOptions, DeliverWebhook, FinishErasure, MeetingDue,
    MeetingFollowUps, Ports, PushDevice, PushFollowUps, PushMessage, RegisteredWebhooks,
    WebhookFollowUps, Worker, WorkerOptions,
};
use chinwag_auth::Argon2Hasher;
use chinwag_bus::{InProcessBus, InProcessPresence, InProcessRateLimiter};
use chinwag_domain::ports::{Clock, Connections, FollowUps};
use chinwag_push::{HttpWebhookSender, WebhookOptions};
use chinwag_rest::RestOptions;
use chinwag_storage::{
    Database, MessageLogOptions, MessageLogStats, SeaAccounts, SeaAuditLog, SeaBlocks,
    SeaConversations, SeaDevices, SeaJobs, SeaMessageLog, SeaPersonalData, SeaReceipts,
    SeaUnitsOfWork, SeaUsers, SeaWebhooks,
};
use chinwag_ws::{Door, Hub, HubOptions, WsOptions, socket::SocketLimits};
use tokio::{sync::Mutex, task::JoinHandle};

use crate::{
    admin,
    ambient::{SystemClock, UuidV7},
    config::Config,
    contract,
    database::{self, Lock, Place},
    docs,
    embed::Host,
    failure::Failure,
    health::{Health, Probe},
    identity::{FirstRun, Identity},
    lifecycle::Lifecycle,
    media,
    metrics::Observed,
    page::Page,
    push, sealer, sweep, worker,
};

/// The chat on its adapters, and what has to be ended with it.
#[derive(Clone)]
pub struct Core {
    pub chat: Arc<Chat>,
    database: Database,
    messages: Arc<SeaMessageLog>,
    receipts: Arc<SeaReceipts>,
    jobs: SeaJobs,
}

/// Everything that a serving process mounts.
#[derive(Clone)]
pub struct Services {
    core: Core,
    _lock: Option<Arc<Lock>>,
    hub: Arc<Hub>,
    door: Arc<Door>,
    rest: RestOptions,
    health: Health,
    page: Page,
    admin_page: bool,
    beside: Arc<Mutex<Vec<JoinHandle<()>>>>,
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
        let base = host.base();
        let push = match host.push {
            Some(push) => Some(push),
            None => push::gateway(&config.push, &clock)?,
        };
        let blobs = media::blobs(&config.media, host.blobs)?;
        let database = database::open(config).await?;
        database::prepare(config, &database).await?;
        if !config.bus.is_in_process() {
            tracing::warn!(
                "bus.url names a bus between servers, which this version does not speak: events of \
                 other servers on this database arrive late, presence and typing not at all"
            );
        }
        let bus = host.bus.unwrap_or_else(|| Arc::new(InProcessBus::new()));
        let options = MessageLogOptions {
            max_batch: config.database.max_batch,
            ..MessageLogOptions::default()
        };
        let webhooks = webhooks(&database).await?;
        let follow_ups = follow_ups(config, &webhooks, push.is_some());
        let messages = Arc::new(SeaMessageLog::new(
            database.clone(),
            Arc::clone(&bus),
            Arc::clone(&follow_ups),
            options,
        ));
        let receipts = Arc::new(SeaReceipts::new(database.clone()));
        let jobs = SeaJobs::new(database.clone());
        let passwords = Argon2Hasher::new()
            .map_err(|error| Failure::because("passwords cannot be hashed", &error))?;
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
            limiter: host
                .limiter
                .unwrap_or_else(|| Arc::new(InProcessRateLimiter::new(&config.limits.quotas()))),
            verifier: identity.verifier,
            issuer: identity.issuer,
            passwords: Arc::new(passwords),
            clock,
            ids: Arc::new(UuidV7),
            media: media::ports(blobs, &database).await?,
        };
        let options = ChatOptions {
            directory: config.users.directory,
            guests: config.guests(),
            founders: config.groups.founders,
            access_ttl_seconds: config.auth.access_ttl_seconds,
            refresh_ttl_seconds: config.auth.refresh_ttl_seconds,
            media: media::options(&config.media, base),
        };
        let chat = Chat::new(ports, &options);
        Ok(Self { chat, database, messages, receipts, jobs })
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

impl Services {
    /// The core, with a hub and doors for clients.
    pub async fn open(config: &Config, host: Host, lifecycle: &Lifecycle) -> Result<Self, Failure> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let identity = host.identity(config, &clock)?;
        let lock = Lock::take(&Place::of(&config.database))?.map(Arc::new);
        let base = host.base();
        let core = Core::join(config, identity, host, clock).await?;
        let limits = &config.limits;
        let hub = Hub::start(
            Arc::clone(&core.chat),
            HubOptions { sockets_per_user: limits.sockets_per_user, ..HubOptions::default() },
        );
        let draining = lifecycle.draining();
        let leaving = Arc::clone(&hub);
        tokio::spawn(async move {
            draining.cancelled().await;
            leaving.drain();
        });
        let factor = usize::try_from(limits.address_factor).unwrap_or(usize::MAX);
        let options = WsOptions {
            base: base.clone(),
            origins: config.allowed_origins(),
            socket: SocketLimits { outbox: limits.outbox_bytes, ..SocketLimits::default() },
            sockets_per_address: limits.sockets_per_user.saturating_mul(factor),
            trusted_proxies: config.server.trusted_proxies.clone(),
            ..WsOptions::default()
        };
        let mut beside = beside(config, &core.chat.ports, lifecycle);
        beside.push(media::start(Arc::clone(&core.chat), lifecycle.draining()));
        beside.push(sweep::start(Arc::clone(&core.chat), lifecycle.draining()));
        let probe = Arc::new(DatabaseProbe(core.database.clone()));
        Ok(Self {
            core,
            _lock: lock,
            door: Arc::new(Door::new(Arc::clone(&hub), options)),
            hub,
            rest: RestOptions {
                base,
                origins: config.allowed_origins(),
                trusted_proxies: config.server.trusted_proxies.clone(),
                ..RestOptions::default()
            },
            health: Health::new(probe, lifecycle.draining()),
            page: Page::new(config),
            admin_page: config.admin.page,
            beside: Arc::new(Mutex::new(beside)),
        })
    }

    /// Mounts everything in an app of one worker.
    pub fn configure(&self, config: &mut ServiceConfig) {
        self.health.configure(config);
        self.page.configure(config);
        if self.admin_page {
            admin::configure(config);
        }
        docs::configure(config);
        // Before REST, whose scope holds the same path.
        contract::configure(config);
        self.configure_doors(config);
    }

    /// Mounts what clients talk to, within another program.
    pub fn configure_api(&self, config: &mut ServiceConfig) {
        contract::configure_within(config, &self.rest.base);
        self.configure_doors(config);
    }

    fn configure_doors(&self, config: &mut ServiceConfig) {
        let sockets: Arc<dyn Connections> = Arc::clone(&self.hub) as _;
        config.app_data(Data::from(sockets));
        chinwag_ws::configure(Arc::clone(&self.door))(config);
        chinwag_rest::configure(Arc::clone(&self.core.chat), self.rest.clone())(config);
    }

    /// The use cases.
    pub fn chat(&self) -> &Arc<Chat> {
        &self.core.chat
    }

    /// Ends the jobs that are begun, then see [`Core::close`].
    pub async fn close(&self) {
        for task in self.beside.lock().await.drain(..) {
            if let Err(error) = task.await {
                tracing::error!(%error, "what goes on beside the doors did not end well");
            }
        }
        self.core.close().await;
    }
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

/// What goes on beside the doors. Webhooks and notifications have workers of their own, so that
/// receivers that do not answer take no room from other work.
fn beside(config: &Config, ports: &Arc<Ports>, lifecycle: &Lifecycle) -> Vec<JoinHandle<()>> {
    let options = WorkerOptions {
        attempts: config.jobs.attempts,
        first_pause_ms: config.jobs.first_pause_ms,
        lease_ms: config.jobs.lease_seconds * 1_000,
        ..WorkerOptions::default()
    };
    let work = |handlers| {
        let worker = Worker::new(ports, handlers).with(options);
        worker::start(Arc::new(worker), lifecycle.draining())
    };
    let mut tasks = vec![
        sealer::start(AuditChain::new(Arc::clone(&ports.audit)), lifecycle.draining()),
        work(vec![Arc::new(MeetingDue::new(ports)), Arc::new(FinishErasure::new(ports))]),
        work(vec![Arc::new(DeliverWebhook::new(ports))]),
        worker::know_webhooks(Arc::clone(&ports.webhooks), lifecycle.draining()),
    ];
    if ports.push.is_some() {
        tasks.push(work(vec![Arc::new(PushMessage::new(ports)), Arc::new(PushDevice::new(ports))]));
    }
    tasks
}

impl Observed for Services {
    async fn observe(&self) {
        let Core { database, messages, receipts, jobs, .. } = &self.core;
        database.observe();
        messages.observe();
        receipts.observe();
        self.hub.observe();
        if let Err(error) = jobs.observe().await {
            tracing::warn!(%error, "the jobs cannot be counted: their gauges are old");
        }
    }
}

struct DatabaseProbe(Database);

#[async_trait]
impl Probe for DatabaseProbe {
    async fn answers(&self) -> bool {
        match self.0.ping().await {
            Ok(()) => true,
            Err(error) => {
                tracing::warn!(%error, "the database does not answer");
                false
            }
        }
    }
}
