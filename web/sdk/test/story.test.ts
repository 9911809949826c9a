// The main story, against the real server: connect, send, receive; and nothing lost or doubled when it crashes.

import assert from 'node:assert/strict';
import test from 'node:test';

import { acquaint, online, person, texts } from './support/people.js';
import { Server } from './support/server.js';
import { until } from './support/until.js';

test('two people talk', async (t) => {
  const server = await Server.start(t);
  const [ann, bob] = [await online(t, server, 'ann'), await online(t, server, 'bob')];
  const { id } = await ann.chat.conversations.direct('bob');
  assert.ok(ann.chat.store.conversation(id), 'what one begins is there at once');

  const sent = ann.chat.send({ conversationId: id, content: 'hello' });
  assert.equal(sent.message.status, 'pending');
  assert.deepEqual(texts(ann, id), ['hello']);

  const stored = await sent.done;
  assert.equal(stored.seq, 1);
  assert.equal(stored.key, sent.message.key);
  await until(() => texts(bob, id).length === 1);
  assert.deepEqual(bob.told.map(({ content }) => content), ['hello']);
  assert.deepEqual(texts(ann, id), ['hello']);
  assert.equal(bob.chat.store.unread, 1);

  await until(() => ann.chat.store.messages(id)[0]?.status === 'delivered');
  bob.chat.read(id);
  assert.equal(bob.chat.store.unread, 0);
  await until(() => ann.chat.store.messages(id)[0]?.status === 'read');
  assert.equal((await bob.chat.unread()).total, 0);
});

test('the server crashes again and again in the middle of sends: everybody has every message once, in order', async (t) => {
  const server = await Server.start(t);
  const [ann, bob] = [await online(t, server, 'ann'), await online(t, server, 'bob')];
  const { id } = await ann.chat.conversations.direct('bob');
  const COUNT = 60;

  const fromAnn = Array.from({ length: COUNT }, (_, n) => ann.chat.send({ conversationId: id, content: `a${n}` }));
  const fromBob = Array.from({ length: COUNT }, (_, n) => bob.chat.send({ conversationId: id, content: `b${n}` }));
  let acknowledged = 0;
  for (const { done } of [...fromAnn, ...fromBob]) void done.then(() => (acknowledged += 1));
  for (let crash = 1; crash <= 4; crash += 1) {
    const enough = (crash * COUNT * 2) / 5;
    await until(() => acknowledged >= enough);
    await server.kill();
    assert.ok(acknowledged < COUNT * 2, 'the server is to be killed while messages are on their way');
    await server.restart();
  }

  const stored = await Promise.all([...fromAnn, ...fromBob].map(({ done }) => done));
  const bySeq = stored.toSorted((a, b) => a.seq - b.seq);
  assert.deepEqual(bySeq.map(({ seq }) => seq), Array.from({ length: COUNT * 2 }, (_, n) => n + 1));
  const contents = bySeq.map(({ content }) => content);
  for (const name of ['a', 'b']) {
    const own = contents.filter((content) => content?.startsWith(name));
    assert.deepEqual(own, Array.from({ length: COUNT }, (_, n) => `${name}${n}`));
  }
  for (const who of [ann, bob]) {
    await until(() => who.told.length >= COUNT * 2);
    assert.deepEqual(texts(who, id), contents, `what ${who.id} sees`);
    assert.deepEqual(who.told.map(({ content }) => content), contents, `what ${who.id} was told`);
  }
  const page = await ann.chat.messages.history(id, { limit: 100, after: 20 });
  assert.deepEqual(page.messages.map(({ content }) => content), contents.slice(20));
});

test('what is written before the first connection, and while there is none, goes out in order', async (t) => {
  const server = await Server.start(t);
  const bob = await online(t, server, 'bob');
  await acquaint(server, 'ann');
  const { id } = await bob.chat.conversations.create({ type: 'group', name: 'g', participantIds: ['ann'] });
  const ann = person(t, server, 'ann');

  const early = ['1', '2'].map((content) => ann.chat.send({ conversationId: id, content }));
  await ann.chat.connect();
  await Promise.all(early.map(({ done }) => done));
  await server.kill();
  await until(() => ann.chat.state !== 'online');
  const late = ['3', '4'].map((content) => ann.chat.send({ conversationId: id, content }));
  assert.deepEqual(texts(ann, id).slice(-2), ['3', '4']);
  await server.restart();
  await Promise.all(late.map(({ done }) => done));
  await until(() => texts(bob, id).length === 4);
  assert.deepEqual(texts(bob, id), ['1', '2', '3', '4']);
});
