// One WebSocket: requests that wait for their reply, events, and how it ended. Coming back is the session's.

import { ChinwagError } from '../errors.js';
import type { ServerEvent, WebSocketConstructor, WebSocketLike } from '../types.js';
import type { Problem } from '../objects.js';

/** What the server takes in one frame, in bytes. */
const FRAME_BYTES = 128 * 1024;
/** A connection that ended without a farewell. */
const BROKEN = 1006;
/** What waits for the connection to stand waits as requests do, under a name that no request has. */
const OPEN = 'open';

export interface Close {
  code: number;
  reason: string;
}

export interface SocketOptions {
  url: URL;
  WebSocket: WebSocketConstructor;
  answerWithinMs: number;
  onEvent: (event: ServerEvent) => void;
  /** Called once, before requests that are still waiting fail. */
  onClose: (close: Close) => void;
}

interface Waiting {
  resolve: (data: any) => void;
  reject: (error: ChinwagError) => void;
  timer: ReturnType<typeof setTimeout>;
}

type Reply = { type: 'reply'; id: string | null; ok: true; data: unknown } | { type: 'reply'; id: string | null; ok: false; error: Problem };

export class Socket {
  readonly #options: SocketOptions;
  readonly #socket: WebSocketLike;
  readonly #waiting = new Map<string, Waiting>();
  readonly #opened: Promise<void>;
  #lastId = 0;
  #closed: Close | undefined;
  readonly #gone = new AbortController();
  #heard = true;
  #heartbeat: ReturnType<typeof setInterval> | undefined;

  constructor(options: SocketOptions) {
    this.#options = options;
    this.#socket = new options.WebSocket(options.url.href, 'chat.v1');
    this.#opened = new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.cut('no connection in time'), options.answerWithinMs);
      this.#waiting.set(OPEN, { resolve, reject, timer });
    });
    this.#socket.addEventListener('open', () => this.#settle({ type: 'reply', id: OPEN, ok: true, data: undefined }));
    this.#socket.addEventListener('close', ({ code, reason }) => this.#end({ code, reason }));
    // A close follows, which says more.
    this.#socket.addEventListener('error', () => {});
    this.#socket.addEventListener('message', ({ data }) => this.#take(data));
  }

  opened(): Promise<void> {
    return this.#opened;
  }

  get close(): Close | undefined {
    return this.#closed;
  }

  /** Aborted once it is closed. */
  get signal(): AbortSignal {
    return this.#gone.signal;
  }

  /** Sends a request and waits for its reply. Silence means that the connection is dead: it is cut. */
  request<T>(type: string, data: object): Promise<T> {
    if (this.#closed) return Promise.reject(broken(this.#closed));
    const id = String((this.#lastId += 1));
    const frame = JSON.stringify({ id, type, data });
    // A frame that is too big would cost the connection, again and again.
    if (frame.length > FRAME_BYTES / 4 && new TextEncoder().encode(frame).length > FRAME_BYTES) {
      return Promise.reject(new ChinwagError('payload_too_large', 'a request is at most 128 KiB'));
    }
    return new Promise<T>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        this.cut('no answer in time');
        reject(new ChinwagError('timeout', 'no answer in time', { temporary: true }));
      }, this.#options.answerWithinMs);
      this.#waiting.set(id, { resolve, reject, timer });
      this.#socket.send(frame);
    });
  }

  /** Asks for a sign of life after every period in which none came. */
  watch(everyMs: number): void {
    this.#heartbeat = setInterval(() => {
      if (!this.#heard) this.check();
      this.#heard = false;
    }, everyMs);
  }

  /** Asks for a sign of life now. */
  check(): void {
    // A failure is told by the end of the connection.
    this.request('ping', {}).catch(() => {});
  }

  /** Says farewell, and is closed for this side at once: a dead network would make it wait. */
  cut(reason: string, code = BROKEN): void {
    try {
      this.#socket.close(1000);
    } catch {
      // Not open yet in an implementation that minds.
    }
    this.#end({ code, reason });
  }

  #take(data: unknown): void {
    if (this.#closed) return;
    this.#heard = true;
    let frame: ServerEvent | Reply;
    try {
      frame = JSON.parse(String(data));
    } catch {
      return this.cut('a frame that is not JSON');
    }
    if (frame.type === 'reply') this.#settle(frame as Reply);
    else this.#options.onEvent(frame as ServerEvent);
  }

  #settle(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id ?? '');
    if (!waiting) return;
    this.#waiting.delete(reply.id ?? '');
    clearTimeout(waiting.timer);
    if (reply.ok) waiting.resolve(reply.data);
    else waiting.reject(ChinwagError.refused(reply.error));
  }

  #end(close: Close): void {
    if (this.#closed) return;
    this.#closed = close;
    clearInterval(this.#heartbeat);
    this.#options.onClose(close);
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(broken(close));
    }
    this.#waiting.clear();
    this.#gone.abort();
  }
}

function broken({ code, reason }: Close): ChinwagError {
  return new ChinwagError('offline', `the connection ended: ${code} ${reason}`.trim(), { temporary: true });
}
