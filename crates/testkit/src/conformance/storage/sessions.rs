//! Sign-ins: kept, refreshed, ended.

use std::sync::Arc;

use chinwag_domain::{
    AuditTarget, NewAuditEntry, Session, SessionId, SessionState, Timestamp, User, UserId,
    ports::{Clock, IdGenerator, Rotation},
};

use crate::conformance::{Stage, stage::looks::at_once};

const LIFETIME: i64 = 1_000_000;

/// Signs in; the refresh token's hash is `hash`.
async fn sign_in(stage: &Stage, user: &User, hash: &[u8]) -> Session {
    let now = stage.tick();
    let session = Session {
        id: stage.ids.session(),
        user_id: user.summary.id.clone(),
        refresh_hash: hash.to_vec(),
        user_agent: None,
        created_at: now,
        refreshed_at: now,
        expires_at: now.plus_millis(LIFETIME),
        revoked_at: None,
    };
    let entry = entry(stage, "session.created", user, session.id);
    stage.store.accounts.open_session(session.clone(), &entry).await.unwrap();
    session
}

fn entry(stage: &Stage, action: &'static str, user: &User, id: SessionId) -> NewAuditEntry {
    stage.entry(action, Some(user), AuditTarget::new("session", id))
}

fn reuse(stage: &Stage, user: &UserId, session: SessionId) -> NewAuditEntry {
    NewAuditEntry::session_reused(stage.ids.audit(), stage.clock.now(), user, session, None)
}

async fn rotate(stage: &Stage, from: &[u8], to: &[u8], now: Timestamp) -> Rotation {
    let until = now.plus_millis(LIFETIME);
    let on_reuse = |user: &UserId, session| reuse(stage, user, session);
    stage.store.accounts.rotate(from, to, now, until, &on_reuse).await.unwrap()
}

async fn revoke(stage: &Stage, user: &User, id: SessionId) -> bool {
    let entry = entry(stage, "session.revoked", user, id);
    stage.store.accounts.revoke(&user.summary.id, id, stage.tick(), &entry).await.unwrap()
}

async fn state(stage: &Stage, id: SessionId) -> Option<SessionState> {
    stage.store.accounts.session_state(id).await.unwrap()
}

/// The newest come first; the ended, the run out and others' do not come.
pub async fn sessions_that_stand_come_newest_first(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let first = sign_in(&stage, &ann, b"1").await;
    let second = sign_in(&stage, &ann, b"2").await;
    let third = sign_in(&stage, &ann, b"3").await;
    sign_in(&stage, &bob, b"4").await;
    let (id, accounts) = (&ann.summary.id, &stage.store.accounts);
    let now = stage.tick();
    let all = [third.clone(), second.clone(), first.clone()];
    assert_eq!(accounts.sessions(id, now).await.unwrap(), all);
    assert!(revoke(&stage, &ann, second.id).await);
    let standing = accounts.sessions(id, now).await.unwrap();
    assert_eq!(standing, [third.clone(), first.clone()]);
    let standing = accounts.sessions(id, first.expires_at).await.unwrap();
    assert_eq!(standing, std::slice::from_ref(&third), "run out at that very time");
    assert_eq!(accounts.sessions(id, third.expires_at).await.unwrap(), []);
}

/// A refresh token is exchanged for another, and the sign-in goes on.
pub async fn a_refresh_token_is_exchanged(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let session = sign_in(&stage, &ann, b"first").await;
    let mut hash = b"first".to_vec();
    for next in [b"second".to_vec(), vec![0, 255, 39, 92], vec![0; 32]] {
        let now = stage.clock.advance(1000);
        let Rotation::Rotated(renewed, user) = rotate(&stage, &hash, &next, now).await else {
            panic!("not exchanged")
        };
        assert_eq!(*user, ann);
        let expected = Session {
            refresh_hash: next.clone(),
            refreshed_at: now,
            expires_at: now.plus_millis(LIFETIME),
            ..session.clone()
        };
        assert_eq!(*renewed, expected);
        let standing = stage.store.accounts.sessions(&ann.summary.id, now).await.unwrap();
        assert_eq!(standing, [expected]);
        hash = next;
    }
    assert_eq!(state(&stage, session.id).await, Some(SessionState::Active));
}

/// A token that was used before has been stolen: its sign-in ends, no other.
pub async fn a_used_token_ends_its_session(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let (session, other) = (sign_in(&stage, &ann, b"a1").await, sign_in(&stage, &ann, b"b1").await);
    rotate(&stage, b"a1", b"a2", stage.tick()).await;
    rotate(&stage, b"a2", b"a3", stage.tick()).await;
    let reused = rotate(&stage, b"a1", b"a4", stage.tick()).await;
    let expected = Rotation::Reused { user_id: ann.summary.id.clone(), session_id: session.id };
    assert_eq!(reused, expected);
    assert_eq!(state(&stage, session.id).await, Some(SessionState::Revoked));
    for hash in [&b"a3"[..], b"a4"] {
        let refused = rotate(&stage, hash, b"a5", stage.tick()).await;
        assert_eq!(refused, Rotation::Unknown, "nothing of it is good any more");
    }
    assert_eq!(state(&stage, other.id).await, Some(SessionState::Active));
    assert!(matches!(rotate(&stage, b"b1", b"b2", stage.tick()).await, Rotation::Rotated(..)));
}

/// What was never issued is unknown, and ends nothing.
pub async fn an_unknown_token_ends_nothing(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let session = sign_in(&stage, &ann, b"1").await;
    for hash in [&b"2"[..], b"", b"11"] {
        assert_eq!(rotate(&stage, hash, b"3", stage.tick()).await, Rotation::Unknown);
    }
    assert_eq!(state(&stage, session.id).await, Some(SessionState::Active));
    assert_eq!(state(&stage, stage.ids.session()).await, None);
}

/// A token is good until it runs out.
pub async fn a_token_runs_out(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let session = sign_in(&stage, &ann, b"1").await;
    let last = session.expires_at.plus_millis(-1);
    assert_eq!(rotate(&stage, b"1", b"2", session.expires_at).await, Rotation::Unknown);
    let Rotation::Rotated(renewed, _) = rotate(&stage, b"1", b"2", last).await else {
        panic!("the last millisecond counts")
    };
    let late = renewed.expires_at;
    assert_eq!(rotate(&stage, b"2", b"3", late).await, Rotation::Unknown);
}

/// Of one token presented many times at once, one exchange is made, and the
/// sign-in ends with the second.
pub async fn of_exchanges_at_once_one_is_made(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let session = sign_in(&stage, &ann, b"1").await;
    let now = stage.tick();
    let stage = Arc::new(stage);
    let answers = at_once((2..8_u8).map(|next| {
        let stage = Arc::clone(&stage);
        async move { rotate(&stage, b"1", &[next], now).await }
    }))
    .await;
    let count = |wanted: fn(&Rotation) -> bool| answers.iter().filter(|one| wanted(one)).count();
    assert_eq!(count(|one| matches!(one, Rotation::Rotated(..))), 1, "{answers:?}");
    assert_eq!(count(|one| matches!(one, Rotation::Reused { .. })), 1, "{answers:?}");
    assert_eq!(state(&stage, session.id).await, Some(SessionState::Revoked));
}

/// A person ends their own sign-ins, each once.
pub async fn a_session_is_ended_once_by_its_owner(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let session = sign_in(&stage, &ann, b"1").await;
    assert!(!revoke(&stage, &bob, session.id).await);
    assert_eq!(state(&stage, session.id).await, Some(SessionState::Active));
    assert!(revoke(&stage, &ann, session.id).await);
    assert!(!revoke(&stage, &ann, session.id).await);
    assert!(!revoke(&stage, &ann, stage.ids.session()).await);
    assert_eq!(state(&stage, session.id).await, Some(SessionState::Revoked));
    let now = stage.tick();
    assert_eq!(rotate(&stage, b"1", b"2", now).await, Rotation::Unknown);
}

/// What began and ended, and which token was used twice, is in the audit log; what changed nothing
/// is not.
pub async fn sessions_leave_their_entries(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let (one, two) = (sign_in(&stage, &ann, b"a1").await, sign_in(&stage, &ann, b"b1").await);
    assert!(!revoke(&stage, &bob, one.id).await);
    rotate(&stage, b"a1", b"a2", stage.tick()).await;
    rotate(&stage, b"unknown", b"a3", stage.tick()).await;
    assert!(revoke(&stage, &ann, two.id).await);
    assert!(!revoke(&stage, &ann, two.id).await, "it has ended");
    rotate(&stage, b"a1", b"a4", stage.tick()).await;
    rotate(&stage, b"a1", b"a5", stage.tick()).await;
    let entries: Vec<_> = stage
        .audit()
        .await
        .into_iter()
        .map(|entry| (entry.action, entry.actor_id.unwrap(), entry.target_type, entry.target_id))
        .collect();
    let told = |action: &str, session: &Session| {
        (action.to_owned(), "ann".to_owned(), "session".to_owned(), session.id.to_string())
    };
    assert_eq!(
        entries,
        [
            told("session.reused", &one),
            told("session.revoked", &two),
            told("session.created", &two),
            told("session.created", &one),
        ]
    );
}
