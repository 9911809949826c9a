// A server that wants less is given less, and everything arrives all the same.

import assert from 'node:assert/strict';
import test from 'node:test';

import { Gate, retryAfterMs } from '../src/rest/gate.js';
import { acquaint, online, texts } from './support/people.js';
import { Proxy } from './support/proxy.js';
import { Server } from './support/server.js';
import { until } from './support/until.js';

test('sends above the limit wait and arrive in order', async (t) => {
  const server = await Server.start(t, { 'limits.sends_per_second': '20', 'limits.sends_burst': '5' });
  const ann = await online(t, server, 'ann');
  await acquaint(server, 'bob');
  const { id } = await ann.chat.conversations.direct('bob');
  const contents = Array.from({ length: 20 }, (_, n) => `m${n}`);
  const sent = contents.map((content) => ann.chat.send({ conversationId: id, content }));
  await Promise.all(sent.map(({ done }) => done));
  assert.deepEqual(texts(ann, id), contents);
});

test('requests above the limit wait and are answered', async (t) => {
  const server = await Server.start(t, { 'limits.requests_per_second': '20', 'limits.requests_burst': '5' });
  const ann = await online(t, server, 'ann');
  const answers = await Promise.all(Array.from({ length: 20 }, () => ann.chat.users.me()));
  assert.ok(answers.every(({ id }) => id === 'ann'));
});

test('429 and 503 are repeated after the time that the server names; a 503 only where that is safe', async (t) => {
  const server = await Server.start(t);
  const proxy = await Proxy.start(t, server);
  const ann = await online(t, server, 'ann', { url: proxy.url });
  const busy = (status: number, code: string) => ({ status, headers: { 'retry-after': '0' }, body: { code, status, title: code, temporary: true } });
  let left = 2;
  proxy.rest = () => (left-- > 0 ? busy(429, 'rate_limited') : undefined);
  assert.equal((await ann.chat.users.updateMe({ name: 'Ann' })).name, 'Ann');
  left = 2;
  proxy.rest = () => (left-- > 0 ? busy(503, 'overloaded') : undefined);
  assert.equal((await ann.chat.users.me()).name, 'Ann');
  left = 1;
  await assert.rejects(ann.chat.conversations.create({ type: 'group', name: 'g', participantIds: [] }), { code: 'overloaded', temporary: true });
});

test('a rate limit is waited for, however often it is met, and a crowd of requests keeps its pace', async (t) => {
  const server = await Server.start(t, { 'limits.requests_per_second': '20', 'limits.requests_burst': '5' });
  const ann = await online(t, server, 'ann');
  const answers = await Promise.all(Array.from({ length: 100 }, () => ann.chat.users.me()));
  assert.equal(answers.length, 100);
});

test('what is not the server and answers all the same is told as such', async (t) => {
  const server = await Server.start(t);
  const proxy = await Proxy.start(t, server);
  const ann = await online(t, server, 'ann', { url: proxy.url });
  proxy.rest = () => ({ status: 418, body: { teapot: true } });
  await assert.rejects(ann.chat.users.me(), { code: 'unexpected', status: 418, temporary: false });
  await server.kill();
  await assert.rejects(ann.chat.request('GET', '/users/me', { signal: AbortSignal.abort() }), { code: 'aborted' });
});

test('the gate closes for one request when none is left', (t) => {
  t.mock.timers.enable({ apis: ['Date'] });
  const gate = new Gate();
  gate.heed(new Headers({ ratelimit: '"requests";r=3;t=1', 'ratelimit-policy': '"requests";q=120;w=2' }));
  assert.equal(gate.waitMs, 0);
  gate.heed(new Headers({ ratelimit: '"requests";r=0;t=2', 'ratelimit-policy': '"requests";q=120;w=2' }));
  assert.equal(Math.round(gate.waitMs), 17);
  gate.close(1_000);
  gate.close(10);
  t.mock.timers.tick(400);
  assert.equal(gate.waitMs, 600);
  t.mock.timers.tick(600);
  assert.equal(gate.waitMs, 0);
  gate.heed(new Headers());
  assert.equal(gate.waitMs, 0);
});

test('Retry-After is in seconds', () => {
  assert.equal(retryAfterMs(new Headers({ 'retry-after': '3' })), 3_000);
  assert.equal(retryAfterMs(new Headers()), undefined);
  assert.equal(retryAfterMs(new Headers({ 'retry-after': 'soon' })), undefined);
});

test('a request that no frame can hold is refused here, and the connection lives on', async (t) => {
  const server = await Server.start(t);
  const ann = await online(t, server, 'ann');
  await acquaint(server, 'bob');
  const { id } = await ann.chat.conversations.direct('bob');
  const sent = ann.chat.send({ conversationId: id, content: 'x', metadata: 'ü'.repeat(70_000) });
  await assert.rejects(sent.done, { code: 'payload_too_large' });
  assert.equal(ann.chat.store.messages(id)[0]?.status, 'failed');
  await ann.chat.send({ conversationId: id, content: 'small' }).done;
  assert.deepEqual(ann.states.map(({ state }) => state), ['connecting', 'online']);
  await until(() => texts(ann, id).length === 2);
});
