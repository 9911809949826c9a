// Stands between a client and the server, and does to frames what bad networks and busy servers do.

import { createServer, type IncomingMessage, request, type Server as HttpServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

import { WebSocket, WebSocketServer } from 'ws';

import type { Server } from './server.js';

/** A frame in either direction. */
export type Frame = { type: string; id?: string; conversation_id?: string; revision?: number; ok?: boolean; data?: any };

/** What becomes of a frame: itself or another one, or nothing. */
export type Pass = (frame: Frame) => Frame | undefined;

export class Proxy {
  /** From the server to clients. */
  down: Pass = (frame) => frame;
  /** From clients to the server. */
  up: Pass = (frame) => frame;
  /** An answer to a request over REST in place of the server's; its path is told. */
  rest: (path: string) => { status: number; headers?: Record<string, string>; body: object } | undefined = () => undefined;
  /** Requests over REST that are never answered; their path is told. */
  silent: (path: string) => boolean = () => false;
  /** How many sockets were opened. */
  sockets = 0;
  /** Requests over REST that came, by method and path. */
  readonly requests: string[] = [];

  readonly #target: Server;
  readonly #http: HttpServer;
  readonly #accept = new WebSocketServer({ noServer: true });
  readonly #open = new Set<WebSocket>();

  private constructor(target: Server) {
    this.#target = target;
    this.#http = createServer((incoming, answer) => this.#forward(incoming, answer));
    this.#http.on('upgrade', (incoming, socket, head) => {
      this.#accept.handleUpgrade(incoming, socket, head, (client) => this.#join(client));
    });
  }

  static async start(test: TestContext, target: Server): Promise<Proxy> {
    const proxy = new Proxy(target);
    await new Promise<void>((resolve) => proxy.#http.listen(0, '127.0.0.1', resolve));
    test.after(() => {
      proxy.close(1001);
      proxy.#http.closeAllConnections();
      proxy.#http.close();
    });
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  /** Sends a frame to all clients, as if it came from the server. */
  say(frame: Frame): void {
    for (const client of this.#open) client.send(JSON.stringify(frame));
  }

  /** Closes all sockets of clients with this code, as the server does. */
  close(code: number): void {
    for (const client of this.#open) client.close(code);
  }

  /** Cuts all sockets of clients without a farewell. */
  cut(): void {
    for (const client of this.#open) client.terminate();
  }

  #join(client: WebSocket): void {
    this.sockets += 1;
    this.#open.add(client);
    const server = new WebSocket(`${this.#target.url.replace('http', 'ws')}/api/v1/ws`, 'chat.v1');
    const waiting: string[] = [];
    const upward = (text: string) => {
      const frame = this.up(JSON.parse(text));
      if (!frame) return;
      if (server.readyState === WebSocket.OPEN) server.send(JSON.stringify(frame));
      else waiting.push(JSON.stringify(frame));
    };
    server.on('open', () => waiting.forEach((text) => server.send(text)));
    server.on('error', () => client.terminate());
    server.on('close', (code) => (code === 1006 ? client.terminate() : client.close(code)));
    server.on('message', (data) => {
      const frame = this.down(JSON.parse(String(data)));
      if (frame && client.readyState === WebSocket.OPEN) client.send(JSON.stringify(frame));
    });
    client.on('message', (data) => upward(String(data)));
    client.on('error', () => {});
    client.on('close', () => {
      this.#open.delete(client);
      server.terminate();
    });
  }

  #forward(incoming: IncomingMessage, answer: ServerResponse): void {
    const path = incoming.url ?? '/';
    this.requests.push(`${incoming.method} ${path}`);
    if (this.silent(path)) return;
    const instead = this.rest(path);
    if (instead) {
      incoming.resume();
      answer.writeHead(instead.status, { 'content-type': 'application/problem+json', ...instead.headers });
      answer.end(JSON.stringify(instead.body));
      return;
    }
    const { method = 'GET', headers } = incoming;
    const onward = request(`${this.#target.url}${path}`, { method, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    incoming.pipe(onward);
  }
}
