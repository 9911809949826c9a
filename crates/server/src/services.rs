//! What a serving process has: the chat on its adapters, doors for clients, and what goes on beside them. What
//! is opened here is closed here.

use std::sync::Arc;

use actix_web::web::{Data, ServiceConfig};
use async_trait::async_trait;
use chinwag_application::{
    AuditChain, Chat, DeliverWebhook, FinishErasure, MeetingDue, Ports, PushDevice, PushMessage,
    Worker, WorkerOptions,
};
use chinwag_domain::ports::{Clock, Connections};
use chinwag_rest::RestOptions;
use chinwag_storage::Database;
use chinwag_ws::{Door, Hub, HubOptions, WsOptions, socket::SocketLimits};
use tokio::{sync::Mutex, task::JoinHandle};

use crate::{
    admin,
    ambient::SystemClock,
    compose::Core,
    config::Config,
    contract,
    database::{Lock, Place},
    docs,
    embed::Host,
    failure::Failure,
    health::{Health, Probe},
    lifecycle::Lifecycle,
    media,
    metrics::Observed,
    page::Page,
    sealer, sweep, worker,
};

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

impl Services {
    /// The core, with a hub and doors for clients.
    pub async fn open(config: &Config, host: Host, lifecycle: &Lifecycle) -> Result<Self, Failure> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let identity = host.identity(config, &clock)?;
        let lock = Lock::take(&Place::of(&config.database))?.map(Arc::new);
        let rest = RestOptions {
            base: host.base(),
            origins: config.allowed_origins(),
            trusted_proxies: config.server.trusted_proxies.clone(),
            ..RestOptions::default()
        };
        let core = Core::join(config, identity, host, clock).await?;
        let hub = hub(config, &core.chat, lifecycle);
        let mut beside = beside(config, &core.chat.ports, lifecycle);
        beside.push(media::start(Arc::clone(&core.chat), lifecycle.draining()));
        beside.push(sweep::start(Arc::clone(&core.chat), lifecycle.draining()));
        let probe = Arc::new(DatabaseProbe(core.database.clone()));
        Ok(Self {
            core,
            _lock: lock,
            door: Arc::new(Door::new(Arc::clone(&hub), sockets(config, &rest))),
            hub,
            rest,
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

/// The hub, which tells everybody to go when the server does.
fn hub(config: &Config, chat: &Arc<Chat>, lifecycle: &Lifecycle) -> Arc<Hub> {
    let sockets_per_user = config.limits.sockets_per_user;
    let options = HubOptions { sockets_per_user, ..HubOptions::default() };
    let hub = Hub::start(Arc::clone(chat), options);
    let (leaving, draining) = (Arc::clone(&hub), lifecycle.draining());
    tokio::spawn(async move {
        draining.cancelled().await;
        leaving.drain();
    });
    hub
}

/// What the door for sockets has in common with the one for requests, and its own limits.
fn sockets(config: &Config, rest: &RestOptions) -> WsOptions {
    let limits = &config.limits;
    let factor = usize::try_from(limits.address_factor).unwrap_or(usize::MAX);
    WsOptions {
        base: rest.base.clone(),
        origins: rest.origins.clone(),
        socket: SocketLimits { outbox: limits.outbox_bytes, ..SocketLimits::default() },
        sockets_per_address: limits.sockets_per_user.saturating_mul(factor),
        trusted_proxies: rest.trusted_proxies.clone(),
        ..WsOptions::default()
    }
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
        self.hub.observe();
        self.core.observe().await;
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
