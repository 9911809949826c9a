//! Whatever happens beside whatever: every socket sees the revisions of a
//! conversation without a hole from its first, or is told to sync.

use std::{collections::HashMap, sync::Arc};

use chinwag_application::Actor;
use chinwag_domain::{ConversationId, Event, ports::Conversations};
use proptest::prelude::*;

use super::{
    HubOptions, World,
    ear::{Ear, Removed},
    pass,
    reads::Read,
    rest,
};

const PEOPLE: [&str; 4] = ["ann", "bob", "carol", "dan"];
const GROUPS: usize = 3;

#[derive(Debug, Clone)]
enum Step {
    /// Somebody says something in a group, if they may.
    Say { who: usize, group: usize },
    /// Somebody is removed from a group, or added again.
    Move { who: usize, group: usize },
    /// Another socket comes in; while something is read for it, its answer
    /// grows old.
    Enter { who: usize, slow: Option<Read>, meanwhile: Vec<Step> },
    /// For a while, answers are read and come later.
    Slow { read: Read, meanwhile: Vec<Step> },
    /// A socket goes.
    Leave { which: usize },
    /// What was published arrives, in that order; `lost` of it does not.
    Arrive { order: u64, lost: bool },
    /// Time goes by.
    Pass { millis: u64 },
}

fn step() -> impl Strategy<Value = Step> {
    let who = 0..PEOPLE.len();
    let read = prop::sample::select(vec![Read::Memberships, Read::Heads]);
    let any = prop::sample::select(vec![Read::Members, Read::Summaries]);
    let meanwhile = || proptest::collection::vec(simple(), 0..6);
    prop_oneof![
        12 => simple(),
        3 => (who, prop::option::of(read), meanwhile())
            .prop_map(|(who, slow, meanwhile)| Step::Enter { who, slow, meanwhile }),
        1 => (any, meanwhile()).prop_map(|(read, meanwhile)| Step::Slow { read, meanwhile }),
    ]
}

fn simple() -> impl Strategy<Value = Step> {
    let (who, group) = (0..PEOPLE.len(), 0..GROUPS);
    prop_oneof![
        8 => (who, group.clone()).prop_map(|(who, group)| Step::Say { who, group }),
        3 => (1..PEOPLE.len(), group).prop_map(|(who, group)| Step::Move { who, group }),
        1 => (0usize..8).prop_map(|which| Step::Leave { which }),
        6 => (any::<u64>(), prop::bool::weighted(0.1))
            .prop_map(|(order, lost)| Step::Arrive { order, lost }),
        1 => prop_oneof![1u64..20, 150u64..400].prop_map(|millis| Step::Pass { millis }),
    ]
}

struct Play {
    world: World,
    people: [Actor; 4],
    groups: Vec<ConversationId>,
    ears: Vec<Ear>,
    /// Published and on their way.
    flying: Vec<Arc<Event>>,
    any_lost: bool,
    removed: Removed,
}

impl Play {
    async fn begin() -> Self {
        let world = World::with(HubOptions { sockets_per_user: 100, ..HubOptions::default() });
        let people = world.people(PEOPLE).await;
        let mut groups = Vec::new();
        for _ in 0..GROUPS {
            groups.push(world.group(&people[0], &[&people[1], &people[2]]).await);
        }
        world.bus.hold();
        Self {
            world,
            people,
            groups,
            ears: Vec::new(),
            flying: Vec::new(),
            any_lost: false,
            removed: Removed::new(),
        }
    }

    async fn take(&mut self, step: &Step) {
        match step {
            Step::Enter { who, slow, meanwhile } => {
                if let Some(read) = slow {
                    self.world.reads.hold(*read);
                }
                let entering = self.world.entering(&self.people[*who]);
                for step in meanwhile {
                    tokio::task::yield_now().await;
                    self.take_simple(step).await;
                }
                if let Some(read) = slow {
                    self.world.reads.release(*read);
                }
                let socket = entering.await.unwrap().unwrap();
                self.ears.push(Ear::new(socket, *who));
            }
            Step::Slow { read, meanwhile } => {
                self.world.reads.hold(*read);
                for step in meanwhile {
                    self.take_simple(step).await;
                    rest().await;
                }
                self.world.reads.release(*read);
            }
            simple => self.take_simple(simple).await,
        }
        self.listen().await;
    }

    async fn take_simple(&mut self, step: &Step) {
        match *step {
            Step::Say { who, group } => self.say(who, group).await,
            Step::Move { who, group } => self.change(who, group).await,
            Step::Leave { which } if which < self.ears.len() => {
                let ear = self.ears.remove(which);
                self.world.leave(&ear.socket).await;
            }
            Step::Arrive { order, lost } => self.arrive(order, lost),
            Step::Pass { millis } => pass(millis).await,
            _ => {}
        }
    }

    async fn change(&mut self, who: usize, group: usize) {
        let (world, ann, whom) = (&self.world, &self.people[0], &self.people[who]);
        let id = self.groups[group];
        if world.chat.remove_participant.execute(ann, id, whom.id()).await.is_ok() {
            let head = world.store.heads(&[id]).await.unwrap()[0];
            self.removed.insert((id.to_string(), who), head.members_revision.get());
        } else {
            world.add(ann, id, whom).await;
            self.removed.remove(&(id.to_string(), who));
        }
    }

    async fn say(&self, who: usize, group: usize) {
        let (chat, id) = (&self.world.chat, self.groups[group]);
        let _ =
            chat.send_message.to_conversation(&self.people[who], id, br#"{"content":"x"}"#).await;
    }

    /// Delivers what was published in an order made of `seed`.
    fn arrive(&mut self, mut seed: u64, lost: bool) {
        self.flying.extend(self.world.bus.flow());
        self.world.bus.hold();
        while !self.flying.is_empty() {
            // The next few are about as old as each other.
            let near = self.flying.len().min(4) as u64;
            let event = self.flying.remove(usize::try_from(seed % near).unwrap());
            seed = seed.rotate_right(3).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            if lost && seed.is_multiple_of(3) {
                self.any_lost = true;
            } else {
                self.world.deliver([&event]);
            }
        }
    }

    async fn listen(&mut self) {
        for ear in &mut self.ears {
            for event in ear.socket.events().await {
                ear.hear(&event, &self.removed);
            }
        }
    }

    /// All that is lost is found, and everybody hears what they are in, and nobody else.
    async fn end(mut self) {
        self.arrive(0, false);
        self.listen().await;
        if self.any_lost {
            self.world.bus.gap();
        }
        pass(10_000).await;
        self.listen().await;
        for group in self.groups.clone() {
            self.world.send(&self.people[0], group, "last").await;
        }
        self.arrive(0, false);
        pass(1_000).await;
        let mut present = HashMap::new();
        for group in &self.groups {
            let people = self.world.store_participants(*group).await;
            present.insert(group.to_string(), people);
        }
        for ear in &mut self.ears {
            let events = ear.socket.events().await;
            let mut told: Vec<String> = Vec::new();
            for event in events {
                ear.hear(&event, &self.removed);
                if event["data"]["content"] == "last" {
                    told.push(event["conversation_id"].as_str().unwrap().to_owned());
                }
            }
            for (group, people) in &present {
                let is_in = people.iter().any(|one| one == PEOPLE[ear.who]);
                assert_eq!(told.contains(group), is_in, "{} in {group}", PEOPLE[ear.who]);
            }
        }
        for ear in std::mem::take(&mut self.ears) {
            self.world.leave(&ear.socket).await;
        }
        pass(1_000).await;
        self.world.assert_empty();
    }
}

impl World {
    async fn store_participants(&self, id: ConversationId) -> Vec<String> {
        let people = self.store.participants(id).await.unwrap();
        people.into_iter().map(|one| one.user.id.to_string()).collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn every_socket_hears_every_revision_from_its_first(
        steps in proptest::collection::vec(step(), 1..60),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(async {
            let mut play = Play::begin().await;
            for step in &steps {
                play.take(step).await;
            }
            play.end().await;
        });
    }
}

/// The same on several threads, with nothing but luck to order it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn threads_that_publish_come_and_go_at_once() {
    let world =
        Arc::new(World::with(HubOptions { sockets_per_user: 100, ..HubOptions::default() }));
    let people = world.people(PEOPLE).await;
    let mut groups = Vec::new();
    for _ in 0..GROUPS {
        groups.push(world.group(&people[0], &[&people[1], &people[2]]).await);
    }
    let mut tasks = tokio::task::JoinSet::new();
    for at in 0..6 {
        let (world, sender, group) = (Arc::clone(&world), people[at % 3].clone(), groups[at % 3]);
        tasks.spawn(async move {
            for _ in 0..60 {
                let body = br#"{"content":"x"}"#;
                let _ = world.chat.send_message.to_conversation(&sender, group, body).await;
                tokio::task::yield_now().await;
            }
        });
    }
    let (mover, ann, carol, groups_moved) =
        (Arc::clone(&world), people[0].clone(), people[2].clone(), groups.clone());
    tasks.spawn(async move {
        for at in 0..30 {
            let group = groups_moved[at % GROUPS];
            mover.remove(&ann, group, &carol).await;
            tokio::task::yield_now().await;
            mover.add(&ann, group, &carol).await;
        }
    });
    for at in 0..4 {
        let (world, person) = (Arc::clone(&world), people[at % 3].clone());
        tasks.spawn(async move {
            for _ in 0..15 {
                let socket = world.entering(&person).await.unwrap().unwrap();
                let mut ear = Ear::new(socket, 0);
                for _ in 0..2 {
                    for event in ear.socket.events().await {
                        ear.hear(&event, &Removed::new());
                    }
                }
                world.hub.leave(&ear.socket.seat).await;
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    // What has begun may still be on its way.
    for _ in 0..400 {
        if world.hub.feeds.is_empty() {
            break;
        }
        rest().await;
        pass(10).await;
    }
    world.assert_empty();
}
