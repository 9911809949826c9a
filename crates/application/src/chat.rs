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

/// [`Chat`], from two lists: use cases that are made of the ports alone, and those that need more.
macro_rules! chat {
    (
        of_ports { $($(#[$about:meta])* $use_case:ident: $made:ident,)* }
        of_more { $($other:ident: $type:ty,)* }
    ) => {
        /// The use cases.
        #[allow(missing_docs)] // each is documented where it is defined
        pub struct Chat {
            $($(#[$about])* pub $use_case: $made,)*
            $(pub $other: $type,)*
            /// Time and ids, for the adapters that carry events.
            pub ports: Arc<Ports>,
        }

        /// What is made of more than the ports.
        struct More {
            $($other: $type,)*
        }

        impl Chat {
            fn of(ports: Arc<Ports>, more: More) -> Self {
                Self {
                    $($use_case: $made::new(&ports),)*
                    $($other: more.$other,)*
                    ports,
                }
            }
        }
    };
}

chat! {
    of_ports {
        limits: Limits,
        export_users: ExportUsers,
        presence: PresenceService,
        list_conversations: ListConversations,
        get_conversation: GetConversation,
        update_settings: UpdateSettings,
        delete_conversation: DeleteConversation,
        update_membership: UpdateMembership,
        clear_conversation: ClearConversation,
        list_participants: ListParticipants,
        add_participants: AddParticipants,
        remove_participant: RemoveParticipant,
        change_role: ChangeRole,
        leave: Leave,
        viewing: Viewing,
        get_message: GetMessage,
        edit_message: EditMessage,
        delete_message: DeleteMessage,
        react: React,
        change_meeting: ChangeMeeting,
        move_location: MoveLocation,
        history: History,
        search_messages: SearchMessages,
        changes: Changes,
        sync: Sync,
        mark_read: MarkRead,
        mark_delivered: MarkDelivered,
        receipts: GetReceipts,
        unread: GetUnread,
        list_devices: ListDevices,
        register_device: RegisterDevice,
        remove_device: RemoveDevice,
        try_device: TryDevice,
        create_webhook: CreateWebhook,
        list_webhooks: ListWebhooks,
        delete_webhook: DeleteWebhook,
        ping_webhook: PingWebhook,
        list_jobs: ListJobs,
        retry_job: RetryJob,
        discard_job: DiscardJob,
        list_audit_log: ListAuditLog,
        export_audit_log: ExportAuditLog,
        list_everybody: ListEverybody,
        list_groups: ListGroups,
        list_connections: ListConnections,
        close_connection: CloseConnection,
        read_metrics: ReadMetrics,
        /// What a hub asks in order to deliver.
        deliveries: Deliveries,
    }
    of_more {
        authenticate: Authenticate,
        accounts: Accounts,
        sweep_sign_ins: SweepSignIns,
        people: People,
        upsert_user: UpsertUser,
        deactivate_user: DeactivateUser,
        erase_user: EraseUser,
        export_own_data: ExportOwnData,
        import_users: ImportUsers,
        create_conversation: CreateConversation,
        send_message: SendMessage,
        blocking: Blocking,
        typing: Typing,
        store_media: StoreMedia,
        request_upload: RequestUpload,
        fill_slot: FillSlot,
        get_media: GetMedia,
        sweep_media: SweepMedia,
        end_sign_ins: EndSignIns,
    }
}

impl Chat {
    /// Joins the use cases to their ports.
    pub fn new(ports: Ports, options: &ChatOptions) -> Arc<Self> {
        let ports = Arc::new(ports);
        let media = Arc::new(options.media.clone());
        let (typing, authenticate) = (Typing::new(&ports), Authenticate::new(&ports));
        let standing = || authenticate.standing();
        let create_conversation = CreateConversation::new(&ports, options.founders);
        let more = More {
            accounts: Accounts::new(&ports, options.clone(), standing()),
            sweep_sign_ins: SweepSignIns::new(&ports, options.refresh_ttl_seconds),
            people: People::new(&ports, options.directory, standing()),
            upsert_user: UpsertUser::new(&ports, standing()),
            deactivate_user: DeactivateUser::new(&ports, standing()),
            erase_user: EraseUser::new(&ports, standing()),
            export_own_data: ExportOwnData::new(&ports, &media),
            import_users: ImportUsers::new(&ports, standing()),
            send_message: SendMessage::new(
                &ports,
                &media,
                create_conversation.clone(),
                typing.clone(),
            ),
            blocking: Blocking::new(&ports, options.directory),
            store_media: StoreMedia::new(&ports, &media),
            request_upload: RequestUpload::new(&ports, &media),
            fill_slot: FillSlot::new(&ports, &media),
            get_media: GetMedia::new(&ports, &media),
            sweep_media: SweepMedia::new(&ports, &media),
            end_sign_ins: EndSignIns::new(&ports, standing()),
            authenticate,
            create_conversation,
            typing,
        };
        Arc::new(Self::of(ports, more))
    }
}
