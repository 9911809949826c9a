//! Local accounts: who they are, and what they sign in with.

use std::sync::Arc;

use chinwag_domain::{
    AuditTarget, Session, SessionState, User,
    ports::{Credential, IdGenerator, NewAccount},
};

use crate::{
    builders::{user, user_id},
    conformance::{Stage, stage::looks::at_once},
};

/// An account of that person, signing in with `login` if any.
fn account(stage: &Stage, user: User, login: Option<&str>) -> NewAccount {
    let now = stage.tick();
    let id = stage.ids.session();
    let session = Session {
        id,
        user_id: user.summary.id.clone(),
        refresh_hash: id.uuid().as_bytes().to_vec(),
        user_agent: Some("Browser/1.0 (Ü)".into()),
        created_at: now,
        refreshed_at: now,
        expires_at: now.plus_millis(1000),
        revoked_at: None,
    };
    let credential = login.map(|login| (login.to_owned(), format!("$argon2id$of-{login}")));
    NewAccount { user, credential, session }
}

/// Person, credential and first sign-in are there together.
pub async fn an_account_is_there_whole(stage: Stage) {
    let new = account(&stage, user("u1"), Some("ann"));
    let accounts = &stage.store.accounts;
    assert!(accounts.register(new.clone(), &[]).await.unwrap());
    let credential = accounts.credential("ann").await.unwrap();
    let password_hash = "$argon2id$of-ann".to_owned();
    assert_eq!(credential, Some(Credential { user: user("u1"), password_hash }));
    assert_eq!(stage.store.users.find(&user_id("u1")).await.unwrap(), Some(user("u1")));
    let state = accounts.session_state(new.session.id).await.unwrap();
    assert_eq!(state, Some(SessionState::Active));
    let sessions = accounts.sessions(&user_id("u1"), new.session.created_at).await.unwrap();
    assert_eq!(sessions, [new.session]);
}

/// A guest has no credential, and is somebody all the same.
pub async fn a_guest_has_no_credential(stage: Stage) {
    let (one, two) = (account(&stage, user("g1"), None), account(&stage, user("g2"), None));
    let accounts = &stage.store.accounts;
    assert!(accounts.register(one.clone(), &[]).await.unwrap());
    assert!(accounts.register(two, &[]).await.unwrap(), "guests do not get into each other's way");
    assert_eq!(stage.store.users.find(&user_id("g1")).await.unwrap(), Some(user("g1")));
    for login in ["g1", "", "G1"] {
        assert_eq!(accounts.credential(login).await.unwrap(), None);
    }
    let state = accounts.session_state(one.session.id).await.unwrap();
    assert_eq!(state, Some(SessionState::Active));
}

/// A login that is taken leaves nothing of the second account.
pub async fn a_taken_login_leaves_nothing(stage: Stage) {
    let accounts = &stage.store.accounts;
    let first = account(&stage, user("u1"), Some("ann"));
    assert!(accounts.register(first.clone(), &[]).await.unwrap());
    let second = account(&stage, user("u2"), Some("ann"));
    assert!(!accounts.register(second.clone(), &[]).await.unwrap());
    assert_eq!(stage.store.users.find(&user_id("u2")).await.unwrap(), None);
    assert_eq!(accounts.session_state(second.session.id).await.unwrap(), None);
    let sessions = accounts.sessions(&user_id("u2"), stage.tick()).await.unwrap();
    assert_eq!(sessions, []);
    let credential = accounts.credential("ann").await.unwrap().unwrap();
    assert_eq!(credential.user.summary.id, user_id("u1"));
    let third = account(&stage, user("u2"), Some("bob"));
    assert!(accounts.register(third, &[]).await.unwrap(), "the person can take another");
}

/// Of many who want a login at once, one gets it.
pub async fn of_registrations_at_once_one_wins(stage: Stage) {
    let wanted: Vec<_> =
        (0..8).map(|at| account(&stage, user(&format!("u{at}")), Some("ann"))).collect();
    let answers = at_once(wanted.into_iter().map(|account| {
        let accounts = Arc::clone(&stage.store.accounts);
        async move { accounts.register(account, &[]).await.unwrap() }
    }))
    .await;
    assert_eq!(answers.iter().filter(|won| **won).count(), 1, "{answers:?}");
    let everybody: Vec<_> = (0..8).map(|at| user_id(&format!("u{at}"))).collect();
    let stored = stage.store.users.find_many(&everybody).await.unwrap();
    let credential = stage.store.accounts.credential("ann").await.unwrap().unwrap();
    assert_eq!(stored, [credential.user]);
}

/// Logins are compared to the letter; who asks has made them lower case.
pub async fn logins_are_compared_to_the_letter(stage: Stage) {
    let accounts = &stage.store.accounts;
    for (at, login) in ["ann", "änn", "a%", "a_", "a'n"].into_iter().enumerate() {
        let new = account(&stage, user(&format!("u{at}")), Some(login));
        assert!(accounts.register(new, &[]).await.unwrap(), "{login}");
    }
    for (at, login) in ["ann", "änn", "a%", "a_", "a'n"].into_iter().enumerate() {
        let found = accounts.credential(login).await.unwrap().unwrap();
        assert_eq!(found.user.summary.id, user_id(&format!("u{at}")));
    }
    for login in ["%", "___", "ann ", "bob"] {
        assert_eq!(accounts.credential(login).await.unwrap(), None, "{login}");
    }
}

/// The entries of the audit log are there with the account, or not at all.
pub async fn an_account_comes_with_its_entries(stage: Stage) {
    for (id, login) in [("u1", "ann"), ("u2", "ann")] {
        let person = user(id);
        let entries = ["user.registered", "session.created"]
            .map(|action| stage.entry(action, Some(&person), AuditTarget::new("user", id)));
        let new = account(&stage, person, Some(login));
        stage.store.accounts.register(new, &entries).await.unwrap();
    }
    let entries = stage.audit().await;
    let told: Vec<_> =
        entries.iter().map(|one| (one.action.as_str(), one.target_id.as_str())).collect();
    assert_eq!(told, [("session.created", "u1"), ("user.registered", "u1")]);
}
