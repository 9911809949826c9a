//! The sockets of this server.

use chinwag_domain::{AuditTarget, ConnectionId, Limit, UserId, ports::Connections};
use serde_json::json;

use crate::{
    Actor, Error, request,
    support::{for_admins, use_case},
    view::{ConnectionView, ListView},
};

use_case! {
    /// The sockets that are open on this server, for application admins. Other servers have their own.
    ListConnections
}

use_case! {
    /// Closes a socket, whose client may come back at once.
    CloseConnection
}

for_admins!(ListConnections, "connections.list");

impl ListConnections {
    /// The oldest first; of one person, where one is named.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who is no application admin, [`Error::Invalid`] for a cursor of
    /// another list.
    pub async fn execute(
        &self,
        actor: &Actor,
        connections: &dyn Connections,
        user: Option<UserId>,
        limit: Option<Limit>,
        cursor: Option<String>,
    ) -> Result<ListView<ConnectionView>, Error> {
        self.may(actor).await?;
        let after = request::cursor::<ConnectionId>(cursor)?;
        let limit = usize::from(limit.unwrap_or(Limit::LIST).get());

        let mut found = connections.list();
        found.retain(|one| {
            after.is_none_or(|after| one.id > after)
                && user.as_ref().is_none_or(|user| one.user.id == *user)
        });
        let next =
            found.get(limit).and_then(|_| found.get(limit - 1)).map(|last| last.id.to_string());
        found.truncate(limit);
        Ok(ListView {
            items: found.into_iter().map(ConnectionView::from).collect(),
            next_cursor: next,
            pages: None,
        })
    }
}

for_admins!(CloseConnection, "connections.close");

impl CloseConnection {
    /// # Errors
    /// [`Error::Forbidden`] for who is no application admin, [`Error::NotFound`] for what is no open
    /// socket of this server.
    pub async fn execute(
        &self,
        actor: &Actor,
        connections: &dyn Connections,
        id: ConnectionId,
    ) -> Result<(), Error> {
        self.may(actor).await?;
        let user = connections.close(id).ok_or(Error::NotFound)?;
        let target = AuditTarget::new("user", &user.id);
        let details = json!({ "connection_id": id });
        let entry = self.ports.audit_entry(actor, "connection.closed", target, details);
        Ok(self.ports.audit.record(&entry).await?)
    }
}
