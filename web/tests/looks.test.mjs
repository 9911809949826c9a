// From 360 pixels on, in light and in dark: nothing that does not fit, and one pane at a time where there is no room for two.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { setUp } from './harness.mjs';

const world = setUp({ before, after });

for (const width of [360, 768, 1280]) {
  test(`nothing sticks out at ${width} pixels`, async () => {
    const ann = await world.enter(`Ann ${width}`, { viewport: { width, height: 700 } });
    const fits = async (what) => {
      const wide = await ann.page.evaluate(() => [...document.querySelectorAll('body *')]
        .filter((it) => it.getBoundingClientRect().right > innerWidth + 1 && !it.closest('.unseen'))
        .map((it) => it.className || it.tagName));
      assert.deepEqual(wide, [], `${what} at ${width} pixels`);
    };
    await world.server.guest(`Carl ${width} with a name that is longer than any name has to be to be understood`);
    await fits('the list');
    await ann.writeTo(`Carl ${width}`);
    await ann.say(`${'unbreakable'.repeat(30)} https://example.org/${'path/'.repeat(40)}`);
    await ann.bring('drop', '.scroller', [{ name: 'wide.png', width: 1600 }, { name: `${'long'.repeat(30)}.txt`, text: 'long' }]);
    await ann.page.getByRole('list', { name: 'Attachments' }).waitFor();
    await fits('files to be sent');
    await ann.page.getByRole('button', { name: 'Send', exact: true }).click();
    await ann.page.locator('.message').getByRole('img', { name: 'wide.png' }).waitFor();
    await ann.say('short\n');
    await ann.tick('short', 'sent');
    assert.equal(await ann.message('short').locator('.text').innerText(), 'short');
    await fits('the chat');
    await ann.page.getByRole('button', { name: 'Details' }).click();
    await ann.page.getByRole('dialog').waitFor();
    await fits('the details');
    await ann.page.keyboard.press('Escape');
    await ann.page.getByRole('button', { name: 'Emoji' }).click();
    await ann.page.getByRole('dialog', { name: 'Emoji' }).waitFor();
    await fits('emoji');
    await ann.page.keyboard.press('Escape');
    if (width < 720) await ann.page.getByRole('button', { name: 'Back' }).click();
    await ann.page.getByRole('button', { name: 'Menu' }).click();
    await ann.page.getByRole('menuitem', { name: 'Your profile' }).click();
    await fits('the profile');
    await ann.page.keyboard.press('Escape');
    await ann.leave();
  });
}

test('narrow: the list or the chat, and Back leads from one to the other', async () => {
  const ann = await world.enter('Ann Narrow', { viewport: { width: 360, height: 700 } });
  await world.server.guest('Carl Narrow');
  await ann.writeTo('Carl Narrow');
  await ann.say('hello');
  const list = ann.page.locator('.sidebar');
  assert.equal(await list.isVisible(), false);
  await ann.page.getByRole('button', { name: 'Back' }).click();
  await list.waitFor();
  assert.equal(await ann.page.locator('main').isVisible(), false);
  await ann.open('Carl Narrow');
  await ann.page.goBack();
  await list.waitFor();
  await ann.leave();
});

test('colours: as the system, light or dark, and kept', async () => {
  const ann = await world.enter('Ann Colours', { colorScheme: 'dark' });
  const isDark = () => ann.page.evaluate(() => getComputedStyle(document.body).backgroundColor === 'rgb(11, 17, 16)');
  const next = async (now) => {
    await ann.page.getByRole('button', { name: 'Menu' }).click();
    await ann.page.getByRole('menuitem', { name: `Colours: ${now}` }).click();
  };
  assert.equal(await isDark(), true);
  await next('as the system');
  assert.equal(await isDark(), false);
  await ann.page.reload();
  await ann.isOnline();
  assert.equal(await isDark(), false);
  await next('light');
  await ann.page.emulateMedia({ colorScheme: 'light' });
  assert.equal(await isDark(), true);
  await next('dark');
  assert.equal(await isDark(), false);
  await ann.leave();
});
