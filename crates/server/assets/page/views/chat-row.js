// One conversation of the list: who, what was said last, and how much is unread.

import { classes, html, memo, useEffect, useRef } from '../html.js';
import { useChat, useMessages, usePresence, useTyping } from '../chat.js';
import { texts } from '../texts.js';
import { brief } from '../times.js';
import { faceOf, isMuted, namesIn, summaryOf, titleOf } from '../words.js';
import { Icon } from './icons.js';
import { Avatar } from './parts.js';
import { Tick } from './tick.js';

/** `inOrder`: whether Tab comes to it; the arrows come to all. */
export const ChatRow = memo(function ChatRow({ conversation, current, inOrder, go }) {
  const { me } = useChat();
  const online = usePresence(conversation.participant?.id)?.online ?? false;
  const title = titleOf(conversation);
  const unread = conversation.unread_count;
  const muted = isMuted(conversation.membership);
  const row = useRef(null);
  useEffect(() => {
    if (current) row.current.scrollIntoView({ block: 'nearest' });
  }, [current]);
  return html`<li>
    <button ref=${row} type="button" class=${classes('row', unread > 0 && 'unread', muted && 'muted')} tabindex=${inOrder ? 0 : -1}
      aria-current=${current ? 'true' : undefined} onClick=${() => go(conversation.id)}>
      <${Avatar} of=${faceOf(conversation)} square=${conversation.type === 'group'} online=${online} />
      <span class="lines">
        <span class="line">
          <span class="name">${title}</span>
          ${online && html`<span class="unseen">${texts.states.online}</span>`}
          ${muted && html`<${Icon} name="hush" /><span class="unseen">${texts.muted}</span>`}
          <${LastTime} conversation=${conversation} />
        </span>
        <span class="line">
          <${Preview} conversation=${conversation} me=${me} />
          ${unread > 0 && html`<span class="badge"><span aria-hidden="true">${unread > 99 ? '99+' : unread}</span><span class="unseen">${texts.unread(unread)}</span></span>`}
        </span>
      </span>
    </button>
  </li>`;
});

/** What is still on its way counts as the last one here. */
function useLast(conversation) {
  const newest = useMessages(conversation.id).at(-1);
  return newest && !newest.seq ? newest : conversation.last_message;
}

function LastTime({ conversation }) {
  const last = useLast(conversation);
  return last && html`<time class="when" datetime=${last.created_at}>${brief(last.created_at)}</time>`;
}

function Preview({ conversation, me }) {
  const last = useLast(conversation);
  const writing = useTyping(conversation.id);
  if (writing.length) return html`<span class="preview writing">${texts.writing(conversation.type === 'direct' ? [] : writing.map((one) => one.name))}</span>`;
  if (!last) return html`<span class="preview">${texts.noMessages}</span>`;
  const nameOf = namesIn(conversation, me);
  const mine = last.sender.id === me.id;
  const by = last.system || last.deleted_at || (conversation.type === 'direct' && !mine) ? '' : `${nameOf(last.sender)}: `;
  return html`<span class="preview">
    ${mine && !last.system && !last.deleted_at && html`<${Tick} status=${last.status} />`}
    <span class="preview-text">${by}${summaryOf(last, nameOf)}</span>
  </span>`;
}
