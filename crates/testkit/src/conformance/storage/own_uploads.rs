//! What somebody uploaded and never sent: for handing it to them.

use chinwag_domain::{Media, MediaId, User};

use super::media::{beginning, ready, show};
use crate::conformance::Stage;

async fn page(stage: &Stage, who: &User, after: Option<MediaId>, limit: u16) -> Vec<MediaId> {
    let uploads = stage.store.personal.unshown_uploads_of(&who.summary.id, after, limit).await;
    uploads.unwrap().into_iter().map(|media| media.id).collect()
}

/// As they are, by id, in pages; nobody else's, and nothing that is unfinished or doomed.
pub async fn uploads_that_nobody_sees_come_by_id(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let mut own: Vec<Media> = Vec::new();
    for _ in 0..5 {
        own.push(ready(&stage, &ann).await);
    }
    own.sort_by_key(|media| media.id);
    ready(&stage, &bob).await;
    stage.store.media.insert(&beginning(&stage, &ann)).await.unwrap();
    let doomed = ready(&stage, &ann).await;
    stage.store.media.doom(&[doomed.id]).await.unwrap();

    let all = stage.store.personal.unshown_uploads_of(&ann.summary.id, None, 100).await.unwrap();
    assert_eq!(all, own);
    let ids: Vec<MediaId> = own.iter().map(|media| media.id).collect();
    assert_eq!(page(&stage, &ann, None, 2).await, ids[..2]);
    assert_eq!(page(&stage, &ann, Some(ids[1]), 2).await, ids[2..4]);
    assert_eq!(page(&stage, &ann, Some(ids[3]), 2).await, ids[4..]);
    assert_eq!(page(&stage, &ann, Some(ids[4]), 2).await, []);
}

/// With its message an upload is found, and without it again among the others.
pub async fn an_upload_that_a_message_shows_is_found_there(stage: Stage) {
    let [ann, bob] = stage.people(["ann", "bob"]).await;
    let (direct, group) = (stage.direct(&ann, &bob).await, stage.group(&[&ann, &bob]).await);
    let (once, twice, over) =
        (ready(&stage, &ann).await, ready(&stage, &ann).await, ready(&stage, &ann).await);
    let gone = show(&stage, direct, &ann, &once).await;
    show(&stage, group, &ann, &over).await;
    let also_gone = show(&stage, direct, &ann, &twice).await;
    show(&stage, direct, &ann, &twice).await;
    assert_eq!(page(&stage, &ann, None, 100).await, []);
    stage.delete(&gone, &ann).await;
    stage.delete(&also_gone, &ann).await;
    assert_eq!(page(&stage, &ann, None, 100).await, [once.id]);
    stage.end(group).await;
    assert_eq!(page(&stage, &ann, None, 100).await, [once.id, over.id]);
}
