//! Every event reaches every sink, once, in the order of who published it.

use std::sync::Arc;

use chinwag_domain::{ConversationId, Event, SessionId, Signal};

use crate::{
    builders::user_id,
    conformance::{BusUnderTest, stage::looks::at_once, under_test::Listener},
};

/// An event that can be told from others: by its publisher, and its number.
fn event(publisher: u64, number: u64) -> Event {
    let session_id = SessionId::from_u128((u128::from(publisher) << 64) | u128::from(number));
    Signal::SessionRevoked { user_id: user_id("ann"), session_id }.into()
}

fn listen(bus: &BusUnderTest, node: usize) -> Arc<Listener> {
    let listener = Arc::new(Listener::default());
    bus.nodes[node].subscribe(listener.clone());
    listener
}

/// All sinks of all nodes get it, those of the publishing node included.
pub async fn every_sink_gets_every_event(bus: BusUnderTest) {
    let mut listeners = Vec::new();
    for node in 0..bus.nodes.len() {
        listeners.extend([listen(&bus, node), listen(&bus, node)]);
    }
    let mut expected = Vec::new();
    for (node, publisher) in (0..).zip(&bus.nodes) {
        publisher.publish(event(node, 0));
        expected.push(event(node, 0));
    }
    for listener in listeners {
        let arrived = listener.wait_for(expected.len()).await;
        assert_eq!(arrived.len(), expected.len(), "each once: {arrived:?}");
        assert!(expected.iter().all(|event| arrived.contains(event)), "{arrived:?}");
    }
}

/// What one publishes one after the other arrives in that order.
pub async fn one_publishers_events_keep_their_order(bus: BusUnderTest) {
    let listeners: Vec<_> = (0..bus.nodes.len()).map(|node| listen(&bus, node)).collect();
    let expected: Vec<Event> = (0..200).map(|number| event(1, number)).collect();
    for event in &expected {
        bus.nodes[0].publish(event.clone());
    }
    for listener in listeners {
        assert_eq!(listener.wait_for(200).await, expected);
    }
}

/// Of many publishers at once nothing is lost, and each one's order is kept.
pub async fn publishers_at_once_keep_their_own_order(bus: BusUnderTest) {
    let listeners: Vec<_> = (0..bus.nodes.len()).map(|node| listen(&bus, node)).collect();
    at_once((0..8).map(|publisher| {
        let node = Arc::clone(&bus.nodes[0]);
        async move {
            for number in 0..50 {
                node.publish(event(publisher, number));
                tokio::task::yield_now().await;
            }
        }
    }))
    .await;
    for listener in listeners {
        let arrived = listener.wait_for(400).await;
        assert_eq!(arrived.len(), 400);
        for publisher in 0..8 {
            let mut own = (0..50).map(|number| event(publisher, number)).peekable();
            for event in &arrived {
                own.next_if_eq(event);
            }
            assert_eq!(own.peek(), None, "publisher {publisher} out of order");
        }
    }
}

/// Who comes later gets what comes later.
pub async fn a_late_sink_gets_what_comes_later(bus: BusUnderTest) {
    let early = listen(&bus, 0);
    bus.nodes[0].publish(event(1, 1));
    early.wait_for(1).await;
    let late = listen(&bus, 0);
    bus.nodes[0].publish(event(1, 2));
    assert_eq!(late.wait_for(1).await, [event(1, 2)]);
    assert_eq!(early.wait_for(2).await, [event(1, 1), event(1, 2)]);
}

/// Nobody has to listen.
pub async fn publishing_to_nobody_is_no_trouble(bus: BusUnderTest) {
    bus.nodes[0].publish(event(1, 1));
    let listener = listen(&bus, 0);
    bus.nodes[0].publish(event(1, 2));
    let arrived = listener.wait_for(1).await;
    assert_eq!(arrived.last(), Some(&event(1, 2)));
}

/// Without a loss there is no gap.
pub async fn nothing_lost_is_no_gap(bus: BusUnderTest) {
    let listener = listen(&bus, 0);
    for number in 0..100 {
        bus.nodes[0].publish(event(1, number));
    }
    listener.wait_for(100).await;
    assert_eq!(listener.gaps(), 0);
}

/// A sink may publish (a hub that answers) and subscribe another in its turn.
pub async fn a_sink_may_use_the_bus(bus: BusUnderTest) {
    let node = Arc::clone(&bus.nodes[0]);
    let later = Arc::new(Listener::default());
    let (added, answer) = (later.clone(), Arc::clone(&node));
    node.subscribe(Arc::new(Listener::answering(move |number| {
        if number == 1 {
            answer.subscribe(added.clone());
            answer.publish(event(2, 0));
        }
    })));
    let conversation_id = ConversationId::from_u128(1);
    let (user, at) = (crate::builders::summary("ann"), chinwag_domain::Timestamp::default());
    node.publish(Signal::TypingStopped { conversation_id, user, at }.into());
    let arrived = later.wait_for(1).await;
    assert!(arrived.contains(&event(2, 0)), "{arrived:?}");
}
