// Whatever a connection loses comes back: by `changes` where a hole shows, by `sync` after a reconnect, or as a new
// beginning where too much was missed.

import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';

import { acquaint, online, type Person, texts } from './support/people.js';
import { Proxy } from './support/proxy.js';
import { Server } from './support/server.js';
import { until } from './support/until.js';

/** Ann writes; Bob hears through a proxy. */
async function world(t: TestContext) {
  const server = await Server.start(t);
  const proxy = await Proxy.start(t, server);
  const ann = await online(t, server, 'ann');
  const bob = await online(t, server, 'bob', { url: proxy.url, answerWithinMs: 2_000 });
  const { id } = await ann.chat.conversations.create({ type: 'group', name: 'g', participantIds: ['bob'] });
  await until(() => bob.chat.store.conversation(id));
  return { server, proxy, ann, bob, id };
}

async function say(who: Person, conversationId: string, ...contents: string[]): Promise<void> {
  await Promise.all(contents.map((content) => who.chat.send({ conversationId, content }).done));
}

const contentsOf = (who: Person) => who.told.filter(({ kind }) => kind !== 'system').map(({ content }) => content);

test('an event that was lost is fetched when the next one shows the hole', async (t) => {
  const { proxy, ann, bob, id } = await world(t);
  let dropped = 0;
  proxy.down = (frame) => {
    const drop = frame.type === 'message.created' && ['two', 'three'].includes(frame.data.content);
    if (drop) dropped += 1;
    return drop ? undefined : frame;
  };
  await say(ann, id, 'one', 'two', 'three', 'four');
  await until(() => contentsOf(bob).length >= 4);
  assert.equal(dropped, 2);
  assert.deepEqual(contentsOf(bob), ['one', 'two', 'three', 'four']);
  assert.deepEqual(texts(bob, id), ['one', 'two', 'three', 'four']);
  assert.equal(proxy.requests.filter((request) => request.includes('/changes?')).length, 1);
});

test('a lost connection does not wait for an answer that does not come', async (t) => {
  const { proxy, ann, bob, id } = await world(t);
  proxy.down = (frame) => (frame.data?.content === 'one' ? undefined : frame);
  proxy.silent = (path) => path.includes('/changes?');
  await say(ann, id, 'one', 'two');
  await until(() => proxy.requests.some((request) => request.includes('/changes?')));
  const lostAt = performance.now();
  proxy.down = (frame) => frame;
  proxy.cut();
  await until(() => contentsOf(bob).length >= 2);
  assert.deepEqual(contentsOf(bob), ['one', 'two']);
  assert.ok(performance.now() - lostAt < 15_000, 'long before the answer would have been given up');
});

test('many losses, with edits and deletions between: the store is what the server has', async (t) => {
  const { proxy, ann, bob, id } = await world(t);
  proxy.down = (frame) => (frame.revision !== undefined && Math.random() < 0.4 ? undefined : frame);
  const sent = Array.from({ length: 60 }, (_, n) => ann.chat.send({ conversationId: id, content: `m${n}` }));
  for (const [n, { done }] of sent.entries()) {
    const { id: messageId } = await done;
    if (n % 4 === 1) await ann.chat.messages.edit(messageId, `edited ${n}`);
    if (n % 6 === 2) await ann.chat.messages.react(messageId, '👍');
    if (n % 7 === 1) await ann.chat.messages.delete(messageId);
  }
  proxy.down = (frame) => frame;
  await say(ann, id, 'last');
  await until(() => contentsOf(bob).includes('last'));
  const truth = (await ann.chat.messages.history(id, { limit: 100 })).messages;
  const strip = (messages: readonly { id: string; revision: number; content: string | null; deleted_at: string | null }[]) =>
    messages.map(({ id, revision, content, deleted_at }) => ({ id, revision, content, deleted_at }));
  assert.deepEqual(strip(bob.chat.store.messages(id)), strip(truth));
  const told = bob.told.map(({ seq }) => seq);
  assert.deepEqual(told.toSorted((a, b) => a - b), truth.slice(-told.length).map(({ seq }) => seq), 'each is told as new, once');
  assert.ok(told.length >= sent.length);
});

test('what happens while one is away comes with the reconnect, also when nothing happens afterwards', async (t) => {
  const { proxy, ann, bob, id } = await world(t);
  await say(ann, id, 'before');
  await until(() => contentsOf(bob).length === 1);
  proxy.down = (frame) => (frame.type === 'message.created' ? undefined : frame);
  await say(ann, id, 'lost', 'lost too');
  proxy.down = (frame) => frame;
  proxy.cut();
  await until(() => contentsOf(bob).length >= 3);
  assert.deepEqual(contentsOf(bob), ['before', 'lost', 'lost too']);
  assert.equal(bob.chat.store.conversation(id)?.unread_count, 3);
});

test('more than fits into one answer comes in several', async (t) => {
  const { proxy, ann, bob, id } = await world(t);
  proxy.down = (frame) => (frame.revision === undefined ? frame : undefined);
  const contents = Array.from({ length: 450 }, (_, n) => `m${n}`);
  await say(ann, id, ...contents);
  proxy.down = (frame) => frame;
  proxy.cut();
  await until(() => contentsOf(bob).length >= contents.length);
  assert.deepEqual(contentsOf(bob), contents);
  assert.deepEqual(texts(bob, id), contents);
});

test('the server says that something was lost: it is fetched', async (t) => {
  const { proxy, ann, bob, id } = await world(t);
  proxy.down = (frame) => (frame.type === 'message.created' ? undefined : frame);
  await say(ann, id, 'lost');
  proxy.say({ type: 'sync.required', conversation_id: id, data: {} });
  await until(() => contentsOf(bob).length === 1);
  await say(ann, id, 'lost too');
  proxy.say({ type: 'sync.required', data: {} });
  await until(() => contentsOf(bob).length === 2);
});

test('who was put out and taken in again while away begins anew, and is told so', async (t) => {
  const { server, proxy, ann, bob, id } = await world(t);
  await say(ann, id, 'old');
  await until(() => contentsOf(bob).length === 1);
  const resets: boolean[] = [];
  bob.chat.on('conversation', ({ conversation, reset }) => conversation.id === id && resets.push(reset));
  bob.chat.close();
  await ann.chat.conversations.removeParticipant(id, 'bob');
  await ann.chat.conversations.addParticipants(id, ['bob']);
  await say(ann, id, 'new');
  await bob.chat.connect();
  assert.deepEqual(resets, [true]);
  assert.deepEqual(texts(bob, id), ['new']);
  assert.ok(bob.chat.store.hasOlder(id));
  while (await bob.chat.messages.older(id, 2)) assert.ok(bob.chat.store.messages(id).length < 100);
  assert.deepEqual(texts(bob, id), ['old', 'new']);
  assert.ok(server.url && proxy.sockets > 0);
});

test('who is put out is told, here and after a reconnect, and whoever is let in sees it at once', async (t) => {
  const { server, ann, bob, id } = await world(t);
  const removed: string[] = [];
  bob.chat.on('removed', ({ conversationId }) => removed.push(conversationId));
  await ann.chat.conversations.removeParticipant(id, 'bob');
  await until(() => removed.length === 1);
  assert.equal(bob.chat.store.conversation(id), undefined);
  await ann.chat.conversations.addParticipants(id, ['bob']);
  await until(() => bob.chat.store.conversation(id));
  bob.chat.close();
  await ann.chat.conversations.removeParticipant(id, 'bob');
  await bob.chat.connect();
  assert.deepEqual(removed, [id, id]);
  await acquaint(server, 'carol');
  await ann.chat.conversations.addParticipants(id, ['carol']);
  await until(() => ann.chat.store.conversation(id)?.participant_count === 2);
});

test('e11 a dead connection is found out and replaced', async (t) => {
  const server = await Server.start(t);
  const proxy = await Proxy.start(t, server);
  let dead = false;
  proxy.down = (frame) => {
    if (frame.type === 'ready') return { ...frame, data: { ...frame.data, heartbeat_ms: 50 } };
    return dead ? undefined : frame;
  };
  const ann = await online(t, server, 'ann', { url: proxy.url, answerWithinMs: 300 });
  dead = true;
  await until(() => ann.chat.state !== 'online');
  dead = false;
  await until(() => ann.chat.state === 'online');
  assert.ok(proxy.sockets >= 2);
});

test('a send whose answer was lost is repeated and stored once', async (t) => {
  const { server, ann, id } = await world(t);
  const proxy = await Proxy.start(t, server);
  const carol = await online(t, server, 'ann', { url: proxy.url, answerWithinMs: 300 });
  let requests = 0;
  proxy.up = (frame) => {
    if (frame.type === 'message.send') requests += 1;
    return frame;
  };
  let lost = 0;
  proxy.down = (frame) => {
    const drop = frame.type === 'reply' && frame.data?.content === 'once' && lost < 2;
    if (drop) lost += 1;
    return drop ? undefined : frame;
  };
  const stored = await carol.chat.send({ conversationId: id, content: 'once' }).done;
  assert.equal(requests, 3);
  assert.equal('duplicate' in stored, false);
  const history = await ann.chat.messages.history(id);
  assert.deepEqual(history.messages.filter(({ kind }) => kind !== 'system').map(({ content }) => content), ['once']);
  assert.deepEqual(texts(carol, id), ['once']);
});
