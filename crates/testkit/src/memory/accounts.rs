//! Local accounts.

use async_trait::async_trait;
use chinwag_domain::{
    NewAuditEntry, Session, SessionId, SessionState, Timestamp, UserId,
    ports::{Accounts, Credential, Ended, NewAccount, OnReuse, Outdated, Rotation, StorageError},
};

use super::{
    MemoryStore,
    state::{RefreshToken, State, fault},
};

#[async_trait]
impl Accounts for MemoryStore {
    async fn register(
        &self,
        account: NewAccount,
        audit: &[NewAuditEntry],
    ) -> Result<bool, StorageError> {
        let register = |state: &mut State| {
            let new = register(state, account)?;
            if new {
                for entry in audit {
                    state.record(entry);
                }
            }
            Ok(new)
        };
        self.write(register).await
    }

    async fn credential(&self, login: &str) -> Result<Option<Credential>, StorageError> {
        Ok(self.read(|state| {
            let (id, password_hash) = state.credentials.get(login)?.clone();
            Some(Credential { user: state.users.get(&id)?.clone(), password_hash })
        }))
    }

    async fn open_session(
        &self,
        session: Session,
        audit: &NewAuditEntry,
    ) -> Result<(), StorageError> {
        let open = |state: &mut State| open(state, session).map(|()| state.record(audit));
        self.write(open).await
    }

    async fn rotate(
        &self,
        presented: &[u8],
        replacement: &[u8],
        now: Timestamp,
        expires_at: Timestamp,
        on_reuse: OnReuse<'_>,
    ) -> Result<Rotation, StorageError> {
        let rotate = |state: &mut State| {
            let rotation = rotate(state, presented, replacement, now, expires_at);
            if let Some(Rotation::Reused { user_id, session_id }) = &rotation {
                state.record(&on_reuse(user_id, *session_id));
            }
            rotation
        };
        Ok(self.write(rotate).await.unwrap_or(Rotation::Unknown))
    }

    async fn session_state(&self, id: SessionId) -> Result<Option<SessionState>, StorageError> {
        Ok(self.read(|state| {
            let session = state.sessions.get(&id)?;
            let revoked = session.revoked_at.is_some();
            Some(if revoked { SessionState::Revoked } else { SessionState::Active })
        }))
    }

    async fn sessions(&self, user: &UserId, now: Timestamp) -> Result<Vec<Session>, StorageError> {
        let mut sessions: Vec<_> = self.read(|state| {
            let of_user = state.sessions.values().filter(|session| session.user_id == *user);
            of_user.filter(|session| stands(session, now)).cloned().collect()
        });
        sessions.sort_by_key(|session| std::cmp::Reverse((session.created_at, session.id)));
        Ok(sessions)
    }

    async fn revoke(
        &self,
        user: &UserId,
        id: SessionId,
        now: Timestamp,
        audit: &NewAuditEntry,
    ) -> Result<bool, StorageError> {
        let revoked = self.write(|state| {
            let session = state.sessions.get_mut(&id)?;
            if session.user_id != *user || session.revoked_at.is_some() {
                return None;
            }
            session.revoked_at = Some(now);
            state.record(audit);
            Some(true)
        });
        Ok(revoked.await.unwrap_or(false))
    }

    async fn ended_since(&self, since: Timestamp) -> Result<Vec<Ended>, StorageError> {
        let lately = |at: Option<Timestamp>| at.is_some_and(|at| at >= since);
        Ok(self.read(|state| {
            let people = state.users.values().filter(|user| lately(user.deactivated_at));
            let sign_ins = state.sessions.values().filter(|session| lately(session.revoked_at));
            let people = people.map(|user| Ended::Account(user.summary.id.clone()));
            people.chain(sign_ins.map(|one| Ended::SignIn(one.user_id.clone(), one.id))).collect()
        }))
    }

    async fn sweep(&self, outdated: Outdated, limit: u16) -> Result<u64, StorageError> {
        Ok(self.write(|state| sweep(state, outdated, usize::from(limit))).await)
    }
}

fn sweep(state: &mut State, outdated: Outdated, limit: usize) -> u64 {
    let mut over: Vec<_> = state
        .sessions
        .values()
        .filter(|session| session.expires_at < outdated.ran_out_before)
        .map(|session| (session.expires_at, session.id))
        .collect();
    over.sort();
    over.truncate(limit);
    for (_, id) in &over {
        state.sessions.remove(id);
    }
    let State { sessions, refresh_tokens, .. } = state;
    refresh_tokens.retain(|_, token| sessions.contains_key(&token.session));
    let exchanged = |token: &RefreshToken| {
        token.used_at.is_some_and(|used_at| used_at < outdated.exchanged_before)
    };
    let of_others: Vec<_> = refresh_tokens
        .iter()
        .filter(|(_, token)| exchanged(token))
        .map(|(hash, _)| hash.clone())
        .take(limit)
        .collect();
    for hash in &of_others {
        refresh_tokens.remove(hash);
    }
    (over.len() + of_others.len()) as u64
}

fn stands(session: &Session, now: Timestamp) -> bool {
    session.revoked_at.is_none() && session.expires_at > now
}

fn register(state: &mut State, account: NewAccount) -> Result<bool, StorageError> {
    let NewAccount { user, credential, session } = account;
    let id = user.summary.id.clone();
    if credential.as_ref().is_some_and(|(login, _)| state.credentials.contains_key(login)) {
        return Ok(false);
    }
    if state.users.insert(id.clone(), user).is_some() {
        return Err(fault(format!("{id} is there already")));
    }
    if let Some((login, hash)) = credential {
        state.credentials.insert(login, (id, hash));
    }
    open(state, session)?;
    Ok(true)
}

fn open(state: &mut State, session: Session) -> Result<(), StorageError> {
    if !state.users.contains_key(&session.user_id) {
        return Err(fault(format!("nobody knows {}", session.user_id)));
    }
    let token = RefreshToken { session: session.id, used_at: None };
    state.refresh_tokens.insert(session.refresh_hash.clone(), token);
    state.sessions.insert(session.id, session);
    Ok(())
}

/// `None` for what was never issued, or is good no more.
fn rotate(
    state: &mut State,
    presented: &[u8],
    replacement: &[u8],
    now: Timestamp,
    expires_at: Timestamp,
) -> Option<Rotation> {
    let token = state.refresh_tokens.get_mut(presented)?;
    let session = state.sessions.get_mut(&token.session)?;
    if !stands(session, now) {
        return None;
    }
    if token.used_at.is_some() {
        session.revoked_at = Some(now);
        let user_id = session.user_id.clone();
        return Some(Rotation::Reused { user_id, session_id: session.id });
    }
    token.used_at = Some(now);
    session.refresh_hash = replacement.to_vec();
    session.refreshed_at = now;
    session.expires_at = expires_at;
    let (session, user) = (session.clone(), state.users.get(&session.user_id)?.clone());
    let token = RefreshToken { session: session.id, used_at: None };
    state.refresh_tokens.insert(replacement.to_vec(), token);
    Some(Rotation::Rotated(Box::new(session), Box::new(user)))
}
