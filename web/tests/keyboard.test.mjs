// Everything without a mouse, and what a screen reader is told.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Person, setUp, until } from './harness.mjs';

const world = setUp({ before, after });
const focused = (page, read) => page.evaluate(read ?? (() => document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent));

test('from the name to a reply with the keyboard alone', async () => {
  const bob = await world.server.guest('Bob Keys');
  const context = await world.browser.newContext({ locale: 'en-GB' });
  const ann = new Person(await context.newPage(), 'Ann Keys');
  const { keyboard } = ann.page;
  await ann.page.goto(world.server.url);
  // The field for the name has the focus.
  await ann.page.getByLabel('Your name').waitFor();
  await keyboard.type('Ann Keys');
  await keyboard.press('Enter');
  await ann.isOnline();

  await keyboard.press('Alt+n');
  const dialog = ann.page.getByRole('dialog', { name: 'New chat' });
  await dialog.waitFor();
  await keyboard.type('Bob Keys');
  await dialog.getByRole('list', { name: 'People' }).getByRole('button', { name: 'Bob Keys' }).waitFor();
  await until(() => dialog.getByRole('list', { name: 'People' }).getByRole('button').count(), (count) => count === 1, 'one person');
  await keyboard.press('ArrowDown');
  await keyboard.press('Enter');
  await ann.field.waitFor();
  await until(() => focused(ann.page), (label) => label === 'Message', 'the field has the focus');
  await keyboard.type('first');
  await keyboard.press('Enter');
  await keyboard.type('second');
  await keyboard.press('Enter');
  await ann.tick('second', 'sent');

  // Up in an empty field: the last message again.
  await keyboard.press('ArrowUp');
  await until(() => ann.field.inputValue(), (text) => text === 'second', 'the last message is edited');
  await keyboard.press('End');
  await keyboard.type('!');
  await keyboard.press('Enter');
  await ann.sees('second!');

  // Back to the messages, up one, reply; Escape takes it back.
  await keyboard.press('Shift+Tab');
  await keyboard.press('Shift+Tab');
  await until(() => focused(ann.page, () => document.activeElement.className), (name) => /message/.test(name), 'a message has the focus');
  await keyboard.press('ArrowUp');
  await keyboard.press('r');
  await ann.page.getByText('Reply to You').first().waitFor();
  await until(() => focused(ann.page), (label) => label === 'Message', 'the field has the focus');
  await keyboard.type('third');
  await keyboard.press('Enter');
  await ann.message('third').getByRole('button', { name: 'Reply to You first' }).waitFor();

  await ann.tick('third', 'sent');

  // What it answers is found by its menu.
  await keyboard.press('Shift+Tab');
  await keyboard.press('Shift+Tab');
  await until(() => focused(ann.page, () => document.activeElement.className), (name) => /message/.test(name), 'a message has the focus');
  await keyboard.press('Enter');
  await ann.page.getByRole('menuitem', { name: 'Show what it replies to' }).press('Enter');
  await until(() => focused(ann.page, () => document.activeElement.innerText), (text) => /^first/.test(text), 'the first message has the focus');
  await keyboard.press('Escape');

  // A reaction by the menu of a message; Escape leads back to the field.
  await keyboard.press('Shift+Tab');
  await keyboard.press('Shift+Tab');
  await keyboard.press('Enter');
  await ann.page.getByRole('menu').waitFor();
  await keyboard.press('ArrowRight');
  await keyboard.press('Enter');
  await ann.message('third').getByRole('button', { name: '❤️ 1' }).waitFor();
  await keyboard.press('Escape');
  await until(() => focused(ann.page), (label) => label === 'Message', 'the field has the focus');

  // Search and the list at the side.
  await keyboard.press('Control+k');
  await until(() => focused(ann.page), (label) => /Search chats/.test(label), 'the search has the focus');
  await keyboard.press('ArrowDown');
  assert.match(await focused(ann.page), /Bob Keys/);

  // The list of keys opens by its key and closes by Escape, and the focus is where it was.
  await keyboard.press('?');
  await ann.page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
  await keyboard.press('Escape');
  await ann.page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.match(await focused(ann.page), /Bob Keys/);
  assert.ok(bob.id);
  await ann.leave();
});

test('the log tells new messages of others, and nothing that was loaded', async () => {
  const ann = await world.enter('Ann Hears');
  const carl = await world.server.guest('Carl Speaks');
  const [{ id }] = (await carl.ask('GET', '/users?search=Ann%20Hears')).items;
  for (const text of ['old one', 'old two']) await carl.ask('POST', '/messages', { recipient_id: id, content: text });
  await ann.open('Carl Speaks');
  await ann.sees('old two');
  const log = ann.page.getByRole('log');
  assert.equal(await log.innerText(), '');
  const read = () => log.locator('p').allInnerTexts();

  await carl.ask('POST', '/messages', { recipient_id: id, content: 'brand new' });
  await until(read, (told) => told.length === 1, 'the new message is told');
  await ann.say('my own');
  await ann.tick('my own', 'sent');
  await carl.ask('POST', '/messages', { recipient_id: id, content: 'and another' });
  await until(read, (told) => told.length === 2, 'the next one is told');
  assert.deepEqual(await read(), ['Carl Speaks: brand new', 'Carl Speaks: and another']);
  // The list that one sees is no live region.
  assert.equal(await ann.page.locator('.log').evaluate((it) => it.closest('[aria-live], [role=log], [role=status]')), null);
  await ann.leave();
});
