// Long conversations: older messages on scrolling, one's place, and finding things.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { setUp, until } from './harness.mjs';

const world = setUp({ before, after });
const COUNT = 230;

/** Somebody without a browser who has said a lot. */
async function seed(ann, name) {
  const carl = await world.server.guest(name);
  const [{ id }] = (await carl.ask('GET', `/users?search=${encodeURIComponent(ann.name)}`)).items;
  for (let number = 1; number <= COUNT; number += 1) {
    await carl.ask('POST', '/messages', { recipient_id: id, content: `line ${number} of ${COUNT}${number === 7 ? ' holds a pineapple' : ''}` });
  }
  // What comes while one is there is kept; now it has to be asked for.
  await ann.page.reload();
  await ann.isOnline();
  return carl;
}

test('older messages come in above while one scrolls, and what is seen stays in its place', async () => {
  const ann = await world.enter('Ann Scrolls');
  const carl = await seed(ann, 'Carl Scrolls');
  await ann.open('Carl Scrolls');
  await ann.sees(`line ${COUNT} of`);
  const scroller = ann.page.locator('.scroller');
  const atEnd = () => scroller.evaluate((it) => it.scrollHeight - it.scrollTop - it.clientHeight);
  await until(atEnd, (below) => below < 2, 'the newest message is in sight');
  const loaded = await ann.page.locator('.message').count();
  assert.ok(loaded < COUNT, `${loaded} messages were loaded at once`);

  // The top message keeps its place to a pixel or two while a page comes in above it.
  const moved = await scroller.evaluate(async (it) => {
    const count = () => it.querySelectorAll('.message').length;
    const before = count();
    it.scrollTop = 300;
    const top = it.getBoundingClientRect().top;
    const first = [...it.querySelectorAll('.message')].find((one) => one.getBoundingClientRect().bottom > top);
    const at = first.getBoundingClientRect().top;
    await new Promise((resolve) => new MutationObserver((_, watcher) => {
      if (count() === before) return;
      watcher.disconnect();
      requestAnimationFrame(resolve);
    }).observe(it, { childList: true, subtree: true }));
    return first.getBoundingClientRect().top - at;
  });
  assert.ok(Math.abs(moved) < 3, `moved by ${moved} pixels`);

  await until(async () => {
    await scroller.evaluate((it) => { it.scrollTop = 0; });
    return ann.page.locator('.message').count();
  }, (count) => count === COUNT, 'all messages');
  await ann.page.getByText('This is where it begins.').waitFor();
  const numbers = (await ann.page.locator('.message .text').allInnerTexts()).map((text) => Number(/\d+/.exec(text)[0]));
  assert.deepEqual(numbers, Array.from({ length: COUNT }, (_, index) => index + 1));

  // Somebody who reads above is not torn away by a new message, but told of it.
  await carl.ask('POST', '/messages', { recipient_id: (await carl.ask('GET', '/conversations')).items[0].participant.id, content: 'something new' });
  await ann.page.locator('.to-end .badge').waitFor();
  assert.ok((await atEnd()) > 1000);
  await ann.page.getByRole('button', { name: 'To the newest messages' }).click();
  await until(atEnd, (below) => below < 2, 'the end');
  await ann.page.locator('.to-end').waitFor({ state: 'detached' });
  await ann.leave();
});

test('a search finds a message far back and shows it in its place', async () => {
  const ann = await world.enter('Ann Seeks');
  await seed(ann, 'Carl Hides');
  await ann.open('Carl Hides');
  await ann.sees(`line ${COUNT} of`);
  await ann.page.getByRole('button', { name: 'Search in this chat' }).click();
  const panel = ann.page.getByRole('search', { name: 'Search in this chat' });
  await panel.getByRole('searchbox').fill('pineapple');
  await panel.locator('.hit').click();
  const found = ann.message('holds a pineapple');
  await found.waitFor();
  await until(() => found.evaluate((it) => it === document.activeElement && it.getBoundingClientRect().top > 0 && it.getBoundingClientRect().bottom < innerHeight), Boolean, 'in sight and focused');
  assert.equal(await ann.message(`line ${COUNT} of`).count(), 0, 'the past is shown apart from the newest');

  await panel.getByRole('searchbox').press('Escape');
  await panel.waitFor({ state: 'detached' });
  await ann.page.getByRole('button', { name: 'To the newest messages' }).click();
  await ann.sees(`line ${COUNT} of`);

  // From the side, over all chats.
  await ann.page.getByRole('searchbox', { name: 'Search chats, people, messages' }).fill('pineapple');
  await ann.page.getByRole('navigation').getByRole('button', { name: /pineapple/ }).click();
  await found.waitFor();
  await ann.leave();
});

test('the days of messages are told, and what is new is marked', async () => {
  const [ann, bob] = await Promise.all([world.enter('Ann Days'), world.enter('Bob Days')]);
  await ann.writeTo('Bob Days');
  await ann.say('one');
  await bob.open('Ann Days');
  await bob.sees('one');
  await ann.tick('one', 'read');
  await bob.page.goBack();
  await ann.say('two');
  await bob.page.getByText('1 unread').waitFor({ state: 'attached' });
  await bob.open('Ann Days');
  await bob.page.locator('.day', { hasText: 'Today' }).waitFor();
  const order = await bob.page.locator('.log > li').allInnerTexts();
  const at = (text) => order.findIndex((line) => line.includes(text));
  assert.ok(at('one') < at('New messages') && at('New messages') < at('two'), order.join(' | '));
  await Promise.all([ann.leave(), bob.leave()]);
});

test('what came while one looked elsewhere is marked as new, and what was new before no longer is', async () => {
  const [ann, bob] = await Promise.all([world.enter('Ann Speaks'), world.enter('Bob Turns')]);
  await ann.writeTo('Bob Turns');
  await ann.say('one');
  await bob.open('Ann Speaks');
  await ann.tick('one', 'read');
  const looks = (away) =>
    bob.page.evaluate((away) => {
      document.hasFocus = () => !away;
      dispatchEvent(new Event(away ? 'blur' : 'focus'));
    }, away);
  const mark = bob.page.locator('.log > .new');
  const order = async () => (await bob.page.locator('.log > li').allInnerTexts()).map((line) => /New messages|one|two|three/.exec(line)?.[0]).filter(Boolean);

  await looks(true);
  await ann.say('two');
  await mark.waitFor();
  assert.deepEqual(await order(), ['one', 'New messages', 'two']);
  await looks(false);
  await ann.tick('two', 'read');
  assert.equal(await mark.count(), 1, 'it stays while one reads');
  await looks(true);
  await ann.say('three');
  await bob.page.locator('.log > .new + .message', { hasText: 'three' }).waitFor();
  assert.deepEqual(await order(), ['one', 'two', 'New messages', 'three']);
  await looks(false);
  await ann.tick('three', 'read');
  await Promise.all([ann.leave(), bob.leave()]);
});

test('clearing takes the messages out of one\'s own sight only', async () => {
  const [ann, bob] = await Promise.all([world.enter('Ann Clears'), world.enter('Bob Keeps')]);
  await ann.writeTo('Bob Keeps');
  await ann.say('to be cleared');
  await bob.open('Ann Clears');
  await bob.sees('to be cleared');
  await ann.page.getByRole('button', { name: 'Details' }).click();
  await ann.page.getByRole('button', { name: 'Clear messages' }).click();
  await ann.page.getByRole('dialog', { name: 'Clear messages?' }).getByRole('button', { name: 'Clear messages' }).click();
  await ann.page.getByRole('dialog', { name: 'About this person' }).getByRole('button', { name: 'Close' }).click();
  await ann.message('to be cleared').waitFor({ state: 'detached' });
  await bob.sees('to be cleared');
  await ann.page.getByRole('button', { name: 'Mute', exact: true }).click();
  await ann.page.getByRole('button', { name: 'Unmute', exact: true }).waitFor();
  await Promise.all([ann.leave(), bob.leave()]);
});
