// The wire: tokens, REST and the socket. Knows nothing of what is shown.

const BASE = "/api/v1";
const STORED = "chinwag.session";
/** An access token is renewed so long before it expires, or in the last quarter of a short life. */
const RENEW_BEFORE_MS = 75_000;
const REPLY_TIMEOUT_MS = 15_000;

/** A problem as the server tells it (RFC 9457). */
export class Problem extends Error {
  constructor(problem) {
    super(problem.detail || problem.title || "The server refused.");
    this.code = problem.code;
    this.status = problem.status;
    this.temporary = Boolean(problem.temporary);
    this.retryAfterMs = problem.retry_after_ms;
    this.errors = problem.errors || [];
  }

  /** For people: the fields that do not fit, else the whole. */
  get text() {
    return this.errors.length ? this.errors.map((e) => `${e.pointer.slice(1)} ${e.detail}`).join("; ") : this.message;
  }
}

/** The network, or the server, is not there now. */
export class Offline extends Error {
  constructor() {
    super("No connection to the server.");
    this.temporary = true;
  }
}

/** A random UUID; `crypto.randomUUID` exists on secure origins only. */
export function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** Tokens of one tab, and requests with them. Emits `signed-out`. */
export class Api extends EventTarget {
  #session = null;
  #renewing = null;

  constructor() {
    super();
    try {
      this.#session = JSON.parse(sessionStorage.getItem(STORED));
    } catch {
      sessionStorage.removeItem(STORED);
    }
  }

  get user() {
    return this.#session?.user ?? null;
  }

  signInAs(name) {
    return this.#signIn("/auth/guest", { name });
  }

  signIn(username, password) {
    return this.#signIn("/auth/login", { username, password });
  }

  register(username, password) {
    return this.#signIn("/auth/register", { username, password });
  }

  /** With a token of a host application, which nobody here can renew. */
  async useToken(token) {
    this.#session = { access_token: token, refresh_token: null, renew_at: Infinity, user: null };
    try {
      this.#session.user = await this.get("/users/me");
    } catch (error) {
      this.forget();
      throw error;
    }
    this.#store();
    return this.user;
  }

  async signOut() {
    try {
      await this.post("/auth/logout");
    } catch {
      // Gone already, or nothing to sign out from: the tokens are forgotten either way.
    }
    this.forget();
  }

  forget() {
    this.#session = null;
    sessionStorage.removeItem(STORED);
  }

  get(path) {
    return this.#request("GET", path);
  }

  post(path, body) {
    return this.#request("POST", path, body);
  }

  /** A token that is good for a while yet. */
  async token() {
    if (!this.#session) throw new Problem({ code: "token_missing", detail: "Not signed in." });
    if (this.#session.refresh_token && Date.now() >= this.#session.renew_at) {
      await this.renew();
    }
    return this.#session.access_token;
  }

  /** How long until the token should be renewed. */
  get renewIn() {
    return Math.max(1_000, (this.#session?.renew_at ?? Infinity) - Date.now());
  }

  /** One renewal at a time: an old refresh token that comes twice ends the sign-in. */
  renew() {
    this.#renewing ??= this.#renew().finally(() => {
      this.#renewing = null;
    });
    return this.#renewing;
  }

  async #renew() {
    const refresh_token = this.#session?.refresh_token;
    if (!refresh_token) {
      this.#signedOut();
      throw new Problem({ code: "token_expired", detail: "The token has expired." });
    }
    try {
      this.#keep(await exchange("POST", "/auth/refresh", { refresh_token }));
    } catch (error) {
      if (error instanceof Problem && error.status >= 400 && error.status < 500 && !error.temporary) this.#signedOut();
      throw error;
    }
  }

  async #signIn(path, body) {
    this.#keep(await exchange("POST", path, body));
    return this.user;
  }

  #keep(answer) {
    const { user, access_token, refresh_token, expires_in } = answer;
    const life = expires_in * 1_000;
    const renew_at = Date.now() + life - Math.min(RENEW_BEFORE_MS, life / 4);
    this.#session = { user, access_token, refresh_token, renew_at };
    this.#store();
  }

  #store() {
    sessionStorage.setItem(STORED, JSON.stringify(this.#session));
  }

  #signedOut() {
    this.forget();
    this.dispatchEvent(new Event("signed-out"));
  }

  async #request(method, path, body) {
    try {
      return await exchange(method, path, body, await this.token());
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 401) throw error;
      if (error.code === "token_expired" && this.#session?.refresh_token) {
        await this.renew();
        return exchange(method, path, body, await this.token());
      }
      this.#signedOut();
      throw error;
    }
  }
}

async function exchange(method, path, body, token) {
  const headers = { accept: "application/json" };
  if (token) headers.authorization = `Bearer ${token}`;
  if (body !== undefined) headers["content-type"] = "application/json";
  let response;
  let answer = null;
  try {
    response = await fetch(BASE + path, {
      method, headers, cache: "no-store", body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    answer = text ? JSON.parse(text) : null;
  } catch {
    if (!response || response.ok) throw new Offline();
  }
  if (response.ok) return answer;
  throw new Problem(answer ?? { status: response.status, title: response.statusText, temporary: response.status >= 500 });
}

/**
 * One socket that comes back by itself. Emits `state` (connecting, online, offline, refused), `ready`
 * with the server's greeting, and `event` with every event.
 */
export class Socket extends EventTarget {
  #api;
  #socket = null;
  #waiting = new Map();
  #next = 1;
  #attempt = 0;
  #wanted = false;
  #reconnect = 0;
  #renewal = 0;
  #heartbeat = 0;
  #pause = null;
  state = "offline";

  constructor(api) {
    super();
    this.#api = api;
    addEventListener("online", () => this.#now());
    addEventListener("offline", () => this.#socket?.close());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState !== "visible") return;
      if (this.state === "online") this.#beat();
      else this.#now();
    });
  }

  start() {
    this.#wanted = true;
    this.#attempt = 0;
    this.#open();
  }

  stop() {
    this.#wanted = false;
    clearTimeout(this.#reconnect);
    this.#socket?.close(1000);
    this.#lost();
    this.#become("offline");
  }

  /** The reply's data; rejects with the problem, or `Offline` when no reply came. */
  request(type, data = {}) {
    if (this.state !== "online") return Promise.reject(new Offline());
    return this.#ask(type, data);
  }

  #ask(type, data) {
    const id = String(this.#next++);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(new Offline());
        // A socket that answers nothing is no socket.
        this.#socket?.close();
      }, REPLY_TIMEOUT_MS);
      this.#waiting.set(id, { resolve, reject, timer });
      this.#socket.send(JSON.stringify({ id, type, data }));
    });
  }

  async #open() {
    if (!this.#wanted || this.#socket) return;
    clearTimeout(this.#reconnect);
    this.#become("connecting");
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${location.host}${BASE}/ws`, "chat.v1");
    this.#socket = socket;
    socket.onopen = () => this.#authenticate(socket);
    socket.onmessage = (message) => this.#receive(JSON.parse(message.data));
    socket.onclose = (close) => {
      if (this.#socket === socket) this.#closed(close);
    };
  }

  async #authenticate(socket) {
    try {
      const token = await this.#api.token();
      if (this.#socket !== socket || socket.readyState !== WebSocket.OPEN) return;
      await this.#ask("authenticate", { token });
      this.#renewLater();
    } catch (error) {
      if (error.code === "token_expired") this.#api.renew().catch(() => {});
      socket.close();
    }
  }

  #renewLater() {
    clearTimeout(this.#renewal);
    this.#renewal = setTimeout(() => this.#renewNow(), Math.min(this.#api.renewIn, 2 ** 31 - 1));
  }

  /** On the live socket, so that it does not end with the token. */
  async #renewNow() {
    try {
      const token = await this.#api.token();
      if (this.state === "online") await this.#ask("authenticate", { token });
      this.#renewLater();
    } catch {
      // The socket closes with 4401 at expiry and comes back, or the sign-in has ended.
    }
  }

  #receive(frame) {
    if (frame.type === "reply") {
      this.#settle(frame);
    } else if (frame.type === "ready") {
      this.#attempt = 0;
      const every = Math.max(10_000, frame.data.heartbeat_ms || 30_000);
      clearInterval(this.#heartbeat);
      this.#heartbeat = setInterval(() => this.#beat(), every);
      this.#become("online");
      this.dispatchEvent(new CustomEvent("ready", { detail: frame.data }));
    } else if (frame.type === "goodbye") {
      this.#pause = frame.data.reconnect_after_ms;
    } else if (frame.type !== "auth.expiring") {
      // Expiry is known here: the token is renewed earlier than the server reminds of it.
      this.dispatchEvent(new CustomEvent("event", { detail: frame }));
    }
  }

  #settle(reply) {
    const waiting = this.#waiting.get(reply.id);
    if (!waiting) return;
    this.#waiting.delete(reply.id);
    clearTimeout(waiting.timer);
    if (reply.ok) waiting.resolve(reply.data);
    else waiting.reject(new Problem(reply.error));
  }

  /** Browsers do not show the server's pings: a question tells whether anybody is there. */
  #beat() {
    this.#ask("ping", {}).catch(() => {});
  }

  #lost() {
    this.#socket = null;
    clearInterval(this.#heartbeat);
    clearTimeout(this.#renewal);
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(new Offline());
    }
    this.#waiting.clear();
  }

  async #closed(close) {
    this.#lost();
    if (!this.#wanted) return;
    if (close.code >= 4500 && close.code < 5000) {
      // "Do not come back": ended sign-in, or a fault of this page.
      this.#wanted = false;
      this.#become("refused");
      return;
    }
    this.#become("offline");
    if (close.code === 4401) await this.#api.renew().catch(() => {});
    if (!this.#wanted) return;
    // Full jitter: a server that restarts is not met by everybody at once.
    const ceiling = Math.min(15_000, 500 * 2 ** this.#attempt);
    this.#attempt += 1;
    const wait = this.#pause ?? Math.random() * ceiling;
    this.#pause = null;
    this.#reconnect = setTimeout(() => this.#open(), wait);
  }

  #now() {
    if (this.#wanted && !this.#socket) {
      this.#attempt = 0;
      this.#open();
    }
  }

  #become(state) {
    if (this.state === state) return;
    this.state = state;
    this.dispatchEvent(new Event("state"));
  }
}
