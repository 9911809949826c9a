//! Identity, local accounts, presence, the directory.

use chinwag_application::{Actor, ChatOptions, Error, SignIn};
use chinwag_domain::{
    AccessClaims, AppRole, ConnectionId, Event, Profile, SessionState, Signal, ports::Accounts as _,
};
use serde_json::{Value, json};

use crate::world::{World, wire};

fn claims(world: &World, subject: &str, name: Option<&str>) -> AccessClaims {
    use chinwag_domain::ports::Clock;
    AccessClaims {
        subject: subject.parse().unwrap(),
        session: None,
        profile: Profile { name: name.map(str::to_owned), ..Profile::default() },
        role: AppRole::Member,
        expires_at: world.clock.now().plus_millis(60_000),
    }
}

#[tokio::test]
async fn a_first_valid_token_makes_the_profile_and_later_ones_change_it() {
    let world = World::new();
    let token = world.tokens.grant(claims(&world, "host|7", Some("Ann")));
    let first = world.chat.authenticate.execute(&token, None).await.unwrap();
    assert_eq!(first.actor.user.name, "Ann");
    let token = world.tokens.grant(claims(&world, "host|7", Some("Anna")));
    let second = world.chat.authenticate.execute(&token, None).await.unwrap();
    assert_eq!(second.actor.user.name, "Anna");
    let token = world.tokens.grant(claims(&world, "host|7", None));
    let third = world.chat.authenticate.execute(&token, None).await.unwrap();
    assert_eq!(third.actor.user.name, "Anna", "what a token does not say stays known");
}

async fn register(world: &World, username: &str) -> Value {
    let body = json!({"username": username, "password": "correct horse"}).to_string();
    wire(&world.chat.accounts.register(SignIn::default(), body.as_bytes()).await.unwrap())
}

async fn actor(world: &World, tokens: &Value) -> Result<chinwag_application::Actor, Error> {
    let token = tokens["access_token"].as_str().unwrap();
    world.chat.authenticate.execute(token, None).await.map(|verified| verified.actor)
}

#[tokio::test]
async fn a_sign_in_ends_at_once_and_only_itself() {
    let world = World::new();
    let first = register(&world, "Ann").await;
    let body = json!({"username": "ANN", "password": "correct horse"}).to_string();
    let login = world.chat.accounts.login(SignIn::default(), body.as_bytes()).await.unwrap();
    let second = wire(&login);
    let ann = actor(&world, &first).await.unwrap();
    actor(&world, &second).await.unwrap();

    world.chat.accounts.logout(&ann).await.unwrap();
    assert!(matches!(actor(&world, &first).await, Err(Error::SessionRevoked)));
    let ann = actor(&world, &second).await.unwrap();
    assert_eq!(world.chat.accounts.sessions(&ann).await.unwrap().items.len(), 1);
    let revoked = |event: &Event| matches!(event, Event::Signal(Signal::SessionRevoked { .. }));
    assert_eq!(world.bus.drain().iter().filter(|event| revoked(event)).count(), 1);
}

#[tokio::test]
async fn an_admin_ends_a_sign_in_too_that_can_be_refreshed_no_more() {
    let options =
        ChatOptions { access_ttl_seconds: 900, refresh_ttl_seconds: 60, ..ChatOptions::default() };
    let world = World::with(&options);
    let root = Actor { role: AppRole::Admin, ..world.person("root").await };
    let tokens = register(&world, "Ann").await;
    world.clock.advance(61_000);
    let ann = actor(&world, &tokens).await.unwrap();
    world.bus.drain();

    let ended = world.chat.end_sign_ins.execute(&root, ann.id()).await.unwrap();
    assert_eq!(wire(&ended), json!({"ended": 1}));
    let told = Event::Signal(Signal::SessionRevoked {
        user_id: ann.id().clone(),
        session_id: ann.session.unwrap(),
    });
    assert_eq!(world.bus.drain(), [told], "its sockets are open");
    assert!(matches!(actor(&world, &tokens).await, Err(Error::SessionRevoked)));
}

#[tokio::test]
async fn a_refresh_token_used_twice_ends_the_sign_in() {
    let world = World::new();
    let first = register(&world, "ann").await;
    let refresh = |tokens: &Value| json!({"refresh_token": tokens["refresh_token"]}).to_string();
    let second = wire(
        &world.chat.accounts.refresh(&SignIn::default(), refresh(&first).as_bytes()).await.unwrap(),
    );
    let reused = world.chat.accounts.refresh(&SignIn::default(), refresh(&first).as_bytes()).await;
    assert!(matches!(reused, Err(Error::SessionRevoked)));
    assert!(matches!(actor(&world, &second).await, Err(Error::SessionRevoked)));
    let dead = world.chat.accounts.refresh(&SignIn::default(), refresh(&second).as_bytes()).await;
    assert!(dead.is_err());
    let forged = br#"{"refresh_token":"made up"}"#;
    assert!(matches!(
        world.chat.accounts.refresh(&SignIn::default(), forged).await,
        Err(Error::TokenInvalid)
    ));
}

#[tokio::test]
async fn unknown_names_and_wrong_passwords_look_alike() {
    let world = World::new();
    register(&world, "ann").await;
    for body in [
        r#"{"username":"ann","password":"wrong horse"}"#,
        r#"{"username":"nobody","password":"wrong horse"}"#,
        r#"{"username":"a\u0000b","password":"wrong horse"}"#,
    ] {
        let refused = world.chat.accounts.login(SignIn::default(), body.as_bytes()).await;
        assert!(matches!(refused, Err(Error::TokenInvalid)), "{body}");
    }
    let taken = br#"{"username":"ANN","password":"correct horse"}"#;
    let taken = world.chat.accounts.register(SignIn::default(), taken).await;
    assert!(matches!(taken, Err(Error::Conflict(_))));
}

#[tokio::test]
async fn guests_come_in_only_where_they_are_let() {
    let open = World::new();
    let guest = open.chat.accounts.guest(SignIn::default(), br#"{"name":"Ann"}"#).await.unwrap();
    assert_eq!(actor(&open, &wire(&guest)).await.unwrap().user.name, "Ann");
    let closed = World::with(&ChatOptions::default());
    let refused = closed.chat.accounts.guest(SignIn::default(), br#"{"name":"Ann"}"#).await;
    assert!(matches!(refused, Err(Error::NotFound)));
}

#[tokio::test]
async fn presence_is_for_those_who_share_a_conversation() {
    let world = World::new();
    let (ann, bob, eve) =
        (world.person("ann").await, world.person("bob").await, world.person("eve").await);
    world.group(&ann, &[&bob]).await;
    let (one, two) = (ConnectionId::from_u128(1), ConnectionId::from_u128(2));
    world.bus.drain();
    world.chat.presence.arrive(bob.id(), one).await;
    world.chat.presence.arrive(bob.id(), two).await;
    assert_eq!(world.bus.drain().len(), 1, "the first connection is told, the second is not");

    let asked = [bob.id().clone(), "nobody".parse().unwrap()];
    let online = async |actor| {
        let items = world.chat.presence.query(actor, &asked).await.unwrap().items;
        items.into_iter().map(|one| one.online).collect::<Vec<_>>()
    };
    assert_eq!(online(&ann).await, [true, false]);
    assert_eq!(online(&eve).await, [false, false]);

    world.chat.presence.depart(bob.id(), one).await;
    world.chat.presence.depart(bob.id(), two).await;
    world.clock.advance(4_999);
    world.chat.presence.sweep().await.unwrap();
    assert_eq!(online(&ann).await, [true, false]);
    world.clock.advance(1);
    world.chat.presence.sweep().await.unwrap();
    world.chat.presence.sweep().await.unwrap();
    assert_eq!(online(&ann).await, [false, false]);
    assert_eq!(world.bus.drain().len(), 1);
    let seen = world.chat.presence.query(&ann, &asked).await.unwrap().items;
    assert!(seen[0].last_seen_at.is_some());
    let hidden = world.chat.presence.query(&eve, &asked).await.unwrap().items;
    assert_eq!(hidden[0].last_seen_at, None);
}

#[tokio::test]
async fn a_closed_directory_shows_those_one_shares_a_conversation_with() {
    let world = World::with(&ChatOptions { directory: false, ..ChatOptions::default() });
    let (ann, bob, eve) =
        (world.person("ann").await, world.person("bob").await, world.person("eve").await);
    world.group(&ann, &[&bob]).await;
    world.chat.people.find(&ann, bob.id()).await.unwrap();
    assert!(matches!(world.chat.people.find(&eve, bob.id()).await, Err(Error::NotFound)));
    let listed = world.chat.people.list(&eve, None, None, None).await.unwrap();
    assert_eq!(listed.items.iter().map(|user| user.id.as_str()).collect::<Vec<_>>(), ["eve"]);
}

#[tokio::test]
async fn sign_ins_are_forgotten_once_no_token_of_them_is_good() {
    const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
    let world = World::new();
    let (ann, bob) = (register(&world, "Ann").await, register(&world, "Bob").await);
    let session = async |tokens: &Value| actor(&world, tokens).await.unwrap().session.unwrap();
    let (of_ann, of_bob) = (session(&ann).await, session(&bob).await);
    let sweep = async || world.chat.sweep_sign_ins.execute().await.unwrap();
    let refresh = async |tokens: &Value| {
        let body = json!({"refresh_token": tokens["refresh_token"]}).to_string();
        world.chat.accounts.refresh(&SignIn::default(), body.as_bytes()).await
    };
    world.clock.advance(29 * DAY_MS);
    refresh(&bob).await.unwrap();
    // Ann's ran out two days before.
    world.clock.advance(3 * DAY_MS);
    assert_eq!(sweep().await, 0);
    world.clock.advance(1);
    assert_eq!(sweep().await, 1);
    assert_eq!(world.store.session_state(of_ann).await.unwrap(), None);
    assert_eq!(world.store.session_state(of_bob).await.unwrap(), Some(SessionState::Active));
    // The token that bob exchanged tells of a theft for as long as it would have been good.
    assert!(matches!(refresh(&bob).await, Err(Error::SessionRevoked)));
}
