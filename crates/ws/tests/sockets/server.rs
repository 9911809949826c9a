//! A server on a free port, and people who have tokens for it.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

use actix_web::{App, HttpServer, dev::ServerHandle, rt};
use chinwag_application::{Actor, Chat, ChatOptions};
use chinwag_domain::{
    AccessClaims, AppRole, ConversationId, Profile, Session, SessionId, Timestamp,
    ports::{Accounts, Clock, IdGenerator, Users},
};
use chinwag_testkit::{
    ManualClock, SequentialIds,
    memory::{FakeTokens, MemoryAdapters, MemoryBus, MemoryStore},
    user, user_id,
};
use chinwag_ws::{Door, Hub, HubOptions, WsOptions};
use serde_json::json;

use crate::client::Client;

pub struct Server {
    pub address: SocketAddr,
    pub chat: Arc<Chat>,
    pub hub: Arc<Hub>,
    pub bus: Arc<MemoryBus>,
    pub store: MemoryStore,
    pub clock: ManualClock,
    pub ids: SequentialIds,
    tokens: Arc<FakeTokens>,
    handle: ServerHandle,
}

impl Server {
    pub fn start() -> Self {
        Self::with(HubOptions::default(), WsOptions::default())
    }

    pub fn with(hub: HubOptions, ws: WsOptions) -> Self {
        let bus = Arc::new(MemoryBus::new());
        let memory = MemoryAdapters::new(bus.clone());
        memory.clock.set(Timestamp::from_millis(1_763_640_000_000));
        let ports = chinwag_testkit::ports!(&memory);
        let MemoryAdapters { store, clock, ids, tokens, .. } = memory;
        let chat = Chat::new(ports, &ChatOptions::default());
        let hub = Hub::start(Arc::clone(&chat), hub);
        let door = Arc::new(Door::new(Arc::clone(&hub), ws));
        let listener = chinwag_ws::listener(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).unwrap();
        let address = listener.local_addr().unwrap();
        let server =
            HttpServer::new(move || App::new().configure(chinwag_ws::configure(Arc::clone(&door))))
                .workers(1)
                // Clients here close at once; else every close takes a second.
                .client_disconnect_timeout(std::time::Duration::from_millis(50))
                .on_connect(chinwag_ws::keep_descriptor)
                .disable_signals()
                .listen(listener)
                .unwrap()
                .run();
        let handle = server.handle();
        rt::spawn(server);
        Self { address, chat, hub, bus, store, clock, ids, tokens, handle }
    }

    pub async fn stop(self) {
        self.handle.stop(false).await;
    }

    /// A person that the store knows, to act without a socket.
    pub async fn actor(&self, id: &str) -> Actor {
        let user = self.store.provision(user(id)).await.unwrap();
        Actor { user: user.summary, role: AppRole::Member, session: None, address: None }
    }

    /// A token of a host application that is good for so long.
    pub fn token_for(&self, id: &str, millis: i64) -> String {
        self.grant(id, None, millis)
    }

    /// A token that is good for an hour.
    pub fn token(&self, id: &str) -> String {
        self.token_for(id, 3_600_000)
    }

    /// A token of a sign-in of a local account.
    pub async fn signed_in(&self, id: &str) -> (SessionId, String) {
        let session = self.ids.session();
        let now = self.clock.now();
        let sign_in = Session {
            id: session,
            user_id: user_id(id),
            refresh_hash: session.to_string().into_bytes(),
            user_agent: None,
            created_at: now,
            refreshed_at: now,
            expires_at: now.plus_millis(10_000_000),
            revoked_at: None,
        };
        let entry = chinwag_testkit::sign_in_entry(&sign_in);
        self.store.open_session(sign_in, &entry).await.unwrap();
        (session, self.grant(id, Some(session), 3_600_000))
    }

    fn grant(&self, id: &str, session: Option<SessionId>, millis: i64) -> String {
        let summary = user(id).summary;
        let profile =
            Profile { name: Some(summary.name), username: summary.username, avatar_url: None };
        self.tokens.grant(AccessClaims {
            subject: summary.id,
            session,
            profile,
            role: AppRole::Member,
            expires_at: self.clock.now().plus_millis(millis),
        })
    }

    /// A socket identified by header, and ready.
    pub async fn client(&self, id: &str) -> Client {
        let mut client = self.client_by(&self.token(id)).await;
        assert_eq!(client.hear().await["type"], "ready");
        client
    }

    pub async fn client_by(&self, token: &str) -> Client {
        let bearer = format!("Bearer {token}");
        Client::connect(self.address, &[("authorization", &bearer)]).await.unwrap()
    }

    /// A socket that nobody knows yet.
    pub async fn stranger(&self) -> Client {
        Client::connect(self.address, &[]).await.unwrap()
    }

    pub async fn group(&self, founder: &Actor, others: &[&Actor]) -> ConversationId {
        let ids: Vec<_> = others.iter().map(|one| one.id()).collect();
        let body = json!({"type": "group", "name": "Team", "participant_ids": ids}).to_string();
        let created = self.chat.create_conversation.execute(founder, body.as_bytes()).await;
        created.unwrap().conversation.id()
    }
}
