//! Taking, running out, and getting back.
#![allow(clippy::unused_async)] // the macro awaits every case alike

use std::{sync::Arc, time::Duration};

use chinwag_domain::{Payer, Quotas, Work};

use crate::{
    builders::user_id,
    conformance::{LimiterUnderTest, stage::looks::at_once},
};

fn ann() -> Payer {
    Payer::Person(user_id("ann"))
}

/// Takes all there is; how many that were.
fn drain(subject: &LimiterUnderTest, work: Work, payer: &Payer) -> u32 {
    let taken = (1..).take_while(|_| subject.limiter.take(work, payer).is_ok());
    u32::try_from(taken.count()).unwrap()
}

/// A burst is allowed at once and not one more; each answer says what is left.
pub async fn a_burst_and_not_one_more(subject: LimiterUnderTest) {
    for left in (0..30).rev() {
        let budget = subject.limiter.take(Work::Sends, &ann()).unwrap();
        assert_eq!((budget.left, budget.work), (left, Work::Sends));
        assert_eq!(budget.quota, Quotas::default().sends);
    }
    let spent = subject.limiter.take(Work::Sends, &ann()).unwrap_err();
    assert_eq!((spent.budget.left, spent.budget.work), (0, Work::Sends));
    assert_eq!(spent.wait, Duration::from_millis(100));
}

/// One comes back at a time, and after the whole time the whole burst, but no more.
pub async fn what_was_taken_comes_back(subject: LimiterUnderTest) {
    assert_eq!(drain(&subject, Work::Sends, &ann()), 30);
    (subject.advance)(Duration::from_millis(99));
    let spent = subject.limiter.take(Work::Sends, &ann()).unwrap_err();
    assert_eq!(spent.wait, Duration::from_millis(1));
    (subject.advance)(Duration::from_millis(1));
    assert_eq!(drain(&subject, Work::Sends, &ann()), 1);
    (subject.advance)(Duration::from_secs(1));
    assert_eq!(drain(&subject, Work::Sends, &ann()), 10);
    (subject.advance)(Duration::from_hours(1));
    assert_eq!(drain(&subject, Work::Sends, &ann()), 30);
}

/// Who goes on asking while refused waits no longer for it.
pub async fn a_refusal_costs_nothing(subject: LimiterUnderTest) {
    drain(&subject, Work::Sends, &ann());
    for _ in 0..10_000 {
        assert!(subject.limiter.take(Work::Sends, &ann()).is_err());
    }
    (subject.advance)(Duration::from_millis(100));
    assert_eq!(drain(&subject, Work::Sends, &ann()), 1);
}

/// Looking takes nothing and says the same as taking would.
pub async fn looking_takes_nothing(subject: LimiterUnderTest) {
    for _ in 0..100 {
        assert_eq!(subject.limiter.look(Work::Sends, &ann()).unwrap().left, 30);
    }
    subject.limiter.take(Work::Sends, &ann()).unwrap();
    assert_eq!(subject.limiter.look(Work::Sends, &ann()).unwrap().left, 29);
    assert_eq!(drain(&subject, Work::Sends, &ann()), 29);
    let looked = subject.limiter.look(Work::Sends, &ann()).unwrap_err();
    assert_eq!(looked, subject.limiter.take(Work::Sends, &ann()).unwrap_err());
    (subject.advance)(Duration::from_millis(40));
    let looked = subject.limiter.look(Work::Sends, &ann()).unwrap_err();
    assert_eq!(looked.wait, Duration::from_millis(60));
    (subject.advance)(Duration::from_millis(60));
    assert_eq!(subject.limiter.look(Work::Sends, &ann()).unwrap().left, 1);
}

/// Kinds of work, people, names and addresses are accounts of their own; the same text is no account in common.
pub async fn accounts_are_apart(subject: LimiterUnderTest) {
    drain(&subject, Work::Sends, &ann());
    assert_eq!(drain(&subject, Work::Requests, &ann()), 120);
    assert_eq!(drain(&subject, Work::SignIns, &ann()), 30);
    assert_eq!(drain(&subject, Work::Sends, &Payer::Account("ann".to_owned())), 30);
    assert_eq!(drain(&subject, Work::Sends, &Payer::Person(user_id("bob"))), 30);
    assert_eq!(drain(&subject, Work::Sends, &Payer::address([203, 0, 113, 9].into())), 600);
    assert_eq!(drain(&subject, Work::Sends, &Payer::address([203, 0, 113, 10].into())), 600);
}

/// An address may do so many times what a person may, and gets it back so many times as fast.
pub async fn an_address_has_more(subject: LimiterUnderTest) {
    let address = Payer::address([203, 0, 113, 9].into());
    assert_eq!(drain(&subject, Work::Sends, &address), 600);
    (subject.advance)(Duration::from_millis(100));
    assert_eq!(drain(&subject, Work::Sends, &address), 20);
    assert_eq!(drain(&subject, Work::SignIns, &address), 600);
}

/// Of many at once no more get through than there are.
pub async fn many_at_once_get_what_there_is(subject: LimiterUnderTest) {
    let attempts = (0..32).map(|_| {
        let limiter = Arc::clone(&subject.limiter);
        async move { (0..100).filter(|_| limiter.take(Work::Requests, &ann()).is_ok()).count() }
    });
    assert_eq!(at_once(attempts).await.into_iter().sum::<usize>(), 120);
}
