// Who of a group has read a message, and who has it on a device.

import { html, useEffect, useState } from '../html.js';
import { useChat, wordsFor } from '../chat.js';
import { texts } from '../texts.js';
import { brief } from '../times.js';
import { Avatar, Dialog, Empty, Spinner } from './parts.js';

export function Receipts({ message, nameOf, close }) {
  const { chat, say } = useChat();
  const [receipts, setReceipts] = useState(null);
  useEffect(() => {
    chat.messages.receipts(message.id).then(setReceipts, (error) => {
      say(wordsFor(error));
      close();
    });
  }, [chat, message.id]);
  const readers = new Set(receipts?.read.map((one) => one.user_id));
  const delivered = receipts?.delivered.filter((one) => !readers.has(one.user_id));
  return html`<${Dialog} title=${texts.receipts.title} close=${close}>
    ${!receipts && html`<${Spinner} />`}
    ${receipts && !receipts.read.length && !delivered.length && html`<${Empty}>${texts.receipts.nobody}<//>`}
    ${receipts?.read.length > 0 && html`<${People} title=${texts.ticks.read} items=${receipts.read} nameOf=${nameOf} />`}
    ${delivered?.length > 0 && html`<${People} title=${texts.ticks.delivered} items=${delivered} nameOf=${nameOf} />`}
  <//>`;
}

const People = ({ title, items, nameOf }) =>
  html`<section class="members" aria-label=${title}>
    <h3>${title}</h3>
    <ul>
      ${items.map(
        (one) => html`<li key=${one.user_id} class="member">
          <${Avatar} of=${{ id: one.user_id, name: nameOf({ id: one.user_id }) }} />
          <span class="lines"><span class="name">${nameOf({ id: one.user_id })}</span></span>
          <time class="when" datetime=${one.at}>${brief(one.at)}</time>
        </li>`,
      )}
    </ul>
  </section>`;
