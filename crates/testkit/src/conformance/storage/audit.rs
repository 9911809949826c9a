//! The audit log: entries that come with their change, are found again, sealed
//! once, and keep no more of a person than they may.

use std::sync::Arc;

use chinwag_domain::{
    AuditCursor, AuditEntry, AuditFilter, AuditHead, AuditId, AuditSeal, AuditTarget,
    NewAuditEntry, User, ports::IdGenerator,
};
use serde_json::json;

use crate::conformance::{Stage, stage::looks::at_once};

async fn record(stage: &Stage, action: &'static str, actor: &User, about: &str) -> AuditEntry {
    let entry = stage.entry(action, Some(actor), AuditTarget::new("user", about));
    stage.store.audit.record(&entry).await.unwrap();
    (&entry).into()
}

/// Seals that follow each other; what is in the hashes matters to nobody here.
fn seals(before: &AuditHead, ids: &[AuditId]) -> Vec<AuditSeal> {
    let mut previous = *before;
    let seal = |id: &AuditId| {
        let (number, mut hash) = (previous.number + 1, previous.hash);
        hash[..16].copy_from_slice(id.uuid().as_bytes());
        hash[31] = hash[31].wrapping_add(1);
        let seal = AuditSeal { id: *id, number, previous_hash: previous.hash, hash };
        previous = AuditHead { number, hash };
        seal
    };
    ids.iter().map(seal).collect()
}

async fn seal_all(stage: &Stage) -> Vec<AuditSeal> {
    let head = stage.store.audit.head().await.unwrap();
    let open = stage.store.audit.unsealed(1_000).await.unwrap();
    let seals = seals(&head, &open.iter().map(|entry| entry.id).collect::<Vec<_>>());
    assert!(stage.store.audit.seal(&head, &seals).await.unwrap());
    seals
}

/// All of its parts, of a unit of work and of none, whoever did it.
pub async fn an_entry_comes_back_as_it_was(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let details = json!({"text": "ä \"quoted\" 'text'\u{0}\n", "ids": ["a"], "n": 1.5});
    let whole = NewAuditEntry {
        ip: Some("2001:db8::7".parse().unwrap()),
        details,
        ..stage.entry("participant.added", Some(&ann), AuditTarget::new("conversation", "c"))
    };
    let bare = NewAuditEntry {
        ip: None,
        ..stage.entry("session.refused", None, AuditTarget::new("account", "'; --"))
    };
    let mut unit = stage.begin().await;
    unit.record(&whole).await.unwrap();
    assert_eq!(stage.audit().await, [], "not before the commit");
    unit.commit().await.unwrap();
    stage.store.audit.record(&bare).await.unwrap();
    assert_eq!(stage.audit().await, [(&bare).into(), (&whole).into()]);
}

/// With its unit it never was.
pub async fn a_dropped_unit_leaves_no_entry(stage: Stage) {
    let mut unit = stage.begin().await;
    unit.record(&stage.entry("x.y", None, AuditTarget::new("user", "u"))).await.unwrap();
    drop(unit);
    assert_eq!(stage.audit().await, []);
    assert_eq!(stage.store.audit.count_unsealed().await.unwrap(), 0);
}

/// By time, then by id; pieces of any size leave nothing out and repeat nothing.
pub async fn entries_come_newest_first_and_in_pieces(stage: Stage) {
    let target = || AuditTarget::new("user", "u");
    let mut entries: Vec<_> = (0..7).map(|_| stage.entry("x.y", None, target())).collect();
    // Of one time; and one whose id does not go with its time.
    for at in 2..5 {
        entries[at].at = entries[2].at;
    }
    entries[6].at = entries[0].at.plus_millis(-1);
    for entry in &entries {
        stage.store.audit.record(entry).await.unwrap();
    }
    let ordered: Vec<_> = [5, 4, 3, 2, 1, 0, 6].map(|at| entries[at].id).into();
    for size in [1, 2, 3, 7, 8] {
        let (mut after, mut found) = (None, Vec::new());
        loop {
            let filter = AuditFilter::default();
            let piece = stage.store.audit.list(&filter, after, size).await.unwrap();
            assert!(piece.len() <= usize::from(size));
            let Some(last) = piece.last() else { break };
            after = Some(AuditCursor::after(last));
            found.extend(piece.iter().map(|entry| entry.id));
        }
        assert_eq!(found, ordered, "in pieces of {size}");
    }
}

/// Action, actor and time, each for itself and all together.
pub async fn filters_hold_together(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let first = record(&stage, "a.b", &ann, "x").await;
    let second = record(&stage, "a.b", &bob, "x").await;
    let third = record(&stage, "a.c", &ann, "y").await;
    let fourth = record(&stage, "a.b", &ann, "y").await;
    let action = Some("a.b".to_owned());
    let actor_id = Some(ann.summary.id.clone());
    let any = AuditFilter::default;
    let all = AuditFilter {
        action: action.clone(),
        actor_id: actor_id.clone(),
        target: Some("y".parse().unwrap()),
        from: Some(third.at),
        to: Some(fourth.at.plus_millis(1)),
    };
    for (filter, expected) in [
        (AuditFilter { action, ..any() }, vec![&fourth, &second, &first]),
        (AuditFilter { actor_id, ..any() }, vec![&fourth, &third, &first]),
        (AuditFilter { from: Some(second.at), ..any() }, vec![&fourth, &third, &second]),
        (AuditFilter { to: Some(third.at), ..any() }, vec![&second, &first]),
        (AuditFilter { from: Some(second.at), to: Some(third.at), ..any() }, vec![&second]),
        (AuditFilter { action: Some("a".into()), ..any() }, vec![]),
        (AuditFilter { action: Some("a.%".into()), ..any() }, vec![]),
        (AuditFilter { actor_id: Some("nobody".parse().unwrap()), ..any() }, vec![]),
        (all, vec![&fourth]),
    ] {
        let found = stage.store.audit.list(&filter, None, 10).await.unwrap();
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{filter:?}");
        let held: Vec<_> = stage.audit().await;
        let held: Vec<_> = held.iter().filter(|entry| filter.holds(entry)).collect();
        assert_eq!(held, expected, "as the domain reads it: {filter:?}");
    }
}

/// The id alone, or with its type; ids hold colons.
pub async fn a_target_is_an_id_or_a_type_and_an_id(stage: Stage) {
    let targets = [("user", "7"), ("message", "7"), ("user", "a:7"), ("x", "user:7")];
    for (kind, id) in targets {
        let entry = stage.entry("a.b", None, AuditTarget::new(kind, id));
        stage.store.audit.record(&entry).await.unwrap();
    }
    for (text, expected) in [
        ("7", vec![("message", "7"), ("user", "7")]),
        ("user:7", vec![("x", "user:7"), ("user", "7")]),
        ("message:7", vec![("message", "7")]),
        ("a:7", vec![("user", "a:7")]),
        ("user:a:7", vec![("user", "a:7")]),
        ("conversation:7", vec![]),
        ("%", vec![]),
    ] {
        let filter = AuditFilter { target: Some(text.parse().unwrap()), ..AuditFilter::default() };
        let found = stage.store.audit.list(&filter, None, 10).await.unwrap();
        let found: Vec<_> =
            found.iter().map(|one| (one.target_type.as_str(), one.target_id.as_str())).collect();
        assert_eq!(found, expected, "{text}");
    }
}

/// Those that are not sealed come by id; sealed ones come by number, as they were sealed.
pub async fn entries_are_sealed_once(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let audit = &stage.store.audit;
    assert_eq!(audit.head().await.unwrap(), AuditHead::default());
    let mut entries = Vec::new();
    for _ in 0..3 {
        entries.push(record(&stage, "a.b", &ann, "x").await);
    }
    assert_eq!(audit.unsealed(2).await.unwrap(), entries[..2]);
    assert_eq!(audit.count_unsealed().await.unwrap(), 3);

    // Not in the order of their ids: the sealer decides.
    let order = [1, 0].map(|at: usize| &entries[at]);
    let made = seals(&AuditHead::default(), &order.map(|entry| entry.id));
    assert!(audit.seal(&AuditHead::default(), &made).await.unwrap());
    let head = AuditHead { number: 2, hash: made[1].hash };
    assert_eq!(audit.head().await.unwrap(), head);
    assert_eq!(audit.unsealed(10).await.unwrap(), entries[2..]);
    let sealed = audit.sealed(0, 10).await.unwrap();
    for (at, (sealed, seal)) in sealed.iter().zip(&made).enumerate() {
        assert_eq!((&sealed.entry, sealed.number), (order[at], seal.number));
        assert_eq!(sealed.previous_hash, seal.previous_hash);
        assert_eq!(sealed.hash, seal.hash);
    }
    assert_eq!(sealed.len(), 2);
    assert_eq!(audit.sealed(0, 1).await.unwrap(), sealed[..1]);
    assert_eq!(audit.sealed(1, 10).await.unwrap(), sealed[1..]);
    assert!(!audit.seal(&head, &[]).await.unwrap(), "nothing is nothing");
}

/// After a head that has moved, or for an entry that is sealed or was never there.
pub async fn a_seal_that_comes_too_late_changes_nothing(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    record(&stage, "a.b", &ann, "x").await;
    let first = seal_all(&stage).await;
    let audit = &stage.store.audit;
    let (head, sealed) = (audit.head().await.unwrap(), audit.sealed(0, 10).await.unwrap());
    let open = record(&stage, "a.b", &ann, "x").await;
    let wrong = AuditHead { hash: [7; 32], ..head };
    for (before, ids) in [
        (AuditHead::default(), vec![open.id]),
        (wrong, vec![open.id]),
        (head, vec![open.id, first[0].id]),
        (head, vec![open.id, stage.ids.audit()]),
    ] {
        assert!(!audit.seal(&before, &seals(&before, &ids)).await.unwrap(), "{before} {ids:?}");
        assert_eq!(audit.head().await.unwrap(), head);
        assert_eq!(audit.sealed(0, 10).await.unwrap(), sealed);
    }
    assert_eq!(audit.unsealed(10).await.unwrap(), [open]);
}

/// However many seal at once, there is one chain and every entry is in it once.
pub async fn of_sealers_at_once_one_goes_on(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    for _ in 0..40 {
        record(&stage, "a.b", &ann, "x").await;
    }
    let stage = Arc::new(stage);
    let sealers = (0..6).map(|_| {
        let stage = Arc::clone(&stage);
        async move {
            let (audit, mut sealed) = (&stage.store.audit, 0);
            loop {
                let head = audit.head().await.unwrap();
                let open = audit.unsealed(3).await.unwrap();
                if open.is_empty() {
                    return sealed;
                }
                let ids: Vec<_> = open.iter().map(|entry| entry.id).collect();
                if audit.seal(&head, &seals(&head, &ids)).await.unwrap() {
                    sealed += ids.len();
                }
            }
        }
    });
    assert_eq!(at_once(sealers).await.into_iter().sum::<usize>(), 40);
    let chain = stage.store.audit.sealed(0, 100).await.unwrap();
    let mut previous = AuditHead::default();
    for sealed in &chain {
        assert_eq!(
            (sealed.number, &sealed.previous_hash[..]),
            (previous.number + 1, &previous.hash[..])
        );
        previous =
            AuditHead { number: sealed.number, hash: sealed.hash.clone().try_into().unwrap() };
    }
    assert_eq!(stage.store.audit.head().await.unwrap(), previous);
    assert_eq!((chain.len(), previous.number), (40, 40));
}

/// Where somebody came from and what else was noted goes, sealed or not; others' stays.
pub async fn what_is_personal_is_erased_and_the_chain_stays(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let own = record(&stage, "a.b", &ann, "x").await;
    let about = record(&stage, "a.b", &bob, "ann").await;
    let others = record(&stage, "a.b", &bob, "x").await;
    let elsewhere = stage.entry("a.b", Some(&bob), AuditTarget::new("conversation", "ann"));
    stage.store.audit.record(&elsewhere).await.unwrap();
    seal_all(&stage).await;
    let late = record(&stage, "a.b", &ann, "x").await;
    let audit = &stage.store.audit;
    let (head, mut sealed) = (audit.head().await.unwrap(), audit.sealed(0, 10).await.unwrap());

    let mut unit = stage.begin().await;
    unit.erase_personal(&ann.summary.id).await.unwrap();
    unit.commit().await.unwrap();
    let bare = |entry: AuditEntry| AuditEntry { ip: None, details: None, ..entry };
    let expected = [
        bare(late.clone()),
        (&elsewhere).into(),
        others,
        AuditEntry { details: None, ..about.clone() },
        bare(own.clone()),
    ];
    assert_eq!(stage.audit().await, expected);
    assert_eq!(audit.head().await.unwrap(), head);
    sealed[0].entry = bare(own);
    sealed[1].entry.details = None;
    assert_eq!(audit.sealed(0, 10).await.unwrap(), sealed);
    assert_eq!(audit.unsealed(10).await.unwrap(), [bare(late)]);
}

/// It belongs to its unit.
pub async fn an_erasure_that_is_dropped_erases_nothing(stage: Stage) {
    let [ann] = stage.people(["ann"]).await;
    let entry = record(&stage, "a.b", &ann, "x").await;
    let mut unit = stage.begin().await;
    unit.erase_personal(&ann.summary.id).await.unwrap();
    drop(unit);
    assert_eq!(stage.audit().await, [entry]);
}
