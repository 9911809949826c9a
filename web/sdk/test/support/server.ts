// A server process of one's own, in a folder of its own: start, kill, start again.

import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { TestContext } from 'node:test';

import { until } from './until.js';

const BINARY = resolve(process.env['CHINWAG_BIN'] ?? '../target/debug/chinwag');
const SECRET = 'a secret of the tests of the SDK, of no use to anybody else';

/** Tests of limits set them; no other test is to run into one. */
const SETTINGS: Settings = {
  'auth.mode': 'external',
  'auth.secret': SECRET,
  'limits.sends_per_second': '100000',
  'limits.sends_burst': '100000',
  'limits.requests_per_second': '100000',
  'limits.requests_burst': '100000',
  'limits.sockets_per_user': '1000',
};

export type Settings = Record<string, string>;

export class Server {
  readonly #folder = mkdtempSync(join(tmpdir(), 'chinwag-sdk-'));
  readonly #settings: Settings;
  readonly port: number;
  #process: ChildProcess | undefined;

  private constructor(port: number, settings: Settings) {
    this.port = port;
    this.#settings = { ...SETTINGS, ...settings };
  }

  /** A running server, ended with the test; its log is shown where that failed. */
  static async start(test: TestContext, settings: Settings = {}): Promise<Server> {
    const server = new Server(await freePort(), settings);
    test.after(async () => {
      await server.kill();
      rmSync(server.#folder, { recursive: true, force: true });
    });
    await server.restart();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** As a crash does. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** As an operator does: the server says goodbye. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  /** On the same data and the same port. */
  async restart(settings: Settings = {}): Promise<void> {
    await this.kill();
    Object.assign(this.#settings, settings);
    const log = openSync(join(this.#folder, 'server.log'), 'a');
    this.#process = spawn(BINARY, ['serve'], { cwd: this.#folder, env: this.#environment(), stdio: ['pipe', log, log] });
    await until(async () => {
      if (this.#process?.exitCode !== null) throw new Error(`the server did not start: ${this.log()}`);
      return (await fetch(`${this.url}/health/ready`)).ok;
    });
  }

  log(): string {
    return readFileSync(join(this.#folder, 'server.log'), 'utf8');
  }

  /** A token as a host application would sign it. */
  token(userId: string, { expiresInSeconds = 3_600, claims = {} }: { expiresInSeconds?: number; claims?: object } = {}): string {
    const exp = Math.floor(Date.now() / 1_000) + expiresInSeconds;
    const body = [{ alg: 'HS256', typ: 'JWT' }, { sub: userId, name: userId, username: userId, exp, ...claims }]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    return `${body}.${createHmac('sha256', SECRET).update(body).digest('base64url')}`;
  }

  #environment(): NodeJS.ProcessEnv {
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('CHINWAG_'));
    const own = Object.entries({ ...this.#settings, 'server.port': String(this.port) });
    const variables = own.map(([key, value]) => [`CHINWAG_${key.replace('.', '__').toUpperCase()}`, value]);
    return Object.fromEntries([...inherited, ...variables]);
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  }
}

/** A port that nobody listens on, below those that are given to outgoing connections: a killed server finds it free. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 15_000 + Math.floor(Math.random() * 5_000);
    const free = await new Promise<boolean>((resolve) => {
      const server = createServer();
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (free) return port;
  }
}
