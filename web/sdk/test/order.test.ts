// Once and in order: which revisions are taken, and when to come back.

import assert from 'node:assert/strict';
import test from 'node:test';

import { Backoff } from '../src/backoff.js';
import { Queue } from '../src/connection/queue.js';
import { Emitter } from '../src/emitter.js';
import { Tracker } from '../src/feed/tracker.js';
import type { Message } from '../src/index.js';
import { inWireNames } from '../src/rest/names.js';

const messages = (...revisions: number[]) => revisions.map((revision) => ({ revision }) as Message);

test('events in order are taken once, a jump is a gap and is not counted', () => {
  const tracker = new Tracker();
  assert.equal(tracker.judge('a', 4), 'unknown');
  tracker.reset('a', 3, 0);
  assert.equal(tracker.judge('a', 4), 'next');
  assert.equal(tracker.judge('a', 4), 'seen');
  assert.equal(tracker.judge('a', 6), 'gap');
  assert.equal(tracker.revision('a'), 4);
  assert.equal(tracker.judge('a', 5), 'next');
  assert.deepEqual(tracker.known(), { a: 5 });
  tracker.forget('a');
  assert.equal(tracker.judge('a', 6), 'unknown');
});

test('an answer fills the gap; what lies above its head comes again, an old one takes nothing back', () => {
  const tracker = new Tracker();
  tracker.reset('a', 3, 0);
  // 5 was being written while the rows were read: 6 without it would be a hole.
  assert.deepEqual(tracker.take('a', { revision: 4, messages: messages(6, 4, 2) }), messages(4));
  assert.equal(tracker.judge('a', 5), 'next');
  assert.deepEqual(tracker.take('a', { revision: 8, messages: messages(8, 6, 7) }), messages(6, 7, 8));
  assert.deepEqual(tracker.take('a', { revision: 5, messages: messages(4, 5) }), []);
  assert.equal(tracker.revision('a'), 8);
});

test('a message is new once, also one that comes behind younger ones', () => {
  const tracker = new Tracker();
  tracker.reset('a', 1, 2);
  assert.deepEqual([2, 4, 3, 4, 3, 5].map((seq) => tracker.isNew('a', seq)), [false, true, true, false, false, true]);
});

test('delays stay below a bound that doubles up to a limit, and begin anew after a success', () => {
  const longest = new Backoff(100, 1_000, () => 1);
  assert.deepEqual(Array.from({ length: 6 }, () => longest.next()), [100, 200, 400, 800, 1_000, 1_000]);
  longest.stood(4_999);
  assert.equal(longest.next(), 1_000, 'what is lost again at once was no success');
  longest.stood(5_000);
  assert.equal(longest.next(), 100);
  assert.equal(new Backoff(100, 1_000, () => 0).next(), 0, 'the whole range is used');
});

test("the server's word counts once", () => {
  const backoff = new Backoff(100, 1_000, () => 1);
  backoff.tell(7_000);
  assert.deepEqual([backoff.next(), backoff.next()], [7_000, 100]);
});

test('a queue is taken in order, waited for, and ends', async () => {
  const queue = new Queue<number>();
  queue.push(1);
  const waiting = [await queue.next(), queue.next()];
  queue.push(2);
  queue.push(3);
  queue.end();
  assert.deepEqual([waiting[0], await waiting[1], await queue.next(), await queue.next()], [1, 2, 3, undefined]);
});

test('a listener ends when it says so', () => {
  const emitter = new Emitter<{ a: number }>();
  const heard: number[] = [];
  const end = emitter.on('a', (n) => heard.push(n));
  emitter.emit('a', 1);
  end();
  emitter.emit('a', 2);
  assert.deepEqual(heard, [1]);
});

test('names of this language become those of the wire', () => {
  assert.deepEqual(inWireNames({ participantIds: ['a'], avatarUrl: null, name: undefined, limit: 2 }), { participant_ids: ['a'], avatar_url: null, limit: 2 });
});
