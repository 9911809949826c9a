// Above the messages: who it is, whether they are there or write, and what can be done with the whole.

import { classes, html, useEffect, useState } from '../html.js';
import { useAttempt, useChat, usePresence, useTyping } from '../chat.js';
import { texts } from '../texts.js';
import { lastSeen } from '../times.js';
import { faceOf, isMuted, titleOf } from '../words.js';
import { Avatar, IconButton } from './parts.js';

export function ConversationHead({ conversation, go, search, info }) {
  const { chat } = useChat();
  const attempt = useAttempt();
  const online = usePresence(conversation.participant?.id)?.online ?? false;
  const muted = isMuted(conversation.membership);
  const mute = () => attempt(() => chat.conversations.settings(conversation.id, { muted: !muted }));
  return html`<header class="bar">
    <${IconButton} icon="back" label=${texts.back} className="narrow-only" onClick=${() => go(null)} />
    <button type="button" class="about" disabled=${conversation.isNew} onClick=${info}>
      <${Avatar} of=${faceOf(conversation)} square=${conversation.type === 'group'} online=${online} />
      <span class="who">
        <h1 class="name">${titleOf(conversation)}</h1>
        <${Subtitle} conversation=${conversation} />
      </span>
    </button>
    ${!conversation.isNew && html`<${Deeds} muted=${muted} mute=${mute} search=${search} info=${info} />`}
  </header>`;
}

const Deeds = ({ muted, mute, search, info }) =>
  html`<${IconButton} icon="search" label=${texts.searchHere} onClick=${search} />
    <${IconButton} icon=${muted ? 'hush' : 'bell'} label=${muted ? texts.unmute : texts.mute} className="wide-only" onClick=${mute} />
    <${IconButton} icon="info" label=${texts.info.open} onClick=${info} />`;

function Subtitle({ conversation }) {
  const writing = useTyping(conversation.id);
  const presence = usePresence(conversation.participant?.id);
  useMinutes();
  if (writing.length) {
    const names = conversation.type === 'direct' ? [] : writing.map((one) => one.name);
    return html`<span class="status writing" data-typing>${texts.writing(names)}<span class="dots" aria-hidden="true"><i></i><i></i><i></i></span></span>`;
  }
  if (conversation.type === 'group') return html`<span class="status">${texts.members(conversation.participant_count)}</span>`;
  if (conversation.isNew) return html`<span class="status">${conversation.participant.username ? `@${conversation.participant.username}` : texts.newChat}</span>`;
  const online = presence?.online;
  return html`<span class=${classes('status', online && 'online')}>${online ? texts.states.online : lastSeen(presence?.last_seen_at ?? conversation.participant?.last_seen_at)}</span>`;
}

/** Drawn again every minute: "3 minutes ago" does not stay true. */
function useMinutes() {
  const [, setNow] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 60_000);
    return () => clearInterval(timer);
  }, []);
}
