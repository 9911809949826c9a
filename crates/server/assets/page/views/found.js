// What a search at the side finds: conversations, people, and messages of all conversations.

import { html, useRef, useState } from '../html.js';
import { useChat, useConversations, wordsFor } from '../chat.js';
import { jumpTo } from '../jump.js';
import { meet } from '../people.js';
import { texts } from '../texts.js';
import { brief } from '../times.js';
import { namesIn, summaryOf, titleOf } from '../words.js';
import { ChatRow } from './chat-row.js';
import { Avatar, Empty, Spinner, useSettled } from './parts.js';

const NOTHING = { conversations: [], people: [], messages: [] };

/** `go` opens a conversation. */
export function Found({ wanted, open, go }) {
  const { chat, me, say } = useChat();
  const conversations = useConversations();
  const [found, setFound] = useState(null);
  const asked = useRef('');

  useSettled(wanted, async () => {
    asked.current = wanted;
    try {
      const [listed, people, messages] = await Promise.all([
        chat.conversations.list({ search: wanted, limit: 20 }),
        chat.users.list({ search: wanted, limit: 20 }),
        chat.messages.search({ q: wanted, limit: 20 }),
      ]);
      if (asked.current === wanted) setFound({ conversations: listed.items, people: people.items, messages: messages.items });
    } catch (error) {
      if (asked.current !== wanted) return;
      setFound(NOTHING);
      say(wordsFor(error));
    }
  });

  const lower = wanted.toLocaleLowerCase();
  const here = conversations.filter((one) => titleOf(one).toLocaleLowerCase().includes(lower));
  const ids = new Set(here.map((one) => one.id));
  const there = (found?.conversations ?? []).filter((one) => !ids.has(one.id));
  const chats = [...here, ...there];
  const known = new Set(chats.map((one) => one.participant?.id));
  const people = (found?.people ?? []).filter((one) => one.id !== me.id && !known.has(one.id));
  const messages = found?.messages ?? [];
  const none = found && !chats.length && !people.length && !messages.length;

  return html`<div class="found">
    <p class="unseen" role="status">${found ? texts.foundCount(chats.length + people.length + messages.length) : ''}</p>
    ${!found && html`<${Spinner} />`}
    ${none && html`<${Empty}>${texts.foundNothing(wanted)}<//>`}
    ${chats.length > 0 &&
    html`<h2>${texts.chats}</h2>
      <ul>
        ${chats.map((one) => html`<${ChatRow} key=${one.id} conversation=${one} current=${one.id === open} inOrder=${true} go=${go} />`)}
      </ul>`}
    ${people.length > 0 && html`<h2>${texts.people}</h2><ul>${people.map((one) => html`<${PersonRow} key=${one.id} person=${one} go=${go} />`)}</ul>`}
    ${messages.length > 0 &&
    html`<h2>${texts.messages}</h2>
      <ul>
        ${messages.map((one) => html`<${MessageRow} key=${one.id} message=${one} go=${go} />`)}
      </ul>`}
  </div>`;
}

function PersonRow({ person, go }) {
  return html`<li>
    <button type="button" class="row" onClick=${() => go(meet(person))}>
      <${Avatar} of=${person} />
      <span class="lines">
        <span class="name">${person.name}</span>
        <span class="preview">${person.username ? `@${person.username}` : texts.startChat}</span>
      </span>
    </button>
  </li>`;
}

function MessageRow({ message, go }) {
  const { chat, me } = useChat();
  const conversation = chat.store.conversation(message.conversation_id);
  const nameOf = namesIn(conversation ?? {}, me);
  const show = () => {
    go(message.conversation_id);
    jumpTo(message);
  };
  return html`<li>
    <button type="button" class="row" onClick=${show}>
      <${Avatar} of=${message.sender} />
      <span class="lines">
        <span class="line">
          <span class="name">${conversation ? titleOf(conversation) : message.sender.name}</span>
          <time class="when" datetime=${message.created_at}>${brief(message.created_at)}</time>
        </span>
        <span class="preview"><span class="preview-text">${nameOf(message.sender)}: ${summaryOf(message, nameOf)}</span></span>
      </span>
    </button>
  </li>`;
}
