// What is on its way survives the program, and arrives once, in order.

import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';

import { type ChinwagError, type ChinwagOptions, type KeptMessage, WebStorageOutbox } from '../src/index.js';
import { acquaint, online, type Person, person, texts } from './support/people.js';
import { Proxy } from './support/proxy.js';
import { Server } from './support/server.js';
import { webStorage } from './support/storage.js';
import { until } from './support/until.js';

/** Ann and Bob talk; Ann's programs keep their messages in one place. */
async function world(t: TestContext) {
  const server = await Server.start(t);
  const bob = await online(t, server, 'bob');
  const storage = webStorage();
  const options = { outbox: new WebStorageOutbox(storage, 'ann') };
  const ann = await online(t, server, 'ann', options);
  const { id } = await ann.chat.conversations.direct('bob');
  await ann.chat.send({ conversationId: id, content: 'before' }).done;
  const next = (more: Partial<ChinwagOptions> = {}) => person(t, server, 'ann', { ...options, ...more });
  return { server, ann, bob, id, storage, next };
}

/** Without a network, Ann writes, and her program ends. */
async function writeAndEnd(server: Server, ann: Person, id: string, ...contents: string[]): Promise<void> {
  await server.kill();
  await until(() => ann.chat.state !== 'online');
  for (const content of contents) ann.chat.send({ conversationId: id, content });
  ann.chat.close();
}

const said = (who: Person) => who.told.filter(({ kind }) => kind !== 'system').map(({ content }) => content);

test('what was written without a connection is sent by the next program, once and in order', async (t) => {
  const { server, ann, bob, id, storage, next } = await world(t);
  assert.deepEqual(storage.names(), [], 'what has arrived is kept no more');
  await writeAndEnd(server, ann, id, '1', '2', '3');
  assert.equal(storage.names().length, 3);
  await server.restart();

  const later = next();
  // Written before it is known what was left.
  const fresh = later.chat.send({ conversationId: id, content: '4' });
  await later.chat.connect();
  await fresh.done;
  await until(() => said(bob).length === 5);
  assert.deepEqual(said(bob), ['before', '1', '2', '3', '4']);
  await until(() => storage.names().length === 0);
  assert.deepEqual(texts(later, id).slice(-4), ['1', '2', '3', '4']);
  assert.ok(later.chat.store.messages(id).every(({ sender, status }) => sender.id === 'ann' && status !== 'pending'));
});

test('two programs that run beside each other double nothing', async (t) => {
  const { server, ann, bob, id, storage, next } = await world(t);
  await writeAndEnd(server, ann, id, '1', '2', '3');
  const [one, other] = [next(), next()];
  const [a, b] = [one.chat.send({ conversationId: id, content: 'a' }), other.chat.send({ conversationId: id, content: 'b' })];
  await server.restart();
  await Promise.all([one.chat.connect(), other.chat.connect()]);
  await Promise.all([a.done, b.done]);
  await until(() => said(bob).length === 6);
  assert.deepEqual(said(bob).slice(0, 4), ['before', '1', '2', '3']);
  assert.deepEqual(said(bob).slice(4).sort(), ['a', 'b']);
  const history = (await bob.chat.messages.history(id)).messages;
  assert.equal(history.length, 6);
  for (const who of [one, other]) await until(() => texts(who, id).length === 6 && who.chat.store.waiting === 0);
  await until(() => storage.names().length === 0);
});

test('a program that stays takes over what another one left', async (t) => {
  const { server, ann, bob, id, next } = await world(t);
  const beside = next();
  await beside.chat.connect();
  await writeAndEnd(server, ann, id, 'left');
  await server.restart();
  await until(() => said(bob).includes('left'));
  assert.ok(beside.chat.state === 'online');
});

test('what the server has, and the program did not hear of before it ended, is there once', async (t) => {
  const { server, ann, bob, id, storage, next } = await world(t);
  const proxy = await Proxy.start(t, server);
  const deaf = next({ url: proxy.url });
  await deaf.chat.connect();
  proxy.down = (frame) => (frame.type === 'reply' && frame.data?.content === 'once' ? undefined : frame);
  deaf.chat.send({ conversationId: id, content: 'once' });
  await until(() => said(bob).includes('once'));
  deaf.chat.close();
  ann.chat.close();
  assert.equal(storage.names().length, 1);

  const later = next();
  await later.chat.connect();
  await until(() => storage.names().length === 0);
  assert.deepEqual(texts(later, id), ['once']);
  assert.equal((await bob.chat.messages.history(id)).messages.length, 2);
});

test('what was refused is there in the next program, to be tried again or given up', async (t) => {
  const { ann, bob, id, storage, next } = await world(t);
  await bob.chat.users.block('ann');
  const refused = ['1', '2'].map((content) => ann.chat.send({ conversationId: id, content }));
  for (const { done } of refused) await assert.rejects(done, { code: 'blocked' });
  ann.chat.close();

  const later = next();
  await later.chat.connect();
  const failed = () => later.chat.store.messages(id).filter(({ status }) => status === 'failed');
  assert.deepEqual(failed().map(({ content, error }) => [content, error?.code]), [['1', 'blocked'], ['2', 'blocked']]);
  await bob.chat.users.unblock('ann');
  await later.chat.retry(refused[0]!.clientId).done;
  later.chat.discard(refused[1]!.clientId);
  assert.deepEqual(failed(), []);
  assert.deepEqual(storage.names(), []);
  await until(() => said(bob).at(-1) === '1');
});

test('what goes into a conversation that one is in no more is not kept for ever', async (t) => {
  const { server, ann, bob, storage, next } = await world(t);
  const { id } = await bob.chat.conversations.create({ type: 'group', name: 'g', participantIds: ['ann'] });
  await until(() => ann.chat.store.conversation(id));
  await writeAndEnd(server, ann, id, 'too late');
  await server.restart();
  await until(() => bob.chat.state === 'online');
  await bob.chat.conversations.removeParticipant(id, 'ann');
  const later = next();
  await later.chat.connect();
  await until(() => storage.names().length === 0);
  assert.equal(later.chat.store.waiting, 0);
});

test('nobody sends what somebody else wrote', async (t) => {
  const { server, ann, bob, id, storage } = await world(t);
  await writeAndEnd(server, ann, id, 'of Ann');
  await server.restart();
  const carol = await online(t, server, 'carol', { outbox: new WebStorageOutbox(storage, 'ann') });
  await carol.chat.send({ recipientId: 'bob', content: 'of Carol' }).done;
  await until(() => bob.chat.store.directWith('carol'));
  assert.deepEqual(texts(bob, id), ['before']);
  assert.equal(storage.names().length, 1);
});

test('a place to keep that fails costs no message', async (t) => {
  const server = await Server.start(t);
  await acquaint(server, 'bob');
  const fails = () => Promise.reject(new Error('full'));
  const ann = person(t, server, 'ann', { outbox: { load: fails, put: () => { throw new Error('full'); }, remove: fails } });
  const errors: ChinwagError[] = [];
  ann.chat.on('error', (error) => errors.push(error));
  await ann.chat.connect();
  const stored = await ann.chat.send({ recipientId: 'bob', content: 'x' }).done;
  assert.equal(stored.seq, 1);
  await until(() => errors.length === 3);
  assert.ok(errors.every(({ code, temporary }) => code === 'unexpected' && temporary));
});

test('a message to somebody new is shown while it is on its way, and stays where it was', async (t) => {
  const server = await Server.start(t);
  const ann = await online(t, server, 'ann');
  await acquaint(server, 'bob');
  await server.kill();
  await until(() => ann.chat.state !== 'online');
  const changes: string[] = [];
  ann.chat.store.subscribe(({ userIds }) => changes.push(...userIds));
  const sent = ['1', '2'].map((content) => ann.chat.send({ recipientId: 'bob', content }));
  const shown = () => ann.chat.store.messages({ recipientId: 'bob' }).map(({ content, status }) => `${content} ${status}`);
  assert.deepEqual(shown(), ['1 pending', '2 pending']);
  assert.equal(ann.chat.store.waiting, 2);
  await until(() => changes.includes('bob'));
  assert.equal(ann.chat.store.directWith('bob'), undefined);

  await server.restart();
  const id = await until(() => ann.chat.store.directWith('bob'));
  // To the same person, by either name: one after the other.
  const third = ann.chat.send({ conversationId: id, content: '3' });
  const fourth = ann.chat.send({ recipientId: 'bob', content: '4' });
  const stored = await Promise.all([...sent, third, fourth].map(({ done }) => done));
  assert.deepEqual(stored.map(({ seq }) => seq), [1, 2, 3, 4]);
  assert.deepEqual(shown(), ['1 sent', '2 sent', '3 sent', '4 sent']);
  assert.deepEqual(texts(ann, id), ['1', '2', '3', '4']);
});

test('a message to somebody new that is refused is shown as such', async (t) => {
  const server = await Server.start(t);
  const ann = await online(t, server, 'ann');
  const sent = ann.chat.send({ recipientId: 'nobody', content: 'x' });
  await assert.rejects(sent.done, { code: 'not_found' });
  const shown = () => ann.chat.store.messages({ recipientId: 'nobody' }).map(({ status }) => status);
  assert.deepEqual(shown(), ['failed']);
  ann.chat.discard(sent.clientId);
  assert.deepEqual(shown(), []);
});

test('the web storage keeps them in the order in which they came, whatever they are called', () => {
  const storage = webStorage();
  storage.setItem('ann.other', 'not of the outbox');
  const outbox = new WebStorageOutbox(storage, 'ann');
  const kept = (clientId: string, content = '') => ({ clientId, message: { content }, request: {} }) as unknown as KeptMessage;
  const ids = () => outbox.load().map(({ clientId }) => clientId);
  for (const clientId of ['z', 'a.b', 'b', ...Array.from({ length: 12 }, (_, n) => `n${n}`)]) outbox.put(kept(clientId));
  outbox.remove('b');
  outbox.put(kept('z', 'again'));
  // Another tab, and one of a later day.
  new WebStorageOutbox(storage, 'ann').put(kept('last'));
  assert.deepEqual(ids(), ['z', 'a.b', ...Array.from({ length: 12 }, (_, n) => `n${n}`), 'last']);
  assert.equal(outbox.load()[0]?.message.content, 'again');
  assert.deepEqual(new WebStorageOutbox(storage, 'an').load(), []);
  storage.setItem(storage.names()[1]!, 'not JSON');
  assert.equal(ids().length, 14);
  outbox.clear();
  assert.deepEqual(storage.names(), ['ann.other']);
});
