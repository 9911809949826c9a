// What was written without a connection outlives the tab; a sign-in outlives reloads and copies of a tab.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Person, setUp, until, Wire } from './harness.mjs';

const world = setUp({ before, after });

/** Somebody with an account, who is the same person in every tab of a browser. */
async function withAccount(name, server) {
  const username = name.toLowerCase().replace(' ', '.');
  await world.server.ask('POST', '/auth/register', { username, password: 'correct horse', name });
  const context = await world.browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
  const person = new Person(await context.newPage(), name);
  const { page } = person;
  await page.goto(server.url);
  await page.getByRole('button', { name: 'Use an account' }).click();
  await page.getByLabel('Username').fill(username);
  await page.getByLabel('Password').fill('correct horse');
  await page.locator('form').getByRole('button', { name: 'Sign in' }).last().click();
  await person.isOnline();
  return person;
}

/** Another tab of the same browser. */
async function tabOf(person, server) {
  const other = new Person(await person.context.newPage(), person.name);
  await other.page.goto(server.url);
  return other;
}

const textsOf = (person) => person.page.locator('.message .text').allInnerTexts();

test('what was written without a connection is sent by the next tab, once', async () => {
  const wire = await Wire.to(world.server);
  const [ann, bob] = await Promise.all([withAccount('Ann Closes', wire), world.enter('Bob Waits')]);
  await ann.writeTo('Bob Waits');
  await ann.say('before');
  await bob.open('Ann Closes');
  await bob.sees('before');
  wire.cut();
  await ann.page.locator('.banner').waitFor();
  for (const text of ['one', 'two', 'three']) await ann.say(text);
  await ann.tick('three', 'pending');
  // Nothing is lost, so nobody is asked whether they mean it.
  await ann.page.close({ runBeforeUnload: true });
  await until(() => ann.context.pages().length, (count) => count === 0, 'the tab closes without a question');

  wire.mend();
  const again = await tabOf(ann, wire);
  await again.isOnline();
  await bob.sees('three');
  await again.open('Bob Waits');
  await again.tick('three', 'read');
  assert.deepEqual(await textsOf(bob), ['before', 'one', 'two', 'three']);
  await again.page.reload();
  await again.isOnline();
  await until(() => textsOf(again), (texts) => texts.length >= 4, 'the history');
  assert.deepEqual(await textsOf(again), ['before', 'one', 'two', 'three']);
  assert.deepEqual(await textsOf(bob), ['before', 'one', 'two', 'three']);
  await Promise.all([again.leave(), bob.leave()]);
  wire.close();
});

test('two tabs of one person double nothing of it', async () => {
  const wire = await Wire.to(world.server);
  const [ann, bob] = await Promise.all([withAccount('Ann Twice', wire), world.enter('Bob Counts')]);
  await ann.writeTo('Bob Counts');
  await ann.say('before');
  await bob.open('Ann Twice');
  await bob.sees('before');
  const second = await tabOf(ann, wire);
  await second.isOnline();
  await second.open('Bob Counts');
  wire.cut();
  await Promise.all([ann, second].map((one) => one.page.locator('.banner').waitFor()));
  for (const text of ['first 1', 'first 2']) await ann.say(text);
  await second.say('second 1');
  wire.mend();
  const third = await tabOf(ann, wire);
  await third.isOnline();

  const settled = (person) => until(() => textsOf(person), (texts) => texts.length === 4, 'four messages');
  const seen = await settled(bob);
  assert.deepEqual(seen.filter((text) => text.startsWith('first')), ['first 1', 'first 2']);
  await third.open('Bob Counts');
  for (const one of [ann, second, third]) {
    await one.tick('first 2', 'read');
    await one.tick('second 1', 'read');
    assert.deepEqual(await settled(one), seen);
  }
  await Promise.all([ann.leave(), bob.leave()]);
  wire.close();
});

test('who signs out with something unsent is asked, and leaves nothing behind', async () => {
  const wire = await Wire.to(world.server);
  const ann = await withAccount('Ann Hurries', wire);
  await world.server.guest('Carl Hurries');
  await ann.writeTo('Carl Hurries');
  wire.cut();
  await ann.page.locator('.banner').waitFor();
  await ann.say('never sent');
  await ann.page.getByRole('button', { name: 'Menu' }).click();
  await ann.page.getByRole('menuitem', { name: 'Sign out' }).click();
  const asked = ann.page.getByRole('dialog', { name: 'Sign out?' });
  await asked.getByText('1 message is not sent yet').waitFor();
  await asked.getByRole('button', { name: 'Sign out' }).click();
  await ann.page.locator('.welcome').waitFor();
  assert.deepEqual(await ann.page.evaluate(() => [...Object.keys(localStorage), ...Object.keys(sessionStorage)]), []);
  await ann.leave();
  wire.close();
});

test('who signs out where there is no connection from the beginning is asked too', async () => {
  const wire = await Wire.to(world.server);
  const ann = await withAccount('Ann Gives', wire);
  await world.server.guest('Carl Gives');
  await ann.writeTo('Carl Gives');
  wire.cut();
  await ann.page.locator('.banner').waitFor();
  await ann.say('never sent');
  await ann.tick('never sent', 'pending');
  await ann.page.goto('about:blank');
  wire.mend();
  await ann.page.routeWebSocket(/\/ws$/, (socket) => socket.close());
  await ann.page.goto(wire.url);
  await ann.page.getByRole('button', { name: 'Sign out' }).click();
  const asked = ann.page.getByRole('dialog', { name: 'Sign out?' });
  await asked.getByText('1 message is not sent yet').waitFor();
  await asked.getByRole('button', { name: 'Sign out' }).click();
  await ann.page.getByLabel('Your name').waitFor();
  assert.deepEqual(await ann.page.evaluate(() => [...Object.keys(localStorage), ...Object.keys(sessionStorage)]), []);
  await ann.leave();
  wire.close();
});

test('somebody new is written to without a connection: it is shown at once and goes where it belongs', async () => {
  const wire = await Wire.to(world.server);
  const [ann, bob] = await Promise.all([world.enter('Ann Begins', { over: wire }), world.enter('Bob Is New')]);
  await ann.writeTo('Bob Is New');
  // Nobody is told of a chat in which nothing was said.
  await ann.page.getByText('This is where it begins.').waitFor();
  wire.cut();
  await ann.page.locator('.banner').waitFor();
  for (const text of ['hello', 'is it you?']) await ann.say(text);
  await ann.tick('is it you?', 'pending');
  await ann.page.getByText('2 messages are sent when it is back.').waitFor();
  await ann.field.fill('half a sen');
  await ann.field.evaluate((it) => { it.dataset.same = 'yes'; });
  assert.equal(await bob.page.getByRole('navigation').getByText('Ann Begins').count(), 0);

  wire.mend();
  await ann.tick('is it you?', 'delivered');
  await bob.open('Ann Begins');
  await bob.sees('is it you?');
  assert.deepEqual(await textsOf(bob), ['hello', 'is it you?']);
  assert.deepEqual(await textsOf(ann), ['hello', 'is it you?']);
  await ann.page.getByRole('button', { name: 'Details' }).waitFor();
  // Nobody is interrupted in the middle of a word.
  assert.equal(await ann.field.inputValue(), 'half a sen');
  assert.equal(await ann.field.evaluate((it) => it === document.activeElement && it.dataset.same), 'yes');
  // The address is that of the chat now.
  await ann.page.reload();
  await ann.isOnline();
  await ann.sees('is it you?');
  await Promise.all([ann.leave(), bob.leave()]);
  wire.close();
});

test('a copy of a tab is the same guest, and neither signs the other out', async () => {
  const ann = await world.enter('Ann Copies');
  const exchanges = [];
  ann.context.on('request', (request) => request.url().endsWith('/auth/refresh') && exchanges.push(request.url()));
  // The browser copies what belongs to a tab.
  const [page] = await Promise.all([ann.context.waitForEvent('page'), ann.page.evaluate(() => void window.open(location.href))]);
  const copy = new Person(page, ann.name);
  await copy.isOnline();
  for (const one of [copy, ann, copy, ann]) {
    await one.page.reload();
    await one.isOnline();
  }
  assert.equal(exchanges.length, 0, 'a token that is good is not exchanged');

  // Later, when it is not: whoever comes first exchanges it, for both.
  const expire = () => ann.page.evaluate(() => {
    const name = Object.keys(localStorage).find((one) => one.startsWith('chinwag.account.'));
    localStorage.setItem(name, JSON.stringify({ ...JSON.parse(localStorage.getItem(name)), goodUntil: Date.now() - 1 }));
  });
  for (let round = 0; round < 2; round += 1) {
    await expire();
    await Promise.all([ann, copy].map((one) => one.page.reload()));
    await Promise.all([ann, copy].map((one) => one.isOnline()));
  }
  assert.equal(exchanges.length, 2);
  assert.equal(await copy.page.locator('.sidebar .bar .name').innerText(), 'Ann Copies');
  // Another tab is somebody else.
  const other = await ann.context.newPage();
  await other.goto(world.server.url);
  await other.getByLabel('Your name').waitFor();
  await ann.leave();
});
