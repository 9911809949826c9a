//! Coming, going, and being taken off the board.

use std::{collections::HashSet, sync::Arc};

use chinwag_domain::{ConnectionId, Timestamp, UserId, ports::PresenceBoard};

use crate::{builders::user_id, conformance::stage::looks::at_once};

type Board = Arc<dyn PresenceBoard>;

fn connection(number: u128) -> ConnectionId {
    ConnectionId::from_u128(number)
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(1_700_000_000_000 + millis)
}

async fn is_online(board: &Board, user: &UserId) -> bool {
    board.online(std::slice::from_ref(user)).await.contains(user)
}

/// The first connection brings a person online, others do not.
pub async fn the_first_connection_brings_online(board: Board) {
    let ann = user_id("ann");
    assert!(!is_online(&board, &ann).await);
    assert!(board.arrive(&ann, connection(1)).await);
    assert!(is_online(&board, &ann).await);
    assert!(!board.arrive(&ann, connection(2)).await);
    assert!(board.arrive(&user_id("bob"), connection(3)).await, "each for themselves");
}

/// Who leaves stays online until the board is swept, and is told then, with the time of leaving.
pub async fn who_leaves_is_taken_off_by_the_sweep(board: Board) {
    let ann = user_id("ann");
    board.arrive(&ann, connection(1)).await;
    board.depart(&ann, connection(1), at(10)).await;
    assert!(is_online(&board, &ann).await);
    assert_eq!(board.sweep(at(9)).await, [], "too early");
    assert!(is_online(&board, &ann).await);
    assert_eq!(board.sweep(at(10)).await, [(ann.clone(), at(10))], "at that very time");
    assert!(!is_online(&board, &ann).await);
}

/// Each is told once; who comes after that was offline.
pub async fn each_is_told_once(board: Board) {
    let ann = user_id("ann");
    board.arrive(&ann, connection(1)).await;
    board.depart(&ann, connection(1), at(10)).await;
    board.sweep(at(20)).await;
    assert_eq!(board.sweep(at(30)).await, []);
    assert!(board.arrive(&ann, connection(2)).await);
    assert!(is_online(&board, &ann).await);
}

/// Back before the sweep, a person was never offline.
pub async fn back_in_time_is_never_away(board: Board) {
    let ann = user_id("ann");
    board.arrive(&ann, connection(1)).await;
    board.depart(&ann, connection(1), at(10)).await;
    assert!(!board.arrive(&ann, connection(2)).await);
    assert_eq!(board.sweep(at(100)).await, []);
    assert!(is_online(&board, &ann).await);
}

/// A person is online as long as one connection lives; the last one's time counts.
pub async fn the_last_connection_counts(board: Board) {
    let ann = user_id("ann");
    board.arrive(&ann, connection(1)).await;
    board.arrive(&ann, connection(2)).await;
    board.depart(&ann, connection(1), at(10)).await;
    assert_eq!(board.sweep(at(50)).await, []);
    assert!(is_online(&board, &ann).await);
    board.depart(&ann, connection(2), at(60)).await;
    assert_eq!(board.sweep(at(60)).await, [(ann, at(60))]);
}

/// A connection ends once: neither a second end nor an unknown one does anything.
pub async fn a_connection_ends_once(board: Board) {
    let ann = user_id("ann");
    board.depart(&ann, connection(1), at(5)).await;
    assert_eq!(board.sweep(at(10)).await, [], "who never came does not go");
    board.arrive(&ann, connection(1)).await;
    board.depart(&ann, connection(9), at(20)).await;
    assert_eq!(board.sweep(at(30)).await, []);
    board.depart(&ann, connection(1), at(40)).await;
    board.depart(&ann, connection(1), at(50)).await;
    assert_eq!(board.sweep(at(40)).await, [(ann, at(40))]);
}

/// The same connection coming twice is one.
pub async fn a_connection_comes_once(board: Board) {
    let ann = user_id("ann");
    assert!(board.arrive(&ann, connection(1)).await);
    assert!(!board.arrive(&ann, connection(1)).await);
    board.depart(&ann, connection(1), at(10)).await;
    assert_eq!(board.sweep(at(10)).await, [(ann, at(10))]);
}

/// A sweep takes off those who left in time, and leaves the others.
pub async fn a_sweep_takes_off_who_left_in_time(board: Board) {
    for (number, name) in (1..).zip(["ann", "bob", "cid", "dan"]) {
        board.arrive(&user_id(name), connection(number)).await;
        if name != "dan" {
            let left = at(i64::try_from(number).unwrap() * 10);
            board.depart(&user_id(name), connection(number), left).await;
        }
    }
    let mut gone = board.sweep(at(20)).await;
    gone.sort();
    assert_eq!(gone, [(user_id("ann"), at(10)), (user_id("bob"), at(20))]);
    let everybody = ["ann", "bob", "cid", "dan", "eve"].map(user_id);
    let expected: HashSet<UserId> = ["cid", "dan"].map(user_id).into();
    assert_eq!(board.online(&everybody).await, expected);
    assert_eq!(board.online(&everybody[..1]).await, HashSet::new(), "only who was asked for");
    assert_eq!(board.online(&[]).await, HashSet::new());
}

/// Of many connections at once one brings the person online, and all are counted.
pub async fn connections_at_once_are_all_counted(board: Board) {
    let ann = user_id("ann");
    let arrivals = (0..32).map(|number| {
        let (board, ann) = (Arc::clone(&board), ann.clone());
        async move { board.arrive(&ann, connection(number)).await }
    });
    let first = at_once(arrivals).await.into_iter().filter(|first| *first).count();
    assert_eq!(first, 1);
    let departures = (1..32).map(|number| {
        let (board, ann) = (Arc::clone(&board), ann.clone());
        async move { board.depart(&ann, connection(number), at(10)).await }
    });
    at_once(departures).await;
    assert_eq!(board.sweep(at(100)).await, []);
    board.depart(&ann, connection(0), at(20)).await;
    assert_eq!(board.sweep(at(100)).await, [(ann, at(20))]);
}

/// Who has no connection left is not connected, though still shown online.
pub async fn online_for_a_while_is_not_connected(board: Board) {
    let (ann, bob) = (user_id("ann"), user_id("bob"));
    let both = [ann.clone(), bob.clone()];
    assert_eq!(board.connected(&both).await, HashSet::new());
    board.arrive(&ann, connection(1)).await;
    board.arrive(&ann, connection(2)).await;
    board.arrive(&bob, connection(3)).await;
    board.depart(&ann, connection(1), at(10)).await;
    assert_eq!(board.connected(&both).await, HashSet::from([ann.clone(), bob.clone()]));
    board.depart(&ann, connection(2), at(20)).await;
    assert!(is_online(&board, &ann).await);
    assert_eq!(board.connected(&both).await, HashSet::from([bob.clone()]));
    board.arrive(&ann, connection(4)).await;
    assert_eq!(board.connected(std::slice::from_ref(&ann)).await, HashSet::from([ann]));
}
