//! What lists may be asked for.

use std::{collections::HashMap, str::FromStr};

use chinwag_domain::{ConversationType, Limit, Order, PageNumber, Revision, Seq};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::Error;

/// Where a list is to go on, as [`crate::view::ListView::next_cursor`] named it.
///
/// # Errors
/// [`Error::Invalid`] for what no such list gave.
pub(crate) fn cursor<C: FromStr>(text: Option<String>) -> Result<Option<C>, Error> {
    let cursor = text.map(|text| text.parse()).transpose();
    cursor.map_err(|_| Error::field("cursor", "must be one that this list gave"))
}

/// Which of one's conversations.
#[derive(Debug, Clone, Default)]
#[allow(missing_docs)] // the protocol's names
pub struct ConversationsQuery {
    pub search: Option<String>,
    pub kind: Option<ConversationType>,
    pub hidden: bool,
    pub limit: Option<Limit>,
    pub cursor: Option<String>,
    pub page: Option<PageNumber>,
}

/// Which messages of a conversation.
#[derive(Debug, Clone, Default)]
#[allow(missing_docs)] // the protocol's names
pub struct HistoryQuery {
    pub before: Option<Seq>,
    pub after: Option<Seq>,
    pub around: Option<Seq>,
    pub order: Option<Order>,
    pub limit: Option<Limit>,
    pub cursor: Option<String>,
    pub page: Option<PageNumber>,
    pub search: Option<String>,
}

/// What changed since when.
#[derive(Debug, Clone)]
#[allow(missing_docs)] // the protocol's names
pub struct ChangesQuery {
    pub since: Revision,
    pub limit: Option<Limit>,
}

/// What a client that comes back knows.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SyncRequest {
    /// The last revision that the client has, by conversation id.
    #[serde(default)]
    pub(crate) conversations: HashMap<String, Revision>,
    /// `next_cursor` of the last answer.
    #[schemars(length(min = 1))]
    pub(crate) cursor: Option<String>,
}
