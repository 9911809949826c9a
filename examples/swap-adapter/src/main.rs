//! A chat server whose files are in a store of one's own. Everything else is as in `chinwag`.
//!
//! ```sh
//! export CHAT_SECRET=$(head -c 32 /dev/urandom | base64)
//! cargo run -p chinwag-example-swap-adapter -- 127.0.0.1:3000
//! ```

use std::{error::Error, net::SocketAddr, sync::Arc};

use actix_web::{App, HttpServer};
use chinwag_example_swap_adapter::FlatFolder;
use chinwag_server::{Embed, keep_descriptor, listener};

#[tokio::main]
#[allow(clippy::print_stdout)] // a person reads it
async fn main() -> Result<(), Box<dyn Error>> {
    let address = std::env::args().nth(1);
    let address: SocketAddr = address.as_deref().unwrap_or("127.0.0.1:3000").parse()?;
    let secret = std::env::var("CHAT_SECRET").map_err(|_| "CHAT_SECRET is not set")?;
    let chat = Embed::new()
        .set("auth.secret", secret)
        .set("auth.guests", "true")
        .blobs(Arc::new(FlatFolder::open("./data/flat")?))
        .open()
        .await?;

    let listener = listener(address)?;
    println!("listening on http://{}", listener.local_addr()?);
    let stop = chat.drain_after(async { drop(tokio::signal::ctrl_c().await) });
    let mounted = chat.clone();
    HttpServer::new(move || App::new().configure(mounted.mount()))
        .on_connect(keep_descriptor)
        .shutdown_signal(stop)
        .listen(listener)?
        .run()
        .await?;
    chat.close().await;
    Ok(())
}
