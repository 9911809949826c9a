// What this person knows: conversations, messages, pointers, who writes, who is there. Keeps itself
// true by revisions: an event that is next is applied, one that is older is dropped, a jump is
// mended from `changes`. Draws nothing; tells listeners that something changed.

import { Offline, Problem, uuid } from "./api.js";

const PAGE = 50;
const MARK_AFTER_MS = 150;
const TYPING_EVERY_MS = 3_000;

/** What a summary or detail says that is kept as it is. */
const TAKEN_OVER = [
  "type", "name", "avatar_url", "created_at", "last_seq", "last_message", "unread_count", "participant", "participant_count",
  "membership",
];

class Conversation {
  revision = 0;
  last_seq = 0;
  last_message = null;
  unread_count = 0;
  membership = {};
  /** By user id; complete once the detail was read. */
  participants = new Map();
  detailed = false;
  /** By seq, without holes from the oldest loaded one on. */
  messages = new Map();
  /** What of its messages is here: none, loading, loaded. */
  loaded = "none";
  complete = false;
  /** Written here, not yet stored there. */
  pending = [];
  sending = false;
  typing = new Map();
  /** Events that wait while a gap is mended. */
  held = null;
  /** What was read when it was opened: above it is new. */
  newAbove = null;

  constructor(id) {
    this.id = id;
  }

  merge(view) {
    const { participants, ...fields } = view;
    for (const name of TAKEN_OVER) {
      if (fields[name] !== undefined) this[name] = fields[name];
    }
    if (participants) {
      this.participants = new Map(participants.map((one) => [one.user.id, one]));
      this.detailed = true;
    }
  }

  get oldest() {
    return this.messages.size ? Math.min(...this.messages.keys()) : null;
  }
}

/** Emits `change`, `loaded` (all conversations are known), `message` (a new one of somebody else), `problem`. */
export class Store extends EventTarget {
  #api;
  #socket;
  #held = null;
  #known = false;
  #timers = new Map();
  #typedAt = 0;
  #scheduled = false;
  #watched = new Set();
  me;
  conversations = new Map();
  presence = new Map();
  people = [];
  selected = null;
  /** Whether somebody looks at the page; told by the page. */
  attentive = () => true;

  constructor(api, socket) {
    super();
    this.#api = api;
    this.#socket = socket;
    this.me = api.user;
    socket.addEventListener("state", () => this.#changed());
    socket.addEventListener("ready", (ready) => this.#ready(ready.detail));
    socket.addEventListener("event", (event) => this.#receive(event.detail));
  }

  get status() {
    return this.#socket.state;
  }

  get current() {
    return this.conversations.get(this.selected) ?? null;
  }

  /** Newest activity first. */
  get sorted() {
    const at = (one) => one.pending.at(-1)?.created_at ?? one.last_message?.created_at ?? one.created_at ?? "";
    const shown = [...this.conversations.values()].filter((one) => !one.membership.hidden || one.id === this.selected);
    return shown.sort((a, b) => at(b).localeCompare(at(a)));
  }

  get unread() {
    let total = 0;
    for (const one of this.conversations.values()) total += one.unread_count;
    return total;
  }

  // ---- what the person does

  async select(id) {
    this.#viewing(this.selected, false);
    this.selected = id;
    const conversation = this.current;
    if (conversation) {
      conversation.newAbove = conversation.unread_count ? conversation.membership.read_seq ?? 0 : null;
      this.#viewing(id, true);
      this.#changed();
      await this.#guard(this.#open(conversation));
    }
    this.#changed();
  }

  async startDirect(userId) {
    return this.#create({ type: "direct", participant_ids: [userId] });
  }

  async startGroup(name, userIds) {
    return this.#create({ type: "group", name, participant_ids: userIds });
  }

  async loadPeople(search) {
    const query = new URLSearchParams({ limit: "50" });
    if (search) query.set("search", search);
    const page = await this.#guard(this.#api.get(`/users?${query}`));
    if (!page) return;
    this.people = page.items.filter((person) => person.id !== this.me.id);
    this.#changed();
  }

  send(conversation, content) {
    conversation.pending.push({ client_id: uuid(), content, created_at: new Date().toISOString(), failed: null });
    conversation.newAbove = null;
    this.#typedAt = 0;
    this.#changed();
    this.#flush(conversation);
  }

  retry(conversation, clientId) {
    const one = conversation.pending.find((pending) => pending.client_id === clientId);
    if (!one) return;
    one.failed = null;
    this.#changed();
    this.#flush(conversation);
  }

  discard(conversation, clientId) {
    conversation.pending = conversation.pending.filter((pending) => pending.client_id !== clientId);
    this.#changed();
  }

  type(conversation, writing) {
    const now = Date.now();
    if (writing && now - this.#typedAt < TYPING_EVERY_MS) return;
    if (!writing && !this.#typedAt) return;
    this.#typedAt = writing ? now : 0;
    const frame = writing ? "typing.start" : "typing.stop";
    this.#socket.request(frame, { conversation_id: conversation.id }).catch(() => {});
  }

  async loadOlder() {
    const conversation = this.current;
    if (!conversation || conversation.complete || conversation.loaded !== "loaded") return;
    conversation.loaded = "loading";
    this.#changed();
    await this.#guard(this.#page(conversation, conversation.oldest));
    conversation.loaded = "loaded";
    this.#changed();
  }

  /** Somebody looks at the page again. */
  attend() {
    if (this.current) this.#saw(this.current);
  }

  // ---- what a message looks like

  /** sent, delivered or read, by the pointers of the others. */
  tick(conversation, message) {
    const others = [...conversation.participants.values()].filter((one) => one.user.id !== this.me.id && !one.left_at);
    if (!conversation.detailed || !others.length) return message.status ?? "sent";
    if (others.every((one) => one.read_seq >= message.seq)) return "read";
    return others.every((one) => one.delivered_seq >= message.seq) ? "delivered" : "sent";
  }

  nameOf(conversation, userId) {
    if (userId === this.me.id) return "You";
    return conversation.participants.get(userId)?.user.name ?? this.people.find((one) => one.id === userId)?.name ?? userId;
  }

  // ---- coming (back)

  async #ready() {
    this.#held ??= [];
    const done = await this.#guard(this.#known ? this.#sync() : this.#loadAll());
    const held = this.#held ?? [];
    this.#held = null;
    held.forEach((event) => this.#receive(event));
    if (done === null) return;
    this.#known = true;
    this.dispatchEvent(new Event("loaded"));
    this.#watched.clear();
    this.#watch();
    this.#viewing(this.selected, true);
    for (const conversation of this.conversations.values()) {
      this.#flush(conversation);
      this.#got(conversation);
    }
    if (this.current) {
      await this.#guard(this.#open(this.current));
    }
    this.#changed();
  }

  async #loadAll() {
    let cursor = null;
    do {
      const query = new URLSearchParams({ limit: "100" });
      if (cursor) query.set("cursor", cursor);
      const page = await this.#api.get(`/conversations?${query}`);
      page.items.forEach((view) => this.#adopt(view));
      cursor = page.next_cursor;
    } while (cursor);
    return true;
  }

  async #sync() {
    const conversations = {};
    for (const one of this.conversations.values()) conversations[one.id] = one.revision;
    let cursor = null;
    do {
      const answer = await this.#api.post("/sync", cursor ? { conversations, cursor } : { conversations });
      answer.removed.forEach((id) => this.#forget(id));
      for (const entry of answer.conversations) {
        const conversation = this.#adopt(entry.conversation, entry.reset);
        if (!entry.reset) this.#applyChanges(conversation, entry);
        if (entry.has_more) await this.#mend(conversation);
      }
      cursor = answer.next_cursor;
    } while (cursor);
    return true;
  }

  /** Reads what changed since the revision we have; events wait meanwhile. */
  async #mend(conversation) {
    conversation.held ??= [];
    try {
      let changes;
      do {
        changes = await this.#api.get(`/conversations/${conversation.id}/changes?since=${conversation.revision}&limit=100`);
        if (changes.reset) {
          this.#adopt(changes.conversation, true);
          if (conversation.id === this.selected) await this.#open(conversation);
        } else {
          this.#applyChanges(conversation, changes);
        }
      } while (changes.has_more);
    } finally {
      // Where it failed, the next event shows the gap again.
      const held = conversation.held ?? [];
      conversation.held = null;
      held.forEach((event) => event.revision <= conversation.revision + 1 && this.#receive(event));
    }
    this.#got(conversation);
    this.#changed();
  }

  #applyChanges(conversation, changes) {
    if (changes.conversation) conversation.merge(changes.conversation);
    for (const participant of changes.participants) conversation.participants.set(participant.user.id, participant);
    for (const message of changes.messages) this.#put(conversation, message);
    conversation.revision = Math.max(conversation.revision, changes.revision);
    this.#changed();
  }

  // ---- events

  #receive(event) {
    if (this.#held) {
      this.#held.push(event);
      return;
    }
    if (event.type === "sync.required") {
      this.#ready();
    } else if (event.revision !== undefined && event.type !== "conversation.removed") {
      this.#durable(event);
    } else {
      this.#passing(event);
    }
    this.#changed();
  }

  #durable(event) {
    const id = event.conversation_id ?? event.data?.id;
    const conversation = this.conversations.get(id);
    if (event.type === "conversation.created" && !conversation) {
      this.#adopt(event.data);
      this.#watch();
      return;
    }
    if (event.type === "conversation.deleted") {
      this.#forget(id);
      return;
    }
    if (!conversation) {
      this.#guard(this.#fetch(id));
      return;
    }
    if (conversation.held) {
      conversation.held.push(event);
      return;
    }
    if (event.revision <= conversation.revision) return;
    if (event.revision > conversation.revision + 1) {
      this.#guard(this.#mend(conversation));
      return;
    }
    conversation.revision = event.revision;
    this.#apply(conversation, event);
  }

  #apply(conversation, event) {
    switch (event.type) {
      case "message.created":
        this.#created(conversation, event.data);
        break;
      case "message.updated":
      case "message.deleted":
        this.#put(conversation, event.data);
        break;
      case "conversation.updated":
        conversation.merge(event.data);
        break;
      case "participant.joined":
      case "participant.left":
      case "participant.updated":
        conversation.participants.set(event.data.user.id, event.data);
        conversation.participant_count = [...conversation.participants.values()].filter((one) => !one.left_at).length
          || conversation.participant_count;
        break;
    }
  }

  #created(conversation, message) {
    this.#put(conversation, message);
    this.#stopTyping(conversation, message.sender.id);
    if (message.sender.id === this.me.id) return;
    if (message.kind !== "system") {
      conversation.unread_count += 1;
      this.dispatchEvent(new CustomEvent("message", { detail: { conversation, message } }));
    }
    this.#got(conversation);
  }

  #passing(event) {
    const { type, data } = event;
    const conversation = this.conversations.get(event.conversation_id ?? data?.conversation_id);
    if (type === "conversation.removed") this.#forget(event.conversation_id ?? data.id);
    else if (type === "presence.changed") this.presence.set(data.user_id, data);
    else if (!conversation) return;
    else if (type === "typing.started") this.#startTyping(conversation, data);
    else if (type === "typing.stopped") this.#stopTyping(conversation, data.user.id);
    else if (type === "receipt.read") this.#pointer(conversation, data, ["read_seq", "delivered_seq"]);
    else if (type === "receipt.delivered") this.#pointer(conversation, data, ["delivered_seq"]);
    else if (type === "membership.updated") this.#guard(this.#fetch(conversation.id));
  }

  #pointer(conversation, { user_id, seq }, fields) {
    const participant = conversation.participants.get(user_id);
    for (const field of fields) {
      if (participant) participant[field] = Math.max(participant[field] ?? 0, seq);
      if (user_id === this.me.id) conversation.membership[field] = Math.max(conversation.membership[field] ?? 0, seq);
    }
    if (user_id === this.me.id && fields.includes("read_seq")) {
      if (seq >= conversation.last_seq) conversation.unread_count = 0;
      else this.#guard(this.#fetch(conversation.id));
    }
    // Without the list of people, in a direct chat, the other's pointer says it all.
    const last = conversation.last_message;
    if (user_id !== this.me.id && conversation.type === "direct" && last && last.seq <= seq && last.status !== "read") {
      last.status = fields.includes("read_seq") ? "read" : "delivered";
    }
  }

  #startTyping(conversation, { user, expires_in_ms }) {
    this.#stopTyping(conversation, user.id);
    const timer = setTimeout(() => {
      conversation.typing.delete(user.id);
      this.#changed();
    }, expires_in_ms + 500);
    conversation.typing.set(user.id, { name: user.name, timer });
  }

  #stopTyping(conversation, userId) {
    const writing = conversation.typing.get(userId);
    if (writing) clearTimeout(writing.timer);
    conversation.typing.delete(userId);
  }

  // ---- conversations and messages

  /** Takes a summary or detail over; `afresh` drops what was loaded before. */
  #adopt(view, afresh = false) {
    let conversation = this.conversations.get(view.id);
    if (!conversation) {
      conversation = new Conversation(view.id);
      this.conversations.set(view.id, conversation);
    }
    const older = conversation.revision > view.revision;
    if (afresh) {
      conversation.messages.clear();
      conversation.loaded = "none";
      conversation.complete = false;
      conversation.detailed = Boolean(view.participants);
    }
    if (!older || afresh) {
      conversation.merge(view);
      if (afresh || !conversation.revision) conversation.revision = view.revision;
    }
    const partner = conversation.participant;
    if (partner && !this.presence.has(partner.id)) {
      this.presence.set(partner.id, { online: partner.online, last_seen_at: partner.last_seen_at });
    }
    this.#changed();
    return conversation;
  }

  async #fetch(id) {
    const view = await this.#api.get(`/conversations/${id}`);
    const known = this.conversations.get(id)?.revision;
    const conversation = this.#adopt(view);
    // What lies between is read as changes, or nothing would show it.
    if (known !== undefined && view.revision > known && conversation.loaded !== "none") await this.#mend(conversation);
    else conversation.revision = Math.max(conversation.revision, view.revision);
    this.#watch();
    return conversation;
  }

  #forget(id) {
    this.conversations.delete(id);
    if (this.selected === id) {
      this.selected = null;
      this.#problem("This conversation is no longer there for you.");
    }
    this.#changed();
  }

  async #create(body) {
    const view = await this.#api.post("/conversations", body);
    const conversation = this.#adopt(view);
    this.#watch();
    return conversation.id;
  }

  async #open(conversation) {
    if (conversation.loaded === "none") {
      conversation.loaded = "loading";
      this.#changed();
      try {
        await Promise.all([this.#page(conversation, null), this.#detail(conversation)]);
        conversation.loaded = "loaded";
      } catch (error) {
        conversation.loaded = "none";
        throw error;
      }
    }
    this.#saw(conversation);
    this.#changed();
  }

  async #detail(conversation) {
    const view = await this.#api.get(`/conversations/${conversation.id}`);
    conversation.participants = new Map(view.participants.map((one) => [one.user.id, one]));
    conversation.detailed = true;
    this.#watch([...conversation.participants.keys()].slice(0, 100));
  }

  async #page(conversation, before) {
    const query = new URLSearchParams({ limit: String(PAGE) });
    if (before) query.set("before", String(before));
    const page = await this.#api.get(`/conversations/${conversation.id}/messages?${query}`);
    conversation.complete = page.items.length < PAGE || page.items.at(-1).seq === 1;
    for (const message of page.items) this.#put(conversation, message, true);
  }

  /** Keeps the newest state of a message. */
  #put(conversation, message, older = false) {
    const known = conversation.messages.get(message.seq);
    const inWindow = older || message.seq >= (conversation.oldest ?? 0);
    if (conversation.loaded !== "none" && inWindow && (!known || known.revision <= message.revision)) {
      conversation.messages.set(message.seq, { ...message, status: message.status ?? known?.status });
    }
    if (message.seq >= (conversation.last_message?.seq ?? 0)) conversation.last_message = message;
    conversation.last_seq = Math.max(conversation.last_seq, message.seq);
    if (message.client_id && message.sender.id === this.me.id) {
      conversation.pending = conversation.pending.filter((one) => one.client_id !== message.client_id);
    }
  }

  /** One after the other, so that they are stored in the order in which they were written. */
  async #flush(conversation) {
    if (conversation.sending) return;
    conversation.sending = true;
    for (;;) {
      const next = conversation.pending.find((one) => !one.failed);
      if (!next || this.#socket.state !== "online") break;
      try {
        const answer = await this.#socket.request("message.send", {
          conversation_id: conversation.id,
          content: next.content,
          client_id: next.client_id,
          client_created_at: next.created_at,
        });
        this.#put(conversation, answer.message ?? answer);
      } catch (error) {
        // Without a reply nobody knows whether it was stored; the same client_id makes asking again safe.
        if (error instanceof Offline) break;
        if (error.temporary) await new Promise((resolve) => setTimeout(resolve, error.retryAfterMs ?? 1_000));
        else next.failed = error.text ?? error.message;
      }
      this.#changed();
    }
    conversation.sending = false;
    this.#changed();
  }

  // ---- pointers and presence

  /** Messages came: here they are seen, or at least here. */
  #got(conversation) {
    if (conversation.id === this.selected && this.attentive()) this.#saw(conversation);
    else this.#point(conversation, "conversation.delivered", "delivered_seq");
  }

  #saw(conversation) {
    if (!this.attentive() || conversation.loaded === "none") return;
    conversation.unread_count = 0;
    this.#point(conversation, "conversation.read", "read_seq");
  }

  #point(conversation, frame, field) {
    const key = frame + conversation.id;
    if (this.#timers.has(key) || conversation.last_seq <= (conversation.membership[field] ?? 0)) return;
    const timer = setTimeout(async () => {
      this.#timers.delete(key);
      const seq = conversation.last_seq;
      try {
        await this.#socket.request(frame, { conversation_id: conversation.id, seq });
        conversation.membership[field] = Math.max(conversation.membership[field] ?? 0, seq);
      } catch {
        // Told again with the next message, or after coming back.
      }
    }, MARK_AFTER_MS);
    this.#timers.set(key, timer);
  }

  #viewing(id, open) {
    if (!id || !this.conversations.has(id)) return;
    this.#socket.request(open ? "conversation.open" : "conversation.close", { conversation_id: id }).catch(() => {});
  }

  async #watch(more = []) {
    const partners = [...this.conversations.values()].map((one) => one.participant?.id);
    const fresh = [...new Set([...partners, ...more])].filter((id) => id && id !== this.me.id && !this.#watched.has(id));
    const user_ids = fresh.slice(0, 500 - this.#watched.size);
    if (!user_ids.length || this.#socket.state !== "online") return;
    user_ids.forEach((id) => this.#watched.add(id));
    try {
      const { items } = await this.#socket.request("presence.subscribe", { user_ids });
      items.forEach((one) => this.presence.set(one.user_id, one));
      this.#changed();
    } catch {
      user_ids.forEach((id) => this.#watched.delete(id));
    }
  }

  // ---- telling

  /** What failed is told; `null` then. */
  async #guard(promise) {
    try {
      return await promise;
    } catch (error) {
      if (error instanceof Problem && error.status !== 401) this.#problem(error.text);
      else if (!(error instanceof Offline) && !(error instanceof Problem)) throw error;
      return null;
    }
  }

  #problem(text) {
    this.dispatchEvent(new CustomEvent("problem", { detail: text }));
  }

  #changed() {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.dispatchEvent(new Event("change"));
    });
  }
}
