// What passes: typing, presence, receipts, who looks.

import assert from 'node:assert/strict';
import test from 'node:test';

import type { ChinwagError } from '../src/index.js';
import { AGAIN_AFTER_MS, STOPS_AFTER_MS, TypingNotices } from '../src/typing.js';
import { acquaint, online } from './support/people.js';
import { Proxy } from './support/proxy.js';
import { Server } from './support/server.js';
import { until } from './support/until.js';

test('typing is said at most every three seconds, and its end after two without a key', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const said: string[] = [];
  const notices = new TypingNotices((type, id) => said.push(`${type} ${id}`));
  for (let key = 0; key < 31; key += 1) {
    notices.touch('a');
    t.mock.timers.tick(100);
  }
  assert.deepEqual(said, ['typing.start a', 'typing.start a']);
  t.mock.timers.tick(STOPS_AFTER_MS);
  assert.deepEqual(said.splice(0), ['typing.start a', 'typing.start a', 'typing.stop a']);

  t.mock.timers.tick(AGAIN_AFTER_MS);
  assert.deepEqual(said, [], 'an end is said once');
  notices.touch('a');
  notices.touch('b');
  notices.stop('a');
  notices.stop('a');
  notices.sent('b');
  t.mock.timers.tick(STOPS_AFTER_MS * 2);
  assert.deepEqual(said.splice(0), ['typing.start a', 'typing.start b', 'typing.stop a']);

  notices.touch('a');
  notices.touch('a');
  notices.disconnected();
  t.mock.timers.tick(STOPS_AFTER_MS);
  notices.touch('a');
  assert.deepEqual(said, ['typing.start a', 'typing.start a'], 'another connection is told anew, the old one nothing');
});

test('e11 who writes is seen, and seen no more after sending, stopping, or silence', async (t) => {
  const server = await Server.start(t);
  const proxy = await Proxy.start(t, server);
  const ann = await online(t, server, 'ann', { url: proxy.url });
  const bob = await online(t, server, 'bob');
  const { id } = await ann.chat.conversations.direct('bob');
  await until(() => bob.chat.store.conversation(id) && ann.chat.store.conversation(id));
  const writers = () => ann.chat.store.typing(id).map((user) => user.id);
  const heard: boolean[] = [];
  ann.chat.on('typing', ({ typing }) => heard.push(typing));

  bob.chat.typing(id);
  await until(() => writers().length === 1);
  assert.deepEqual(writers(), ['bob']);
  await bob.chat.send({ conversationId: id, content: 'hi' }).done;
  await until(() => writers().length === 0);

  bob.chat.typing(id);
  await until(() => writers().length === 1);
  bob.chat.typing(id, false);
  await until(() => writers().length === 0);
  assert.deepEqual(heard, [true, false, true, false]);

  // Its end is lost with the connection, or on the way: it does not stick.
  proxy.down = (frame) => {
    if (frame.type === 'typing.stopped') return undefined;
    return frame.type === 'typing.started' ? { ...frame, data: { ...frame.data, expires_in_ms: 50 } } : frame;
  };
  bob.chat.typing(id);
  await until(() => heard.length === 6);
  assert.deepEqual(writers(), []);
  proxy.down = (frame) => {
    if (frame.type === 'typing.stopped') return undefined;
    return frame.type === 'typing.started' ? { ...frame, data: { ...frame.data, expires_in_ms: 600_000 } } : frame;
  };
  bob.chat.typing(id, false);
  bob.chat.typing(id);
  await until(() => writers().length === 1);
  proxy.cut();
  await until(() => writers().length === 0);
});

test('presence is followed, over a reconnect too, until nobody wants it', async (t) => {
  const server = await Server.start(t);
  const proxy = await Proxy.start(t, server);
  const ann = await online(t, server, 'ann', { url: proxy.url });
  await acquaint(server, 'bob');
  await ann.chat.conversations.direct('bob');
  const asked: string[] = [];
  proxy.up = (frame) => {
    if (frame.type.startsWith('presence.')) asked.push(`${frame.type} ${frame.data.user_ids}`);
    return frame;
  };
  const isOnline = () => ann.chat.store.presence('bob')?.online;

  const [end, endToo] = [ann.chat.presence.subscribe(['bob']), ann.chat.presence.subscribe(['bob', 'bob'])];
  await until(() => isOnline() === false);
  const bob = await online(t, server, 'bob');
  await until(() => isOnline());
  assert.deepEqual((await ann.chat.presence.query(['bob'])).map(({ user_id, online }) => ({ user_id, online })), [{ user_id: 'bob', online: true }]);

  proxy.down = (frame) => (frame.type === 'presence.changed' ? undefined : frame);
  bob.chat.close();
  await until(async () => (await ann.chat.presence.query(['bob']))[0]?.online === false);
  assert.equal(isOnline(), true);
  asked.length = 0;
  proxy.cut();
  await until(() => isOnline() === false);
  end();
  end();
  assert.deepEqual(asked, ['presence.subscribe bob']);
  endToo();
  await until(() => asked.length === 2);
  assert.deepEqual(asked, ['presence.subscribe bob', 'presence.unsubscribe bob']);
});

test('who looks at a conversation is seen, and has not to be told', async (t) => {
  const server = await Server.start(t);
  const [ann, bob] = [await online(t, server, 'ann'), await online(t, server, 'bob')];
  const { id } = await ann.chat.conversations.direct('bob');
  await until(() => bob.chat.store.conversation(id));
  const seen: string[] = [];
  ann.chat.on('viewing', ({ user, open }) => seen.push(`${user.id} ${open}`));
  const close = bob.chat.open(id);
  await until(() => seen.length === 1);
  const noises: boolean[] = [];
  bob.chat.on('message', ({ notify }) => noises.push(notify));
  await ann.chat.send({ conversationId: id, content: 'x' }).done;
  await until(() => noises.length === 1);
  close();
  await until(() => seen.length === 2);
  await ann.chat.send({ conversationId: id, content: 'y' }).done;
  await until(() => noises.length === 2);
  assert.deepEqual(noises, [false, true]);
  assert.deepEqual(seen, ['bob true', 'bob false']);
});

test('in a group a message is delivered and read when everybody has and did', async (t) => {
  const server = await Server.start(t);
  const ann = await online(t, server, 'ann');
  await acquaint(server, 'bob', 'carol');
  const { id } = await ann.chat.conversations.create({ type: 'group', name: 'g', participantIds: ['bob', 'carol'] });
  await until(() => ann.chat.store.conversation(id));
  const { key } = await ann.chat.send({ conversationId: id, content: 'x' }).done;
  const status = () => ann.chat.store.messages(id).find((message) => message.key === key)?.status;
  assert.equal(status(), 'sent');
  const bob = await online(t, server, 'bob');
  const receipts: string[] = [];
  ann.chat.on('receipt', ({ userId, kind }) => receipts.push(`${userId} ${kind}`));
  await until(async () => (await ann.chat.messages.receipts(ann.chat.store.messages(id).at(-1)!.id)).delivered.length === 1);
  assert.equal(status(), 'sent');
  const carol = await online(t, server, 'carol');
  await until(() => status() === 'delivered');
  bob.chat.read(id);
  carol.chat.read(id);
  await until(() => status() === 'read');
});

test('what was read while there was no connection is told when there is one, and unread counts follow on all devices', async (t) => {
  const server = await Server.start(t);
  const [ann, bob, tablet] = [await online(t, server, 'ann'), await online(t, server, 'bob'), await online(t, server, 'bob')];
  const { id } = await ann.chat.conversations.direct('bob');
  await until(() => bob.chat.store.conversation(id));
  const errors: ChinwagError[] = [];
  bob.chat.on('error', (error) => errors.push(error));
  const sent = ['1', '2', '3'].map((content) => ann.chat.send({ conversationId: id, content }));
  const [, , third] = await Promise.all(sent.map(({ done }) => done));
  await until(() => bob.chat.store.unread === 3 && tablet.chat.store.unread === 3);
  await ann.chat.messages.delete(third!.id);
  await until(() => bob.chat.store.unread === 2);
  bob.chat.close();
  bob.chat.read(id, 1);
  assert.equal(bob.chat.store.unread, 1);
  await bob.chat.connect();
  await until(() => tablet.chat.store.unread === 1);
  bob.chat.read(id);
  await until(() => tablet.chat.store.unread === 0);
  assert.equal((await bob.chat.unread()).total, 0);
  assert.deepEqual(errors, []);
});

test('one\'s own reaction from another device is known as such in an open conversation', async (t) => {
  const server = await Server.start(t);
  const proxy = await Proxy.start(t, server);
  const [phone, tablet, bob] = [await online(t, server, 'ann'), await online(t, server, 'ann', { url: proxy.url }), await online(t, server, 'bob')];
  const { id } = await phone.chat.conversations.direct('bob');
  const { id: messageId } = await bob.chat.send({ conversationId: id, content: 'x' }).done;
  await until(() => tablet.chat.store.messages(id).length === 1);
  const shown = () => tablet.chat.store.messages(id)[0]?.reactions.map(({ emoji, count, me }) => `${emoji} ${count} ${me ?? false}`).join();
  const reads = () => proxy.requests.filter((request) => request === `GET /api/v1/messages/${messageId}`).length;

  await phone.chat.messages.react(messageId, '👍');
  await until(() => shown() === '👍 1 false');
  const end = tablet.chat.open(id);
  await until(() => shown() === '👍 1 true');
  assert.equal(reads(), 1);
  await bob.chat.messages.react(messageId, '👍');
  await until(() => shown() === '👍 2 true');
  await phone.chat.messages.unreact(messageId, '👍');
  await until(() => shown() === '👍 1 false');
  assert.equal(reads(), 2);

  // What one does here is known from its own answer.
  await tablet.chat.messages.react(messageId, '🎉');
  assert.equal(shown(), '👍 1 false,🎉 1 true');
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  assert.equal(reads(), 2);
  end();
});
