// Emoji, one's profile, notifications, and what the page says to the server only when it has to.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { setUp, until } from './harness.mjs';

const world = setUp({ before, after });

/** What the page says over its sockets from now on. */
function saidBy(person) {
  const said = [];
  person.page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => said.push(JSON.parse(payload))));
  return (type) => said.filter((frame) => frame.type === type).map(({ data }) => data);
}

test('an emoji is found by name with the keyboard, put where one writes, and put on a message', async () => {
  const [ann, bob] = await Promise.all([world.enter('Ann Smiles'), world.enter('Bob Smiles')]);
  const { keyboard } = ann.page;
  await ann.writeTo('Bob Smiles');
  await ann.field.fill('good bread!');
  for (let step = 0; step < 'bread!'.length; step += 1) await ann.field.press('ArrowLeft');
  await ann.field.press('Tab');
  await keyboard.press('Enter');
  const picker = ann.page.getByRole('dialog', { name: 'Emoji' });
  await picker.waitFor();
  await keyboard.type('croi');
  await until(() => picker.getByRole('button').count(), (count) => count === 1, 'one emoji fits');
  await keyboard.press('Enter');
  await picker.waitFor({ state: 'detached' });
  assert.equal(await ann.field.inputValue(), 'good 🥐bread!');
  await keyboard.press('Enter');
  await bob.open('Ann Smiles');
  await bob.sees('good 🥐bread!');

  // Down from the field, right, down to the next line, and back up.
  await ann.act('good', 'More emoji');
  await picker.waitFor();
  const focused = () => ann.page.evaluate(() => document.activeElement.getAttribute('aria-label'));
  for (const [key, name] of [['ArrowDown', 'grinning'], ['ArrowRight', 'laughing'], ['ArrowDown', 'thinking'], ['ArrowUp', 'laughing'], ['ArrowUp', 'Find an emoji']]) {
    await keyboard.press(key);
    assert.equal(await focused(), name, key);
  }
  await keyboard.type('hundred');
  await picker.getByRole('button', { name: 'hundred' }).click();
  await bob.message('good').getByRole('button', { name: '💯 1' }).waitFor();
  await ann.act('good', 'More emoji');
  await picker.waitFor();
  await keyboard.press('Escape');
  await picker.waitFor({ state: 'detached' });
  await Promise.all([ann.leave(), bob.leave()]);
});

test('one gives oneself another name and a picture; what is refused is said in the dialog', async () => {
  const [ann, bob] = await Promise.all([world.enter('Ann Before'), world.enter('Bob Names')]);
  const open = async () => {
    await ann.page.getByRole('button', { name: 'Menu' }).click();
    await ann.page.getByRole('menuitem', { name: 'Your profile' }).click();
  };
  await open();
  const profile = ann.page.getByRole('dialog', { name: 'Your profile' });
  await profile.getByLabel('Your name').fill('Ann After');
  await profile.getByLabel('Address of a picture').fill('https://example.org/ann.png');
  await ann.page.route('**/users/me', (route) => route.fulfill({
    status: 422, contentType: 'application/problem+json',
    body: JSON.stringify({ type: 'about:blank', title: 'x', status: 422, code: 'validation_failed', detail: '', temporary: false, errors: [{ pointer: '/name', detail: 'is not to my taste' }] }),
  }));
  await profile.getByRole('button', { name: 'Save' }).click();
  // Inside it: nothing outside of an open dialog is read out.
  await profile.getByRole('alert').getByText('name is not to my taste').waitFor();
  await ann.page.unroute('**/users/me');
  await profile.getByRole('button', { name: 'Save' }).click();
  await profile.waitFor({ state: 'detached' });
  assert.equal(await ann.page.locator('.sidebar .bar .name').innerText(), 'Ann After');
  await ann.writeTo('Bob Names');
  await ann.say('it is me');
  await bob.open('Ann After');
  await ann.page.reload();
  await ann.isOnline();
  assert.equal(await ann.page.locator('.sidebar .bar .name').innerText(), 'Ann After');
  await open();
  assert.equal(await profile.getByLabel('Address of a picture').inputValue(), 'https://example.org/ann.png');
  await profile.getByLabel('Address of a picture').fill('http://example.org/ann.png');
  await profile.getByRole('button', { name: 'Save' }).click();
  assert.equal(await profile.getByLabel('Address of a picture').evaluate((it) => it.validity.valid), false);
  await ann.page.keyboard.press('Escape');
  await Promise.all([ann.leave(), bob.leave()]);
});

/** Ann, who has just sent `frist` to Carl. */
async function misspells(surname) {
  const ann = await world.enter(`Ann ${surname}`);
  await world.server.guest(`Carl ${surname}`);
  await ann.writeTo(`Carl ${surname}`);
  await ann.say('frist');
  await ann.tick('frist', 'sent');
  return ann;
}

test('who types as soon as the wording can be changed loses none of it', async () => {
  const ann = await misspells('Types');
  await ann.message('frist').hover();
  await ann.message('frist').getByRole('button', { name: 'Message actions' }).click();
  await ann.page.getByRole('menuitem', { name: 'Edit' }).evaluate(async (item) => {
    item.click();
    // The first moment in which the page could take a key.
    await new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = resolve;
      port2.postMessage(null);
    });
    const field = document.querySelector('.composer textarea');
    field.value = 'first';
    field.dispatchEvent(new InputEvent('input', { bubbles: true }));
  });
  await ann.field.press('Enter');
  await ann.sees('first');
  await ann.leave();
});

test('another wording that cannot be saved is not lost', async () => {
  const ann = await misspells('Rewords');
  await ann.page.route('**/messages/*', (route) => (route.request().method() === 'PATCH' ? route.abort() : route.continue()));
  await ann.act('frist', 'Edit');
  await ann.say('first');
  await ann.page.getByRole('alert').filter({ hasText: /\w/ }).waitFor();
  await until(() => ann.field.inputValue(), (text) => text === 'first', 'it is still there');
  await ann.sees('frist');
  await ann.page.unroute('**/messages/*');
  await ann.field.press('Enter');
  await ann.sees('first');
  await ann.leave();
});

test('who wants it is notified of what comes while they look elsewhere, and the title counts it', async () => {
  const ann = await world.enter('Ann Away');
  const carl = await world.server.guest('Carl Calls');
  await ann.page.evaluate(() => {
    window.told = [];
    window.away = false;
    window.Notification = class {
      static permission = 'default';
      static requestPermission = async () => (this.permission = 'granted');
      constructor(title, options) {
        window.told.push({ title, body: options.body, tag: options.tag, click: () => this.onclick() });
      }
      close() {}
    };
    document.hasFocus = () => !window.away;
  });
  const [{ id }] = (await carl.ask('GET', '/users?search=Ann%20Away')).items;
  const say = (content) => carl.ask('POST', '/messages', { recipient_id: id, content });
  const told = () => ann.page.evaluate(() => window.told.map(({ title, body }) => `${title}: ${body}`));
  const menu = async (name) => {
    await ann.page.getByRole('button', { name: 'Menu' }).click();
    await ann.page.getByRole('menuitem', { name }).click();
  };
  await say('before they are wanted');
  await until(() => ann.page.title(), (title) => title === '(1) chinwag', 'the title counts one');
  await menu('Notifications: off');
  await say('while one looks');
  await until(() => ann.page.title(), (title) => title === '(2) chinwag', 'the title counts two');
  await ann.page.evaluate(() => { window.away = true; });
  await say('while one does not');
  await until(told, (all) => all.length > 0, 'a notification');
  assert.deepEqual(await told(), ['Carl Calls: while one does not']);
  await ann.page.evaluate(() => {
    window.away = false;
    window.told[0].click();
  });
  await ann.sees('while one does not');
  await until(() => ann.page.title(), (title) => title === 'chinwag', 'nothing is unread');
  await menu('Notifications: on');
  await ann.page.evaluate(() => { window.away = true; });
  await ann.page.goBack();
  await say('not wanted any more');
  await until(() => ann.page.title(), (title) => title === '(1) chinwag', 'it has come');
  assert.equal((await told()).length, 1);
  await ann.leave();
});

test('a chat that is open in a page that nobody sees is not looked at', async () => {
  const ann = await world.enter('Ann Hides');
  await world.server.guest('Carl Hides');
  await ann.writeTo('Carl Hides');
  await ann.say('hello');
  await ann.tick('hello', 'sent');
  const said = saidBy(ann);
  await ann.page.reload();
  await ann.isOnline();
  await until(() => said('conversation.open').length, (count) => count === 1, 'it is looked at');
  const look = (state) => ann.page.evaluate((value) => {
    Object.defineProperty(document, 'visibilityState', { value, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, state);
  await look('hidden');
  await until(() => said('conversation.close').length, (count) => count === 1, 'it is not looked at');
  await look('visible');
  await until(() => said('conversation.open').length, (count) => count === 2, 'it is looked at again');
  await ann.leave();
});

test('whose presence is followed is told once, whatever the order of the chats', async () => {
  const ann = await world.enter('Ann Follows');
  const people = await Promise.all(['Carl', 'Dora', 'Emil'].map((name) => world.server.guest(`${name} Follows`)));
  const [{ id }] = (await people[0].ask('GET', '/users?search=Ann%20Follows')).items;
  for (const one of people) await one.ask('POST', '/messages', { recipient_id: id, content: `of ${one.name}` });
  const said = saidBy(ann);
  await ann.page.reload();
  await ann.isOnline();
  await until(() => said('presence.subscribe').length, (count) => count >= 1, 'presence is followed');
  // Each message brings another chat to the top.
  for (const one of people) {
    await one.ask('POST', '/messages', { recipient_id: id, content: `again of ${one.name}` });
    await ann.page.getByRole('navigation').getByText(`again of ${one.name}`).waitFor();
  }
  assert.deepEqual(said('presence.subscribe').flatMap(({ user_ids }) => user_ids).sort(), people.map((one) => one.id).sort());
  assert.deepEqual(said('presence.unsubscribe'), []);
  const frank = await world.server.guest('Frank Follows');
  await frank.ask('POST', '/messages', { recipient_id: id, content: 'of Frank' });
  await until(() => said('presence.subscribe').at(-1).user_ids, (ids) => ids.length === 1 && ids[0] === frank.id, 'only who is new');
  assert.deepEqual(said('presence.unsubscribe'), []);
  await ann.leave();
});
