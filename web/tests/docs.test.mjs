// The documentation that the server brings along, in a real browser: the explorer, the console, the pages about
// problems and the protocol. Nothing is asked of anybody else, and axe finds nothing serious, in light and in dark.

import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';

import { PATIENCE_MS, setUp, until } from './harness.mjs';

const world = setUp({ before, after });
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A page of the documentation; `close` holds it to having asked this server alone and complained of nothing. */
async function open(path, options = {}) {
  const context = await world.browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB', ...options });
  const page = await context.newPage();
  const faults = [];
  page.setDefaultTimeout(PATIENCE_MS);
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (said) => said.type() === 'error' && faults.push(said.text()));
  page.on('request', (request) => {
    const own = request.url().startsWith(`${world.server.url}/`) || /^(data|blob):/.test(request.url());
    if (!own) faults.push(`asks ${request.url()}`);
  });
  const answer = await page.goto(`${world.server.url}${path}`);
  assert.equal(answer.status(), 200, path);
  const close = async () => {
    await context.close();
    assert.deepEqual(faults, []);
  };
  return { page, close };
}

/** The console, connected as a guest. */
async function connected(options) {
  const opened = await open('/docs/console', options);
  const { page } = opened;
  await page.getByLabel('Name of a guest').fill('Ann');
  await page.getByRole('button', { name: 'Get a token' }).click();
  const token = await until(() => page.getByLabel('Access token').inputValue(), Boolean, 'a token');
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  await page.getByRole('listitem').filter({ hasText: '← came ready' }).waitFor();
  return { ...opened, token };
}

const entry = (page, text) => page.getByRole('log').getByRole('listitem').filter({ hasText: text });

test('the explorer lists every operation', async () => {
  const { page, close } = await open('/docs/explorer');
  await page.locator('.opblock').first().waitFor();
  const { paths } = await world.server.ask('GET', '/openapi.json');
  const operations = Object.values(paths).flatMap((path) => Object.keys(path).filter((key) => /^(get|post|put|patch|delete)$/.test(key)));
  assert.ok(operations.length > 40, `${operations.length}`);
  await until(() => page.locator('.opblock').count(), (count) => count === operations.length, 'operations');
  await page.locator('.opblock-summary-path[data-path$="/auth/guest"]').click();
  await page.locator('.opblock.is-open').getByRole('button', { name: 'Try it out' }).waitFor();
  await page.getByRole('navigation', { name: 'Documentation' }).getByRole('link', { name: 'Protocol' }).click();
  await page.getByRole('heading', { name: 'Protocol of the socket' }).waitFor();
  await close();
});

test('the console connects, sends a frame, and shows both directions with their times', async () => {
  const { page, close } = await connected();
  await page.getByLabel('Template').selectOption('ping');
  const { id } = JSON.parse(await page.getByLabel('Text frame').inputValue());
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  for (const line of [/→ sent authenticate #\d+/, '← came ready', `→ sent ping #${id}`, `← came reply #${id}`]) {
    const item = entry(page, line);
    await item.waitFor();
    assert.match(await item.locator('time').textContent(), /^\d\d:\d\d:\d\d\.\d\d\d$/);
  }
  const token = await page.getByLabel('Access token').inputValue();
  assert.ok(!(await page.getByRole('log').textContent()).includes(token), 'a token in the list');
  await page.getByLabel('Show only what contains').fill('sent ping');
  await entry(page, '← came ready').waitFor({ state: 'hidden' });
  await close();
});

test('a frame that is no JSON goes out as well, and what the server says of it is shown', async () => {
  const { page, close } = await connected();
  await page.getByLabel('Text frame').fill('no JSON');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await entry(page, '→ sent no JSON').waitFor();
  await entry(page, 'validation_failed').first().waitFor();
  await close();
});

test('the console says why a connection was closed', async () => {
  const { page, close } = await connected();
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await entry(page, 'closed with 1000').waitFor();
  await page.getByLabel('Access token').fill('no token at all');
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  const closed = entry(page, 'closed with 4401');
  await closed.waitFor();
  assert.match(await closed.locator('pre').textContent(), /Come back: (yes|no)\./);
  await page.getByText('closed (4401)', { exact: true }).waitFor();
  await close();
});

/** The words that a shell makes of a command line. */
const words = (line) => JSON.parse(execFileSync('bash', ['-c', `words() { node -p 'JSON.stringify(process.argv.slice(1))' -- "$@"; }; words ${line}`], { encoding: 'utf8' }));

/** The first line that a command prints; it goes on for ever otherwise. */
async function firstLine(command) {
  const running = spawn('bash', ['-c', command], { detached: true, stdio: ['ignore', 'pipe', 'inherit'], timeout: PATIENCE_MS });
  try {
    for await (const line of createInterface({ input: running.stdout })) return line;
    return '';
  } finally {
    process.kill(-running.pid, 'SIGKILL');
  }
}

test('a copied command is whole, and the list shows it without the token', async () => {
  const { page, close, token } = await connected({ permissions: ['clipboard-read', 'clipboard-write'] });
  await page.getByLabel('Template').selectOption('ping');
  await page.getByRole('button', { name: 'Copy as a command' }).click();
  const shown = entry(page, 'command for websocat');
  await shown.waitFor();
  const listed = await shown.locator('pre').textContent();
  assert.ok(!listed.includes(token) && listed.includes(`Bearer ${token.slice(0, 8)}…'`), listed);

  const command = await page.evaluate(() => navigator.clipboard.readText());
  const [first, second] = command.split(' | ');
  const frame = JSON.parse(words(first).at(-1));
  assert.equal(frame.type, 'ping');
  const address = `${world.server.url.replace('http', 'ws')}/api/v1/ws`;
  assert.deepEqual(words(second), ['websocat', '--no-close', '--protocol', 'chat.v1', `-H=Authorization: Bearer ${token}`, address]);
  if (spawnSync('websocat', ['--version']).status === 0) assert.match(await firstLine(command), /"type":"(reply|ready)"/);
  await close();
});

test('where the clipboard is closed, the list has the whole command', async () => {
  const { page, close, token } = await connected();
  await page.evaluate(() => {
    navigator.clipboard.writeText = () => Promise.reject(new Error('closed'));
  });
  await page.getByRole('button', { name: 'Copy as a command' }).click();
  assert.ok((await entry(page, 'command for websocat').locator('pre').textContent()).includes(`Bearer ${token}'`));
  await close();
});

test('a frame with a token is masked in the command that is listed', async () => {
  const { page, close, token } = await connected({ permissions: ['clipboard-read', 'clipboard-write'] });
  await page.getByLabel('Text frame').fill(JSON.stringify({ id: '9', type: 'authenticate', data: { token } }));
  await page.getByRole('button', { name: 'Copy as a command' }).click();
  await entry(page, 'command for websocat').waitFor();
  assert.ok(!(await page.getByRole('log').textContent()).includes(token));
  await close();
});

for (const colorScheme of ['light', 'dark']) {
  test(`nothing serious on any page, ${colorScheme}`, async () => {
    for (const path of ['/docs', '/docs/console', '/docs/protocol', '/problems', '/problems/validation_failed']) {
      const { page, close } = await open(path, { colorScheme, bypassCSP: true });
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
      const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      assert.deepEqual(serious.map(({ id, nodes }) => `${path}: ${id}: ${nodes.map((node) => node.html).join('; ')}`), []);
      await close();
    }
  });
}

test('every page is dark where the system is', async () => {
  for (const path of ['/docs', '/docs/explorer', '/docs/console', '/docs/protocol', '/problems']) {
    const { page, close } = await open(path, { colorScheme: 'dark' });
    const grounds = await page.evaluate(() => ['body', 'main', '.swagger-ui'].map((selector) => document.querySelector(selector)).filter(Boolean).map((one) => getComputedStyle(one).backgroundColor));
    for (const ground of grounds) {
      const [red, green, blue, alpha = 1] = ground.match(/[\d.]+/g).map(Number);
      assert.ok(alpha === 0 || Math.max(red, green, blue) < 64, `${path}: ${ground}`);
    }
    await close();
  }
});

test('what is typed with a slash at the end leads to the page', async () => {
  const { page, close } = await open('/docs/');
  assert.equal(new URL(page.url()).pathname, '/docs');
  await page.getByRole('heading', { name: 'Documentation of this server' }).waitFor();
  await close();
});
