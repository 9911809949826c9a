//! The unread count against one that is made by counting, through a long row
//! of steps that nobody thought out. The steps are the same in every run.

use std::collections::BTreeMap;

use chinwag_domain::{ConversationId, Message, User};

use crate::conformance::Stage;

/// The way to count that nobody can get wrong.
struct Naive {
    /// By seq - 1: the sender, and whether it counts.
    messages: Vec<(usize, bool)>,
    /// By person: read up to, cleared up to.
    people: BTreeMap<usize, (i64, i64)>,
}

impl Naive {
    fn newest(&self) -> i64 {
        i64::try_from(self.messages.len()).unwrap()
    }

    fn sent(&mut self, sender: usize) {
        self.messages.push((sender, true));
        let newest = self.newest();
        let (read, _) = self.people.get_mut(&sender).unwrap();
        if *read == newest - 1 {
            *read = newest;
        }
    }

    fn unread(&self, person: usize) -> u64 {
        let (read, cleared) = self.people[&person];
        let mut count = 0;
        for (seq, (sender, counts)) in (1..).zip(&self.messages) {
            if seq > read && seq > cleared && *counts && *sender != person {
                count += 1;
            }
        }
        count
    }
}

/// Numbers that look random (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end as u64).unwrap()
    }

    fn seq(&mut self, newest: i64) -> i64 {
        i64::try_from(self.below(usize::try_from(newest).unwrap() + 1)).unwrap()
    }
}

/// A conversation that is written to at random, and its naive twin.
struct Game {
    stage: Stage,
    group: ConversationId,
    people: [User; 4],
    messages: Vec<Message>,
    naive: Naive,
    dice: Dice,
}

impl Game {
    async fn begin(stage: Stage, seed: u64) -> Self {
        let people = stage.people(["p0", "p1", "p2", "p3"]).await;
        let group = stage.group(&people.each_ref()).await;
        let naive = Naive {
            messages: Vec::new(),
            people: (0..people.len()).map(|person| (person, (0, 0))).collect(),
        };
        Self { stage, group, people, messages: Vec::new(), naive, dice: Dice(seed) }
    }

    async fn step(&mut self) {
        let (who, newest) = (self.dice.below(self.people.len()), self.naive.newest());
        let (stage, group, person) = (&self.stage, self.group, &self.people[who]);
        match self.dice.below(10) {
            0..=4 => {
                self.messages.push(stage.say(group, person, "words").await);
                self.naive.sent(who);
            }
            5 => {
                self.messages.push(stage.note(group, person).await);
                self.naive.messages.push((who, false));
            }
            6 if newest > 0 => {
                let at = self.dice.below(self.messages.len());
                // A message may be deleted again; one of the server's never is.
                if self.messages[at].body.system.is_none() {
                    stage.delete(&self.messages[at], person).await;
                    self.naive.messages[at].1 = false;
                }
            }
            7 => {
                let up_to = self.dice.seq(newest);
                stage.clear(group, person, up_to).await;
                let (_, cleared) = self.naive.people.get_mut(&who).unwrap();
                *cleared = up_to.max(*cleared);
            }
            _ => {
                let up_to = self.dice.seq(newest);
                stage.read(group, person, up_to).await;
                let (read, _) = self.naive.people.get_mut(&who).unwrap();
                *read = up_to.max(*read);
            }
        }
    }

    async fn compare(&self, step: usize) {
        for (at, person) in self.people.iter().enumerate() {
            let expected = self.naive.unread(at);
            let total = self.stage.store.conversations.unread(&person.summary.id).await.unwrap();
            let one = self.stage.unread(self.group, person).await;
            assert_eq!((one, total.total), (expected, expected), "person {at}, step {step}");
        }
    }

    async fn play(mut self) {
        for step in 0..160 {
            self.step().await;
            if step % 4 == 3 {
                self.compare(step).await;
            }
        }
    }
}

/// 160 steps; the count is right after every fourth.
pub async fn the_count_is_that_of_counting(stage: Stage) {
    Game::begin(stage, 0x9e37_79b9_7f4a_7c15).await.play().await;
}

/// And once more, with other steps.
pub async fn the_count_is_that_of_counting_again(stage: Stage) {
    Game::begin(stage, 0xd1b5_4a32_d192_ed03).await.play().await;
}
