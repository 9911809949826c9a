//! Sign-ins: kept, refreshed, ended.

use std::sync::Arc;

use chinwag_domain::{
    AuditTarget, NewAuditEntry, Session, SessionId, SessionState, Timestamp, User, UserId,
    ports::{Clock, IdGenerator, Outdated, Rotation},
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

fn never() -> Timestamp {
    Timestamp::from_millis(0)
}

async fn sweep(stage: &Stage, ran_out: Timestamp, exchanged: Timestamp, limit: u16) -> u64 {
    let outdated = Outdated { ran_out_before: ran_out, exchanged_before: exchanged };
    stage.store.accounts.sweep(outdated, limit).await.unwrap()
}

/// What ran out before that time is forgotten, ended or not, with all its tokens; the earliest first,
/// and no more than asked for. What stands, stands.
pub async fn sign_ins_that_ran_out_are_swept(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let mut over = Vec::new();
    for number in 0..3 {
        over.push(sign_in(&stage, &ann, format!("a{number}").as_bytes()).await);
    }
    assert!(revoke(&stage, &ann, over[1].id).await);
    let standing = sign_in(&stage, &bob, b"b1").await;
    rotate(&stage, b"b1", b"b2", stage.tick()).await;
    let renewed = sign_in(&stage, &ann, b"r1").await;
    let Rotation::Rotated(renewed, _) =
        rotate(&stage, b"r1", b"r2", renewed.created_at.plus_millis(LIFETIME / 2)).await
    else {
        panic!("it has not run out")
    };

    let last = over[2].expires_at;
    assert_eq!(sweep(&stage, over[0].expires_at, never(), 9).await, 0, "not before its time");
    assert_eq!(sweep(&stage, last, never(), 1).await, 1);
    assert_eq!(state(&stage, over[0].id).await, None);
    assert_eq!(state(&stage, over[1].id).await, Some(SessionState::Revoked));
    assert_eq!(sweep(&stage, last.plus_millis(1), never(), 9).await, 2);
    assert_eq!(sweep(&stage, last.plus_millis(1), never(), 9).await, 0);
    for gone in &over {
        assert_eq!(state(&stage, gone.id).await, None);
    }
    for stands in [&standing, &renewed] {
        assert_eq!(state(&stage, stands.id).await, Some(SessionState::Active));
    }
    // With a token that it might have been given once more.
    let again = sign_in(&stage, &ann, b"a0").await;
    assert!(matches!(rotate(&stage, b"a0", b"a9", stage.tick()).await, Rotation::Rotated(..)));
    assert_eq!(state(&stage, again.id).await, Some(SessionState::Active));
    assert!(matches!(rotate(&stage, b"r2", b"r3", stage.tick()).await, Rotation::Rotated(..)));
    assert!(matches!(rotate(&stage, b"b1", b"b3", stage.tick()).await, Rotation::Reused { .. }));
}

/// Of a sign-in that stands, tokens that were exchanged before that time are forgotten: to use one
/// again ends nothing any more. Those exchanged later still tell of a theft.
pub async fn tokens_exchanged_long_ago_are_swept(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let session = sign_in(&stage, &ann, b"1").await;
    let mut exchanged = Vec::new();
    for (from, to) in [(b"1", b"2"), (b"2", b"3"), (b"3", b"4")] {
        exchanged.push(stage.tick());
        rotate(&stage, from, to, exchanged[exchanged.len() - 1]).await;
    }
    assert_eq!(sweep(&stage, never(), exchanged[0], 9).await, 0);
    assert_eq!(sweep(&stage, never(), exchanged[2], 1).await, 1);
    assert_eq!(sweep(&stage, never(), exchanged[2], 9).await, 1);
    for gone in [b"1", b"2"] {
        assert_eq!(rotate(&stage, gone, b"5", stage.tick()).await, Rotation::Unknown);
    }
    assert_eq!(state(&stage, session.id).await, Some(SessionState::Active));
    assert!(matches!(rotate(&stage, b"4", b"5", stage.tick()).await, Rotation::Rotated(..)));
    assert!(matches!(rotate(&stage, b"3", b"6", stage.tick()).await, Rotation::Reused { .. }));
}

/// Of several that sweep at once each takes its part, and a sign-in is counted once.
pub async fn sweepers_at_once_share_the_work(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    for number in 0..40_u8 {
        sign_in(&stage, &ann, &[number]).await;
    }
    let late = stage.tick().plus_millis(LIFETIME);
    let stage = Arc::new(stage);
    let sweepers = (0..4).map(|_| {
        let stage = Arc::clone(&stage);
        async move {
            let mut all = 0;
            while !stage
                .store
                .accounts
                .sessions(&"ann".parse().unwrap(), never())
                .await
                .unwrap()
                .is_empty()
            {
                all += sweep(&stage, late, never(), 3).await;
            }
            all
        }
    });
    assert_eq!(at_once(sweepers).await.into_iter().sum::<u64>(), 40);
}
