// Pictures and files: dropped, pasted or chosen, with their progress, and looked at.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { PATIENCE_MS, setUp, until } from './harness.mjs';

const world = setUp({ before, after });

test('a picture and a file that are dropped are sent with a text, and open at the other side', async () => {
  const [ann, bob] = await Promise.all([world.enter('Ann Drops'), world.enter('Bob Looks')]);
  await ann.writeTo('Bob Looks');
  await ann.bring('drop', '.scroller', [{ name: 'teal.png', width: 320 }, { name: 'notes.txt', text: 'some notes' }]);
  const uploads = ann.page.getByRole('list', { name: 'Attachments' });
  await uploads.getByText('teal.png').waitFor();
  await until(() => uploads.locator('progress').count(), (count) => count === 0, 'both are uploaded');
  await ann.say('look at this');
  await uploads.waitFor({ state: 'detached' });

  await bob.open('Ann Drops');
  const message = bob.message('look at this');
  const picture = message.getByRole('img', { name: 'teal.png' });
  await until(() => picture.evaluate((it) => it.complete && it.naturalWidth), (width) => width === 320, 'the picture is shown');
  await message.getByRole('button', { name: 'Show picture teal.png' }).click();
  const large = bob.page.getByRole('dialog', { name: 'teal.png' });
  await large.getByRole('img').waitFor();
  await bob.page.keyboard.press('Escape');
  await large.waitFor({ state: 'detached' });

  const [saved] = await Promise.all([
    bob.page.waitForEvent('download', { timeout: PATIENCE_MS }),
    message.getByRole('button', { name: /Download notes.txt/ }).click(),
  ]);
  assert.equal(saved.suggestedFilename(), 'notes.txt');
  await Promise.all([ann.leave(), bob.leave()]);
});

test('how far a file has come is shown while it goes up', async () => {
  const ann = await world.enter('Ann Uploads');
  await world.server.guest('Carl Uploads');
  await ann.writeTo('Carl Uploads');
  const network = await ann.context.newCDPSession(ann.page);
  await network.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 400_000 });
  await ann.page.evaluate(() => {
    window.seen = new Set();
    new MutationObserver(() => document.querySelectorAll('.upload progress').forEach((it) => window.seen.add(it.value))).observe(document.body, { subtree: true, childList: true, attributes: true });
  });
  await ann.bring('drop', '.scroller', [{ name: 'long.txt', text: 'x'.repeat(1_000_000) }]);
  const uploads = ann.page.getByRole('list', { name: 'Attachments' });
  await uploads.getByRole('progressbar', { name: 'Uploading long.txt' }).waitFor();
  await uploads.getByText('1 MB').waitFor();
  const seen = await ann.page.evaluate(() => [...window.seen]);
  assert.ok(seen.some((percent) => percent > 0 && percent < 100), `only ${seen} was shown`);
  await ann.leave();
});

test('files wait in their chat while one looks at another, and go along when it begins', async () => {
  const ann = await world.enter('Ann Waits');
  const carl = await world.server.guest('Carl Waits');
  const [{ id }] = (await carl.ask('GET', '/users?search=Ann%20Waits')).items;
  await carl.ask('POST', '/messages', { recipient_id: id, content: 'hello' });
  await world.server.guest('Dora Waits');
  await ann.writeTo('Dora Waits');
  const uploads = ann.page.getByRole('list', { name: 'Attachments' });
  await ann.bring('drop', '.scroller', [{ name: 'first.txt', text: 'first' }]);
  await uploads.getByText('first.txt').waitFor();
  await ann.open('Carl Waits');
  assert.equal(await uploads.count(), 0);
  await ann.writeTo('Dora Waits');
  await uploads.getByText('5 bytes').waitFor();
  await ann.say('with a file');
  await ann.tick('with a file', 'sent');
  await ann.message('with a file').getByText('first.txt').waitFor();
  await ann.leave();
});

test('a picture is pasted, a file is chosen, and one that is not wanted is taken out', async () => {
  const ann = await world.enter('Ann Pastes');
  await world.server.guest('Carl Pastes');
  await ann.writeTo('Carl Pastes');
  await ann.bring('paste', 'textarea', [{ name: 'pasted.png', width: 320 }]);
  await ann.page.locator('input[type=file]').setInputFiles({ name: 'chosen.txt', mimeType: 'text/plain', buffer: Buffer.from('chosen') });
  const uploads = ann.page.getByRole('list', { name: 'Attachments' });
  await uploads.getByText('pasted.png').waitFor();
  await uploads.getByRole('button', { name: 'Remove chosen.txt' }).click();
  assert.equal(await uploads.getByRole('listitem').count(), 1);
  // Sent as soon as it is up, whenever that is.
  await ann.page.getByRole('button', { name: 'Send', exact: true }).click();
  const picture = ann.page.locator('.message').getByRole('img', { name: 'pasted.png' });
  await until(() => picture.evaluateAll(([it]) => it?.naturalWidth ?? 0), (width) => width === 320, 'the picture is shown');
  await ann.leave();
});
