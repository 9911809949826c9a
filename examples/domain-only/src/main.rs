//! The rules of chat alone: a group, a message, who has not read it, who may do what. No server, no
//! database and no runtime: the domain knows none, and its ports are filled by memory, which answers at once.

use std::{
    error::Error,
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Waker},
};

use chinwag_domain::{
    Draft, GroupSettings,
    ports::{Conversations as _, IdGenerator as _, MessageLog as _, UnitsOfWork as _, Users as _},
};
use chinwag_testkit::{
    ManualClock, SequentialIds, group,
    memory::{MemoryBus, MemoryStore},
    new_message, user,
};

#[allow(clippy::print_stdout)] // that is what it is for
fn main() -> Result<(), Box<dyn Error>> {
    let (clock, ids) = (ManualClock::default(), SequentialIds::default());
    let store = MemoryStore::new(Arc::new(MemoryBus::new()));
    let (ann, bob) = (user("ann"), user("bob"));
    for person in [&ann, &bob] {
        at_once(store.provision(person.clone()))?;
    }

    // A unit of work is one transaction: dropped before its commit, nothing of it ever was.
    let settings = GroupSettings::named("Harbour");
    let (harbour, people) = group(ids.conversation(), settings, &[&ann, &bob], clock.advance(1));
    let mut unit = at_once(store.begin())?;
    at_once(unit.insert_group(&harbour))?;
    at_once(unit.insert_participants(&people))?;
    at_once(unit.commit())?;

    let text = Draft::text("The boat is in");
    let message = new_message(ids.message(), harbour.id, &ann.summary.id, text, clock.advance(1));
    let stored = at_once(store.append(message))?.message;
    println!("message {} at revision {}", stored.seq, stored.revision);
    for person in [&ann, &bob] {
        let id = &person.summary.id;
        let membership = at_once(store.membership(harbour.id, id))?.ok_or("not in the group")?;
        let unread = at_once(store.unread_total(id))?;
        println!("{id}: {unread} unread, may govern: {}", membership.may_govern().is_ok());
    }
    Ok(())
}

/// What never waits needs no runtime.
fn at_once<T>(work: impl Future<Output = T>) -> T {
    match pin!(work).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(outcome) => outcome,
        Poll::Pending => unreachable!("memory does not wait"),
    }
}
