//! People.

use std::collections::HashSet;

use async_trait::async_trait;
use chinwag_domain::{
    Limit, Page, ProfileChange, Timestamp, User, UserCursor, UserId,
    ports::{StorageError, Users},
};

use super::{MemoryStore, state::State, summaries::is_called};

#[async_trait]
impl Users for MemoryStore {
    async fn provision(&self, user: User) -> Result<User, StorageError> {
        let stored = self.write(|state| {
            let id = user.summary.id.clone();
            let known = state.users.entry(id).or_insert_with(|| user.clone());
            known.see_again(&user);
            known.clone()
        });
        Ok(stored.await)
    }

    async fn find(&self, id: &UserId) -> Result<Option<User>, StorageError> {
        Ok(self.read(|state| state.users.get(id).cloned()))
    }

    async fn find_many(&self, ids: &[UserId]) -> Result<Vec<User>, StorageError> {
        let ids: HashSet<_> = ids.iter().collect();
        Ok(self
            .read(|state| ids.into_iter().filter_map(|id| state.users.get(id)).cloned().collect()))
    }

    async fn directory(
        &self,
        search: Option<&str>,
        known_to: Option<&UserId>,
        after: Option<&UserCursor>,
        limit: Limit,
    ) -> Result<Page<User, UserCursor>, StorageError> {
        Ok(self.read(|state| {
            page(state, search, after, limit, |user| {
                let id = &user.summary.id;
                user.deactivated_at.is_none()
                    && known_to.is_none_or(|viewer| viewer == id || state.share(viewer, id))
            })
        }))
    }

    async fn search_everybody(
        &self,
        search: Option<&str>,
        after: Option<&UserCursor>,
        limit: Limit,
    ) -> Result<Page<User, UserCursor>, StorageError> {
        Ok(self.read(|state| page(state, search, after, limit, |_| true)))
    }

    async fn everybody(
        &self,
        after: Option<&UserId>,
        limit: u16,
    ) -> Result<Vec<User>, StorageError> {
        Ok(self.read(|state| {
            let wanted = |user: &&User| {
                !user.is_erased() && after.is_none_or(|after| user.summary.id > *after)
            };
            state.users.values().filter(wanted).take(limit.into()).cloned().collect()
        }))
    }

    async fn update_profile(
        &self,
        id: &UserId,
        change: ProfileChange,
        now: Timestamp,
    ) -> Result<Option<User>, StorageError> {
        let stored = self.write(|state| {
            let user = state.users.get_mut(id).filter(|user| user.deactivated_at.is_none())?;
            user.change(change, now);
            Some(user.clone())
        });
        Ok(stored.await)
    }

    async fn seen(&self, id: &UserId, at: Timestamp) -> Result<(), StorageError> {
        self.write(|state| {
            if let Some(user) = state.users.get_mut(id).filter(|user| !user.is_erased()) {
                user.last_seen_at = user.last_seen_at.max(Some(at));
            }
        })
        .await;
        Ok(())
    }
}

/// People by id, of those that are wanted.
fn page(
    state: &State,
    search: Option<&str>,
    after: Option<&UserCursor>,
    limit: Limit,
    wanted: impl Fn(&User) -> bool,
) -> Page<User, UserCursor> {
    let limit = usize::from(limit.get());
    let fits = |user: &&User| {
        after.is_none_or(|after| user.summary.id > after.0)
            && search.is_none_or(|search| is_called(user, search))
            && wanted(user)
    };
    let mut found: Vec<User> = state.users.values().filter(fits).take(limit + 1).cloned().collect();
    let more = found.len() > limit;
    found.truncate(limit);
    let last = found.last().filter(|_| more);
    let next = last.map(|user| UserCursor(user.summary.id.clone()));
    Page { items: found, next, total: None }
}
