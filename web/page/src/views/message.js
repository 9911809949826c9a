// One message: what it says, how far it has come, what people think of it, and what can be done with it.

import { classes, html, memo, useRef, useState } from '../html.js';
import { useAttempt, useChat } from '../chat.js';
import { texts } from '../texts.js';
import { clock, whole } from '../times.js';
import { isEmojiOnly, partsOf } from '../words.js';
import { Attachments } from './attachments.js';
import { EmojiPicker } from './emoji-picker.js';
import { Icon } from './icons.js';
import { Avatar, colourOf, Confirm, IconButton, Menu } from './parts.js';
import { Quote } from './quote.js';
import { Receipts } from './receipts.js';
import { Tick } from './tick.js';

/** At hand; the rest is one step further. */
const EMOJI = ['👍', '❤️', '😂', '😮', '😢', '🎉', '🙏'];

export const MessageItem = memo(function MessageItem(props) {
  const { conversationId, group, moderates, message, mine, first, nameOf, flashed, inOrder, reply, edit, seek, focusInput } = props;
  const { chat } = useChat();
  const attempt = useAttempt();
  const [menu, setMenu] = useState(null);
  const [asking, setAsking] = useState(false);
  const [picking, setPicking] = useState(null);
  const [showing, setShowing] = useState(false);
  const item = useRef(null);
  const stored = message.seq > 0;
  const gone = Boolean(message.deleted_at);

  const react = (emoji) => {
    const given = message.reactions.some((one) => one.emoji === emoji && one.me);
    attempt(() => (given ? chat.messages.unreact(message.id, emoji) : chat.messages.react(message.id, emoji)));
  };
  const acts = {
    reply: () => reply(message),
    copy: () => attempt(() => navigator.clipboard.writeText(message.content)),
    edit: () => edit(message),
    delete: () => setAsking(true),
    receipts: () => setShowing(true),
    answered: () => attempt(async () => seek((await chat.messages.get(message.reply_to)).seq)),
  };
  const able = {
    reply: stored && !gone,
    copy: Boolean(message.content) && !gone && Boolean(navigator.clipboard),
    edit: stored && !gone && mine && message.kind === 'text',
    delete: stored && !gone && (mine || moderates),
    receipts: stored && !gone && mine && group,
    answered: stored && !gone && Boolean(message.reply_to),
  };
  const onKeyDown = (event) => {
    if (event.target !== item.current || event.ctrlKey || event.metaKey || event.altKey) return;
    const wanted = { r: 'reply', e: 'edit', c: 'copy', Delete: 'delete' }[event.key];
    if (able[wanted]) acts[wanted]();
    else if ((event.key === 'Enter' || event.key === 'ContextMenu' || event.key === '+') && able.reply) setMenu(item.current);
    else return;
    event.preventDefault();
  };

  return html`<li ref=${item} class=${classes('message', mine ? 'mine' : 'theirs', first && 'first', gone && 'gone', message.status, flashed && 'flashed')}
    tabindex=${inOrder ? 0 : -1} data-key=${message.key} data-seq=${message.seq} onKeyDown=${onKeyDown}>
    ${group && !mine && (first ? html`<${Avatar} of=${message.sender} size="small" />` : html`<span class="avatar-space"></span>`)}
    <div class="bubble-place">
      <article class=${classes('bubble', !gone && isEmojiOnly(message.content ?? '') && !message.reply_to && 'emoji-only')} aria-label=${texts.messageBy(nameOf(message.sender), clock(message.created_at))}>
        ${group && !mine && first && html`<p class=${`sender colour-text-${colourOf(message.sender.id)}`}>${message.sender.name}</p>`}
        ${message.reply_to && !gone && html`<${Quote} id=${message.reply_to} conversationId=${conversationId} nameOf=${nameOf} seek=${seek} />`}
        <${Body} message=${message} gone=${gone} />
        <${Foot} message=${message} mine=${mine} gone=${gone} />
      </article>
      ${message.reactions.length > 0 && !gone && html`<${Reactions} reactions=${message.reactions} react=${react} />`}
      ${message.status === 'failed' && html`<${Failed} message=${message} />`}
      ${stored && !gone &&
      html`<div class="tools">
        <${IconButton} icon="smile" label=${texts.react} tabindex="-1" onClick=${() => setMenu(item.current.querySelector('.tools'))} />
        <${IconButton} icon="reply" label=${texts.reply} tabindex="-1" onClick=${acts.reply} />
        <${IconButton} icon="more" label=${texts.actions} tabindex="-1" aria-haspopup="menu" onClick=${() => setMenu(item.current.querySelector('.tools'))} />
      </div>`}
    </div>
    ${menu && html`<${Actions} anchor=${menu} able=${able} acts=${acts} react=${react} more=${() => setPicking(menu)} close=${() => setMenu(null)} />`}
    ${picking && html`<${EmojiPicker} anchor=${picking} pick=${react} close=${() => setPicking(null)} />`}
    ${showing && html`<${Receipts} message=${message} nameOf=${nameOf} close=${() => setShowing(false)} />`}
    ${asking &&
    html`<${Confirm} title=${texts.deleteTitle} text=${texts.deleteText} yes=${texts.delete} close=${() => setAsking(false)}
      act=${async () => {
        await attempt(() => chat.messages.delete(message.id));
        focusInput();
      }} />`}
  </li>`;
});

function Actions({ anchor, able, acts, react, more, close }) {
  const items = [
    able.reply && { icon: 'reply', label: texts.reply, act: acts.reply },
    able.answered && { icon: 'up', label: texts.showAnswered, act: acts.answered },
    able.copy && { icon: 'copy', label: texts.copy, act: acts.copy },
    able.edit && { icon: 'edit', label: texts.edit, act: acts.edit },
    able.receipts && { icon: 'checks', label: texts.receipts.title, act: acts.receipts },
    able.delete && { icon: 'trash', label: texts.delete, act: acts.delete, danger: true },
  ].filter(Boolean);
  const emoji = (pick) => html`<div class="emoji" role="group" aria-label=${texts.react}>
    ${EMOJI.map((one) => html`<button key=${one} type="button" role="menuitem" aria-label=${texts.reactWith(one)} onClick=${pick(() => react(one))}>${one}</button>`)}
    <button type="button" role="menuitem" aria-label=${texts.moreEmoji} title=${texts.moreEmoji} onClick=${pick(more)}><${Icon} name="add" /></button>
  </div>`;
  return html`<${Menu} anchor=${anchor} label=${texts.actions} items=${items} top=${emoji} close=${close} />`;
}

function Body({ message, gone }) {
  if (gone) return html`<p class="text">${texts.deleted}</p>`;
  return html`
    ${message.attachments.length > 0 && html`<${Attachments} attachments=${message.attachments} />`}
    ${message.location && html`<${Place} location=${message.location} />`}
    ${message.meeting && html`<${Meeting} meeting=${message.meeting} />`}
    ${message.content && html`<p class="text" dir="auto">${partsOf(message.content).map(asPart)}</p>`}`;
}

const asPart = ({ text, href }) => (href ? html`<a href=${href} target="_blank" rel="noopener noreferrer">${text}</a>` : text);

function Place({ location }) {
  const at = `${location.latitude.toFixed(5)}, ${location.longitude.toFixed(5)}`;
  return html`<p class="fact"><${Icon} name="place" /><span>${location.live ? texts.livePlace : texts.kinds.location}<br /><small>${at}</small></span></p>`;
}

const Meeting = ({ meeting }) =>
  html`<p class="fact"><${Icon} name="clock" /><span>${meeting.place}<br /><small>${whole(meeting.scheduled_at)} · ${texts.meetings[meeting.status]}</small></span></p>`;

const Foot = ({ message, mine, gone }) =>
  html`<footer class="foot">
    ${message.edited_at && !gone && html`<span>${texts.edited}</span>`}
    <time datetime=${message.created_at} title=${whole(message.created_at)}>${clock(message.created_at)}</time>
    ${mine && !gone && html`<${Tick} status=${message.status} />`}
  </footer>`;

const Reactions = ({ reactions, react }) =>
  html`<div class="reactions" role="group" aria-label=${texts.reactions}>
    ${reactions.map(
      (one) => html`<button key=${one.emoji} type="button" class="reaction" tabindex="-1" aria-pressed=${Boolean(one.me)}
        aria-label=${texts.reactionCount(one.emoji, one.count)} onClick=${() => react(one.emoji)}>${one.emoji}<span aria-hidden="true">${one.count}</span></button>`,
    )}
  </div>`;

/** The server refused it: why, and what now. */
function Failed({ message }) {
  const { chat } = useChat();
  return html`<p class="failure" role="alert">
    <span>${message.error?.detail ?? texts.notSent}</span>
    <button type="button" class="link" onClick=${() => chat.retry(message.client_id).done.catch(() => {})}>${texts.tryAgain}</button>
    <button type="button" class="link" onClick=${() => chat.discard(message.client_id)}>${texts.discard}</button>
  </p>`;
}
