//! The handshake: who may open a socket at all, decided before 101.

use std::{net::IpAddr, sync::Arc, time::Duration};

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web,
};
use chinwag_application::{Authenticated, Error, Problem, client_address, rate_limit_fields};
use chinwag_domain::{Work, network};
use dashmap::DashMap;

use crate::{
    connection::{self, Connection},
    hub::Hub,
    socket::{self, SocketLimits},
};

/// What an operator decides about the socket door.
#[derive(Debug, Clone)]
pub struct WsOptions {
    /// The path that the socket is below; no slash at its end.
    pub base: String,
    /// Origins that may connect besides the own host; `*` for all.
    pub origins: Vec<String>,
    /// At least so often a silent socket is pinged.
    pub heartbeat: Duration,
    /// How long a socket may stay without an identity.
    pub identity_within: Duration,
    /// Bounds of one socket.
    pub socket: SocketLimits,
    /// Sockets from one address.
    pub sockets_per_address: usize,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
}

impl Default for WsOptions {
    fn default() -> Self {
        Self {
            base: "/api/v1".to_owned(),
            origins: Vec::new(),
            heartbeat: Duration::from_secs(25),
            identity_within: Duration::from_secs(5),
            socket: SocketLimits::default(),
            sockets_per_address: 400,
            trusted_proxies: Vec::new(),
        }
    }
}

/// The door, shared by all workers.
pub struct Door {
    hub: Arc<Hub>,
    options: Arc<WsOptions>,
    addresses: Arc<DashMap<IpAddr, usize>>,
}

/// One socket's place among those of its address; given back when dropped.
struct AddressPlace {
    addresses: Arc<DashMap<IpAddr, usize>>,
    address: IpAddr,
}

impl Drop for AddressPlace {
    fn drop(&mut self) {
        self.addresses.remove_if_mut(&self.address, |_, count| {
            *count = count.saturating_sub(1);
            *count == 0
        });
    }
}

impl Door {
    /// A door into the hub.
    pub fn new(hub: Arc<Hub>, options: WsOptions) -> Self {
        Self { hub, options: Arc::new(options), addresses: Arc::default() }
    }

    /// Where it is mounted.
    pub(crate) fn path(&self) -> String {
        format!("{}/ws", self.options.base)
    }

    /// Answers `GET /ws`.
    pub(crate) async fn open(&self, request: HttpRequest, payload: web::Payload) -> HttpResponse {
        match self.admit(&request, payload).await {
            Ok(response) => response,
            Err(error) => refuse(&request, &error),
        }
    }

    /// Answers any other method; it counts as a request all the same.
    pub(crate) async fn turn_away(&self, request: HttpRequest) -> HttpResponse {
        let address = address(&request, &self.options.trusted_proxies);
        let error = match self.admit_person(&request, address).await {
            Err(error @ Error::RateLimited { .. }) => error,
            _ => Error::MethodNotAllowed,
        };
        refuse(&request, &error)
    }

    async fn admit(
        &self,
        request: &HttpRequest,
        payload: web::Payload,
    ) -> Result<HttpResponse, Error> {
        self.check_origin(request)?;
        let address = address(request, &self.options.trusted_proxies);
        let identity = self.admit_person(request, address).await?;
        let place = self.place(address)?;
        let socket = socket::open(request, payload, &self.options.socket)
            .await
            .map_err(|_| Error::Malformed("a WebSocket handshake is needed here".into()))?;
        let (hub, options) = (Arc::clone(&self.hub), Arc::clone(&self.options));
        let connection = Connection::new(hub, options, Arc::clone(&socket.outbox));
        let connection = connection.coming_from(address).holding(place);
        connection::spawn(connection, socket.reader, identity);
        Ok(socket.response)
    }

    /// A page of another site must not open sockets here; a program sends no origin.
    fn check_origin(&self, request: &HttpRequest) -> Result<(), Error> {
        let Some(origin) = request.headers().get(header::ORIGIN) else { return Ok(()) };
        let origin = origin.to_str().unwrap_or_default();
        let listed = self.options.origins.iter().any(|known| known == "*" || known == origin);
        let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
        let own = origin.split_once("://").is_some_and(|(scheme, authority)| {
            matches!(scheme, "http" | "https")
                && host.is_some_and(|host| authority.eq_ignore_ascii_case(host))
        });
        if listed || own {
            Ok(())
        } else {
            Err(Error::Forbidden("this origin may not connect".into()))
        }
    }

    /// Who it is, by the header; put on an account whatever the answer.
    async fn admit_person(
        &self,
        request: &HttpRequest,
        address: Option<IpAddr>,
    ) -> Result<Option<Authenticated>, Error> {
        let limits = &self.hub.chat().limits;
        limits.open_to(address)?;
        let identity = self.identity(request, address).await;
        let known = identity.as_ref().ok().and_then(Option::as_ref);
        limits.of_whoever(Work::Requests, known.map(|verified| &verified.actor), address)?;
        identity
    }

    async fn identity(
        &self,
        request: &HttpRequest,
        address: Option<IpAddr>,
    ) -> Result<Option<Authenticated>, Error> {
        let query = request.query_string();
        // It would end up in logs; whether it is a good one does not matter.
        let tokens = ["token", "access_token"];
        let mut names = query.split('&').filter_map(|pair| pair.split('=').next());
        if names.any(|name| tokens.iter().any(|token| name.eq_ignore_ascii_case(token))) {
            return Err(Error::TokenInvalid);
        }
        let Some(header) = request.headers().get(header::AUTHORIZATION) else { return Ok(None) };
        let token = header
            .to_str()
            .ok()
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| token.trim())
            .ok_or(Error::TokenInvalid)?;
        self.hub.chat().authenticate.execute(token, address).await.map(Some)
    }

    fn place(&self, address: Option<IpAddr>) -> Result<Option<AddressPlace>, Error> {
        let Some(address) = address.map(network) else { return Ok(None) };
        let mut count = self.addresses.entry(address).or_default();
        if *count >= self.options.sockets_per_address {
            return Err(Error::wait(5_000));
        }
        *count += 1;
        Ok(Some(AddressPlace { addresses: Arc::clone(&self.addresses), address }))
    }
}

/// Where a handshake comes from.
fn address(request: &HttpRequest, trusted: &[IpAddr]) -> Option<IpAddr> {
    let told = request.headers().get_all("x-forwarded-for");
    let told = told.map(|value| value.to_str().unwrap_or_default());
    client_address(request.peer_addr().map(|peer| peer.ip()), told, trusted)
}

/// The problem, under the id that the request has by now.
fn refuse(request: &HttpRequest, error: &Error) -> HttpResponse {
    let id = request.headers().get("x-request-id").and_then(|id| id.to_str().ok());
    let problem = Problem::new(error, id);
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = HttpResponse::build(status);
    if let Some(seconds) = problem.retry_after_seconds() {
        response.insert_header((header::RETRY_AFTER, seconds));
    }
    if let Error::RateLimited { budget: Some(budget), .. } = error {
        for field in rate_limit_fields(budget) {
            response.insert_header(field);
        }
    }
    if matches!(error, Error::MethodNotAllowed) {
        response.insert_header((header::ALLOW, "GET"));
    }
    if let Some(challenge) = problem.challenge() {
        response.insert_header((header::WWW_AUTHENTICATE, challenge));
    }
    match serde_json::to_string(&problem) {
        Ok(body) => response.content_type("application/problem+json").body(body),
        Err(_) => response.finish(),
    }
}
