// What the README shows runs.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';

import { Server } from './support/server.js';
import { until } from './support/until.js';

const PACKAGE = resolve(import.meta.dirname, '../..');

test('the ten lines of the README connect, send and receive', async (t) => {
  const server = await Server.start(t, { 'auth.mode': 'local', 'auth.guests': 'true' });
  const example = /```js\n(import [\s\S]*?)```/.exec(readFileSync(join(PACKAGE, 'README.md'), 'utf8'))?.[1] ?? '';
  assert.ok(example.trim().split('\n').length <= 10, 'ten lines');

  // As an application has it: the built package among its modules.
  const folder = mkdtempSync(join(tmpdir(), 'chinwag-readme-'));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'node_modules/@chinwag'), { recursive: true });
  symlinkSync(PACKAGE, join(folder, 'node_modules/@chinwag/client'));
  writeFileSync(join(folder, 'example.mjs'), example.replace('http://127.0.0.1:8080', server.url));
  const ws = pathToFileURL(createRequire(import.meta.url).resolve('ws'));
  writeFileSync(join(folder, 'run.mjs'), `import ws from '${ws}'; globalThis.WebSocket ??= ws; await import('./example.mjs');`);

  const program = spawn(process.execPath, [join(folder, 'run.mjs')], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => program.kill());
  let output = '';
  program.stdout.on('data', (data) => (output += data));
  await until(() => output.includes('Ann: Who is in?\n'));
});
