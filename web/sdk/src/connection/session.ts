// A connection that outlives its sockets: connects, introduces itself, renews its token, comes back.

import { Backoff } from '../backoff.js';
import { ChinwagError } from '../errors.js';
import { idle, spread } from '../random.js';
import { baseOf } from '../rest/http.js';
import type { Tokens } from '../tokens.js';
import type { ServerEvent, StateChange, WebSocketConstructor } from '../types.js';
import type { Expiring, Goodbye, Ready, UserSummary } from '../wire.js';
import { isFinal } from './close.js';
import { Queue } from './queue.js';
import { type Close, Socket } from './socket.js';
import { ended, WaitingRoom } from './waiting.js';

/** A provider that had no good token is asked again after so long, while the socket still stands. */
const RENEW_AGAIN_MS = 2_000;

export interface SessionOptions {
  url: string;
  WebSocket: WebSocketConstructor;
  tokens: Tokens;
  firstDelayMs: number;
  longestDelayMs: number;
  answerWithinMs: number;
  /** Fetches what was missed. Events that come meanwhile wait. */
  catchUp: (link: Asking, me: UserSummary) => Promise<void>;
  /** Takes one event; the next waits for it. An error means that the connection is of no use. */
  take: (event: ServerEvent, link: Asking) => Promise<void>;
  /** Told of every event as it comes. */
  onEvent: (event: ServerEvent) => void;
  onState: (change: StateChange) => void;
  onError: (error: ChinwagError) => void;
}

/** Asks something of the socket in use. */
export type Request = <T>(type: string, data: object) => Promise<T>;

/** A socket as those need it who fetch what it did not bring; `signal`: it is gone, and what is asked beside it of no use. */
export interface Asking {
  request: Request;
  signal: AbortSignal;
}

export class Session {
  readonly #options: SessionOptions;
  readonly #backoff: Backoff;
  #state: StateChange = { state: 'closed', reason: 'not connected yet' };
  #me: UserSummary | null = null;
  #socket: Socket | undefined;
  /** Counts calls of `connect` after an end, so that a run that was ended does not go on beside the next. */
  #run = 0;
  /** Ends the pause before the next attempt. */
  #hurry: (() => void) | undefined;
  readonly #waiting = new WaitingRoom();
  /** Since when there is a connection, where there is one. */
  #stoodFrom = 0;
  /** The token of the socket in use. */
  #token = '';

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#backoff = new Backoff(options.firstDelayMs, options.longestDelayMs);
  }

  get state(): StateChange {
    return this.#state;
  }

  get me(): UserSummary | null {
    return this.#me;
  }

  /** The same person, by another name. */
  set me(me: UserSummary) {
    this.#me = me;
  }

  /** Starts, or hurries where it waits. Settles with the first success, or with the end. */
  connect(): Promise<void> {
    if (this.#state.state === 'closed') {
      this.#run += 1;
      this.#backoff.reset();
      void this.#keep(this.#run);
    }
    this.hurry();
    return this.#waiting.enter(this.#state, true);
  }

  /** The next attempt is made now; a connection that stands is asked for a sign of life. */
  hurry(): void {
    this.#hurry?.();
    if (this.#state.state === 'online') this.#socket?.check();
  }

  close(): void {
    if (this.#state.state === 'closed') return;
    this.#finish({ state: 'closed', reason: 'closed by the application' });
  }

  /** Settles once the connection stands and is caught up; fails when it has ended for good. */
  online(): Promise<void> {
    return this.#waiting.enter(this.#state, false);
  }

  /** Asks something once; not repeated when the connection breaks. */
  readonly request: Request = (type, data) => {
    const socket = this.#state.state === 'online' ? this.#socket : undefined;
    if (!socket) return Promise.reject(new ChinwagError('offline', 'there is no connection', { temporary: true }));
    return socket.request(type, data);
  };

  async #keep(run: number): Promise<void> {
    while (run === this.#run) {
      this.#set({ state: 'connecting' });
      const end = await this.#live(run).catch((error: unknown) => (run === this.#run ? this.#failed(error) : undefined));
      if (run !== this.#run || !end) return;
      if (end.error) return this.#finish({ state: 'closed', reason: end.reason, code: end.code, error: end.error });
      await this.#wait(this.#lost(end));
    }
  }

  /** One connection from beginning to end. */
  async #live(run: number): Promise<Close & { error?: ChinwagError }> {
    const token = await this.#options.tokens.current();
    if (run !== this.#run) throw ended();
    const events = new Queue<ServerEvent>();
    const socket = this.#open(events);
    this.#socket = socket;
    try {
      await socket.opened();
      await this.#introduce(socket, token);
      const ready = await events.next();
      if (ready?.type !== 'ready') throw new ChinwagError('offline', 'the connection ended before it stood', { temporary: true });
      await this.#follow(socket, ready.data as Ready, events);
    } catch (error) {
      // How the server closed it says more than what failed because of that.
      if (!socket.close || !(error instanceof ChinwagError) || (error.code !== 'offline' && error.code !== 'aborted')) {
        if (error instanceof ChinwagError && error.retryAfterMs !== undefined) this.#backoff.tell(spread(error.retryAfterMs));
        socket.cut('given up');
        throw error;
      }
    }
    return this.#judge(socket.close ?? { code: 1006, reason: '' });
  }

  #open(events: Queue<ServerEvent>): Socket {
    const url = new URL('api/v1/ws', baseOf(this.#options.url));
    url.protocol = url.protocol.replace('http', 'ws');
    const socket: Socket = new Socket({
      url,
      WebSocket: this.#options.WebSocket,
      answerWithinMs: this.#options.answerWithinMs,
      onEvent: (event) => {
        this.#options.onEvent(event);
        // These two must not wait behind events that take their time.
        if (event.type === 'auth.expiring') void this.#renew(socket, event);
        else if (event.type === 'goodbye') this.#backoff.tell((event.data as Goodbye).reconnect_after_ms);
        else events.push(event);
      },
      onClose: (close) => {
        // Before anybody hears that a request failed: they would find it online and ask again.
        if (this.#socket === socket && this.#state.state === 'online') this.#dropped(close);
        events.end();
      },
    });
    return socket;
  }

  /** Says who this is. A token that came from before is replaced once. */
  async #introduce(socket: Socket, token: string): Promise<void> {
    this.#token = token;
    try {
      await socket.request('authenticate', { token });
    } catch (error) {
      if (!(error instanceof ChinwagError) || error.status !== 401 || error.code === 'session_revoked') throw error;
      this.#token = await this.#options.tokens.renew(token);
      await socket.request('authenticate', { token: this.#token });
    }
  }

  async #follow(socket: Socket, ready: Ready, events: Queue<ServerEvent>): Promise<void> {
    if (this.#me && this.#me.id !== ready.user.id) throw new ChinwagError('token_invalid', 'the token is somebody else\'s');
    this.#me = ready.user;
    socket.watch(ready.heartbeat_ms);
    const link: Asking = { request: (type, data) => socket.request(type, data), signal: socket.signal };
    await this.#options.catchUp(link, ready.user);
    if (socket.close) return;
    this.#stoodFrom = performance.now();
    this.#set({ state: 'online' });
    for (let event = await events.next(); event && !socket.close; event = await events.next()) {
      await this.#options.take(event, link);
    }
  }

  /** Gives the socket another token while the old one is still good. */
  async #renew(socket: Socket, { data, at }: ServerEvent): Promise<void> {
    // By the server's clock alone. Some of the time that is left passes first: clients renew apart, and one whose
    // tokens are short-lived, which the server warns at once, does not renew without a pause.
    const left = Date.parse((data as Expiring).expires_at) - Date.parse(at ?? '');
    await idle((left / 4) * (1 + Math.random()));
    while (!socket.close) {
      try {
        return await this.#exchange(socket);
      } catch (error) {
        if (socket.close) return;
        const failure = asError(error);
        if (isEndOfIdentity(failure)) return this.#finish({ state: 'closed', reason: failure.message, error: failure });
        this.#options.onError(failure);
        await idle(spread(RENEW_AGAIN_MS));
      }
    }
  }

  /** The server is shown another token, of which it reads anew who this is. */
  async refresh(): Promise<void> {
    if (this.#state.state === 'online' && this.#socket) await this.#exchange(this.#socket);
  }

  async #exchange(socket: Socket): Promise<void> {
    const token = await this.#options.tokens.renew(this.#token);
    // The same again would be warned of again at once.
    if (token === this.#token) throw new ChinwagError('token_unavailable', 'there is no other token yet', { temporary: true });
    await socket.request('authenticate', { token });
    this.#token = token;
  }

  /** A connection that stood is gone: for good, or until the next attempt. */
  #dropped(close: Close): void {
    this.#backoff.stood(performance.now() - this.#stoodFrom);
    const { error } = this.#judge(close);
    if (error) this.#finish({ state: 'closed', ...close, error });
    else this.#lost(close);
  }

  /** Tells once that there is no connection; how long until the next attempt. */
  #lost({ code, reason }: Close): number {
    const told = this.#state.state === 'offline' ? this.#state.retryInMs : undefined;
    const retryInMs = told ?? this.#backoff.next();
    this.#set({ state: 'offline', reason, code, retryInMs });
    return retryInMs;
  }

  /** What a close means for coming back. */
  #judge(close: Close): Close & { error?: ChinwagError } {
    if (!isFinal(close.code)) return close;
    return { ...close, error: new ChinwagError('closed', `the server closed the connection for good: ${close.code} ${close.reason}`) };
  }

  /** What a failure to connect means for coming back. */
  #failed(cause: unknown): Close & { error?: ChinwagError } {
    const error = asError(cause);
    const close = { code: 1006, reason: error.message };
    if (isEndOfIdentity(error)) return { ...close, error };
    this.#options.onError(error);
    return close;
  }

  #finish(change: StateChange & { state: 'closed' }): void {
    this.#run += 1;
    this.#set(change);
    this.#socket?.cut(change.reason ?? 'closed', 1000);
    this.#socket = undefined;
    this.#hurry?.();
  }

  #set(change: StateChange): void {
    if (change.state === this.#state.state) return;
    this.#state = change;
    this.#waiting.tell(change);
    this.#options.onState(change);
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#hurry = () => {
        clearTimeout(timer);
        this.#hurry = undefined;
        resolve();
      };
    });
  }
}

/** Refusals that another attempt would only meet again. An expired token is none: the next one may be good. */
function isEndOfIdentity({ code }: ChinwagError): boolean {
  return code === 'signed_out' || code === 'token_invalid' || code === 'session_revoked' || code === 'account_deactivated';
}

function asError(error: unknown): ChinwagError {
  if (error instanceof ChinwagError) return error;
  return new ChinwagError('unexpected', error instanceof Error ? error.message : String(error), { temporary: true, cause: error });
}
