// Puts the page together: its own files, the two libraries it needs, and the compiled SDK, as plain modules that a
// browser loads as they are. No bundler: what is served can be read.
//
//   node tools/build-page.mjs [folder]      (default: ../crates/server/assets/page)

import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const web = dirname(dirname(fileURLToPath(import.meta.url)));
const target = resolve(process.argv[2] ?? join(web, '../crates/server/assets/page'));
const packages = join(web, 'node_modules');

/** The libraries, and what each calls the others. */
const VENDORED = {
  'preact.js': join(packages, 'preact/dist/preact.mjs'),
  'hooks.js': join(packages, 'preact/hooks/dist/hooks.mjs'),
  'htm.js': join(packages, 'htm/dist/htm.mjs'),
};
const BARE = new Map([['preact', './preact.js']]);

async function vendor(name, from) {
  const source = (await readFile(from, 'utf8')).replace(/\/\/# sourceMappingURL=.*\s*$/, '');
  const code = source.replace(/\bfrom\s*(["'])([^."'][^"']*)\1/g, (_, quote, bare) => {
    if (!BARE.has(bare)) throw new Error(`${name} imports ${bare}, which is not vendored`);
    return `from${quote}${BARE.get(bare)}${quote}`;
  });
  await writeFile(join(target, 'vendor', name), `${code.trimEnd()}\n`);
}

async function licence(name) {
  const { version } = JSON.parse(await readFile(join(packages, name, 'package.json'), 'utf8'));
  const text = await readFile(join(packages, name, 'LICENSE'), 'utf8');
  return `${name} ${version}\n\n${text.trim()}\n`;
}

async function filesIn(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name))).sort();
}

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });
await cp(join(web, 'page/src'), target, { recursive: true });
await mkdir(join(target, 'vendor'));
for (const [name, from] of Object.entries(VENDORED)) await vendor(name, from);
await writeFile(join(target, 'vendor/LICENSES.txt'), [await licence('preact'), await licence('htm')].join('\n\n'));
await cp(join(web, 'sdk/dist'), join(target, 'sdk'), { recursive: true, filter: (from) => !/\.d\.ts$|\.map$/.test(from) });

// All modules are named at the top, so that they come in one go instead of one after another.
const modules = (await filesIn(target)).filter((name) => name.endsWith('.js'));
const preload = modules.filter((name) => name !== 'app.js').map((name) => `<link rel="modulepreload" href="/${name}">`);
const page = join(target, 'index.html');
const lines = [...preload, '<script type="module" src="/app.js"></script>'].join('\n  ');
await writeFile(page, (await readFile(page, 'utf8')).replace('<!-- modules -->', lines));
