// The messages, with days, who said it, and what is new. It keeps its place while older ones come in above, and stays at
// the end while new ones come in below.

import { html, useEffect, useMemo, useRef, useState } from '../html.js';
import { useChat } from '../chat.js';
import { texts } from '../texts.js';
import { day, sameDay } from '../times.js';
import { namesIn, systemLine } from '../words.js';
import { Announcer } from './announcer.js';
import { Icon } from './icons.js';
import { MessageItem } from './message.js';
import { Spinner } from './parts.js';
import { useReading } from './reading.js';
import { AT_END, Scroller } from './scroller.js';

const GROUPED_MS = 5 * 60_000;
const NEAR = 400;
const FLASH_MS = 2_000;

export function Log({ conversation, history, sought, seek, reply, edit, focusInput }) {
  const { me } = useChat();
  const { messages, inPast } = history;
  const [atEnd, setAtEnd] = useState(true);
  const [inOrder, setInOrder] = useState(null);
  const scroller = useRef(null);
  const { newFrom } = useReading(conversation, messages, atEnd && !inPast);
  const nameOf = useNames(conversation, me);
  useEffect(() => {
    // What is there may not fill the view.
    if (history.ready) scroller.current.onScroll();
  }, [history.ready]);
  const flashed = useSought(sought, messages, scroller);
  const newest = messages.at(-1);
  useEffect(() => {
    // One's own words are seen where they go.
    if (newest && !newest.seq) scroller.current.toEnd();
  }, [newest?.key]);

  const onScroll = (element) => {
    const { scrollTop, scrollHeight, clientHeight } = element;
    const below = scrollHeight - scrollTop - clientHeight;
    setAtEnd(below < AT_END);
    if (scrollTop < NEAR) history.older();
    if (inPast && below < NEAR) history.newer();
  };
  const toEnd = () => {
    history.latest();
    scroller.current.toEnd();
    focusInput();
  };
  const last = messages.filter((one) => !one.system).at(-1)?.key;
  const tabStop = messages.some((one) => one.key === inOrder) ? inOrder : last;
  const group = conversation.type === 'group';
  const shared = { conversationId: conversation.id, group, moderates: moderates(conversation, me), nameOf, reply, edit, seek, focusInput };
  return html`<section class="log-place" aria-label=${texts.messages}>
    <${Scroller} handle=${scroller} onScroll=${onScroll} atEnd=${!inPast} content=${messages}>
      ${history.loading && html`<${Spinner} />`}
      ${!history.hasOlder && !history.loading && html`<p class="beginning">${texts.beginning}</p>`}
      <ol class="log" aria-label=${texts.messages} onKeyDown=${(event) => step(event, focusInput)} onFocusIn=${(event) => setInOrder(event.target.closest('.message')?.dataset.key)}
          onFocusOut=${(event) => event.relatedTarget && !event.currentTarget.contains(event.relatedTarget) && setInOrder(null)}>
        ${linesOf(messages, newFrom).map((line) => drawn(line, shared, { flashed, tabStop, me }))}
      </ol>
    <//>
    ${(inPast || !atEnd) && html`<${ToEnd} unread=${conversation.unread_count} act=${toEnd} />`}
    <${Announcer} conversation=${conversation} nameOf=${nameOf} />
  </section>`;
}

const ToEnd = ({ unread, act }) =>
  html`<button type="button" class="to-end" onClick=${act} aria-label=${texts.toEnd} title=${texts.toEnd}>
    <${Icon} name="down" />${unread > 0 && html`<span class="badge">${unread}</span>`}
  </button>`;

/** The names in a conversation; the same as before as long as nobody has another, so that no message is drawn again. */
function useNames(conversation, me) {
  const { participants = [], participant } = conversation;
  const named = [...participants.map(({ user }) => user), participant].map((one) => `${one?.id} ${one?.name}`).join();
  return useMemo(() => namesIn(conversation, me), [named, me]);
}

/** The focus goes from message to message, and below the last one to where one writes. */
function step(event, focusInput) {
  if (event.key === 'Escape') {
    focusInput();
    return;
  }
  const items = [...event.currentTarget.querySelectorAll('.message')];
  const at = items.indexOf(document.activeElement);
  const next = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: items.length - 1 }[event.key];
  if (next === undefined || at < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  if (next >= items.length) focusInput();
  else items[Math.max(0, next)].focus();
}

/** Brings a message that was looked for into sight, with the focus on it; answers its key for a moment. */
function useSought(sought, messages, scroller) {
  const [flashed, setFlashed] = useState(null);
  useEffect(() => {
    if (!sought) return undefined;
    const found = messages.find((message) => message.seq === sought.seq);
    const item = found && scroller.current.element.querySelector(`[data-key="${CSS.escape(found.key)}"]`);
    if (!item) return undefined;
    scroller.current.leaveEnd();
    item.scrollIntoView({ block: 'center' });
    item.focus({ preventScroll: true });
    setFlashed(found.key);
    const timer = setTimeout(() => setFlashed(null), FLASH_MS);
    return () => clearTimeout(timer);
  }, [sought]);
  return flashed;
}

/** Whether one may delete what others wrote. */
const moderates = ({ type, membership, permissions }, me) =>
  type === 'group' && (membership.role === 'admin' || permissions?.delete_messages === 'member' || me.role === 'admin' || me.role === 'supervisor');

/** Messages with days and the mark of what is new between them; `first`: not by whom the one above is. */
function linesOf(messages, newFrom) {
  const lines = [];
  let above = null;
  for (const message of messages) {
    if (!above || !sameDay(above.created_at, message.created_at)) {
      lines.push({ kind: 'day', key: `day ${message.created_at.slice(0, 10)} ${message.key}`, text: day(message.created_at) });
      above = null;
    }
    if (newFrom && message.seq === newFrom) {
      lines.push({ kind: 'new', key: 'new', text: texts.newMessages });
      above = null;
    }
    if (message.system) lines.push({ kind: 'system', key: message.key, message });
    else lines.push({ kind: 'message', key: message.key, message, first: !follows(message, above) });
    above = message;
  }
  return lines;
}

const follows = (message, above) =>
  above && !above.system && above.sender.id === message.sender.id && new Date(message.created_at) - new Date(above.created_at) < GROUPED_MS;

function drawn(line, shared, { flashed, tabStop, me }) {
  if (line.kind === 'system') {
    return html`<li key=${line.key} class="system" data-key=${line.key} data-seq=${line.message.seq}><span>${systemLine(line.message, shared.nameOf)}</span></li>`;
  }
  if (line.kind !== 'message') return html`<li key=${line.key} class=${line.kind}><span>${line.text}</span></li>`;
  return html`<${MessageItem} key=${line.key} ...${shared} message=${line.message} first=${line.first} mine=${line.message.sender.id === me.id}
    flashed=${flashed === line.key} inOrder=${tabStop === line.key} />`;
}
