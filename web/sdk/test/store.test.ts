// What the store makes of what comes in, in whatever order and however often it comes.

import assert from 'node:assert/strict';
import test from 'node:test';

import type { Conversation, Message, Participant } from '../src/index.js';
import { ClientStore } from '../src/store/store.js';

const ID = 'c';
const person = (id: string) => ({ id, username: id, name: id, avatar_url: null });

function conversation(change: Partial<Conversation> = {}): Conversation {
  const membership = { role: 'member' as const, read_seq: 0, delivered_seq: 0, cleared_seq: 0, muted: false, muted_until: null, hidden: false };
  return {
    id: ID, type: 'group', name: 'g', avatar_url: null, category: null, created_at: '2026-01-01T00:00:00.000Z', revision: 1, last_seq: 0,
    participant_count: 2, last_message: null, unread_count: 0, membership, ...change,
  };
}

function message(seq: number, change: Partial<Message> = {}): Message {
  return {
    id: `m${seq}`, conversation_id: ID, seq, revision: seq + 1, sender: person('bob'), client_id: `c${seq}`, client_created_at: null, kind: 'text',
    content: `${seq}`, attachments: [], reply_to: null, mentions: [], reactions: [], created_at: new Date(seq * 1_000).toISOString(),
    edited_at: null, deleted_at: null, deleted_by: null, ...change,
  };
}

function participant(id: string, read_seq: number, delivered_seq: number): Participant {
  return { user: person(id), role: 'member', joined_at: '', left_at: null, read_seq, delivered_seq };
}

function storeOf(me = 'ann', change: Partial<Conversation> = {}): ClientStore {
  const store = new ClientStore();
  store.meId = me;
  store.reset(conversation(change));
  return store;
}

const seqs = (store: ClientStore) => store.messages(ID).map(({ seq }) => seq);

/** The same sequence for the same seed. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

test('messages in any order, doubled, in old and new versions: in order, once, the newest version', () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const roll = dice(seed);
    const store = storeOf();
    const versions = Array.from({ length: 30 }, (_, n) => {
      const seq = n + 1;
      return Array.from({ length: 1 + roll(3) }, (_, edit) => message(seq, { revision: seq + 1 + edit * 100, content: `${seq} version ${edit}` }));
    });
    // The first of all is never late: what comes before the window is history, and stays outside.
    store.message(versions[0]![0]!);
    const arriving = versions.flat().flatMap((one) => (roll(3) === 0 ? [one, one] : [one]));
    for (let at = arriving.length - 1; at > 0; at -= 1) {
      const other = roll(at + 1);
      [arriving[at], arriving[other]] = [arriving[other]!, arriving[at]!];
    }
    for (const one of arriving) store.message(one);
    assert.deepEqual(
      store.messages(ID).map(({ content }) => content),
      versions.map((of) => of.at(-1)!.content),
      `seed ${seed}`,
    );
  }
});

test('pages of history and live messages in any interleaving leave no gap', () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const roll = dice(seed);
    let head = 20 + roll(20);
    const store = storeOf('ann', { last_seq: head, revision: head + 1, last_message: message(head) });
    for (let step = 0; step < 40; step += 1) {
      if (roll(2) === 0) {
        head += 1;
        store.message(message(head));
      } else if (roll(2) === 0) {
        const end = roll(head + 1);
        const page = Array.from({ length: Math.min(end, 1 + roll(8)) }, (_, n) => end - n).reverse();
        const stored = page.map((seq) => store.received(message(seq)));
        store.change(ID, (room) => room.takePage(stored, page[0] === 1));
      } else {
        store.message(message(1 + roll(head), { revision: 1_000 + step }));
      }
      const held = seqs(store);
      assert.deepEqual(held, Array.from({ length: held.length }, (_, n) => head - held.length + 1 + n), `seed ${seed}, step ${step}`);
      assert.equal(store.hasOlder(ID), held[0] !== 1);
    }
  }
});

test('an own message is pending once, and keeps its key when it is stored', () => {
  const store = storeOf('bob');
  const pending = { ...store.received(message(1)), id: '', seq: 0, revision: 0, status: 'pending' as const };
  store.pending(pending);
  store.message(message(1, { sender: person('ann'), client_id: 'c1', id: 'other' }));
  assert.equal(store.messages(ID).length, 2, 'somebody else may have the same client_id');
  store.message(message(2, { client_id: 'c1' }));
  assert.deepEqual(store.messages(ID).map(({ key, status }) => [key, status]), [['other', undefined], ['c1', 'sent']]);
  store.pending(pending);
  assert.equal(store.messages(ID).length, 2, 'what another program has sent is not on its way any more');
  assert.equal(store.waiting, 0);
});

test('live events do not take away what only an answer says', () => {
  const store = storeOf('bob');
  store.message(message(1, { status: 'delivered', reactions: [{ emoji: '👍', count: 1, me: true }, { emoji: '🎉', count: 1, me: false }] }));
  store.message(message(1, { revision: 9, content: 'edited', reactions: [{ emoji: '👍', count: 2 }, { emoji: '😀', count: 1 }] }));
  const [stored] = store.messages(ID);
  assert.equal(stored?.content, 'edited');
  assert.equal(stored?.status, 'delivered');
  assert.deepEqual(stored?.reactions, [{ emoji: '👍', count: 2, me: true }, { emoji: '😀', count: 1 }]);
});

test('statuses follow the slowest of the others, and never go back', () => {
  const store = storeOf('bob', { participants: [participant('bob', 0, 0), participant('ann', 0, 0), participant('carol', 0, 0)] });
  for (const seq of [1, 2, 3]) store.message(message(seq));
  const statuses = () => store.messages(ID).map(({ status }) => status).join(' ');
  const receipt = (userId: string, kind: 'read' | 'delivered', seq: number) => store.change(ID, (room) => room.receipt({ userId, kind, seq }));
  receipt('ann', 'read', 3);
  assert.equal(statuses(), 'sent sent sent');
  receipt('carol', 'delivered', 2);
  assert.equal(statuses(), 'delivered delivered sent');
  receipt('carol', 'read', 1);
  assert.equal(statuses(), 'read delivered sent');
  receipt('carol', 'delivered', 1);
  store.message(message(1, { revision: 50 }));
  assert.equal(statuses(), 'read delivered sent');
  store.change(ID, (room) => room.people([{ ...participant('carol', 0, 0), left_at: 'now' }], 'some', -1));
  assert.equal(statuses(), 'read read read');
});

test('unread counts what others said and was not taken back', () => {
  const store = storeOf();
  for (const seq of [1, 2, 3]) store.message(message(seq));
  store.message(message(4, { sender: person('ann') }));
  store.message(message(5, { kind: 'system', system: { action: 'participant.left', user_ids: [] } }));
  assert.equal(store.unread, 3);
  const deleted = { ...message(3), revision: 20, content: null, deleted_at: 'now' };
  store.message(deleted);
  store.message(deleted);
  assert.equal(store.unread, 2);
  const { membership } = store.conversation(ID)!;
  store.settings(ID, { ...membership, read_seq: 1 });
  assert.equal(store.unread, 1);
  store.settings(ID, { ...membership, read_seq: 0 });
  assert.equal(store.unread, 1, 'pointers do not go back');
  store.settings(ID, { ...membership, muted: true, read_seq: 1 });
  assert.equal(store.unread, 0);
  assert.equal(store.conversation(ID)?.unread_count, 1);
  store.settings(ID, { ...membership, muted: true, muted_until: new Date(Date.now() - 1).toISOString(), read_seq: 1 });
  assert.equal(store.unread, 1, 'what is muted until a time that has passed makes a noise again');
});

test('somebody is called what they call themselves now', () => {
  const other = { ...person('bob'), online: false, last_seen_at: null };
  const store = storeOf('ann', { participant: other, participants: [participant('ann', 0, 0), participant('bob', 0, 0)] });
  store.message(message(1, { sender: { ...person('bob'), name: 'Bobby', avatar_url: 'https://example.org/b.png' } }));
  const { participant: now, participants } = store.conversation(ID)!;
  assert.deepEqual([now?.name, now?.avatar_url, now?.online], ['Bobby', 'https://example.org/b.png', false]);
  assert.deepEqual(participants?.map(({ user }) => user.name), ['ann', 'Bobby']);
});

test('what is cleared is gone, and nothing comes before the rest', () => {
  const store = storeOf('ann', { last_seq: 5, last_message: message(5) });
  for (const seq of [6, 7]) store.message(message(seq));
  const { membership } = store.conversation(ID)!;
  store.settings(ID, { ...membership, cleared_seq: 6 });
  assert.deepEqual(seqs(store), [7]);
  assert.equal(store.hasOlder(ID), false);
  store.settings(ID, { ...membership, cleared_seq: 7 });
  assert.equal(store.conversation(ID)?.last_message, null);
});

test('conversations stand in order of activity, hidden ones apart', () => {
  const store = storeOf('ann', { id: 'a', created_at: '2026-01-01T00:00:00.000Z' });
  store.reset(conversation({ id: 'b', created_at: '2026-01-02T00:00:00.000Z' }));
  const ids = (options = {}) => store.conversations(options).map(({ id }) => id);
  assert.deepEqual(ids(), ['b', 'a']);
  store.message(message(1, { conversation_id: 'a', created_at: '2026-01-03T00:00:00.000Z' }));
  assert.deepEqual(ids(), ['a', 'b']);
  store.settings('a', { ...store.conversation('a')!.membership, hidden: true });
  assert.deepEqual([ids(), ids({ hidden: true })], [['b'], ['a']]);
  store.remove('b');
  assert.deepEqual(ids(), []);
});

test('answers are the same object until something changes, and changes are told in one go', async () => {
  const store = storeOf();
  const changes: string[][] = [];
  const end = store.subscribe(({ conversationIds }) => changes.push([...conversationIds]));
  await Promise.resolve();
  changes.length = 0;
  const [before, list] = [store.messages(ID), store.conversations()];
  assert.equal(store.messages(ID), before);
  assert.equal(store.conversations(), list);
  store.message(message(1));
  store.message(message(2));
  assert.notEqual(store.messages(ID), before);
  assert.notEqual(store.conversations(), list);
  assert.deepEqual(before, []);
  await Promise.resolve();
  assert.deepEqual(changes, [[ID]]);
  end();
  store.message(message(3));
  await Promise.resolve();
  assert.equal(changes.length, 1);
});

test('an answer of another moment than what is known says nothing but who is there', () => {
  const store = storeOf('ann', { revision: 5 });
  store.put(conversation({ revision: 9, name: 'ahead', unread_count: 7, participants: [participant('ann', 0, 0), participant('bob', 0, 0)] }));
  assert.deepEqual([store.conversation(ID)?.name, store.conversation(ID)?.unread_count], ['g', 0]);
  assert.equal(store.conversation(ID)?.participants?.length, 2);
  store.put(conversation({ revision: 5, name: 'now' }));
  assert.equal(store.conversation(ID)?.name, 'now');
});
