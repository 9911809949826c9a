// A real server in an empty folder, and people in front of a real browser.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { chromium } from 'playwright-core';

const here = dirname(fileURLToPath(import.meta.url));
const PROGRAM = process.env.CHINWAG_BIN ?? join(here, '../../target/debug/chinwag');
const BROWSER = process.env.CHROMIUM_BIN ?? '/usr/bin/chromium';
const PAGE = process.env.CHINWAG_PAGE && resolve(process.env.CHINWAG_PAGE);
const ARGUMENTS = ['--disable-gpu', '--disable-component-update', '--disable-background-networking'];
// A page that did not come over the network may not open sockets to this machine, unless it is told to the browser.
if (PAGE) ARGUMENTS.push('--disable-features=LocalNetworkAccessChecks');
const LAUNCH = { executablePath: BROWSER, chromiumSandbox: process.getuid?.() !== 0, args: ARGUMENTS };
/** How long anything may take on a busy machine. */
export const PATIENCE_MS = 30_000;

/** Seeds and many people at once are no flood. */
const UNHURRIED = { CHINWAG_LIMITS__SENDS_PER_SECOND: '1000', CHINWAG_LIMITS__SENDS_BURST: '10000', CHINWAG_LIMITS__REQUESTS_PER_SECOND: '1000', CHINWAG_LIMITS__REQUESTS_BURST: '10000' };

/** The program, serving from a folder of its own. */
export class Server {
  #folder;
  #environment;
  #process = null;
  url = '';
  said = [];

  /** `environment` is all that the program is told; with `{}` it knows nothing but an empty folder. */
  static async start(environment = UNHURRIED) {
    const server = new Server();
    server.#folder = await mkdtemp(join(tmpdir(), 'chinwag-page-'));
    server.#environment = environment;
    await server.#begin('0');
    return server;
  }

  async #begin(port) {
    const { PATH, HOME } = process.env;
    this.#process = spawn(PROGRAM, ['serve', '--port', port], { cwd: this.#folder, env: { PATH, HOME, ...this.#environment }, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#process.stderr.resume();
    this.#process.on('error', (error) => this.said.push(String(error)));
    for await (const line of createInterface({ input: this.#process.stdout })) {
      this.said.push(line);
      const found = /listening on (http:\/\/\S+)/.exec(line);
      if (found) {
        this.url = found[1];
        this.#process.stdout.resume();
        return;
      }
    }
    throw new Error(`the server did not start: ${this.said.join('\n')}`);
  }

  /** As a power cut would. */
  async kill() {
    this.#process.kill('SIGKILL');
    await once(this.#process, 'exit');
  }

  /** On the same port and folder as before. */
  async restart() {
    await this.#begin(new URL(this.url).port);
  }

  async stop() {
    if (this.#process.exitCode === null && this.#process.signalCode === null) await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** A request over REST. */
  async ask(method, path, body, token) {
    const headers = { ...(body && { 'content-type': 'application/json' }), ...(token && { authorization: `Bearer ${token}` }) };
    const answer = await fetch(`${this.url}/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.status === 204 ? null : answer.json();
  }

  /** Somebody without a browser. */
  async guest(name) {
    const { user, access_token: token } = await this.ask('POST', '/auth/guest', { name });
    return { ...user, ask: (method, path, body) => this.ask(method, path, body, token) };
  }
}

/** A wire between a browser and a server that can be cut; browsers' own offline mode leaves sockets alone. */
export class Wire {
  #server;
  #ends = new Set();
  #isCut = false;
  url = '';

  static async to(server) {
    const wire = new Wire();
    const { hostname, port } = new URL(server.url);
    wire.#server = createServer((near) => {
      if (wire.#isCut) return void near.destroy();
      const far = connect(Number(port), hostname);
      for (const [end, other] of [[near, far], [far, near]]) {
        wire.#ends.add(end);
        end.on('error', () => {});
        end.on('close', () => {
          wire.#ends.delete(end);
          other.destroy();
        });
      }
      near.pipe(far).pipe(near);
    });
    wire.#server.listen(0, '127.0.0.1');
    await once(wire.#server, 'listening');
    wire.url = `http://127.0.0.1:${wire.#server.address().port}`;
    return wire;
  }

  cut() {
    this.#isCut = true;
    for (const end of this.#ends) end.destroy();
  }

  mend() {
    this.#isCut = false;
  }

  close() {
    this.cut();
    this.#server.close();
  }
}

/** The page as it is on the disk, in place of the one in the program: so a change needs no other program. */
async function fromDisk(context) {
  const file = (path) => readFile(join(path.startsWith('/admin/') ? dirname(PAGE) : PAGE, path === '/' ? 'index.html' : path)).catch(() => null);
  await context.route(({ pathname }) => /^\/$|\.(js|css|svg)$/.test(pathname), async (route) => {
    const { pathname } = new URL(route.request().url());
    const body = await file(pathname);
    // What the program says of a file goes with it: its policy above all.
    const response = body && pathname === '/' ? await route.fetch().catch(() => null) : undefined;
    if (!body || response === null) return route.continue().catch(() => {});
    const kind = { js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml' }[pathname.split('.').at(-1)];
    return route.fulfill({ ...(response ? { response } : { contentType: kind }), body }).catch(() => {});
  });
  return context;
}

/** A browser that was told to keep nothing for any site: it answers questions for its storage with an error. */
export async function forgetful() {
  const profile = await mkdtemp(join(tmpdir(), 'chinwag-profile-'));
  await mkdir(join(profile, 'Default'));
  const preferences = { profile: { default_content_setting_values: { cookies: 2 } } };
  await writeFile(join(profile, 'Default/Preferences'), JSON.stringify(preferences));
  const context = await chromium.launchPersistentContext(profile, { ...LAUNCH, locale: 'en-GB' });
  const close = context.close.bind(context);
  context.close = async () => {
    await close();
    // The browser may still be writing its last there.
    await rm(profile, { recursive: true, force: true, maxRetries: 10 });
  };
  return PAGE ? fromDisk(context) : context;
}

export async function launch() {
  const browser = await chromium.launch(LAUNCH);
  if (PAGE) {
    const newContext = browser.newContext.bind(browser);
    browser.newContext = async (options) => fromDisk(await newContext(options));
  }
  return browser;
}

/** Somebody in a browser of their own. */
export class Person {
  constructor(page, name) {
    this.page = page;
    this.name = name;
    this.faults = [];
    page.setDefaultTimeout(PATIENCE_MS);
    page.on('pageerror', (error) => this.faults.push(error));
    page.on('console', (said) => {
      // The network is cut on purpose in some tests, and the browser says so.
      if (said.type() === 'error' && !/net::|Failed to load resource|WebSocket connection/.test(said.text())) this.faults.push(new Error(said.text()));
    });
  }

  /** Opens the page, picks a name, and is in. */
  static async enter(browser, server, name, options = {}) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB', ...options });
    const person = new Person(await context.newPage(), name);
    await person.page.goto(server.url);
    await person.signIn();
    return person;
  }

  async signIn() {
    await this.page.getByLabel('Your name').fill(this.name);
    await this.page.getByRole('button', { name: 'Start chatting' }).click();
    await this.isOnline();
  }

  async isOnline() {
    await this.page.locator('.sidebar .status.online').waitFor({ state: 'attached' });
  }

  get context() {
    return this.page.context();
  }

  get field() {
    return this.page.getByRole('textbox', { name: 'Message', exact: true });
  }

  /** Begins a chat with somebody who is found by name. */
  async writeTo(name) {
    await this.page.getByRole('button', { name: 'New chat' }).first().click();
    const dialog = this.page.getByRole('dialog', { name: 'New chat' });
    await dialog.getByLabel('Search people').fill(name);
    await dialog.getByRole('list', { name: 'People' }).getByRole('button', { name }).click();
    await this.field.waitFor();
  }

  /** Opens a chat of the list. */
  async open(title) {
    await this.page.getByRole('navigation').getByRole('button', { name: title }).first().click();
    await this.field.waitFor();
  }

  async say(text) {
    await this.field.fill(text);
    await this.field.press('Enter');
  }

  /** The message with that text. */
  message(text) {
    return this.page.locator('.message', { has: this.page.locator('.text', { hasText: text }) });
  }

  async sees(text) {
    await this.message(text).first().waitFor();
  }

  /** Waits until one's own message has come that far. */
  async tick(text, status) {
    await this.message(text).locator(`.foot [data-status="${status}"]`).waitFor();
  }

  /** Chooses from the menu of a message. */
  async act(text, name) {
    await this.message(text).hover();
    await this.message(text).getByRole('button', { name: 'Message actions' }).click();
    await this.page.getByRole('menuitem', { name }).click();
  }

  /** Brings files to an element by `drop` or `paste`: pictures of that width, drawn by the browser, or texts. */
  bring(how, selector, files) {
    return this.page.evaluate(
      async ({ how, selector, files }) => {
        const dataTransfer = new DataTransfer();
        for (const { name, width, text } of files) {
          if (text) {
            dataTransfer.items.add(new File([text], name, { type: 'text/plain' }));
            continue;
          }
          const canvas = new OffscreenCanvas(width, width / 2);
          const pen = canvas.getContext('2d');
          pen.fillStyle = 'teal';
          pen.fillRect(0, 0, width, width / 2);
          dataTransfer.items.add(new File([await canvas.convertToBlob()], name, { type: 'image/png' }));
        }
        const options = { bubbles: true, cancelable: true };
        const events =
          how === 'paste'
            ? [new ClipboardEvent('paste', { ...options, clipboardData: dataTransfer })]
            : ['dragover', 'drop'].map((type) => new DragEvent(type, { ...options, dataTransfer }));
        for (const event of events) document.querySelector(selector).dispatchEvent(event);
      },
      { how, selector, files },
    );
  }

  async leave() {
    await this.context.close();
    if (this.faults.length) throw new AggregateError(this.faults, `the page of ${this.name} had faults: ${this.faults.map(String).join('; ')}`);
  }
}

/** Waits until what `read` answers satisfies `is`. */
export async function until(read, is, what) {
  const deadline = Date.now() + PATIENCE_MS;
  let last;
  while (Date.now() < deadline) {
    last = await read();
    if (is(last)) return last;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${what}: still ${JSON.stringify(last)}`);
}

/** A server and a browser for the tests of one file: `const world = setUp({ before, after });`. */
export function setUp({ before, after }, environment) {
  const world = {};
  before(async () => {
    world.server = await Server.start(environment);
    world.browser = await launch();
  });
  after(async () => {
    await world.browser?.close();
    await world.server?.stop();
  });
  world.enter = (name, { over = world.server, ...options } = {}) => Person.enter(world.browser, over, name, options);
  return world;
}
