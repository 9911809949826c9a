//! Every rule of the outbox, one test each.

use std::{
    sync::Arc,
    sync::atomic::{AtomicUsize, Ordering},
    task::Wake,
};

use super::{CHUNK, Class, CloseCode, Context, EphemeralKey, Frame, Outbox, Poll, Pushed, Waker};

/// A frame of `size` bytes on the wire, filled with `tag`.
fn frame(tag: char, size: usize) -> Frame {
    let header = if size < 128 { 2 } else { 4 };
    let frame = Frame::text(&tag.to_string().repeat(size - header));
    assert_eq!(frame.len(), size);
    frame
}

fn text(text: &str) -> Frame {
    Frame::text(text)
}

fn presence(user: &str) -> Class {
    Class::Ephemeral(EphemeralKey::presence(user))
}

fn typing(user: &str) -> Class {
    Class::Ephemeral(EphemeralKey::typing(1, user))
}

/// An outbox that is ready, its ready frame already taken.
fn ready(limit: usize) -> Outbox {
    let outbox = Outbox::new(limit);
    outbox.release(text(""));
    drain(&outbox);
    outbox
}

fn poll(outbox: &Outbox) -> Poll<Option<bytes::Bytes>> {
    outbox.poll_chunk(&mut Context::from_waker(Waker::noop()))
}

/// Everything that would be written now.
fn drain(outbox: &Outbox) -> Vec<u8> {
    let mut written = Vec::new();
    while let Poll::Ready(Some(chunk)) = poll(outbox) {
        written.extend_from_slice(&chunk);
    }
    written
}

fn wire(frames: &[Frame]) -> Vec<u8> {
    frames.iter().flat_map(Frame::as_bytes).copied().collect()
}

#[test]
fn keeps_the_order_of_pushing() {
    let outbox = ready(1000);
    for (tag, class) in
        [("a", Class::Durable), ("b", Class::Reply), ("c", presence("ada")), ("d", Class::Durable)]
    {
        assert_eq!(outbox.push(text(tag), class), Pushed::Queued);
    }
    assert_eq!(drain(&outbox), wire(&[text("a"), text("b"), text("c"), text("d")]));
    assert_eq!(outbox.bytes(), 0);
}

#[test]
fn frames_leave_together_up_to_a_chunk() {
    let outbox = ready(1_000_000);
    for _ in 0..40 {
        outbox.push(frame('x', 1000), Class::Durable);
    }
    let mut sizes = Vec::new();
    while let Poll::Ready(Some(chunk)) = poll(&outbox) {
        sizes.push(chunk.len());
    }
    assert_eq!(sizes, [16_000, 16_000, 8_000]);
}

#[test]
fn large_frame_leaves_in_slices() {
    let outbox = ready(1_000_000);
    let large = frame('x', 40_000);
    outbox.push(text("before"), Class::Reply);
    outbox.push(large.clone(), Class::Reply);
    outbox.push(text("after"), Class::Reply);
    let mut chunks = Vec::new();
    while let Poll::Ready(Some(chunk)) = poll(&outbox) {
        assert!(chunk.len() <= CHUNK);
        chunks.push(chunk);
    }
    assert_eq!(chunks.len(), 5);
    assert_eq!(chunks.concat(), wire(&[text("before"), large, text("after")]));
}

#[test]
fn durable_that_does_not_fit_overflows() {
    let outbox = ready(100);
    assert_eq!(outbox.push(frame('a', 60), Class::Durable), Pushed::Queued);
    assert_eq!(outbox.push(frame('b', 40), Class::Durable), Pushed::Queued);
    assert_eq!(outbox.push(frame('c', 2), Class::Durable), Pushed::Overflowed);
    assert_eq!(outbox.push(frame('d', 2), Class::Reply), Pushed::Closed);
    assert_eq!(outbox.close_code(), Some(CloseCode::SlowConsumer));
    assert_eq!(drain(&outbox), wire(&[Frame::close(CloseCode::SlowConsumer)]));
    assert_eq!(poll(&outbox), Poll::Ready(None));
}

#[test]
fn reply_that_does_not_fit_overflows() {
    let outbox = ready(100);
    assert_eq!(outbox.push(frame('a', 101), Class::Reply), Pushed::Overflowed);
}

#[test]
fn overflow_lets_a_frame_that_is_half_out_finish() {
    let outbox = ready(40_000);
    let large = frame('x', 40_000);
    outbox.push(large.clone(), Class::Durable);
    let Poll::Ready(Some(chunk)) = poll(&outbox) else {
        panic!("nothing to write");
    };
    let mut written = chunk.to_vec();
    assert_eq!(outbox.push(large.clone(), Class::Durable), Pushed::Overflowed);
    written.extend(drain(&outbox));
    assert_eq!(written, wire(&[large, Frame::close(CloseCode::SlowConsumer)]));
}

#[test]
fn what_is_half_out_counts() {
    let outbox = ready(40_000);
    outbox.push(frame('x', 40_000), Class::Durable);
    assert!(poll(&outbox).is_ready());
    assert_eq!(outbox.bytes(), 40_000 - CHUNK);
}

#[test]
fn typing_replaces_its_older_one_from_half_full_on() {
    let outbox = ready(100);
    outbox.push(frame('1', 10), typing("ada"));
    outbox.push(frame('a', 40), Class::Durable);
    assert_eq!(outbox.push(frame('2', 10), typing("ada")), Pushed::Replaced);
    assert_eq!(outbox.bytes(), 50);
    assert_eq!(drain(&outbox), wire(&[frame('a', 40), frame('2', 10)]));
}

#[test]
fn typing_replaces_nothing_below_half() {
    let outbox = ready(100);
    outbox.push(frame('1', 10), typing("ada"));
    assert_eq!(outbox.push(frame('2', 10), typing("ada")), Pushed::Queued);
    assert_eq!(drain(&outbox), wire(&[frame('1', 10), frame('2', 10)]));
}

#[test]
fn typing_is_dropped_from_half_full_on() {
    let outbox = ready(100);
    outbox.push(frame('a', 49), Class::Durable);
    assert_eq!(outbox.push(frame('1', 2), typing("ada")), Pushed::Queued);
    assert_eq!(outbox.push(frame('2', 2), typing("bob")), Pushed::Dropped);
    assert_eq!(
        outbox.push(frame('3', 2), Class::Ephemeral(EphemeralKey::typing(2, "ada"))),
        Pushed::Dropped,
        "another conversation is another key"
    );
    assert!(outbox.is_open());
}

#[test]
fn typing_never_overflows() {
    let outbox = ready(100);
    outbox.push(frame('a', 40), Class::Durable);
    assert_eq!(outbox.push(frame('1', 70), typing("ada")), Pushed::Dropped);
    assert!(outbox.is_open());
}

#[test]
fn presence_always_replaces_its_older_one_and_comes_last() {
    let outbox = ready(100);
    outbox.push(text("1"), presence("ada"));
    outbox.push(text("reply"), Class::Reply);
    assert_eq!(outbox.push(text("2"), presence("ada")), Pushed::Replaced);
    assert_eq!(outbox.push(text("3"), presence("bob")), Pushed::Queued);
    assert_eq!(drain(&outbox), wire(&[text("reply"), text("2"), text("3")]));
}

#[test]
fn presence_is_kept_above_half() {
    let outbox = ready(100);
    outbox.push(frame('a', 90), Class::Durable);
    assert_eq!(outbox.push(frame('1', 10), presence("ada")), Pushed::Queued);
    assert_eq!(outbox.push(frame('2', 10), presence("ada")), Pushed::Replaced);
    assert_eq!(drain(&outbox), wire(&[frame('a', 90), frame('2', 10)]));
}

#[test]
fn presence_that_does_not_fit_is_not_lost_silently() {
    let outbox = ready(100);
    outbox.push(frame('a', 95), Class::Durable);
    assert_eq!(outbox.push(frame('1', 10), presence("ada")), Pushed::Overflowed);
}

#[test]
fn events_wait_behind_the_ready_frame_but_replies_do_not() {
    let outbox = Outbox::new(1000);
    outbox.push(text("event"), Class::Durable);
    outbox.push(text("1"), presence("ada"));
    outbox.push(text("reply"), Class::Reply);
    assert_eq!(drain(&outbox), wire(&[text("reply")]));
    outbox.push(text("2"), presence("ada"));
    outbox.push(text("authenticated"), Class::Reply);
    assert_eq!(outbox.release(text("ready")), Pushed::Queued);
    outbox.push(text("later"), Class::Durable);
    assert_eq!(
        drain(&outbox),
        wire(&[text("authenticated"), text("ready"), text("event"), text("2"), text("later")])
    );
}

#[test]
fn presence_replaces_across_the_release() {
    let outbox = Outbox::new(1000);
    outbox.push(text("1"), presence("ada"));
    outbox.release(text("ready"));
    assert_eq!(outbox.push(text("2"), presence("ada")), Pushed::Replaced);
    assert_eq!(drain(&outbox), wire(&[text("ready"), text("2")]));
}

#[test]
fn only_the_first_release_counts() {
    let outbox = ready(1000);
    assert_eq!(outbox.release(text("ready")), Pushed::Dropped);
    assert!(drain(&outbox).is_empty());
}

#[test]
fn held_events_count_and_overflow() {
    let outbox = Outbox::new(100);
    outbox.push(frame('a', 95), Class::Durable);
    assert_eq!(outbox.bytes(), 95);
    assert_eq!(outbox.release(frame('r', 10)), Pushed::Overflowed);
    assert_eq!(drain(&outbox), wire(&[Frame::close(CloseCode::SlowConsumer)]));
}

#[test]
fn close_goes_after_what_is_queued_and_ends_it() {
    let outbox = ready(100);
    outbox.push(frame('a', 100), Class::Durable);
    outbox.close(CloseCode::Draining);
    outbox.close(CloseCode::TooBig);
    assert_eq!(outbox.push(text("b"), Class::Durable), Pushed::Closed);
    assert_eq!(outbox.release(text("ready")), Pushed::Closed);
    assert!(!outbox.is_open());
    assert_eq!(drain(&outbox), wire(&[frame('a', 100), Frame::close(CloseCode::Draining)]));
    assert_eq!(poll(&outbox), Poll::Ready(None));
    assert_eq!(outbox.close_code(), Some(CloseCode::Draining));
}

#[test]
fn close_at_once_leaves_nothing_but_the_close_frame() {
    let outbox = ready(100);
    outbox.push(frame('a', 100), Class::Durable);
    outbox.close_at_once(CloseCode::TooBig);
    assert_eq!(drain(&outbox), wire(&[Frame::close(CloseCode::TooBig)]));
}

#[test]
fn close_before_ready_gives_up_held_events() {
    let outbox = Outbox::new(100);
    outbox.push(text("event"), Class::Durable);
    outbox.push(text("reply"), Class::Reply);
    outbox.close(CloseCode::Unauthenticated);
    assert_eq!(drain(&outbox), wire(&[text("reply"), Frame::close(CloseCode::Unauthenticated)]));
}

#[test]
fn detached_outbox_accepts_and_keeps_nothing() {
    let outbox = ready(100_000);
    outbox.push(frame('a', 60_000), Class::Durable);
    assert!(poll(&outbox).is_ready());
    outbox.detach();
    assert_eq!(outbox.bytes(), 0);
    assert_eq!(outbox.push(text("b"), Class::Durable), Pushed::Closed);
    assert_eq!(outbox.close_code(), None);
}

struct Counter(AtomicUsize);

impl Wake for Counter {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[test]
fn push_from_another_thread_wakes_once() {
    let outbox = Arc::new(ready(1000));
    let counter = Arc::new(Counter(AtomicUsize::new(0)));
    let waker = Waker::from(Arc::clone(&counter));
    assert!(outbox.poll_chunk(&mut Context::from_waker(&waker)).is_pending());
    let pusher = Arc::clone(&outbox);
    std::thread::spawn(move || {
        pusher.push(text("a"), Class::Durable);
        pusher.push(text("b"), Class::Durable);
    })
    .join()
    .unwrap();
    assert_eq!(counter.0.load(Ordering::SeqCst), 1);
    assert_eq!(drain(&outbox), wire(&[text("a"), text("b")]));
}

#[tokio::test]
async fn closing_is_announced_to_all_before_and_after() {
    for end in [
        (|outbox: &Outbox| outbox.close(CloseCode::Draining)) as fn(&Outbox),
        |outbox| outbox.close_at_once(CloseCode::TooBig),
        |outbox| outbox.detach(),
        |outbox| {
            outbox.push(frame('a', 101), Class::Durable);
        },
        |outbox| {
            outbox.release(frame('r', 101));
        },
    ] {
        let outbox = Outbox::new(100);
        let mut first = std::pin::pin!(outbox.closing());
        let mut second = std::pin::pin!(outbox.closing());
        assert!(futures_util::poll!(first.as_mut()).is_pending());
        assert!(futures_util::poll!(second.as_mut()).is_pending());
        end(&outbox);
        first.await;
        second.await;
        outbox.closing().await;
    }
}
