//! Committing marks in batches: the highest of each pointer, under the lock of
//! the participants' rows, and only where the pointer moves.

use std::collections::{BTreeMap, HashMap};

use chinwag_domain::{
    ConversationId, Mark, ReceiptKind, Seq, Timestamp, UserId, ports::StorageError,
};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, FromQueryResult};
use tokio::sync::oneshot;

use crate::{
    Database,
    error::{Failure, classify, from_db},
    queue::{ATTEMPTS, Committer, Reach, pause},
    table::{Table, Tables},
};

/// A mark that waits, and who is to hear whether the pointer moved.
pub(super) struct Pending {
    pub mark: Mark,
    pub reply: oneshot::Sender<Result<bool, StorageError>>,
}

type Place = (ConversationId, UserId);
type Pointer = (Place, ReceiptKind);

/// The highest mark of each pointer; a participant's delivered pointer comes
/// before their read pointer.
type Wanted = BTreeMap<Pointer, (Seq, Timestamp)>;

/// The pointers that moved, and the marks that moved them.
type Moved = BTreeMap<Pointer, (Seq, Timestamp)>;

pub(super) struct Writer {
    database: Database,
}

impl Writer {
    pub(super) fn new(database: Database) -> Self {
        Self { database }
    }

    async fn store(&self, wanted: &Wanted) -> Result<Moved, DbErr> {
        let mut attempt = 1;
        loop {
            match self.try_store(wanted).await {
                Err(error) if attempt < ATTEMPTS && classify(&error) == Failure::Contention => {
                    tracing::debug!(%error, attempt, "storing the marks again");
                    tokio::time::sleep(pause(attempt)).await;
                    attempt += 1;
                }
                outcome => return outcome,
            }
        }
    }

    /// A lost commit needs no care: who hears of it may make the same mark again.
    async fn try_store(&self, wanted: &Wanted) -> Result<Moved, DbErr> {
        let transaction = self.database.begin_batch().await?;
        let mut stored = lock(&transaction, wanted).await?;
        let moved = advance(&mut stored, wanted);
        if moved.is_empty() {
            transaction.rollback().await?;
            return Ok(moved);
        }
        stored.retain(|_, pointers| pointers.moved);
        move_pointers(&transaction, &stored).await?;
        keep_receipts(&transaction, &moved).await?;
        transaction.commit().await?;
        Ok(moved)
    }
}

impl Committer<Pending> for Writer {
    async fn commit(&self, batch: Vec<Pending>) -> Reach {
        let outcome = self.store(&coalesce(batch.iter().map(|pending| &pending.mark))).await;
        match outcome {
            Ok(moved) => {
                answer(batch, moved);
                Reach::Reached
            }
            Err(error) => {
                tracing::warn!(%error, marks = batch.len(), "marks were not stored");
                for pending in batch {
                    // Who asked may have gone away meanwhile; here and below that changes nothing.
                    let _ = pending.reply.send(Err(from_db(error.clone())));
                }
                let lost = classify(&error) == Failure::Unavailable;
                if lost { Reach::Lost } else { Reach::Reached }
            }
        }
    }
}

/// Of several marks of one pointer, the highest; of equal ones, the first.
fn coalesce<'a>(marks: impl Iterator<Item = &'a Mark>) -> Wanted {
    let mut wanted = Wanted::new();
    for mark in marks {
        let pointer = ((mark.conversation_id, mark.user_id.clone()), mark.kind);
        let highest = wanted.entry(pointer).or_insert((mark.seq, mark.at));
        if mark.seq > highest.0 {
            *highest = (mark.seq, mark.at);
        }
    }
    wanted
}

/// Of several marks of one pointer, one hears that it moved.
fn answer(batch: Vec<Pending>, mut moved: Moved) {
    for Pending { mark, reply } in batch {
        let pointer = ((mark.conversation_id, mark.user_id), mark.kind);
        let first = moved.get(&pointer).is_some_and(|(seq, _)| *seq == mark.seq);
        if first {
            moved.remove(&pointer);
        }
        let _ = reply.send(Ok(first));
    }
}

/// How far a participant has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Pointers {
    read: Seq,
    delivered: Seq,
    moved: bool,
}

impl Pointers {
    /// As [`chinwag_domain::Participant::mark`] does.
    fn mark(&mut self, kind: ReceiptKind, seq: Seq) -> bool {
        let moves = match kind {
            ReceiptKind::Read => seq > self.read,
            ReceiptKind::Delivered => seq > self.delivered,
        };
        if moves {
            self.moved = true;
            self.delivered = self.delivered.max(seq);
            if kind == ReceiptKind::Read {
                self.read = seq;
            }
        }
        moves
    }
}

/// Moves the pointers that stand below their mark; answers which.
fn advance(stored: &mut HashMap<Place, Pointers>, wanted: &Wanted) -> Moved {
    wanted
        .iter()
        .filter(|((place, kind), (seq, _))| {
            stored.get_mut(place).is_some_and(|pointers| pointers.mark(*kind, *seq))
        })
        .map(|(pointer, mark)| (pointer.clone(), *mark))
        .collect()
}

#[derive(FromQueryResult)]
struct PointersRow {
    item: i64,
    left_at: Option<i64>,
    deleted_at: Option<i64>,
    read_seq: i64,
    delivered_seq: i64,
}

impl PointersRow {
    /// `None` for who is not present.
    fn pointers(&self) -> Option<Pointers> {
        let present = self.left_at.is_none() && self.deleted_at.is_none();
        present.then(|| Pointers {
            read: Seq::new(self.read_seq),
            delivered: Seq::new(self.delivered_seq),
            moved: false,
        })
    }
}

/// Locks the rows of those who are asked about and reads who is present. The
/// order of the locks is one everywhere (that of `v`, which is sorted): batches
/// of messages move these pointers too, and two transactions could wait for each other.
async fn lock(
    transaction: &DatabaseTransaction,
    wanted: &Wanted,
) -> Result<HashMap<Place, Pointers>, DbErr> {
    let mut places: Vec<&Place> = wanted.keys().map(|(place, _)| place).collect();
    places.dedup();
    let table = Table::default()
        .bigint("item", (0..).take(places.len()))
        .uuid("conversation_id", places.iter().map(|(id, _)| id.uuid()))
        .text("user_id", places.iter().map(|(_, user)| user.to_string()));
    let backend = transaction.get_database_backend();
    let mut tables = Tables::new(backend);
    let asked = tables.define("v", table);
    // SQLite has locked the whole file already.
    let participants = if backend == DbBackend::Postgres {
        "CROSS JOIN LATERAL (SELECT * FROM participants WHERE conversation_id = v.conversation_id \
         AND user_id = v.user_id FOR NO KEY UPDATE) p"
    } else {
        "JOIN participants p ON p.conversation_id = v.conversation_id AND p.user_id = v.user_id"
    };
    let statement = tables.statement(format!(
        "WITH {asked} SELECT v.item, p.left_at, c.deleted_at, p.read_seq, p.delivered_seq FROM v \
         {participants} LEFT JOIN conversations c ON c.id = v.conversation_id"
    ));
    let found = PointersRow::find_by_statement(statement).all(transaction).await?;
    Ok(found
        .iter()
        .filter_map(|row| {
            let place = usize::try_from(row.item).ok().and_then(|item| places.get(item))?;
            Some(((*place).clone(), row.pointers()?))
        })
        .collect())
}

async fn move_pointers(
    transaction: &DatabaseTransaction,
    moves: &HashMap<Place, Pointers>,
) -> Result<(), DbErr> {
    let table = Table::default()
        .uuid("conversation_id", moves.keys().map(|(id, _)| id.uuid()))
        .text("user_id", moves.keys().map(|(_, user)| user.to_string()))
        .bigint("read_seq", moves.values().map(|pointers| pointers.read.get()))
        .bigint("delivered_seq", moves.values().map(|pointers| pointers.delivered.get()));
    let mut tables = Tables::new(transaction.get_database_backend());
    let moved = tables.define("v", table);
    let statement = tables.statement(format!(
        "WITH {moved} UPDATE participants SET read_seq = v.read_seq, \
         delivered_seq = v.delivered_seq FROM v \
         WHERE participants.conversation_id = v.conversation_id AND participants.user_id = v.user_id"
    ));
    transaction.execute_raw(statement).await?;
    Ok(())
}

async fn keep_receipts(transaction: &DatabaseTransaction, moved: &Moved) -> Result<(), DbErr> {
    let table = Table::default()
        .uuid("conversation_id", moved.keys().map(|((id, _), _)| id.uuid()))
        .text("user_id", moved.keys().map(|((_, user), _)| user.to_string()))
        .text("kind", moved.keys().map(|(_, kind)| kind.as_str().to_owned()))
        .bigint("up_to_seq", moved.values().map(|(seq, _)| seq.get()))
        .bigint("at", moved.values().map(|(_, at)| at.millis()));
    let mut tables = Tables::new(transaction.get_database_backend());
    let kept = tables.define("v", table);
    // `WHERE true`: without it SQLite takes ON for the condition of a join.
    let statement = tables.statement(format!(
        "WITH {kept} INSERT INTO receipts (conversation_id, user_id, kind, up_to_seq, at) \
         SELECT conversation_id, user_id, kind, up_to_seq, at FROM v WHERE true \
         ON CONFLICT DO NOTHING"
    ));
    transaction.execute_raw(statement).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(user: &str, kind: ReceiptKind, seq: i64) -> Mark {
        Mark {
            conversation_id: ConversationId::from_u128(1),
            user_id: user.parse().unwrap(),
            kind,
            seq: Seq::new(seq),
            at: Timestamp::from_millis(seq),
        }
    }

    fn place(user: &str) -> Place {
        (ConversationId::from_u128(1), user.parse().unwrap())
    }

    fn at(seq: i64) -> (Seq, Timestamp) {
        (Seq::new(seq), Timestamp::from_millis(seq))
    }

    use ReceiptKind::{Delivered, Read};

    #[test]
    fn only_the_highest_mark_of_a_pointer_is_wanted() {
        let marks = [mark("ann", Read, 2), mark("ann", Read, 5), mark("ann", Delivered, 3)];
        let wanted = coalesce(marks.iter());
        let expected = [((place("ann"), Delivered), at(3)), ((place("ann"), Read), at(5))];
        assert_eq!(wanted, Wanted::from(expected));
    }

    #[test]
    fn pointers_move_forward_only_and_for_those_present_only() {
        let marks = [
            mark("ann", Delivered, 4),
            mark("ann", Read, 5),
            mark("bob", Read, 3),
            mark("eve", Read, 9),
        ];
        let pointers =
            |seq| Pointers { read: Seq::new(seq), delivered: Seq::new(seq), moved: false };
        let mut stored = HashMap::from([(place("ann"), pointers(3)), (place("bob"), pointers(3))]);
        let moved = advance(&mut stored, &coalesce(marks.iter()));
        let expected = [((place("ann"), Delivered), at(4)), ((place("ann"), Read), at(5))];
        assert_eq!(moved, Moved::from(expected));
        assert_eq!(stored[&place("ann")], Pointers { moved: true, ..pointers(5) });
        assert_eq!(stored[&place("bob")], pointers(3));
    }

    #[tokio::test]
    async fn one_of_several_hears_that_the_pointer_moved() {
        let marks = [mark("ann", Read, 5), mark("ann", Read, 2), mark("ann", Read, 5)];
        let (batch, answers): (Vec<_>, Vec<_>) = marks
            .into_iter()
            .map(|mark| {
                let (reply, answer) = oneshot::channel();
                (Pending { mark, reply }, answer)
            })
            .unzip();
        answer(batch, Moved::from([((place("ann"), Read), at(5))]));
        let mut heard = Vec::new();
        for answer in answers {
            heard.push(answer.await.unwrap().unwrap());
        }
        assert_eq!(heard, [true, false, false]);
    }
}
