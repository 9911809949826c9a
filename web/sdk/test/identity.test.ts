// Tokens: asked for, renewed on the open socket, and what happens when there are none.

import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';

import { Account, type ChinwagError } from '../src/index.js';
import { online, person } from './support/people.js';
import { Proxy } from './support/proxy.js';
import { Server } from './support/server.js';
import { tokenStorage } from './support/storage.js';
import { until } from './support/until.js';

test('a token is renewed on the open socket before it expires', async (t) => {
  const server = await Server.start(t);
  let asked = 0;
  const token = () => {
    asked += 1;
    return server.token('ann', { expiresInSeconds: 4 });
  };
  const ann = await online(t, server, 'ann', { token });
  // Longer than the first token was good for.
  await until(() => asked >= 5);
  assert.deepEqual(ann.states.map(({ state }) => state), ['connecting', 'online']);
  assert.equal((await ann.chat.users.me()).id, 'ann');
});

test('a provider that fails is asked again, while connecting and while renewing', async (t) => {
  const server = await Server.start(t);
  let asked = 0;
  const token = async () => {
    asked += 1;
    if (asked % 2 === 1) throw new Error('the identity provider is down');
    return server.token('ann', { expiresInSeconds: 8 });
  };
  const ann = person(t, server, 'ann', { token });
  const errors: ChinwagError[] = [];
  ann.chat.on('error', (error) => errors.push(error));
  await ann.chat.connect();
  assert.deepEqual(errors.map(({ code }) => code), ['token_unavailable']);
  await until(() => asked >= 4);
  await until(() => errors.length >= 2);
  assert.equal(ann.chat.state, 'online');
});

test('a socket whose token ran out comes back with another', async (t) => {
  const server = await Server.start(t);
  const proxy = await Proxy.start(t, server);
  // Nobody hears the warning: so nobody renews.
  proxy.down = (frame) => (frame.type === 'auth.expiring' ? undefined : frame);
  let asked = 0;
  const token = () => {
    asked += 1;
    return server.token('ann', { expiresInSeconds: asked === 1 ? 2 : 3_600 });
  };
  const ann = await online(t, server, 'ann', { url: proxy.url, token });
  await until(() => ann.states.some(({ code }) => code === 4401));
  await until(() => ann.chat.state === 'online');
  assert.equal(asked, 2);
});

test('401 over REST leads to another token, once', async (t) => {
  const server = await Server.start(t);
  let good = false;
  let asked = 0;
  const ann = person(t, server, 'ann', {
    token: () => {
      asked += 1;
      return server.token('ann', { expiresInSeconds: good ? 60 : -60 });
    },
  });
  await assert.rejects(ann.chat.users.me(), { code: 'token_expired' });
  assert.equal(asked, 2);
  good = true;
  assert.equal((await ann.chat.users.me()).id, 'ann');
});

test('who is signed out is not connected, and pending messages fail', async (t) => {
  const server = await Server.start(t);
  const ann = person(t, server, 'ann', { token: () => null });
  const sent = ann.chat.send({ recipientId: 'bob', content: 'hello' });
  await assert.rejects(ann.chat.connect(), { code: 'signed_out' });
  await assert.rejects(sent.done, { code: 'signed_out' });
  assert.deepEqual(ann.states.map(({ state }) => state), ['connecting', 'closed']);
});

test('a token that is not valid ends it after one other was tried', async (t) => {
  const server = await Server.start(t);
  const proxy = await Proxy.start(t, server);
  let asked = 0;
  const ann = person(t, server, 'ann', { url: proxy.url, token: () => `not a token ${(asked += 1)}` });
  await assert.rejects(ann.chat.connect(), { code: 'token_invalid' });
  assert.equal(asked, 2);
  assert.equal(proxy.sockets, 1);
});

test('one client is of one person: the token of somebody else ends it', async (t) => {
  const server = await Server.start(t);
  const proxy = await Proxy.start(t, server);
  proxy.down = (frame) => (frame.type === 'auth.expiring' ? undefined : frame);
  let who = 'ann';
  const ann = await online(t, server, 'ann', { url: proxy.url, token: () => server.token(who, { expiresInSeconds: 2 }) });
  who = 'bob';
  await until(() => ann.chat.state === 'closed');
  assert.equal(ann.states.at(-1)?.error?.code, 'token_invalid');
  assert.equal(ann.chat.me?.id, 'ann');
});

test('an expired token from the cache is replaced while introducing', async (t) => {
  const server = await Server.start(t);
  let asked = 0;
  const token = () => server.token('ann', { expiresInSeconds: (asked += 1) === 1 ? -10 : 60 });
  const ann = await online(t, server, 'ann', { token });
  assert.equal(asked, 2);
  assert.deepEqual(ann.states.map(({ state }) => state), ['connecting', 'online']);
});

test('a deactivated account is closed for good', async (t) => {
  const server = await Server.start(t);
  const ann = await online(t, server, 'ann');
  const admin = await online(t, server, 'root', { token: () => server.token('root', { claims: { roles: ['admin'] } }) });
  await admin.chat.request('DELETE', '/users/ann');
  await until(() => ann.chat.state === 'closed');
  assert.equal(ann.states.at(-1)?.code, 4503);
  assert.equal(ann.states.at(-1)?.error?.code, 'closed');
});

test('a local account signs in, stays signed in, and out', async (t) => {
  const server = await Server.start(t, { 'auth.mode': 'local', 'auth.access_ttl_seconds': '60' });
  const kept = tokenStorage();
  const account = await Account.register(server.url, { username: 'ann', password: 'correct horse', name: 'Ann' }, kept);
  const ann = await online(t, server, 'ann', { token: account.token });
  assert.equal(ann.chat.me?.id, account.user.id);
  assert.equal(ann.chat.me?.name, 'Ann');

  await assert.rejects(Account.login(server.url, { username: 'ann', password: 'wrong horse' }), { status: 401 });
  const again = await Account.login(server.url, { username: 'ann', password: 'correct horse' });
  await again.logout();
  assert.equal(await again.token(), null);
  await account.logout();
  await until(() => ann.chat.state === 'closed');
  assert.equal(kept.load(), null);
  assert.equal(Account.resume(server.url, kept), null);
});

/** Tokens of the same second are the same. */
const nextSecond = () => new Promise((resolve) => setTimeout(resolve, 1_050));

/** A sign-in behind a proxy that shows how often it is exchanged. */
async function signIn(t: TestContext) {
  const server = await Server.start(t, { 'auth.mode': 'local' });
  const proxy = await Proxy.start(t, server);
  const kept = tokenStorage();
  const account = await Account.register(proxy.url, { username: 'ann', password: 'correct horse' }, kept);
  const resumed = () => Account.resume(proxy.url, kept) as Account;
  const exchanges = () => proxy.requests.filter((request) => request === 'POST /api/v1/auth/refresh').length;
  return { kept, account, resumed, exchanges };
}

test('a program that goes on with a sign-in exchanges its token no sooner than it has to', async (t) => {
  const { kept, account, resumed, exchanges } = await signIn(t);
  const token = await account.token();
  // As a page that is loaded again and again.
  for (let load = 0; load < 3; load += 1) assert.equal(await resumed().token(), token);
  assert.equal(exchanges(), 0);

  await nextSecond();
  kept.save({ ...kept.load()!, goodUntil: Date.now() - 1 });
  const next = await resumed().token();
  assert.notEqual(next, token);
  assert.equal(exchanges(), 1);
  await nextSecond();
  const { goodUntil: _, ...ofUnknownAge } = kept.load()!;
  kept.save(ofUnknownAge);
  assert.notEqual(await resumed().token(), next);
  assert.equal(exchanges(), 2);
});

test('a token that the server refused is exchanged, however long it should be good', async (t) => {
  const { account, exchanges } = await signIn(t);
  const token = await account.token();
  await nextSecond();
  assert.notEqual(await account.token(token!), token);
  assert.equal(exchanges(), 1);
});

test('two tabs of one sign-in: what one has exchanged, the other uses, and neither ends it', async (t) => {
  const { account, resumed, exchanges } = await signIn(t);
  // A tab and its copy know the same tokens.
  const copy = resumed();
  const first = await copy.token();
  await nextSecond();
  const second = await account.token(first!);
  assert.equal(await copy.token(first!), second, 'a token for refreshing that was used is not used again');
  assert.equal(exchanges(), 1);
  await nextSecond();
  const third = await copy.token(second!);
  assert.equal(await account.token(second!), third);
  assert.equal(exchanges(), 2);
});

test('where the browser refuses locks, tokens are exchanged all the same; one exchange that failed is not two', async (t) => {
  const { account, exchanges } = await signIn(t);
  let refuses = true;
  const request = async (_: string, call: () => Promise<void>) => {
    if (refuses) throw new DOMException('request() is not allowed in this context', 'SecurityError');
    await call();
  };
  const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
  Object.defineProperty(globalThis, 'navigator', { value: { locks: { request } }, configurable: true });
  t.after(() => (before ? Object.defineProperty(globalThis, 'navigator', before) : Reflect.deleteProperty(globalThis, 'navigator')));

  const first = await account.token();
  await nextSecond();
  const second = await account.token(first!);
  assert.notEqual(second, first);
  assert.equal(exchanges(), 1);

  refuses = false;
  const fetched = globalThis.fetch;
  let failures = 0;
  t.after(() => { globalThis.fetch = fetched; });
  globalThis.fetch = async () => {
    failures += 1;
    throw new TypeError('no network');
  };
  await assert.rejects(account.token(second!));
  assert.equal(failures, 1);
});

test('the end of a sign-in takes nothing from somebody who signed in since', async (t) => {
  const { kept, account } = await signIn(t);
  const bobs = { ...kept.load()!, user: { ...account.user, id: 'bob' } };
  kept.save(bobs);
  account.forget();
  assert.deepEqual(kept.load(), bobs);
  await account.logout();
  assert.deepEqual(kept.load(), bobs);
  assert.equal(await account.token(), null);
});

test('signing out with a token that has expired ends the sign-in all the same', async (t) => {
  const { kept, account, resumed, exchanges } = await signIn(t);
  const { user: _, ...tokens } = kept.load()!;
  kept.save({ ...kept.load()!, goodUntil: 0, access_token: 'expired' });
  await resumed().logout();
  assert.equal(exchanges(), 1);
  assert.equal(await account.token(tokens.access_token), null, 'its tokens are of no use any more');
});

test('a provider that has no other token is not taken at its word again and again', async (t) => {
  const server = await Server.start(t);
  const proxy = await Proxy.start(t, server);
  const sent: string[] = [];
  proxy.up = (frame) => {
    if (frame.type === 'authenticate') sent.push(frame.data.token);
    return frame;
  };
  const token = server.token('ann', { expiresInSeconds: 5 });
  const ann = await online(t, server, 'ann', { url: proxy.url, token: () => token });
  const errors: string[] = [];
  ann.chat.on('error', ({ code }) => errors.push(code));
  await until(() => errors.includes('token_unavailable'));
  assert.deepEqual(sent, [token]);
});
