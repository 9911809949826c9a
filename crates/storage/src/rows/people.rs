//! People.

use chinwag_domain::{AppRole, Timestamp, User, UserSummary, fold, ports::StorageError};

use super::{millis, time, user_id};
use crate::{entity::user, error::corrupt};

pub(crate) fn summary(row: user::Model) -> Result<UserSummary, StorageError> {
    Ok(UserSummary {
        id: user_id(&row.id)?,
        username: row.username,
        name: row.name,
        avatar_url: row.avatar_url,
    })
}

pub(crate) fn user(row: user::Model) -> Result<User, StorageError> {
    Ok(User {
        role: app_role(&row.role)?,
        last_seen_at: time(row.last_seen_at),
        deactivated_at: time(row.deactivated_at),
        erased_at: time(row.erased_at),
        created_at: Timestamp::from_millis(row.created_at),
        updated_at: Timestamp::from_millis(row.updated_at),
        summary: summary(row)?,
    })
}

pub(crate) fn user_row(user: &User) -> user::Model {
    user::Model {
        id: user.summary.id.to_string(),
        username: user.summary.username.clone(),
        name: user.summary.name.clone(),
        avatar_url: user.summary.avatar_url.clone(),
        role: user.role.as_str().to_owned(),
        last_seen_at: millis(user.last_seen_at),
        deactivated_at: millis(user.deactivated_at),
        erased_at: millis(user.erased_at),
        created_at: user.created_at.millis(),
        updated_at: user.updated_at.millis(),
        search_text: search_text_of(&user.summary),
    }
}

/// What the directory searches in: a name to a line, so that nobody is found by
/// the end of one and the beginning of the next.
fn search_text_of(user: &UserSummary) -> String {
    let username = user.username.as_deref().unwrap_or_default();
    fold(&format!("{}\n{username}\n{}", user.id, user.name))
}

fn app_role(name: &str) -> Result<AppRole, StorageError> {
    [AppRole::Member, AppRole::Supervisor, AppRole::Admin]
        .into_iter()
        .find(|role| role.as_str() == name)
        .ok_or_else(|| corrupt("role"))
}
