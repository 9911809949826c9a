// What a screen reader says of the open conversation: new messages of others, and nothing else. The list that one
// sees is no live region, so that history that is loaded, edits and ticks are not read out.

import { html, useEffect, useState } from '../html.js';
import { useChat } from '../chat.js';
import { texts } from '../texts.js';
import { summaryOf } from '../words.js';

const KEPT = 5;

export function Announcer({ conversation, nameOf }) {
  const { chat, me } = useChat();
  const [news, setNews] = useState([]);
  useEffect(
    () =>
      chat.on('message', ({ message, isNew }) => {
        if (!isNew || message.conversation_id !== conversation.id || message.sender.id === me.id) return;
        setNews((now) => [...now.slice(1 - KEPT), message]);
      }),
    [chat, conversation.id],
  );
  return html`<div class="unseen" role="log" aria-label=${texts.newMessages}>
    ${news.map((message) => html`<p key=${message.id}>${message.system ? summaryOf(message, nameOf) : texts.says(nameOf(message.sender), summaryOf(message, nameOf))}</p>`)}
  </div>`;
}
