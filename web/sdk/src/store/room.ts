// One conversation as the store holds it: the server's object, the newest messages, who writes, how far others are.

import type { ChatMessage } from '../types.js';
import type { Conversation } from '../objects.js';
import type { Membership, Message, Participant, UserSummary } from '../wire.js';
import { further, merged } from './merge.js';
import { MessageWindow } from './window.js';

export type Receipt = { kind: 'read' | 'delivered'; userId: string; seq: number };

export class Room {
  conversation: Conversation;
  readonly #meId: string | undefined;
  #window = new MessageWindow();
  /** The number of the newest message taken; what the conversation says may be ahead of its messages. */
  #newestSeq: number;
  /** Up to here everybody is known to have read. */
  #readByAll = 0;

  constructor(conversation: Conversation, meId: string | undefined, received: (message: Message) => ChatMessage) {
    this.conversation = conversation;
    this.#meId = meId;
    this.#newestSeq = conversation.last_seq;
    const last = conversation.last_message;
    if (last) this.#window.put(received(last), conversation.last_seq);
    if (conversation.participants) this.people(conversation.participants, 'all');
  }

  get messages(): readonly ChatMessage[] {
    return this.#window.messages;
  }

  get hasOlder(): boolean {
    return this.#window.hasOlder && this.conversation.last_seq > 0;
  }

  get first(): number | undefined {
    return this.#window.first;
  }

  find(id: string): ChatMessage | undefined {
    return this.#window.find(id);
  }

  /** Takes a message; the store's version of it. */
  put(message: ChatMessage): ChatMessage {
    const known = this.#window.find(message.id);
    const isNew = message.seq > this.#newestSeq;
    this.#newestSeq = Math.max(this.#newestSeq, message.seq);
    this.#window.put(message, this.#newestSeq);
    this.#show(message, isNew);
    if (isNew) this.#count(message, 1);
    else if (message.deleted_at !== null && known?.deleted_at === null) this.#count(known, -1);
    this.#measure();
    return this.#window.find(message.id) ?? message;
  }

  takePage(page: readonly ChatMessage[], reachesBeginning: boolean): void {
    this.#window.takePage(page, reachesBeginning, this.#newestSeq);
    this.#measure();
  }

  /** Lays what the server says of the conversation over what is known. */
  update(change: Partial<Conversation>): void {
    const { membership, unread_count, last_message: _, ...rest } = change;
    this.conversation = { ...this.conversation, ...rest, last_seq: Math.max(this.conversation.last_seq, rest.last_seq ?? 0) };
    if (membership) this.settings(membership, unread_count);
  }

  /** One's own settings and pointers, which move forward only. `unread` where the server counted. */
  settings(membership: Membership, unread?: number): void {
    const { membership: known } = this.conversation;
    const forward = (name: 'read_seq' | 'delivered_seq' | 'cleared_seq') => Math.max(known[name], membership[name]);
    const now = { ...membership, read_seq: forward('read_seq'), delivered_seq: forward('delivered_seq'), cleared_seq: forward('cleared_seq') };
    // An answer from before the last reading counted too much.
    const counted = membership.read_seq < known.read_seq ? undefined : unread;
    const unread_count = counted ?? this.#unread(now.read_seq);
    this.conversation = { ...this.conversation, membership: now, unread_count };
    if (this.#window.clear(now.cleared_seq)) this.conversation.last_message = (this.#window.messages.at(-1) as Message | undefined) ?? null;
  }

  /**
   * Takes people as they are now, also those who left: all there are, or some. Until all are known, some say nothing
   * but how many more or fewer there are: `step`.
   */
  people(people: readonly Participant[], which: 'all' | 'some', step = 0): void {
    const { participants, participant_count } = this.conversation;
    const known = new Map((participants ?? []).map((person) => [person.user.id, person]));
    const next = which === 'all' ? new Map<string, Participant>() : new Map(known);
    for (const person of people) next.set(person.user.id, furthest(person, known.get(person.user.id)));
    const present = [...next.values()].filter(({ left_at }) => left_at === null);
    if (which === 'some' && !participants && present.length < participant_count) {
      this.conversation = { ...this.conversation, participant_count: participant_count + step };
      return;
    }
    this.conversation = { ...this.conversation, participants: present, participant_count: present.length };
    this.#measure();
  }

  receipt({ kind, userId, seq }: Receipt): void {
    if (userId === this.#meId) this.#own(kind, seq);
    const participants = this.conversation.participants?.map((person) => {
      if (person.user.id !== userId) return person;
      // Who has read it has received it.
      const read_seq = kind === 'read' ? Math.max(person.read_seq, seq) : person.read_seq;
      return { ...person, read_seq, delivered_seq: Math.max(person.delivered_seq, seq) };
    });
    if (!participants) return;
    this.conversation = { ...this.conversation, participants };
    this.#measure();
  }

  /** One's own reading, on another device. */
  #own(kind: Receipt['kind'], seq: number): void {
    const { membership } = this.conversation;
    const pointers = kind === 'read' ? { read_seq: seq, delivered_seq: seq } : { delivered_seq: seq };
    this.settings({ ...membership, ...pointers });
  }

  /** Whether the statuses of own messages can follow the receipts of others. */
  get knowsPeople(): boolean {
    return this.conversation.participants !== undefined;
  }

  /** Raises the statuses of own messages to what the pointers of all others say. */
  #measure(): void {
    const others = this.conversation.participants?.filter(({ user }) => user.id !== this.#meId) ?? [];
    if (others.length === 0) return;
    const read = Math.min(...others.map(({ read_seq }) => read_seq));
    const delivered = Math.min(...others.map(({ delivered_seq }) => delivered_seq));
    this.#window.update((message) => {
      if (message.seq <= this.#readByAll) return undefined;
      const status = message.seq <= read ? 'read' : message.seq <= delivered ? 'delivered' : 'sent';
      const next = message.status && further(message.status, status);
      return next === message.status ? message : ({ ...message, status: next } as ChatMessage);
    });
    this.#readByAll = Math.max(this.#readByAll, read);
  }

  #show(message: ChatMessage, isNew: boolean): void {
    const { conversation } = this;
    const last = conversation.last_message as ChatMessage | null;
    const last_message = isNew ? message : last?.id === message.id ? merged(last, message) : last;
    const last_seq = Math.max(conversation.last_seq, message.seq);
    this.conversation = { ...conversation, last_message: last_message as Message | null, last_seq };
    if (isNew) this.#calls(message.sender);
  }

  /** No event tells that somebody has another name; what they say next does. */
  #calls({ id, username, name, avatar_url }: UserSummary): void {
    const { participant, participants } = this.conversation;
    const isOld = (user: UserSummary | undefined) => user?.id === id && (user.name !== name || user.username !== username || user.avatar_url !== avatar_url);
    const now = { username, name, avatar_url };
    if (participant && isOld(participant)) this.conversation = { ...this.conversation, participant: { ...participant, ...now } };
    if (!participants?.some(({ user }) => isOld(user))) return;
    const renamed = participants.map((person) => (isOld(person.user) ? { ...person, user: { ...person.user, ...now } } : person));
    this.conversation = { ...this.conversation, participants: renamed };
  }

  #count(message: ChatMessage, step: 1 | -1): void {
    if (!this.#counts(message, this.conversation.membership.read_seq)) return;
    this.conversation = { ...this.conversation, unread_count: Math.max(0, this.conversation.unread_count + step) };
  }

  /** What is unread behind a place; from what is held, else what was known. */
  #unread(readSeq: number): number {
    const { last_seq, unread_count } = this.conversation;
    if (readSeq >= last_seq) return 0;
    if ((this.first ?? Number.POSITIVE_INFINITY) > readSeq + 1) return unread_count;
    return this.messages.filter((message) => this.#counts(message, readSeq)).length;
  }

  #counts(message: ChatMessage, readSeq: number): boolean {
    return message.seq > readSeq && message.sender.id !== this.#meId && message.kind !== 'system' && message.deleted_at === null;
  }
}

/** A person whose pointers have not gone back. */
function furthest(person: Participant, known: Participant | undefined): Participant {
  if (!known) return person;
  const read_seq = Math.max(person.read_seq, known.read_seq);
  return { ...person, read_seq, delivered_seq: Math.max(person.delivered_seq, known.delivered_seq) };
}
