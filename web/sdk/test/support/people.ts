// People of the tests, each with a client.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';

import { WebSocket } from 'ws';

import { type ChatMessage, Chinwag, type ChinwagOptions, type Events, type StateChange, type WebSocketConstructor } from '../../src/index.js';
import type { Server } from './server.js';

/** Node's own, as applications have it, from 22 on. */
export const NodeWebSocket = (globalThis as { WebSocket?: WebSocketConstructor }).WebSocket ?? (WebSocket as WebSocketConstructor);

export interface Person {
  id: string;
  chat: Chinwag;
  /** Every message that was told as new, in the order of telling. */
  told: ChatMessage[];
  states: StateChange[];
  events: Events['event'][];
}

/** A person whose client is not connected yet. */
export function person(test: TestContext, server: Server, id: string, options: Partial<ChinwagOptions> = {}): Person {
  const chat = new Chinwag({
    url: server.url,
    token: () => server.token(id),
    WebSocket: NodeWebSocket,
    firstDelayMs: 20,
    longestDelayMs: 200,
    ...options,
  });
  const told: ChatMessage[] = [];
  const states: StateChange[] = [];
  const events: Events['event'][] = [];
  chat.on('message', ({ message, isNew }) => isNew && told.push(message));
  chat.on('state', (change) => states.push(change));
  chat.on('event', (event) => events.push(event));
  test.after(() => chat.close());
  return { id, chat, told, states, events };
}

/** A person who is connected. */
export async function online(test: TestContext, server: Server, id: string, options: Partial<ChinwagOptions> = {}): Promise<Person> {
  const who = person(test, server, id, options);
  await who.chat.connect();
  return who;
}

/** Makes people known to the server, without a connection: somebody exists from their first token on. */
export async function acquaint(server: Server, ...ids: string[]): Promise<void> {
  for (const id of ids) {
    const headers = { authorization: `Bearer ${server.token(id)}` };
    assert.equal((await fetch(`${server.url}/api/v1/users/me`, { headers })).status, 200);
  }
}

/** What the store shows of a conversation, without what the server wrote. */
export function texts(who: Person, conversationId: string): (string | null)[] {
  return who.chat.store
    .messages(conversationId)
    .filter(({ kind }) => kind !== 'system')
    .map(({ content }) => content);
}
