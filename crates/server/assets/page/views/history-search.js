// Search in one conversation; a hit is shown in its place.

import { html, useLayoutEffect, useRef, useState } from '../html.js';
import { useChat, wordsFor } from '../chat.js';
import { texts } from '../texts.js';
import { brief } from '../times.js';
import { namesIn, summaryOf } from '../words.js';
import { Icon } from './icons.js';
import { Empty, IconButton, moveInList, useSettled } from './parts.js';

export function HistorySearch({ conversation, show, close }) {
  const { me } = useChat();
  const [wanted, setWanted] = useState('');
  const [hits, more] = useHits(conversation.id, wanted);
  const input = useRef(null);
  const list = useRef(null);
  useLayoutEffect(() => input.current.focus(), []);

  const onKeyDown = (event) => {
    if (event.key === 'Escape') {
      event.preventDefault();
      close();
    } else if (event.target === input.current && (event.key === 'ArrowDown' || event.key === 'Enter')) {
      event.preventDefault();
      const first = list.current?.querySelector('.hit');
      if (event.key === 'Enter') first?.click();
      else first?.focus();
    } else if (list.current?.contains(event.target)) {
      moveInList(event, '.hit');
    }
  };

  const nameOf = namesIn(conversation, me);
  return html`<section class="history-search" role="search" aria-label=${texts.searchHere} onKeyDown=${onKeyDown}>
    <div class="search">
      <${Icon} name="search" />
      <input ref=${input} type="search" value=${wanted} aria-label=${texts.searchHere} placeholder=${texts.searchHere} maxlength="200"
        autocomplete="off" onInput=${(event) => setWanted(event.currentTarget.value)} />
      <${IconButton} icon="close" label=${texts.close} onClick=${close} />
    </div>
    <p class="unseen" role="status">${hits ? texts.foundCount(hits.length) : ''}</p>
    ${hits && !hits.length && html`<${Empty}>${texts.foundNothing(wanted.trim())}<//>`}
    ${hits?.length > 0 &&
    html`<ul ref=${list}>
      ${hits.map((hit) => html`<${Hit} key=${hit.id} hit=${hit} nameOf=${nameOf} wanted=${wanted.trim()} show=${show} />`)}
      ${more && html`<li><button type="button" class="link" onClick=${more}>${texts.more}</button></li>`}
    </ul>`}
  </section>`;
}

/** `[hits, more]`: what fits, `null` where nothing is wanted; `more` fetches the next ones, where there are some. */
function useHits(conversationId, wanted) {
  const { chat, say } = useChat();
  const [hits, setHits] = useState(null);
  const [next, setNext] = useState(null);
  const asked = useRef('');
  const find = async (cursor) => {
    const q = wanted.trim();
    asked.current = q;
    if (!q) {
      setHits(null);
      return;
    }
    try {
      const page = await chat.messages.search({ q, conversationId, limit: 20, ...(cursor && { cursor }) });
      if (asked.current !== q) return;
      setHits((now) => (cursor ? [...now, ...page.items] : page.items));
      setNext(page.next_cursor);
    } catch (error) {
      say(wordsFor(error));
    }
  };
  useSettled(wanted, () => find(null));
  return [hits, next && (() => find(next))];
}

const Hit = ({ hit, nameOf, wanted, show }) =>
  html`<li>
    <button type="button" class="hit" onClick=${() => show(hit.seq)}>
      <span class="line"><span class="name">${nameOf(hit.sender)}</span><time class="when" datetime=${hit.created_at}>${brief(hit.created_at)}</time></span>
      <span class="hit-text"><${Marked} text=${summaryOf(hit, nameOf)} wanted=${wanted} /></span>
    </button>
  </li>`;

/** A piece of the text around what was looked for. */
function Marked({ text, wanted }) {
  const at = text.toLocaleLowerCase().indexOf(wanted.toLocaleLowerCase());
  if (at < 0) return text;
  const from = Math.max(0, at - 30);
  return html`${from > 0 && '…'}${text.slice(from, at)}<mark>${text.slice(at, at + wanted.length)}</mark>${text.slice(at + wanted.length)}`;
}
