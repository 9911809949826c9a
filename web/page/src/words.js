// What conversations and messages are called in one line.

import { texts } from './texts.js';

/** The name of a group, or of the other person. */
export function titleOf(conversation) {
  if (conversation.type === 'direct') return conversation.participant?.name || texts.someone;
  return conversation.name || texts.group;
}

/** Whose colour and letters stand for it. */
export const faceOf = (conversation) =>
  conversation.type === 'direct' && conversation.participant
    ? conversation.participant
    : { id: conversation.id, name: titleOf(conversation), avatar_url: conversation.avatar_url };

/** Whether it makes no noise now. */
export const isMuted = ({ muted, muted_until: until }) => muted && (!until || new Date(until) > new Date());

/** A message in a line: what it says, or what it is. */
export function summaryOf(message, nameOf) {
  if (message.deleted_at) return texts.deleted;
  if (message.system) return systemLine(message, nameOf);
  if (message.content) return message.content;
  if (message.location) return texts.kinds.location;
  if (message.meeting) return texts.kinds.meeting;
  const [first] = message.attachments;
  if (!first) return texts.kinds.text;
  return message.attachments.length > 1 ? texts.files(message.attachments.length) : `${texts.attachmentKinds[first.kind]}: ${first.name}`;
}

/** Who joined, was removed, left. */
export function systemLine(message, nameOf) {
  const who = nameOf(message.sender);
  const whom = message.system.user_ids.map((id) => nameOf({ id })).join(', ');
  const line = texts.system[message.system.action];
  return line ? line(who, whom) : texts.system.other(who);
}

/** Names people by what is known of them in a conversation; oneself is "You". */
export function namesIn(conversation, me) {
  const known = new Map((conversation.participants ?? []).map((one) => [one.user.id, one.user.name]));
  if (conversation.participant) known.set(conversation.participant.id, conversation.participant.name);
  return (user) => (user.id === me.id ? texts.you : (known.get(user.id) ?? user.name ?? texts.someone));
}

/** What a text splits into: words, and web addresses that are safe to follow. */
export function partsOf(text) {
  const parts = [];
  let from = 0;
  for (const found of text.matchAll(/\bhttps?:\/\/[^\s<>"]+[^\s<>"'.,;:!?)\]}]/giu)) {
    if (!URL.canParse(found[0])) continue;
    if (found.index > from) parts.push({ text: text.slice(from, found.index) });
    parts.push({ text: found[0], href: found[0] });
    from = found.index + found[0].length;
  }
  if (from < text.length) parts.push({ text: text.slice(from) });
  return parts;
}

/** Whether a text is nothing but up to three emoji, which are shown large. */
export const isEmojiOnly = (text) =>
  /^(?:\s*(?:\p{RI}{2}|\p{Emoji_Presentation}\p{Emoji_Modifier}?|\p{Emoji}️)(?:‍\p{Emoji}️?\p{Emoji_Modifier}?)*){1,3}\s*$/u.test(text);
