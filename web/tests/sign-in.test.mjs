// The other doors: accounts, and tokens of a host application.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';

import { forgetful, Person, Server, setUp, Wire } from './harness.mjs';

const world = setUp({ before, after });
const SECRET = '0123456789abcdef0123456789abcdef';

const visit = async (server, name) => {
  const context = await world.browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
  const person = new Person(await context.newPage(), name);
  await person.page.goto(server.url);
  return person;
};

test('an account is made, kept on the device, and needs its password', async () => {
  const ann = await visit(world.server, 'Ann Account');
  const { page } = ann;
  await page.getByRole('button', { name: 'Use an account' }).click();
  await page.getByRole('button', { name: 'Register' }).first().click();
  await page.getByLabel('Username').fill('ann.account');
  await page.getByLabel('Your name, as others see it').fill('Ann Account');
  await page.getByLabel('Password').fill('correct horse');
  await page.locator('form').getByRole('button', { name: 'Register' }).last().click();
  await ann.isOnline();
  // A second tab of the same browser is the same person.
  const second = await ann.context.newPage();
  await second.goto(world.server.url);
  await second.locator('.sidebar .status.online').waitFor();
  assert.equal(await second.locator('.sidebar .bar .name').innerText(), 'Ann Account');
  await second.close();

  await page.getByRole('button', { name: 'Menu' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Use an account' }).click();
  await page.getByLabel('Username').fill('ann.account');
  await page.getByLabel('Password').fill('wrong horse');
  await page.locator('form').getByRole('button', { name: 'Sign in' }).last().click();
  await page.getByRole('alert').filter({ hasText: /\w/ }).waitFor();
  await page.getByLabel('Password').fill('correct horse');
  await page.locator('form').getByRole('button', { name: 'Sign in' }).last().click();
  await ann.isOnline();
  await ann.leave();
});

/** As a host application would sign it. */
function signed(claims) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${text}.${createHmac('sha256', SECRET).update(text).digest('base64url')}`;
}

test('with the tokens of a host application, one is pasted; a bad one is refused with a word', async () => {
  const server = await Server.start({ CHINWAG_AUTH__MODE: 'external', CHINWAG_AUTH__SECRET: SECRET });
  try {
    const ann = await visit(server, 'Ann Token');
    const { page } = ann;
    const enter = async (token) => {
      await page.getByLabel('Access token').fill(token);
      await page.getByRole('button', { name: 'Sign in' }).click();
    };
    await page.getByLabel('Access token').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Use an account' }).count(), 0);
    await enter('nonsense');
    await page.getByText('The server does not accept this token.').waitFor();
    await enter(signed({ sub: 'ann', name: 'Ann Token', exp: Math.floor(Date.now() / 1000) + 600 }));
    await ann.isOnline();
    assert.equal(await page.locator('.sidebar .bar .name').innerText(), 'Ann Token');
    await page.reload();
    await ann.isOnline();
    await ann.leave();
  } finally {
    await server.stop();
  }
});

test('a browser that keeps nothing chats all the same, for longer than one token, and warns before it loses something', async () => {
  // With tokens as short as may be, of which one is exchanged after a moment.
  const server = await Server.start({ CHINWAG_AUTH__ACCESS_TTL_SECONDS: '12' });
  const [wire, context] = await Promise.all([Wire.to(server), forgetful()]);
  try {
    const ann = new Person(await context.newPage(), 'Ann Forgets');
    const { page } = ann;
    await page.goto(wire.url);
    assert.equal(await page.evaluate(() => { try { return localStorage.length; } catch (error) { return error.name; } }), 'SecurityError');
    await page.getByRole('button', { name: 'Use an account' }).click();
    await page.getByRole('button', { name: 'Register' }).first().click();
    await page.getByLabel('Username').fill('ann.forgets');
    await page.getByLabel('Password').fill('correct horse');
    // Such a browser refuses locks between tabs as well.
    const exchanged = page.waitForResponse('**/auth/refresh');
    await page.locator('form').getByRole('button', { name: 'Register' }).last().click();
    await ann.isOnline();
    assert.equal((await exchanged).status(), 200);
    await server.guest('Carl Forgets');
    await ann.writeTo('Carl Forgets');
    await ann.say('hello');
    await ann.tick('hello', 'sent');
    await page.getByRole('button', { name: 'Menu' }).click();
    await page.getByRole('menuitem', { name: 'Colours: as the system' }).click();
    await page.locator('html[data-theme="light"]').waitFor();

    wire.cut();
    await ann.say('not yet sent');
    await ann.tick('not yet sent', 'pending');
    const asked = page.waitForEvent('dialog');
    const closing = page.close({ runBeforeUnload: true });
    const dialog = await asked;
    assert.equal(dialog.type(), 'beforeunload');
    await dialog.dismiss();
    await closing;

    wire.mend();
    await ann.tick('not yet sent', 'sent');
    await ann.leave();
  } finally {
    await context.close();
    wire.close();
    await server.stop();
  }
});
