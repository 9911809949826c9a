// The admin page in front of a real server: who comes in, what they see and do, by keyboard and on a narrow screen.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { launch, PATIENCE_MS, Server } from './harness.mjs';

const PROGRAM = process.env.CHINWAG_BIN ?? fileURLToPath(new URL('../../target/debug/chinwag', import.meta.url));

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const SETTINGS = { CHINWAG_ADMIN__PAGE: 'true', CHINWAG_AUTH__GUESTS: 'true', CHINWAG_AUTH__SECRET: 'a secret of at least thirty-two bytes' };
const token = (role) => execFileSync(PROGRAM, ['token', '--user', `a-${role}`, '--role', role], { env: { PATH: process.env.PATH, ...SETTINGS }, encoding: 'utf8' }).trim();

let [server, browser] = [];
before(async () => {
  server = await Server.start(SETTINGS);
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

async function open(options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB', bypassCSP: true, ...options });
  const page = await context.newPage();
  const faults = [];
  page.setDefaultTimeout(PATIENCE_MS);
  page.on('pageerror', (error) => faults.push(error));
  await page.goto(`${server.url}/admin`);
  const close = async () => {
    await context.close();
    assert.deepEqual(faults, []);
  };
  return { page, close };
}

async function comeIn(page, text) {
  await page.getByLabel('Token of an application admin').fill(text);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
}

test('only an application admin comes in', async () => {
  const { page, close } = await open();
  await comeIn(page, token('member'));
  await page.getByRole('status').getByText('not the role admin').waitFor();
  assert.equal(await page.getByRole('link', { name: 'People' }).count(), 0);
  await comeIn(page, token('admin'));
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  await page.getByText('People connected').waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  await page.getByRole('button', { name: 'Leave' }).click();
  await page.getByRole('heading', { name: 'Who are you?' }).waitFor();
  assert.equal(await page.evaluate(() => sessionStorage.length), 0);
  await close();
});

test('the overview asks for nothing any more once another view is shown', async () => {
  const { page, close } = await open();
  await page.clock.install();
  await page.goto(`${server.url}/admin`);
  let asked = 0;
  let answer = () => {};
  await page.route('**/metrics', async (route) => {
    asked += 1;
    if (asked === 2) await new Promise((resolve) => { answer = resolve; });
    await route.continue();
  });
  await comeIn(page, token('admin'));
  await page.getByText('People connected').waitFor();
  await page.clock.runFor(5_000);
  // Left while it is being asked.
  await page.getByRole('link', { name: 'People' }).click();
  await page.getByRole('heading', { name: 'People' }).waitFor();
  const answered = page.waitForResponse('**/metrics');
  answer();
  await answered;
  await page.clock.runFor(60_000);
  assert.equal(asked, 2);
  await close();
});

test('somebody is deactivated and brought back, and it is written down', async () => {
  const bob = await server.guest('Bob <b>bold</b>');
  const { page, close } = await open();
  await comeIn(page, token('admin'));
  await page.getByRole('link', { name: 'People' }).click();
  await page.getByLabel('Part of name').fill('bob');
  await page.keyboard.press('Enter');
  const row = page.getByRole('row', { name: 'Bob <b>bold</b>' });
  await row.getByRole('button', { name: 'Deactivate' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await bob.ask('GET', '/users/me');
  await row.getByRole('button', { name: 'Deactivate' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Deactivate' }).click();
  await row.getByText('deactivated').waitFor();
  await assert.rejects(bob.ask('GET', '/users/me'), /account_deactivated/);
  await row.getByRole('button', { name: 'Reactivate' }).click();
  await row.getByText('active', { exact: true }).waitFor();
  await page.getByRole('link', { name: 'Audit log' }).click();
  await page.getByLabel('On what (id)').fill(bob.id);
  await page.getByRole('button', { name: 'Show' }).click();
  await page.getByRole('row', { name: 'user.reactivated' }).waitFor();
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as a file' }).click();
  assert.match(await readFile(await (await saved).path(), 'utf8'), /user\.deactivated/);
  await close();
});

for (const [colorScheme, width] of [['light', 1280], ['dark', 360]]) {
  test(`every place, ${colorScheme}, ${width} px`, async () => {
    const { page, close } = await open({ colorScheme, viewport: { width, height: 760 } });
    await comeIn(page, token('admin'));
    for (const name of ['Overview', 'Connections', 'People', 'Groups', 'Audit log', 'Jobs']) {
      await page.getByRole('link', { name, exact: true }).click();
      await page.getByRole('heading', { name, level: 1 }).waitFor();
      await page.locator('.figures dd, .list[aria-busy="false"]').first().waitFor();
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} is too wide`);
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
      const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      assert.deepEqual(serious.map(({ id, nodes }) => `${name}: ${id}: ${nodes.map((node) => node.html)}`), []);
    }
    await close();
  });
}
