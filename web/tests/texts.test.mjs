// The catalogue: every text that a view asks for is in it, none is in it for nothing, and no view has words of its own.

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';

const source = new URL('../page/src/', import.meta.url);
Object.defineProperty(globalThis, 'navigator', { value: { languages: ['en'] }, configurable: true });
const { texts } = await import(new URL('texts.js', source));

const names = (await readdir(source, { recursive: true })).filter((name) => name.endsWith('.js') && !/^(vendor|sdk)\b|^texts\.js$/.test(name));
const files = await Promise.all(names.map(async (name) => ({ name, text: (await readFile(new URL(name, source), 'utf8')).replaceAll(/from '[^']*'/g, '') })));

test('every text that is asked for is in the catalogue', () => {
  for (const { name, text } of files) {
    for (const [, path] of text.matchAll(/\btexts\.([\w.]+)/g)) {
      const [first, second] = path.split('.');
      assert.ok(first in texts, `${name}: texts.${first}`);
      const nested = typeof texts[first] === 'object' && !Array.isArray(texts[first]);
      if (nested && second) assert.ok(second in texts[first], `${name}: texts.${first}.${second}`);
    }
  }
});

test('no text is in the catalogue for nothing', () => {
  const all = files.map(({ text }) => text).join();
  const unused = Object.keys(texts).filter((key) => !new RegExp(`\\btexts\\.${key}\\b`).test(all));
  assert.deepEqual(unused, []);
});

test('no view has words of its own', () => {
  for (const { name, text } of files) {
    const words = [...text.matchAll(/>\s*([A-Z]?[a-z]{2,}[a-z ,.!?]*)\s*<\//g), ...text.matchAll(/(?:aria-label|title|placeholder|alt)="([^"]*[a-z]{2,}[^"]*)"/g)];
    assert.deepEqual(words.map(([, word]) => word), [], name);
  }
});
