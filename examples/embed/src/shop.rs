//! The application as it was before the chat: customers, their sessions, their orders. It knows nothing
//! of chinwag.

use std::{collections::HashMap, sync::Arc};

use parking_lot::RwLock;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Somebody who buys here, or the shop itself.
#[derive(Debug, Clone)]
pub struct Customer {
    pub id: String,
    pub name: String,
}

impl Customer {
    /// Who answers customers.
    pub fn the_shop() -> Self {
        Self { id: "shop".into(), name: "The shop".into() }
    }
}

/// What somebody bought.
#[derive(Debug, Clone, Serialize)]
pub struct Order {
    pub id: usize,
    #[serde(skip)]
    pub customer: Customer,
    pub item: String,
    pub shipped: bool,
}

/// A name is enough to sign in to an example.
#[derive(Debug, Deserialize)]
pub struct SignIn {
    pub name: String,
}

/// A wish.
#[derive(Debug, Deserialize)]
pub struct NewOrder {
    pub item: String,
}

/// Everything that the shop remembers. Clones share it.
#[derive(Clone, Default)]
pub struct Shop(Arc<RwLock<Books>>);

#[derive(Default)]
struct Books {
    sessions: HashMap<String, Customer>,
    orders: Vec<Order>,
}

impl Shop {
    /// Begins a session; its key.
    #[allow(clippy::disallowed_methods)] // the rule is for chinwag, whose ids come from a port
    pub fn sign_in(&self, name: &str) -> String {
        let session = Uuid::new_v4().to_string();
        let customer = Customer { id: name.to_lowercase(), name: name.to_owned() };
        self.0.write().sessions.insert(session.clone(), customer);
        session
    }

    /// Ends a session.
    pub fn sign_out(&self, session: &str) {
        self.0.write().sessions.remove(session);
    }

    /// Whose session that is.
    pub fn customer(&self, session: &str) -> Option<Customer> {
        self.0.read().sessions.get(session).cloned()
    }

    /// Notes an order.
    pub fn order(&self, customer: Customer, item: String) -> Order {
        let mut books = self.0.write();
        let order = Order { id: books.orders.len(), customer, item, shipped: false };
        books.orders.push(order.clone());
        order
    }

    /// Notes that an order is on its way.
    pub fn ship(&self, id: usize) -> Option<Order> {
        let mut books = self.0.write();
        let order = books.orders.get_mut(id)?;
        order.shipped = true;
        Some(order.clone())
    }
}
