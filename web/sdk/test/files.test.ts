// Files: brought with progress, sent, and had back.

import assert from 'node:assert/strict';
import test from 'node:test';

import { acquaint, online } from './support/people.js';
import { Server } from './support/server.js';
import { until } from './support/until.js';

test('a file is brought with progress, sent, and read by the other', async (t) => {
  const server = await Server.start(t);
  const [ann, bob] = [await online(t, server, 'ann'), await online(t, server, 'bob')];
  const { id } = await ann.chat.conversations.direct('bob');
  await until(() => bob.chat.store.conversation(id));
  const bytes = new Uint8Array(700_000).map((_, at) => at % 251);
  const progress: number[] = [];
  const attachment = await ann.chat.upload(new Blob([bytes], { type: 'text/csv' }), {
    name: 'table.csv',
    onProgress: ({ sent, total }) => {
      assert.equal(total, bytes.length);
      progress.push(sent);
    },
  });
  assert.equal(attachment.name, 'table.csv');
  assert.equal(attachment.size, bytes.length);
  assert.equal(progress.at(-1), bytes.length);
  assert.ok(progress.length > 1 && progress.every((sent, at) => at === 0 || sent > progress[at - 1]!));

  const sent = ann.chat.send({ conversationId: id, attachments: [attachment] });
  assert.equal(sent.message.kind, 'file');
  assert.deepEqual(sent.message.attachments, [attachment]);
  await sent.done;
  await until(() => bob.told.length === 1);
  const received = bob.told[0]!.attachments[0]!;
  const url = await bob.chat.mediaUrl(received);
  assert.equal(await bob.chat.mediaUrl(received), url, 'a link is used as long as it lasts');
  assert.deepEqual(new Uint8Array(await (await fetch(url)).arrayBuffer()), bytes);
});

test('what the server does not take is told, and what is given up is given up', async (t) => {
  const server = await Server.start(t, { 'media.max_bytes': '1000' });
  const ann = await online(t, server, 'ann');
  await assert.rejects(ann.chat.upload(new Blob(['x'.repeat(1_001)])), { status: 413 });
  await assert.rejects(ann.chat.upload(new Blob(['x']), { signal: AbortSignal.abort() }), { code: 'aborted' });
});

test('files elsewhere, places and meetings are sent as they are shown', async (t) => {
  const server = await Server.start(t);
  const ann = await online(t, server, 'ann');
  await acquaint(server, 'bob');
  const elsewhere = { url: 'https://example.org/a.pdf', name: 'a.pdf' };
  const { id, conversation_id } = await ann.chat.send({ recipientId: 'bob', attachments: [elsewhere], content: 'look' }).done;
  const place = await ann.chat.send({ conversationId: conversation_id, kind: 'location', location: { latitude: 1.5, longitude: 2.5 } }).done;
  assert.deepEqual(place.location, { latitude: 1.5, longitude: 2.5, live: false });
  const meeting = { place: 'here', scheduledAt: '2099-01-01T12:00:00.000Z' };
  const appointment = await ann.chat.send({ conversationId: conversation_id, kind: 'meeting', meeting }).done;
  assert.equal(appointment.meeting?.scheduled_at, meeting.scheduledAt);
  const reply = await ann.chat.send({ conversationId: conversation_id, content: 'yes', replyTo: id, mentions: ['bob'], metadata: { a: 1 } }).done;
  assert.deepEqual([reply.reply_to, reply.mentions, reply.metadata], [id, ['bob'], { a: 1 }]);
});
