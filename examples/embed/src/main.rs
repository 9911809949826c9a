//! A shop on actix-web that has users, sessions and routes of its own, and a chat in it. `shop.rs` and
//! most of `routes.rs` are the application as it was; `chat.rs` and this file are what the chat takes.
//!
//! ```sh
//! cargo run -p chinwag-example-embed -- 127.0.0.1:3000
//! ```

mod chat;
mod routes;
mod shop;

use std::{error::Error, net::SocketAddr, sync::Arc};

use actix_web::{App, HttpServer, web};
use chinwag_server::{Embed, keep_descriptor, listener, problem_pages};

use crate::{chat::Voice, shop::Shop};

#[tokio::main]
#[allow(clippy::print_stdout)] // a person reads it
async fn main() -> Result<(), Box<dyn Error>> {
    let address = std::env::args().nth(1);
    let address: SocketAddr = address.as_deref().unwrap_or("127.0.0.1:3000").parse()?;

    let shop = Shop::default();
    let chat = Embed::new()
        .set("database.url", "sqlite://./data/chat.db?mode=rwc")
        .set("media.url", "file://./data/files")
        .below("/chat")
        .verifier(Arc::new(shop.clone()))
        .open()
        .await?;

    let listener = listener(address)?;
    println!("listening on http://{}", listener.local_addr()?);
    let stop = chat.drain_after(async { drop(tokio::signal::ctrl_c().await) });
    let mounted = chat.clone();
    HttpServer::new(move || {
        App::new()
            .app_data(web::Data::new(shop.clone()))
            .app_data(web::Data::new(Voice(Arc::clone(mounted.chat()))))
            .configure(routes::configure)
            .configure(mounted.mount())
            .configure(problem_pages)
    })
    .on_connect(keep_descriptor)
    .shutdown_signal(stop)
    .listen(listener)?
    .run()
    .await?;
    chat.close().await;
    Ok(())
}
