// Two people, two browsers, one server: what everybody expects of a chat.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { setUp, until, Wire } from './harness.mjs';

const world = setUp({ before, after });

test('e11 a message arrives at once, and its tick turns from sent to read', async () => {
  const [ann, bob] = await Promise.all([world.enter('Ann Tick'), world.enter('Bob Tick')]);
  await ann.writeTo('Bob Tick');
  await ann.say('hello Bob');
  await bob.page.getByRole('navigation').getByText('hello Bob').waitFor();
  await ann.tick('hello Bob', 'delivered');
  await bob.page.getByText('1 unread').waitFor({ state: 'attached' });

  await bob.open('Ann Tick');
  await bob.sees('hello Bob');
  await ann.tick('hello Bob', 'read');
  await bob.page.getByText('1 unread').waitFor({ state: 'detached' });

  await bob.say('hello Ann');
  await ann.sees('hello Ann');
  await bob.tick('hello Ann', 'read');
  await Promise.all([ann.leave(), bob.leave()]);
});

test('e11 who writes is shown while they write', async () => {
  const [ann, bob] = await Promise.all([world.enter('Ann Types'), world.enter('Bob Types')]);
  await ann.writeTo('Bob Types');
  await ann.say('are you there?');
  await bob.open('Ann Types');
  await bob.field.pressSequentially('yes, I');
  const line = ann.page.locator('[data-typing]');
  await line.waitFor();
  assert.match(await line.innerText(), /typing/);
  await bob.field.press('Enter');
  await line.waitFor({ state: 'detached' });
  await ann.sees('yes, I');
  await Promise.all([ann.leave(), bob.leave()]);
});

test('presence: online while the page is open, last seen afterwards', async () => {
  const [ann, bob] = await Promise.all([world.enter('Ann Sees'), world.enter('Bob Goes')]);
  await ann.writeTo('Bob Goes');
  await ann.say('there?');
  await ann.page.locator('.conversation .status.online').waitFor();
  await bob.leave();
  await ann.page.locator('.conversation .status', { hasText: 'Last seen just now' }).waitFor();
  await ann.leave();
});

test('reply, react, edit and delete show on both sides', async () => {
  const [ann, bob] = await Promise.all([world.enter('Ann Acts'), world.enter('Bob Acts')]);
  await ann.writeTo('Bob Acts');
  await ann.say('shall we meet at noon?');
  await bob.open('Ann Acts');
  await bob.sees('shall we meet at noon?');

  await bob.act('shall we meet', 'Reply');
  await bob.page.getByText('Reply to Ann Acts').first().waitFor();
  await bob.say('noon is fine');
  await ann.sees('noon is fine');
  await ann.message('noon is fine').getByRole('button', { name: /Reply to You shall we meet/ }).waitFor();

  await ann.act('noon is fine', 'React with 👍');
  const reaction = bob.message('noon is fine').getByRole('button', { name: '👍 1' });
  await reaction.waitFor();
  assert.equal(await reaction.getAttribute('aria-pressed'), 'false');
  await reaction.click();
  await ann.message('noon is fine').getByRole('button', { name: '👍 2' }).waitFor();
  const own = ann.message('noon is fine').getByRole('button', { name: '👍 2' });
  assert.equal(await own.getAttribute('aria-pressed'), 'true');
  await own.click();
  await bob.message('noon is fine').getByRole('button', { name: '👍 1' }).waitFor();

  await ann.act('shall we meet', 'Edit');
  await ann.field.fill('shall we meet at one?');
  await ann.field.press('Enter');
  await bob.sees('shall we meet at one?');
  await bob.message('shall we meet at one?').getByText('edited').waitFor();
  await bob.message('noon is fine').getByRole('button', { name: /at one\?/ }).waitFor();

  await ann.act('shall we meet', 'Delete');
  await ann.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await bob.page.locator('.message.gone', { hasText: 'Message deleted' }).waitFor();
  assert.equal(await bob.page.getByText('shall we meet at one?').count(), 0);
  await Promise.all([ann.leave(), bob.leave()]);
});

test('what is written is text and never markup; only web addresses become links', async () => {
  const ann = await world.enter('Ann Marks');
  const carl = await world.server.guest('Carl Marks');
  await ann.writeTo('Carl Marks');
  await ann.say('<img src=x onerror="window.hacked=1"><b>bold</b> javascript:alert(1) https://example.org/a?b=1&c=2.');
  await ann.sees('<b>bold</b>');
  const text = ann.message('bold').locator('.text');
  assert.equal(await text.locator('b, img').count(), 0);
  const links = text.locator('a');
  assert.equal(await links.count(), 1);
  assert.equal(await links.getAttribute('href'), 'https://example.org/a?b=1&c=2');
  assert.equal(await links.getAttribute('rel'), 'noopener noreferrer');
  assert.equal(await ann.page.evaluate(() => window.hacked), undefined);

  // What looks like an address and is none.
  const [{ id }] = (await carl.ask('GET', '/users?search=Ann%20Marks')).items;
  await carl.ask('POST', '/messages', { recipient_id: id, content: 'see http://999.999.999.999/ there' });
  await ann.sees('http://999.999.999.999/');
  assert.equal(await ann.message('999').locator('.text a').count(), 0);
  await ann.leave();
});

test('e11 what is sent without a connection waits in sight, and arrives once', async () => {
  const wire = await Wire.to(world.server);
  const [ann, bob] = await Promise.all([world.enter('Ann Offline', { over: wire }), world.enter('Bob Online')]);
  await ann.writeTo('Bob Online');
  await ann.say('before');
  await bob.open('Ann Offline');
  await bob.sees('before');

  wire.cut();
  await ann.page.locator('.banner').waitFor();
  for (const text of ['first while away', 'second while away']) await ann.say(text);
  await ann.tick('first while away', 'pending');
  await ann.page.getByText('2 messages are sent when it is back.').waitFor();
  assert.equal(await bob.message('while away').count(), 0);

  wire.mend();
  await bob.sees('second while away');
  await ann.tick('second while away', 'read');
  assert.deepEqual(await bob.page.locator('.message .text', { hasText: 'while away' }).allInnerTexts(), ['first while away', 'second while away']);
  assert.equal(await ann.message('while away').count(), 2);
  await Promise.all([ann.leave(), bob.leave()]);
  wire.close();
});

test('a server that is killed and comes back loses and doubles nothing', async () => {
  const [ann, bob] = await Promise.all([world.enter('Ann Stays'), world.enter('Bob Stays')]);
  await ann.writeTo('Bob Stays');
  await ann.say('message 0');
  await bob.open('Ann Stays');
  await bob.sees('message 0');

  await world.server.kill();
  await ann.page.locator('.banner').waitFor();
  for (const number of [1, 2, 3]) await ann.say(`message ${number}`);
  await bob.say('mine');
  await world.server.restart();

  await Promise.all([bob.sees('message 3'), ann.sees('mine'), ann.tick('message 3', 'read')]);
  const told = (person) => until(() => person.page.locator('.message .text').allInnerTexts(), (texts) => texts.length === 5, 'five messages');
  const [annSees, bobSees] = await Promise.all([told(ann), told(bob)]);
  assert.deepEqual(annSees, bobSees);
  assert.deepEqual(annSees.filter((text) => text !== 'mine'), ['message 0', 'message 1', 'message 2', 'message 3']);
  await Promise.all([ann.leave(), bob.leave()]);
});

test('a reload keeps who one is, the open chat and the draft', async () => {
  const ann = await world.enter('Ann Reloads');
  await world.server.guest('Carl Reloads');
  await ann.writeTo('Carl Reloads');
  await ann.say('kept');
  await ann.tick('kept', 'sent');
  await ann.field.fill('half a sen');
  await ann.page.reload();
  await ann.isOnline();
  await ann.sees('kept');
  assert.equal(await ann.field.inputValue(), 'half a sen');
  assert.equal(await ann.page.locator('.sidebar .bar .name').innerText(), 'Ann Reloads');
  await ann.leave();
});

test('signing out ends it, also after a reload', async () => {
  const ann = await world.enter('Ann Leaves');
  await ann.page.getByRole('button', { name: 'Menu' }).click();
  await ann.page.getByRole('menuitem', { name: 'Sign out' }).click();
  await ann.page.getByLabel('Your name').waitFor();
  await ann.page.reload();
  await ann.page.getByLabel('Your name').waitFor();
  await ann.leave();
});
