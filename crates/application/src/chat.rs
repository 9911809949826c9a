//! All use cases in one handle.

use std::sync::Arc;

use chinwag_domain::GroupFounders;
use chinwag_domain::ports::{
    Accounts as AccountStore, AuditLog, Clock, Conversations, Devices, EventBus, IdGenerator, Jobs,
    MessageLog, PasswordHasher, PersonalData, PresenceBoard, PushGateway, RateLimiter, Receipts,
    TokenIssuer, TokenVerifier, UnitsOfWork, Users, WebhookSender,
};

use crate::{
    Accounts, AddParticipants, Authenticate, ChangeRole, Changes, ClearConversation,
    CreateConversation, CreateWebhook, DeactivateUser, DeleteConversation, DeleteMessage,
    DeleteWebhook, Deliveries, DiscardJob, EditMessage, EraseUser, ExportAuditLog, ExportOwnData,
    ExportUsers, FillSlot, GetConversation, GetMedia, GetMessage, GetReceipts, GetUnread, History,
    ImportUsers, Leave, Limits, ListAuditLog, ListConversations, ListDevices, ListJobs,
    ListParticipants, ListWebhooks, MarkDelivered, MarkRead, MediaOptions, MediaPorts, People,
    PingWebhook, PresenceService, React, RegisterDevice, RegisteredWebhooks, RemoveDevice,
    RemoveParticipant, RequestUpload, RetryJob, SearchMessages, SendMessage, StoreMedia,
    SweepMedia, SweepSignIns, Sync, TryDevice, Typing, UpdateMembership, UpdateSettings,
    UpsertUser, Viewing,
};
use crate::{Blocking, ChangeMeeting, MoveLocation};
use crate::{CloseConnection, EndSignIns, ListConnections, ListEverybody, ListGroups, ReadMetrics};
use chinwag_domain::ports::Blocks;

/// What the use cases stand on.
#[derive(Clone)]
#[allow(missing_docs)] // the ports are documented where they are defined
pub struct Ports {
    pub messages: Arc<dyn MessageLog>,
    pub conversations: Arc<dyn Conversations>,
    pub receipts: Arc<dyn Receipts>,
    pub users: Arc<dyn Users>,
    pub accounts: Arc<dyn AccountStore>,
    pub units: Arc<dyn UnitsOfWork>,
    pub blocks: Arc<dyn Blocks>,
    pub jobs: Arc<dyn Jobs>,
    pub personal: Arc<dyn PersonalData>,
    pub audit: Arc<dyn AuditLog>,
    pub webhooks: Arc<RegisteredWebhooks>,
    pub webhook_sender: Arc<dyn WebhookSender>,
    pub devices: Arc<dyn Devices>,
    /// `None` where people are not notified.
    pub push: Option<Arc<dyn PushGateway>>,
    pub bus: Arc<dyn EventBus>,
    pub presence: Arc<dyn PresenceBoard>,
    pub limiter: Arc<dyn RateLimiter>,
    pub verifier: Arc<dyn TokenVerifier>,
    /// `None` where a host application issues the tokens.
    pub issuer: Option<Arc<dyn TokenIssuer>>,
    pub passwords: Arc<dyn PasswordHasher>,
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn IdGenerator>,
    pub media: MediaPorts,
}

/// What an operator decides.
#[derive(Debug, Clone)]
pub struct ChatOptions {
    /// Whether everybody signed in may look everybody up.
    pub directory: bool,
    /// Whether people may sign in by a name alone (local accounts).
    pub guests: bool,
    /// Who may found groups.
    pub founders: GroupFounders,
    /// How long an access token of a local account is good, in seconds.
    pub access_ttl_seconds: i64,
    /// How long a refresh token is good, in seconds.
    pub refresh_ttl_seconds: i64,
    /// About files.
    pub media: MediaOptions,
}

impl Default for ChatOptions {
    fn default() -> Self {
        Self {
            directory: true,
            guests: false,
            founders: GroupFounders::Anyone,
            access_ttl_seconds: 15 * 60,
            refresh_ttl_seconds: 30 * 24 * 3600,
            media: MediaOptions::default(),
        }
    }
}

/// The use cases.
#[allow(missing_docs)] // each is documented where it is defined
pub struct Chat {
    pub authenticate: Authenticate,
    pub accounts: Accounts,
    pub sweep_sign_ins: SweepSignIns,
    pub limits: Limits,
    pub people: People,
    pub upsert_user: UpsertUser,
    pub deactivate_user: DeactivateUser,
    pub erase_user: EraseUser,
    pub export_own_data: ExportOwnData,
    pub export_users: ExportUsers,
    pub import_users: ImportUsers,
    pub presence: PresenceService,
    pub create_conversation: CreateConversation,
    pub list_conversations: ListConversations,
    pub get_conversation: GetConversation,
    pub update_settings: UpdateSettings,
    pub delete_conversation: DeleteConversation,
    pub update_membership: UpdateMembership,
    pub clear_conversation: ClearConversation,
    pub list_participants: ListParticipants,
    pub add_participants: AddParticipants,
    pub remove_participant: RemoveParticipant,
    pub change_role: ChangeRole,
    pub leave: Leave,
    pub viewing: Viewing,
    pub send_message: SendMessage,
    pub get_message: GetMessage,
    pub edit_message: EditMessage,
    pub delete_message: DeleteMessage,
    pub react: React,
    pub change_meeting: ChangeMeeting,
    pub blocking: Blocking,
    pub move_location: MoveLocation,
    pub history: History,
    pub search_messages: SearchMessages,
    pub changes: Changes,
    pub sync: Sync,
    pub mark_read: MarkRead,
    pub mark_delivered: MarkDelivered,
    pub receipts: GetReceipts,
    pub unread: GetUnread,
    pub list_devices: ListDevices,
    pub register_device: RegisterDevice,
    pub remove_device: RemoveDevice,
    pub try_device: TryDevice,
    pub typing: Typing,
    pub store_media: StoreMedia,
    pub request_upload: RequestUpload,
    pub fill_slot: FillSlot,
    pub get_media: GetMedia,
    pub sweep_media: SweepMedia,
    pub create_webhook: CreateWebhook,
    pub list_webhooks: ListWebhooks,
    pub delete_webhook: DeleteWebhook,
    pub ping_webhook: PingWebhook,
    pub list_jobs: ListJobs,
    pub retry_job: RetryJob,
    pub discard_job: DiscardJob,
    pub list_audit_log: ListAuditLog,
    pub export_audit_log: ExportAuditLog,
    pub list_everybody: ListEverybody,
    pub list_groups: ListGroups,
    pub list_connections: ListConnections,
    pub close_connection: CloseConnection,
    pub end_sign_ins: EndSignIns,
    pub read_metrics: ReadMetrics,
    /// What a hub asks in order to deliver.
    pub deliveries: Deliveries,
    /// Time and ids, for the adapters that carry events.
    pub ports: Arc<Ports>,
}

impl Chat {
    /// Joins the use cases to their ports.
    pub fn new(ports: Ports, options: &ChatOptions) -> Arc<Self> {
        let ports = Arc::new(ports);
        let media = Arc::new(options.media.clone());
        let typing = Typing::new(&ports);
        let authenticate = Authenticate::new(&ports);
        let accounts = Accounts::new(&ports, options.clone(), authenticate.standing());
        let standing = authenticate.standing();
        let create_conversation = CreateConversation::new(&ports, options.founders);
        Arc::new(Self {
            authenticate,
            accounts,
            sweep_sign_ins: SweepSignIns::new(&ports, options.refresh_ttl_seconds),
            limits: Limits::new(&ports),
            people: People::new(&ports, options.directory),
            upsert_user: UpsertUser::new(&ports, standing.clone()),
            deactivate_user: DeactivateUser::new(&ports, standing.clone()),
            export_own_data: ExportOwnData::new(&ports, &media),
            export_users: ExportUsers::new(&ports),
            erase_user: EraseUser::new(&ports, standing.clone()),
            import_users: ImportUsers::new(&ports, standing.clone()),
            end_sign_ins: EndSignIns::new(&ports, standing),
            presence: PresenceService::new(&ports),
            list_conversations: ListConversations::new(&ports),
            get_conversation: GetConversation::new(&ports),
            update_settings: UpdateSettings::new(&ports),
            delete_conversation: DeleteConversation::new(&ports),
            update_membership: UpdateMembership::new(&ports),
            clear_conversation: ClearConversation::new(&ports),
            list_participants: ListParticipants::new(&ports),
            add_participants: AddParticipants::new(&ports),
            remove_participant: RemoveParticipant::new(&ports),
            change_role: ChangeRole::new(&ports),
            leave: Leave::new(&ports),
            viewing: Viewing::new(&ports),
            send_message: SendMessage::new(
                &ports,
                &media,
                create_conversation.clone(),
                typing.clone(),
            ),
            get_message: GetMessage::new(&ports),
            edit_message: EditMessage::new(&ports),
            delete_message: DeleteMessage::new(&ports),
            react: React::new(&ports),
            change_meeting: ChangeMeeting::new(&ports),
            blocking: Blocking::new(&ports, options.directory),
            move_location: MoveLocation::new(&ports),
            history: History::new(&ports),
            search_messages: SearchMessages::new(&ports),
            changes: Changes::new(&ports),
            sync: Sync::new(&ports),
            mark_read: MarkRead::new(&ports),
            mark_delivered: MarkDelivered::new(&ports),
            receipts: GetReceipts::new(&ports),
            unread: GetUnread::new(&ports),
            create_webhook: CreateWebhook::new(&ports),
            list_webhooks: ListWebhooks::new(&ports),
            delete_webhook: DeleteWebhook::new(&ports),
            ping_webhook: PingWebhook::new(&ports),
            list_jobs: ListJobs::new(&ports),
            retry_job: RetryJob::new(&ports),
            discard_job: DiscardJob::new(&ports),
            list_audit_log: ListAuditLog::new(&ports),
            export_audit_log: ExportAuditLog::new(&ports),
            list_everybody: ListEverybody::new(&ports),
            list_groups: ListGroups::new(&ports),
            list_connections: ListConnections::new(&ports),
            close_connection: CloseConnection::new(&ports),
            read_metrics: ReadMetrics::new(&ports),
            list_devices: ListDevices::new(&ports),
            register_device: RegisterDevice::new(&ports),
            remove_device: RemoveDevice::new(&ports),
            try_device: TryDevice::new(&ports),
            store_media: StoreMedia::new(&ports, &media),
            request_upload: RequestUpload::new(&ports, &media),
            fill_slot: FillSlot::new(&ports, &media),
            get_media: GetMedia::new(&ports, &media),
            sweep_media: SweepMedia::new(&ports, &media),
            deliveries: Deliveries::new(&ports),
            create_conversation,
            typing,
            ports,
        })
    }
}
