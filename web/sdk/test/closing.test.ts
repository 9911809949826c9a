// Which ends of a connection are for good, and when to come back from the others.

import assert from 'node:assert/strict';
import test from 'node:test';

import { online, person } from './support/people.js';
import { Proxy } from './support/proxy.js';
import { Server } from './support/server.js';
import { until } from './support/until.js';

for (const code of [4503, 4509, 4999, 1007, 1009]) {
  test(`${code} is for good, until the application says otherwise`, async (t) => {
    const server = await Server.start(t);
    const proxy = await Proxy.start(t, server);
    const ann = await online(t, server, 'ann', { url: proxy.url });
    proxy.close(code);
    await until(() => ann.chat.state === 'closed');
    const end = ann.states.at(-1);
    assert.equal(end?.code, code);
    assert.equal(end?.error?.code, 'closed');
    assert.deepEqual(ann.states.map(({ state }) => state), ['connecting', 'online', 'closed']);
    await assert.rejects(ann.chat.send({ recipientId: 'bob', content: 'x' }).done, { code: 'closed' });
    assert.equal(proxy.sockets, 1);
    await ann.chat.connect();
    assert.equal(proxy.sockets, 2);
  });
}

for (const code of [4401, 4408, 4429, 1001, 1011, 1000]) {
  test(`after ${code} it comes back`, async (t) => {
    const server = await Server.start(t);
    const proxy = await Proxy.start(t, server);
    const ann = await online(t, server, 'ann', { url: proxy.url });
    proxy.close(code);
    await until(() => proxy.sockets === 2 && ann.chat.state === 'online');
    assert.deepEqual(ann.states.map(({ state }) => state), ['connecting', 'online', 'offline', 'connecting', 'online'], 'a loss is told once');
    const lost = ann.states.find(({ state }) => state === 'offline');
    assert.equal(lost?.code, code);
    assert.ok(lost?.retryInMs !== undefined);
  });
}

test('a server that is stopped says when to come back', async (t) => {
  const server = await Server.start(t);
  const ann = await online(t, server, 'ann');
  await server.stop();
  await until(() => ann.states.some(({ retryInMs }) => retryInMs !== undefined));
  const goodbye = ann.events.find(({ type }) => type === 'goodbye');
  assert.equal(ann.states.find(({ retryInMs }) => retryInMs !== undefined)?.retryInMs, goodbye?.data.reconnect_after_ms);
  await server.restart();
  // Nobody has to wait who says so.
  await ann.chat.connect();
});

test('too many sockets: later, as the server says', async (t) => {
  const server = await Server.start(t, { 'limits.sockets_per_user': '1' });
  const first = await online(t, server, 'ann');
  const second = person(t, server, 'ann');
  const connected = second.chat.connect();
  const refused = await until(() => second.states.find(({ state }) => state === 'offline'));
  assert.ok((refused.retryInMs ?? 0) >= 5_000);
  first.chat.close();
  await until(async () => {
    second.chat.connect().catch(() => {});
    return second.chat.state === 'online';
  });
  await connected;
});

test('close ends it, and what was not sent goes out after another connect', async (t) => {
  const server = await Server.start(t);
  const [ann, bob] = [await online(t, server, 'ann'), await online(t, server, 'bob')];
  const { id } = await ann.chat.conversations.direct('bob');
  await server.kill();
  await until(() => ann.chat.state !== 'online');
  const early = ann.chat.send({ conversationId: id, content: 'before' });
  ann.chat.close();
  assert.equal(ann.chat.state, 'closed');
  const late = ann.chat.send({ conversationId: id, content: 'after' });
  await server.restart();
  await assert.rejects(ann.chat.messages.get('nonsense'), { code: 'not_found' });
  await ann.chat.connect();
  await Promise.all([early.done, late.done]);
  await until(() => bob.told.length === 2);
});

test('connect fails when it is closed before it stood', async (t) => {
  const server = await Server.start(t);
  const ann = await online(t, server, 'ann');
  ann.chat.close();
  const connecting = ann.chat.connect();
  ann.chat.close();
  await assert.rejects(connecting, { code: 'closed' });
  await ann.chat.connect();
});

test('what was read is told by the next connection, also after one that ended for good', async (t) => {
  const server = await Server.start(t);
  const proxy = await Proxy.start(t, server);
  const [ann, bob] = [await online(t, server, 'ann', { url: proxy.url }), await online(t, server, 'bob')];
  const { id } = await bob.chat.conversations.direct('ann');
  await bob.chat.send({ conversationId: id, content: 'hello' }).done;
  await until(() => ann.chat.store.unread === 1);
  proxy.close(4509);
  await until(() => ann.chat.state === 'closed');
  ann.chat.read(id);
  await new Promise((resolve) => setTimeout(resolve, 300));
  await ann.chat.connect();
  await until(async () => (await ann.chat.unread()).total === 0);
});

test('a closed client leaves no listener behind', async (t) => {
  const listeners = new Set<unknown>();
  const around = { addEventListener: (_: string, one: unknown) => listeners.add(one), removeEventListener: (_: string, one: unknown) => listeners.delete(one) };
  const document = { ...around, visibilityState: 'visible' };
  Object.assign(globalThis, around, { document });
  t.after(() => ['addEventListener', 'removeEventListener', 'document'].forEach((name) => Reflect.deleteProperty(globalThis, name)));
  const server = await Server.start(t);
  const ann = await online(t, server, 'ann');
  assert.equal(listeners.size, 2);
  await ann.chat.connect();
  assert.equal(listeners.size, 2);
  ann.chat.close();
  assert.equal(listeners.size, 0);
});
