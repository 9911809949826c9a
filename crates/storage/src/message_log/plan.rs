//! What becomes of each message of a batch, decided in memory from what was
//! read under the locks. No database here: the same facts give the same plan.

use std::collections::{BTreeMap, HashMap};

use chinwag_domain::{
    Change, ClientId, ConversationId, Durable, Message, MessageId, NewMessage, Place, RequestHash,
    Revision, Seq, Timestamp, UserId, UserSummary,
};

/// How far a locked conversation is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Head {
    pub last_seq: Seq,
    pub revision: Revision,
    pub members_revision: Revision,
}

/// A sender who takes part.
#[derive(Debug, Clone)]
pub(super) struct Sender {
    pub summary: UserSummary,
    pub pointers: Pointers,
}

/// How far a sender has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pointers {
    pub read: Seq,
    pub delivered: Seq,
}

/// What is stored about one message of the batch.
#[derive(Debug, Clone, Default)]
pub(super) struct Facts {
    /// `None` for who does not take part.
    pub sender: Option<Sender>,
    /// The message stored under its `client_id`, and the hash of its request.
    pub stored: Option<(MessageId, Vec<u8>)>,
    /// A block stands between the two of a direct conversation.
    pub blocked: bool,
}

/// What becomes of one message.
#[derive(Debug, PartialEq)]
pub(super) enum Verdict {
    /// It is new; with the revision at which people last came or went.
    New(Box<Message>, Revision),
    /// It stands earlier in the same batch.
    Repeat(Box<Message>),
    /// It was stored before.
    Known(MessageId),
    NotParticipant,
    Blocked,
    ClientIdReused,
}

/// How far a conversation is after the batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Raised {
    pub last_seq: Seq,
    pub revision: Revision,
    pub at: Timestamp,
}

/// What is to be written, and what to answer once it is.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// In the order of the batch.
    pub verdicts: Vec<Verdict>,
    /// Conversations with something new.
    pub raised: BTreeMap<ConversationId, Raised>,
    /// Senders whose pointers move.
    pub moved: BTreeMap<(ConversationId, UserId), Pointers>,
}

/// A `client_id` is stored once per conversation and sender.
type Key<'a> = (ConversationId, &'a UserId, &'a ClientId);

/// Decides a batch. `heads` holds the conversations that exist, `facts` what
/// is known of each message, in the order of the batch.
pub(super) fn plan<'a>(
    batch: impl Iterator<Item = &'a NewMessage>,
    mut heads: HashMap<ConversationId, Head>,
    facts: Vec<Facts>,
) -> Plan {
    let mut plan = Plan::default();
    let mut earlier: HashMap<Key<'a>, (RequestHash, Box<Message>)> = HashMap::new();
    for (new, Facts { sender, stored, blocked }) in batch.zip(facts) {
        let key = new.client_id.as_ref().map(|id| (new.conversation_id, &new.sender_id, id));
        let repeated = key.and_then(|key| earlier.get(&key));
        let verdict = match (heads.get_mut(&new.conversation_id), sender, stored, repeated) {
            (None, ..) | (_, None, ..) => Verdict::NotParticipant,
            (_, _, Some((id, hash)), _) if hash == new.request_hash.0 => Verdict::Known(id),
            (_, _, None, Some((hash, message))) if *hash == new.request_hash => {
                Verdict::Repeat(message.clone())
            }
            (_, _, Some(_), _) | (_, _, _, Some(_)) => Verdict::ClientIdReused,
            _ if blocked => Verdict::Blocked,
            (Some(head), Some(sender), None, None) => {
                let message = plan.place(new, sender, head);
                earlier.extend(key.map(|key| (key, (new.request_hash, message.clone()))));
                Verdict::New(message, head.members_revision)
            }
        };
        plan.verdicts.push(verdict);
    }
    plan
}

impl Plan {
    /// The messages to insert.
    pub(super) fn new_messages(&self) -> impl Iterator<Item = &Message> {
        self.verdicts.iter().filter_map(|verdict| match verdict {
            Verdict::New(message, _) => Some(&**message),
            _ => None,
        })
    }

    /// What is to be told once it is stored, in order of revision.
    pub(super) fn events(&self) -> impl Iterator<Item = Durable> {
        self.verdicts.iter().filter_map(|verdict| match verdict {
            Verdict::New(message, members_revision) => Some(Durable {
                conversation_id: message.conversation_id,
                revision: message.revision,
                members_revision: *members_revision,
                at: message.created_at,
                change: Change::MessageCreated((**message).clone()),
            }),
            _ => None,
        })
    }

    /// As [`chinwag_domain::Conversation::next_message`] does.
    fn place(&mut self, new: &NewMessage, sender: Sender, head: &mut Head) -> Box<Message> {
        head.last_seq = head.last_seq.next();
        head.revision = head.revision.next();
        let place = Place { seq: head.last_seq, revision: head.revision };
        let raised = Raised { last_seq: place.seq, revision: place.revision, at: new.created_at };
        self.raised.insert(new.conversation_id, raised);
        self.sent(new, sender.pointers, place.seq);
        Box::new(Message::placed(new.clone(), sender.summary, place))
    }

    /// As [`chinwag_domain::Participant::sent`] does: only who had read
    /// everything before has read their own message too.
    fn sent(&mut self, new: &NewMessage, stored: Pointers, seq: Seq) {
        let key = (new.conversation_id, new.sender_id.clone());
        let now = self.moved.get(&key).copied().unwrap_or(stored);
        if now.read == seq.previous() {
            let delivered = now.delivered.max(seq);
            self.moved.insert(key, Pointers { read: seq, delivered });
        }
    }
}

#[cfg(test)]
mod tests {
    use chinwag_domain::Draft;

    use super::*;

    const ROOM: ConversationId = ConversationId::from_u128(1);

    fn new(sender: &str, client_id: Option<&str>, hash: u8) -> NewMessage {
        NewMessage {
            id: MessageId::from_u128(u128::from(hash)),
            conversation_id: ROOM,
            sender_id: sender.parse().unwrap(),
            client_id: client_id.map(|id| id.parse().unwrap()),
            request_hash: RequestHash([hash; 32]),
            client_created_at: None,
            body: Draft::text("Hi"),
            created_at: Timestamp::from_millis(i64::from(hash)),
        }
    }

    fn head(last_seq: i64) -> HashMap<ConversationId, Head> {
        let members_revision = Revision::new(1);
        let revision = Revision::new(last_seq + 10);
        HashMap::from([(ROOM, Head { last_seq: Seq::new(last_seq), revision, members_revision })])
    }

    fn present(message: &NewMessage, read: i64) -> Facts {
        let pointers = Pointers { read: Seq::new(read), delivered: Seq::new(read) };
        let summary = UserSummary::bare(message.sender_id.clone());
        Facts { sender: Some(Sender { summary, pointers }), stored: None, blocked: false }
    }

    fn seqs(plan: &Plan) -> Vec<(i64, i64)> {
        plan.new_messages().map(|message| (message.seq.get(), message.revision.get())).collect()
    }

    #[test]
    fn numbers_go_on_without_gaps_whoever_is_refused_between() {
        let batch = [new("ann", None, 1), new("eve", None, 2), new("bob", None, 3)];
        let facts = vec![present(&batch[0], 0), Facts::default(), present(&batch[2], 0)];
        let plan = plan(batch.iter(), head(4), facts);
        assert_eq!(seqs(&plan), [(5, 15), (6, 16)]);
        assert_eq!(plan.verdicts[1], Verdict::NotParticipant);
        let at = Timestamp::from_millis(3);
        let raised = Raised { last_seq: Seq::new(6), revision: Revision::new(16), at };
        assert_eq!(plan.raised, BTreeMap::from([(ROOM, raised)]));
    }

    #[test]
    fn a_client_id_counts_once_in_a_batch_and_for_one_sender() {
        let batch = [
            new("ann", Some("x"), 1),
            new("ann", Some("x"), 1),
            new("ann", Some("x"), 2),
            new("bob", Some("x"), 3),
        ];
        let facts = batch.iter().map(|message| present(message, 0)).collect();
        let plan = plan(batch.iter(), head(0), facts);
        assert_eq!(seqs(&plan), [(1, 11), (2, 12)]);
        assert!(matches!(&plan.verdicts[1], Verdict::Repeat(message) if message.seq.get() == 1));
        assert_eq!(plan.verdicts[2], Verdict::ClientIdReused);
    }

    #[test]
    fn a_stored_client_id_is_known_by_the_hash_of_its_request() {
        let batch = [new("ann", Some("x"), 1), new("ann", Some("x"), 2)];
        let id = MessageId::from_u128(7);
        let stored = Some((id, vec![1; 32]));
        let facts =
            batch.iter().map(|new| Facts { stored: stored.clone(), ..present(new, 0) }).collect();
        let plan = plan(batch.iter(), head(1), facts);
        assert_eq!(plan.verdicts, [Verdict::Known(id), Verdict::ClientIdReused]);
        assert!(plan.raised.is_empty() && plan.moved.is_empty());
    }

    #[test]
    fn nobody_takes_part_in_what_does_not_exist() {
        let batch = [new("ann", None, 1)];
        let plan = plan(batch.iter(), HashMap::new(), vec![present(&batch[0], 0)]);
        assert_eq!(plan.verdicts, [Verdict::NotParticipant]);
    }

    #[test]
    fn a_sender_has_read_their_own_messages_unless_others_stand_between() {
        let batch =
            [new("ann", None, 1), new("ann", None, 2), new("bob", None, 3), new("ann", None, 4)];
        let facts = batch.iter().map(|message| present(message, 0)).collect();
        let plan = plan(batch.iter(), head(0), facts);
        let moved: Vec<_> = plan.moved.values().map(|pointers| pointers.read.get()).collect();
        assert_eq!(moved, [2], "ann stands before bob's message, bob has not read ann's");
    }
}
