//! What is done about a client that has stopped reading. Neither dropping the session nor any timeout
//! of the HTTP server frees a connection whose peer takes no bytes: the dispatcher waits for its
//! buffer to empty first. So the kernel gets limits of its own ([`listener`]), and a duplicate of the
//! descriptor lets us hang up from outside ([`keep_descriptor`], [`Hangup`]).
//!
//! The duplicate costs one more file descriptor per connection.

use std::{
    any::Any,
    io,
    net::{Shutdown, SocketAddr, TcpListener},
    sync::{Arc, Weak},
    time::Duration,
};

use actix_web::{HttpRequest, dev::Extensions, rt::net::TcpStream};
use socket2::{Domain, Protocol, SockRef, Socket, Type};

use crate::outbox::Outbox;

/// What the kernel may buffer per connection for a client that does not read (Linux doubles it for
/// its own bookkeeping). More would only hide a slow consumer from its outbox.
const SEND_BUFFER: usize = 64 * 1024;
/// The kernel gives up a connection whose peer has acknowledged nothing for so long, or has kept its
/// window closed.
#[cfg(any(target_os = "linux", target_os = "android"))]
const USER_TIMEOUT: Duration = Duration::from_secs(30);
/// Connections that may wait to be accepted; a whole population may come back at once.
const BACKLOG: i32 = 4096;

/// A listener for `HttpServer::listen`, whose connections inherit a modest send buffer, no delay and,
/// on Linux, an end to what is never acknowledged.
///
/// # Errors
/// When the address cannot be bound, or an option is refused.
pub fn listener(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    // On Windows the option means something else: it would let others take the port over.
    #[cfg(not(windows))]
    socket.set_reuse_address(true)?;
    socket.set_tcp_nodelay(true)?;
    socket.set_send_buffer_size(SEND_BUFFER)?;
    #[cfg(any(target_os = "linux", target_os = "android"))]
    socket.set_tcp_user_timeout(Some(USER_TIMEOUT))?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    socket.set_nonblocking(true)?;
    Ok(socket.into())
}

/// Owned by the connection alone: as long as this lives, the kernel keeps the connection.
struct Descriptor(Arc<Socket>);

/// For `HttpServer::on_connect`: keeps a duplicate of the descriptor with the connection, which
/// closes it when it ends.
pub fn keep_descriptor(connection: &dyn Any, data: &mut Extensions) {
    let Some(stream) = connection.downcast_ref::<TcpStream>() else {
        return;
    };
    match SockRef::from(stream).try_clone() {
        Ok(socket) => {
            data.insert(Descriptor(Arc::new(socket)));
        }
        Err(error) => {
            tracing::warn!(%error, "a stalled client of this connection cannot be hung up on");
        }
    }
}

/// The means to end a connection from outside. Does not keep it alive.
#[derive(Clone, Debug)]
pub struct Hangup(Weak<Socket>);

impl Hangup {
    /// Of the connection that a request came by. Without [`keep_descriptor`] it does nothing.
    pub fn of(request: &HttpRequest) -> Self {
        Self(
            request
                .conn_data::<Descriptor>()
                .map_or_else(Weak::new, |descriptor| Arc::downgrade(&descriptor.0)),
        )
    }

    /// Ends the connection at once; what is still unsent is thrown away. `false` when it was gone.
    pub fn hang_up(&self) -> bool {
        let Some(socket) = self.0.upgrade() else {
            return false;
        };
        // Without lingering the last close resets the connection. Else the kernel would go on
        // offering its send buffer to a peer that does not want it.
        let unlingered = socket.set_linger(Some(Duration::ZERO));
        let ended = unlingered.and_then(|()| socket.shutdown(Shutdown::Both));
        match ended {
            // The peer was faster.
            Err(error) if error.kind() == io::ErrorKind::NotConnected => false,
            Err(error) => {
                tracing::warn!(%error, "could not hang up on a stalled client");
                false
            }
            Ok(()) => true,
        }
    }
}

/// Waits until the outbox closes for whatever reason, gives the client `grace` to take its close
/// frame, and then hangs up if the connection is still there.
pub(crate) async fn watch(outbox: Arc<Outbox>, hangup: Hangup, grace: Duration) {
    outbox.closing().await;
    let close = outbox.close_code();
    drop(outbox);
    tokio::time::sleep(grace).await;
    if hangup.hang_up() {
        tracing::debug!(?close, "hung up on a client that did not take its close frame");
    }
}

#[cfg(test)]
mod tests {
    use std::{
        net::{Ipv4Addr, SocketAddr, TcpStream},
        time::Duration,
    };

    use actix_web::{App, HttpRequest, HttpResponse, HttpServer, rt, web};
    use socket2::SockRef;
    use tokio::{io::AsyncWriteExt, sync::mpsc, time};

    use super::{Hangup, SEND_BUFFER, keep_descriptor, listener};

    fn loopback() -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, 0))
    }

    #[test]
    fn accepted_connections_inherit_the_limits() {
        let listener = listener(loopback()).unwrap();
        listener.set_nonblocking(false).unwrap();
        let _client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (accepted, _) = listener.accept().unwrap();
        let socket = SockRef::from(&accepted);
        assert!(socket.tcp_nodelay().unwrap());
        assert!(socket.send_buffer_size().unwrap() <= SEND_BUFFER * 2);
        #[cfg(target_os = "linux")]
        assert_eq!(socket.tcp_user_timeout().unwrap(), Some(super::USER_TIMEOUT));
    }

    /// A duplicate that outlived its connection would leak a descriptor per client.
    #[actix_web::test]
    async fn descriptor_goes_with_its_connection() {
        let listener = listener(loopback()).unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, mut hangups) = mpsc::unbounded_channel();
        let server = HttpServer::new(move || {
            let sender = sender.clone();
            let handler = move |request: HttpRequest| {
                let _ = sender.send(Hangup::of(&request));
                async { HttpResponse::Ok().finish() }
            };
            App::new().route("/", web::get().to(handler))
        })
        .workers(1)
        .on_connect(keep_descriptor)
        .disable_signals()
        .listen(listener)
        .unwrap()
        .run();
        let handle = server.handle();
        rt::spawn(server);

        let mut client = tokio::net::TcpStream::connect(address).await.unwrap();
        client.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
        let hangup: Hangup = hangups.recv().await.unwrap();
        assert_eq!(hangup.0.strong_count(), 1);
        drop(client);
        time::timeout(Duration::from_secs(20), async {
            while hangup.0.strong_count() > 0 {
                time::sleep(Duration::from_millis(5)).await;
            }
        })
        .await
        .unwrap();
        assert!(!hangup.hang_up());
        handle.stop(false).await;
    }
}
