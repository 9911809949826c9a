//! What the conformance suite cannot see of lists: how many statements they take.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)] // a panic is how a test fails

mod support;

use std::sync::Arc;

use chinwag_domain::{
    ConversationFilter, ConversationId, Draft, GroupSettings, Limit, Message, MessageId,
    PageNumber, Position, Timestamp,
    ports::{Conversations, NoFollowUps, UnitsOfWork, Users},
};
use chinwag_storage::{SeaConversations, SeaUnitsOfWork, SeaUsers};
use chinwag_testkit::{direct, group, memory::MemoryBus, new_message, user};
use support::{Fixture, Statements};

on_both! {
    a_list_takes_three_statements_whatever_its_size,
    what_a_connection_asks_takes_one_statement,
}

const GROUPS: u128 = 12;

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(1_700_000_000_000 + millis)
}

fn ids() -> Vec<ConversationId> {
    (0..=GROUPS).map(ConversationId::from_u128).collect()
}

/// Ann and Bob in twelve groups and a direct conversation, each with a message of
/// Bob's to which Ann has reacted.
async fn busy(fixture: &Fixture) -> SeaConversations {
    let users = SeaUsers::new(fixture.database.clone());
    let (ann, bob) = (user("ann"), user("bob"));
    for person in [&ann, &bob] {
        users.provision(person.clone()).await.unwrap();
    }
    let units = SeaUnitsOfWork::new(
        fixture.database.clone(),
        Arc::new(MemoryBus::new()),
        Arc::new(NoFollowUps),
    );
    for id in ids() {
        let mut unit = units.begin().await.unwrap();
        let (mut conversation, people) = if id == ConversationId::from_u128(0) {
            let (conversation, people) = direct(id, &ann, &bob, at(0));
            unit.insert_direct(&conversation).await.unwrap();
            (conversation, people)
        } else {
            let (conversation, people) =
                group(id, GroupSettings::named("Team"), &[&ann, &bob], at(0));
            unit.insert_group(&conversation).await.unwrap();
            (conversation, people)
        };
        unit.insert_participants(&people).await.unwrap();
        let new =
            new_message(MessageId::new(id.uuid()), id, &bob.summary.id, Draft::text("Hi"), at(1));
        let message = Message::placed(new, bob.summary.clone(), conversation.next_message(at(1)));
        unit.insert_message(&message).await.unwrap();
        let emoji = "👍".parse().unwrap();
        assert!(unit.add_reaction(&message, &ann.summary.id, &emoji).await.unwrap());
        unit.save_conversation(&conversation).await.unwrap();
        unit.commit().await.unwrap();
    }
    SeaConversations::new(fixture.database.clone())
}

fn filter(
    limit: i64,
    position: Position<chinwag_domain::ConversationCursor>,
) -> ConversationFilter {
    ConversationFilter {
        search: None,
        kind: None,
        hidden: false,
        limit: Limit::new(limit).unwrap(),
        position,
    }
}

async fn a_list_takes_three_statements_whatever_its_size(fixture: Fixture) {
    let conversations = busy(&fixture).await;
    let ann = user("ann").summary.id;
    for limit in [1, 100] {
        for position in [Position::First, Position::Page(PageNumber::new(1).unwrap())] {
            let filter = filter(limit, position);
            let (page, count) = Statements::of(conversations.list(&ann, &filter)).await;
            let page = page.unwrap();
            assert_eq!(page.items.len(), if limit == 1 { 1 } else { 13 });
            assert!(page.items.iter().all(|item| item.unread == 1));
            assert!(page.items.iter().all(|item| {
                let last = item.last_message.as_ref().unwrap();
                last.reactions.len() == 1 && last.reactions[0].me
            }));
            assert_eq!(count, 3);
        }
    }
    let beyond = filter(100, Position::Page(PageNumber::new(9).unwrap()));
    let (page, count) = Statements::of(conversations.list(&ann, &beyond)).await;
    assert_eq!((page.unwrap().total, count), (Some(13), 2));
    let (unread, count) = Statements::of(conversations.unread(&ann)).await;
    assert_eq!((unread.unwrap().total, count), (13, 3));
    let (some, count) = Statements::of(conversations.summaries(&ann, &ids())).await;
    assert_eq!((some.unwrap().len(), count), (13, 3));
}

async fn what_a_connection_asks_takes_one_statement(fixture: Fixture) {
    let conversations = busy(&fixture).await;
    let (ann, bob) = (user("ann").summary.id, user("bob").summary.id);
    let id = ConversationId::from_u128(3);
    let (membership, count) = Statements::of(conversations.membership(id, &ann)).await;
    assert_eq!((membership.unwrap().unwrap().user_id(), count), (&ann, 1));
    let (memberships, count) = Statements::of(conversations.memberships(&ann)).await;
    assert_eq!((memberships.unwrap().len(), count), (13, 1));
    let (members, count) = Statements::of(conversations.members(id)).await;
    assert_eq!((members.unwrap().unwrap().members.len(), count), (2, 1));
    let (heads, count) = Statements::of(conversations.heads(&ids())).await;
    assert_eq!((heads.unwrap().len(), count), (13, 1));
    let others = [bob];
    let (sharing, count) = Statements::of(conversations.sharing(&ann, &others)).await;
    assert_eq!((sharing.unwrap().len(), count), (1, 1));
}
