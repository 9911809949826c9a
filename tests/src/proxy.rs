//! A TCP proxy between clients and a server that can cut what goes through it.

use std::sync::{Arc, Mutex};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
};

/// Listens on a port of its own and passes everything on, until it is told to cut.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    connections: Arc<Mutex<JoinSet<()>>>,
    accepting: JoinHandle<()>,
}

impl Proxy {
    /// A proxy to the server on this port of the loopback address.
    pub async fn start(target: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let connections = Arc::new(Mutex::new(JoinSet::new()));
        let accepting = tokio::spawn(accept(listener, target, Arc::clone(&connections)));
        Self { port, connections, accepting }
    }

    /// The address to give to clients.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Cuts every open connection at once, on both sides; new ones are taken as before.
    pub fn cut(&self) {
        self.connections.lock().unwrap().abort_all();
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, target: u16, connections: Arc<Mutex<JoinSet<()>>>) {
    while let Ok((client, _)) = listener.accept().await {
        let mut connections = connections.lock().unwrap();
        while connections.try_join_next().is_some() {}
        connections.spawn(pass_on(client, target));
    }
}

async fn pass_on(mut client: TcpStream, target: u16) {
    let Ok(mut server) = TcpStream::connect(("127.0.0.1", target)).await else {
        return;
    };
    // Small frames are to travel as they were sent.
    let _ = client.set_nodelay(true);
    let _ = server.set_nodelay(true);
    // How a connection ends is the clients' business.
    let _ = copy_bidirectional(&mut client, &mut server).await;
}
