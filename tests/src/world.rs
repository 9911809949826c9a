//! One test's world: a fresh database, a server on it, and people.

use crate::{Engine, Person, Server, Settings, TestDatabase, Token, contract};
use chinwag_client::Client;
use std::sync::Arc;

/// A server of one's own, gone when this is dropped.
#[derive(Debug)]
pub struct World {
    /// Before the database, so that it ends before the database goes.
    pub server: Server,
    pub database: Arc<TestDatabase>,
    /// Last, when all has been said.
    _contract: contract::Held,
}

impl World {
    /// Starts a server on a fresh database.
    pub async fn start(engine: Engine, binary: &str, settings: &Settings) -> Self {
        let held = contract::watch();
        let database = Arc::new(TestDatabase::create(engine).await);
        let server = Server::start(binary, Arc::clone(&database), settings).await;
        Self { server, database, _contract: held }
    }

    /// A person whom the server knows; `name` is id, name and username. For servers in the mode `external`.
    pub async fn person(&self, name: &str) -> Person {
        Person::with_token(&self.server, &Token::of(name)).await
    }

    /// Several of them.
    pub async fn people<const COUNT: usize>(&self, names: [&str; COUNT]) -> [Person; COUNT] {
        let people = futures_util::future::join_all(names.map(|name| self.person(name))).await;
        people.try_into().expect("as many people as names")
    }

    /// Another server process on the same database, where that is for several.
    pub async fn second_server(&self) -> Option<Server> {
        match self.database.engine() {
            Engine::Postgres => Some(self.server.beside().await),
            Engine::Sqlite => None,
        }
    }

    /// A client without a token.
    pub fn nobody(&self) -> Client {
        Client::new(&self.server.url()).expect("a client")
    }
}
