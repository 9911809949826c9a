// Serves the page's own files as they are now, and passes everything else on to a running chinwag.
//
//   npm run dev -- [--server http://127.0.0.1:8080] [--port 8081]
//
// Run `npm run build` first for the libraries and the SDK; then a reload of the browser shows each change.

import { readFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import { connect } from 'node:net';
import { dirname, extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { server: { type: 'string', default: 'http://127.0.0.1:8080' }, port: { type: 'string', default: '8081' } } });
const upstream = new URL(values.server);
const web = dirname(dirname(fileURLToPath(import.meta.url)));
/** The first that has a file wins; `index.html` is the built one, which names all modules. */
const FOLDERS = [join(web, 'page/src'), join(web, '../crates/server/assets/page')];
const KINDS = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };

async function own(path) {
  const name = path === '/' ? 'index.html' : normalize(path);
  for (const folder of name === 'index.html' ? FOLDERS.slice(1) : FOLDERS) {
    try {
      return { body: await readFile(join(folder, name)), kind: KINDS[extname(name)] };
    } catch {
      // The next one may have it.
    }
  }
  return null;
}

/** The server takes sockets of its own origin only. */
const asOwn = (headers) => ({ ...headers, host: upstream.host, ...(headers.origin && { origin: upstream.origin }) });

const server = createServer(async (incoming, outgoing) => {
  const { pathname } = new URL(incoming.url, upstream);
  const file = /\.(js|css|svg)$|^\/$/.test(pathname) ? await own(pathname) : null;
  if (file) {
    outgoing.writeHead(200, { 'content-type': `${file.kind}; charset=utf-8`, 'cache-control': 'no-store' }).end(file.body);
    return;
  }
  const passed = request(new URL(incoming.url, upstream), { method: incoming.method, headers: asOwn(incoming.headers) }, (answer) => {
    outgoing.writeHead(answer.statusCode, answer.headers);
    answer.pipe(outgoing);
  });
  passed.on('error', () => outgoing.writeHead(502).end());
  incoming.pipe(passed);
});

server.on('upgrade', (incoming, socket, head) => {
  const there = connect(Number(upstream.port || 80), upstream.hostname, () => {
    const headers = Object.entries(asOwn(incoming.headers)).map(([name, value]) => `${name}: ${value}`);
    there.write(`GET ${incoming.url} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
    there.write(head);
    there.pipe(socket).pipe(there);
  });
  for (const end of [there, socket]) {
    end.on('error', () => {
      there.destroy();
      socket.destroy();
    });
  }
});

server.listen(Number(values.port), '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port} shows the page of ${values.server}`));
