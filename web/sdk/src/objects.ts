// Objects of the wire as applications get them, where the wire has several forms of one thing.

import type * as wire from './wire.js';

/** A conversation. What only the detail has is there once it was asked for, or came with the conversation's beginning. */
export type Conversation = wire.ConversationSummary & Partial<Omit<wire.ConversationDetail, keyof wire.ConversationSummary>>;

/** Why the server refused something. It may have codes that this version does not know. */
export type Problem = Omit<wire.Problem, 'code'> & { code: string };

/** Who writes. */
export type Writer = wire.TypingUser;
