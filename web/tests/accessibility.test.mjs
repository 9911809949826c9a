// axe finds nothing serious on any screen, in light and in dark.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';

import { Person, setUp, Wire } from './harness.mjs';

const world = setUp({ before, after });
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What is serious or critical, with where it is. */
async function findings(page, screen) {
  // Colours are measured once nothing moves any more.
  await page.evaluate(() => Promise.all(document.getAnimations().filter((one) => one.effect.getTiming().iterations !== Infinity).map((one) => one.finished)));
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  return serious.map(({ id, help, nodes }) => `${screen}: ${id} (${help}): ${nodes.map((node) => `${node.html} ${node.failureSummary}`).join('; ')}`);
}

for (const colorScheme of ['light', 'dark']) {
  test(`every screen, ${colorScheme}`, async () => {
    const name = `Ann ${colorScheme}`;
    const found = [];
    const check = async (page, screen) => found.push(...(await findings(page, screen)));
    // The script of axe comes over the debugging protocol, which the page's policy does not concern.
    const context = await world.browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB', colorScheme, bypassCSP: true });
    const ann = new Person(await context.newPage(), name);
    const { page } = ann;
    const wire = await Wire.to(world.server);
    await page.goto(wire.url);
    await page.getByLabel('Your name').waitFor();
    await check(page, 'the door');
    await page.getByRole('button', { name: 'Use an account' }).click();
    await check(page, 'accounts');
    await page.getByRole('button', { name: 'Just a name' }).click();
    await ann.signIn();
    await check(page, 'nothing open');

    const carl = await world.server.guest(`Carl ${colorScheme}`);
    const [{ id }] = (await carl.ask('GET', `/users?search=${encodeURIComponent(name)}`)).items;
    const first = await carl.ask('POST', '/messages', { recipient_id: id, content: 'see https://example.org' });
    await carl.ask('POST', '/messages', { recipient_id: id, content: 'an answer', reply_to: first.id });
    await carl.ask('PUT', `/messages/${first.id}/reactions/${encodeURIComponent('👍')}`);
    const gone = await carl.ask('POST', '/messages', { recipient_id: id, content: 'gone' });
    await carl.ask('DELETE', `/messages/${gone.id}`);
    await page.getByText('unread').first().waitFor({ state: 'attached' });
    await check(page, 'the list with something unread');
    await ann.open(`Carl ${colorScheme}`);
    await ann.say('mine');
    await ann.tick('mine', 'sent');
    await page.locator('input[type=file]').setInputFiles({ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('notes') });
    await page.getByRole('list', { name: 'Attachments' }).waitFor();
    await check(page, 'a chat');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.locator('.message .file').waitFor();
    await ann.act('mine', 'Reply');
    await check(page, 'a reply');
    await ann.message('mine').hover();
    await ann.message('mine').getByRole('button', { name: 'Message actions' }).click();
    await check(page, 'the menu of a message');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Emoji' }).click();
    await page.getByRole('dialog', { name: 'Emoji' }).waitFor();
    await check(page, 'emoji');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Search in this chat' }).click();
    await page.getByRole('search', { name: 'Search in this chat' }).getByRole('searchbox').fill('answer');
    await page.locator('.hit').waitFor();
    await check(page, 'search in a chat');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Details' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Block' }).waitFor();
    await check(page, 'about a person');
    await page.keyboard.press('Escape');
    await page.getByRole('searchbox', { name: 'Search chats, people, messages' }).fill('an');
    await page.getByRole('heading', { name: 'Messages' }).waitFor();
    await check(page, 'search over all');
    await page.keyboard.press('Escape');

    await page.getByRole('button', { name: 'New chat' }).first().click();
    await page.getByRole('list', { name: 'People' }).waitFor();
    await check(page, 'a new chat');
    await page.getByRole('button', { name: 'New group' }).click();
    const making = page.getByRole('dialog', { name: 'New group' });
    await making.getByLabel('Name of the group').fill('Axe');
    await making.getByRole('checkbox', { name: new RegExp(`Carl ${colorScheme}`) }).click();
    await check(page, 'a new group');
    await making.getByRole('button', { name: /Create/ }).click();
    await ann.field.waitFor();
    await page.getByRole('button', { name: 'Details' }).click();
    await page.getByRole('button', { name: `Actions for Carl ${colorScheme}` }).waitFor();
    await check(page, 'about a group');
    await page.getByRole('button', { name: 'Edit group' }).click();
    await check(page, 'settings of a group');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Menu' }).click();
    await check(page, 'the menu');
    await page.getByRole('menuitem', { name: 'Your profile' }).click();
    await check(page, 'the profile');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Menu' }).click();
    await page.getByRole('menuitem', { name: 'Keyboard shortcuts' }).click();
    await check(page, 'shortcuts');
    await page.keyboard.press('Escape');
    wire.cut();
    await page.locator('.banner').waitFor();
    await check(page, 'offline');
    wire.mend();
    await ann.isOnline();
    await page.setViewportSize({ width: 360, height: 700 });
    await check(page, 'narrow');
    await ann.leave();
    wire.close();
    assert.deepEqual(found, []);
  });
}
