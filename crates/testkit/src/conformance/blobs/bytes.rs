//! Bytes come back as they were written, whole or in part; what was not
//! finished never was.

use std::ops::Range;

use ::bytes::Bytes;

use crate::conformance::{BlobsUnderTest, stage::looks::at_once};

const KEY: &str = "ab/cdef0123";

/// Bytes that are not the same anywhere near.
fn pattern(length: usize) -> Bytes {
    (0..length)
        .map(|at| u8::try_from((at.wrapping_mul(2_654_435_761) >> 13) & 0xff).unwrap())
        .collect()
}

async fn write(store: &BlobsUnderTest, key: &str, bytes: &Bytes, piece: usize) {
    let mut writer = store.blobs.begin(key).await.unwrap();
    let mut rest = bytes.clone();
    while !rest.is_empty() {
        writer.write(rest.split_to(piece.min(rest.len()))).await.unwrap();
    }
    writer.finish().await.unwrap();
}

async fn read(store: &BlobsUnderTest, key: &str, range: Range<u64>) -> Option<Vec<u8>> {
    let mut reader = store.blobs.read(key, range).await.unwrap()?;
    let mut read = Vec::new();
    while let Some(piece) = reader.next().await.unwrap() {
        assert!(!piece.is_empty(), "an empty piece is no piece");
        read.extend_from_slice(&piece);
    }
    Some(read)
}

/// Waits for what is cleared up after the answer.
async fn nothing_left(store: &BlobsUnderTest) {
    for _ in 0..500 {
        if (store.count)() == 0 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("{} left", (store.count)());
}

/// In pieces of any size.
pub async fn what_was_written_is_read(store: BlobsUnderTest) {
    let bytes = pattern(10_000);
    write(&store, KEY, &bytes, 777).await;
    assert_eq!(read(&store, KEY, 0..10_000).await.as_deref(), Some(&*bytes));
}

/// No bytes are a blob too.
pub async fn an_empty_one_is_there(store: BlobsUnderTest) {
    write(&store, KEY, &Bytes::new(), 1).await;
    assert_eq!(read(&store, KEY, 0..0).await, Some(Vec::new()));
    assert_eq!(read(&store, "ab/other", 0..0).await, None);
}

/// More than any buffer holds.
pub async fn a_large_one_comes_back_whole(store: BlobsUnderTest) {
    let bytes = pattern(13 * 1024 * 1024 + 17);
    write(&store, KEY, &bytes, 100_003).await;
    let whole = read(&store, KEY, 0..bytes.len() as u64).await.unwrap();
    assert!(whole == bytes, "{} bytes, not the same", whole.len());
}

/// Its beginning, its end, and what is between.
pub async fn a_part_is_read(store: BlobsUnderTest) {
    let bytes = pattern(100_000);
    write(&store, KEY, &bytes, 4_096).await;
    for range in [0..1, 99_999..100_000, 0..100_000, 65_000..70_000, 1..99_999] {
        let part = read(&store, KEY, range.start..range.end).await.unwrap();
        let (from, to) =
            (usize::try_from(range.start).unwrap(), usize::try_from(range.end).unwrap());
        assert!(part == bytes[from..to], "{range:?}");
    }
}

/// Nobody reads half of it.
pub async fn nothing_is_there_before_it_is_finished(store: BlobsUnderTest) {
    let bytes = pattern(6 * 1024 * 1024);
    let mut writer = store.blobs.begin(KEY).await.unwrap();
    writer.write(bytes.clone()).await.unwrap();
    assert_eq!(read(&store, KEY, 0..10).await, None);
    writer.finish().await.unwrap();
    assert_eq!(read(&store, KEY, 0..10).await.as_deref(), Some(&bytes[..10]));
}

/// Whether much or little of it was written.
pub async fn what_was_given_up_leaves_nothing(store: BlobsUnderTest) {
    for length in [0, 10, 6 * 1024 * 1024] {
        let mut writer = store.blobs.begin(KEY).await.unwrap();
        writer.write(pattern(length)).await.unwrap();
        writer.abort().await;
        assert_eq!(read(&store, KEY, 0..1).await, None);
        nothing_left(&store).await;
    }
}

/// As when the connection breaks off that the bytes come from.
pub async fn what_was_dropped_leaves_nothing(store: BlobsUnderTest) {
    let mut writer = store.blobs.begin(KEY).await.unwrap();
    writer.write(pattern(6 * 1024 * 1024)).await.unwrap();
    drop(writer);
    assert_eq!(read(&store, KEY, 0..1).await, None);
    nothing_left(&store).await;
}

/// Deleting again changes nothing.
pub async fn what_is_deleted_is_gone(store: BlobsUnderTest) {
    write(&store, KEY, &pattern(10), 10).await;
    write(&store, "ab/other", &pattern(20), 10).await;
    store.blobs.delete(KEY).await.unwrap();
    assert_eq!(read(&store, KEY, 0..1).await, None);
    assert_eq!(read(&store, "ab/other", 0..20).await.as_deref(), Some(&*pattern(20)));
    store.blobs.delete(KEY).await.unwrap();
    store.blobs.delete("ab/never").await.unwrap();
    store.blobs.delete("ab/other").await.unwrap();
    nothing_left(&store).await;
}

/// What a crash leaves is removed by its key.
pub async fn an_unfinished_one_is_deleted(store: BlobsUnderTest) {
    let mut writer = store.blobs.begin(KEY).await.unwrap();
    writer.write(pattern(300_000)).await.unwrap();
    store.blobs.delete(KEY).await.unwrap();
    drop(writer);
    nothing_left(&store).await;
}

/// Of many at once, each is its own.
pub async fn many_at_once_keep_apart(store: BlobsUnderTest) {
    let blobs = std::sync::Arc::clone(&store.blobs);
    let tasks = (0..8_usize).map(|number| {
        let blobs = std::sync::Arc::clone(&blobs);
        async move {
            let mut writer = blobs.begin(&format!("ab/{number}")).await.unwrap();
            for _ in 0..10 {
                writer.write(pattern(1_000 + number)).await.unwrap();
            }
            writer.finish().await.unwrap();
        }
    });
    at_once(tasks).await;
    for number in 0..8_usize {
        let length = 10 * (1_000 + number);
        let whole = read(&store, &format!("ab/{number}"), 0..length as u64).await.unwrap();
        assert!(whole == pattern(1_000 + number).repeat(10), "{number}");
    }
}
