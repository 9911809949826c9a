// About a conversation: who is in it, what it is called, and what one may do with it.

import { html, useEffect, useState } from '../html.js';
import { useAttempt, useChat, usePresence } from '../chat.js';
import { texts } from '../texts.js';
import { lastSeen } from '../times.js';
import { faceOf, isMuted, titleOf } from '../words.js';
import { Icon } from './icons.js';
import { AddMembers, Members } from './members.js';
import { Avatar, Confirm, Dialog } from './parts.js';
import { Settings } from './group-settings.js';

export function Info({ conversation, close, go }) {
  const { me } = useChat();
  const [page, setPage] = useState('about');
  const rights = rightsIn(conversation, me);
  if (page === 'add') return html`<${AddMembers} key="add" conversation=${conversation} close=${close} back=${() => setPage('about')} />`;
  if (page === 'settings') return html`<${Settings} key="settings" conversation=${conversation} rights=${rights} close=${close} back=${() => setPage('about')} />`;
  return html`<${About} key="about" conversation=${conversation} rights=${rights} close=${close} go=${go} show=${setPage} />`;
}

/** What one may do in a group: by one's role there, one's role in the application, and its permissions. */
export function rightsIn({ type, membership, permissions }, me) {
  const admin = type === 'group' && (membership.role === 'admin' || me.role === 'admin' || me.role === 'supervisor');
  const may = (name) => type === 'group' && (admin || permissions?.[name] === 'member');
  return { admin, add: may('add_members'), remove: may('remove_members'), edit: may('edit') };
}

function About({ conversation, rights, close, go, show }) {
  const group = conversation.type === 'group';
  const presence = usePresence(conversation.participant?.id);
  const under = group
    ? texts.members(conversation.participant_count)
    : presence?.online ? texts.states.online : lastSeen(presence?.last_seen_at ?? conversation.participant?.last_seen_at);
  return html`<${Dialog} title=${group ? texts.info.group : texts.info.person} close=${close} className=${group && 'tall'}>
    <div class="portrait">
      <${Avatar} of=${faceOf(conversation)} square=${group} size="large" />
      <h3>${titleOf(conversation)}</h3>
      <p>${conversation.participant?.username ? `@${conversation.participant.username} · ` : ''}${under}</p>
      ${conversation.description && html`<p class="description">${conversation.description}</p>`}
    </div>
    ${group && html`<${Members} conversation=${conversation} rights=${rights} add=${() => show('add')} close=${close} go=${go} />`}
    <${Deeds} conversation=${conversation} rights=${rights} close=${close} go=${go} settings=${() => show('settings')} />
  <//>`;
}

/** Whether somebody is among those one has blocked. */
async function isBlocked(chat, id) {
  let page = { next_cursor: undefined };
  do {
    page = await chat.users.blocks({ limit: 100, ...(page.next_cursor && { cursor: page.next_cursor }) });
    if (page.items.some((one) => one.user.id === id)) return true;
  } while (page.next_cursor);
  return false;
}

/** What is done with the whole of it. */
function Deeds({ conversation, rights, close, go, settings }) {
  const { chat } = useChat();
  const attempt = useAttempt();
  const [asked, setAsked] = useState(null);
  const [blocked, setBlocked] = useState(null);
  const { id, membership, participant } = conversation;
  const group = conversation.type === 'group';
  const muted = isMuted(membership);

  useEffect(() => {
    if (group) return;
    isBlocked(chat, participant?.id).then(setBlocked, () => {});
  }, [id]);

  const leaving = (work) => async () => {
    if (await attempt(work)) {
      close();
      go(null);
    }
  };
  const block = () =>
    attempt(async () => {
      await (blocked ? chat.users.unblock(participant.id) : chat.users.block(participant.id));
      setBlocked(!blocked);
    });
  const deeds = [
    rights.edit && { icon: 'edit', label: texts.info.settings, act: settings },
    { icon: muted ? 'bell' : 'hush', label: muted ? texts.unmute : texts.mute, act: () => attempt(() => chat.conversations.settings(id, { muted: !muted })) },
    { icon: 'sweep', label: texts.clear, ask: { text: texts.clearText, act: () => attempt(() => chat.conversations.clear(id)) } },
    !group && { icon: 'close', label: texts.hide, act: leaving(() => chat.conversations.settings(id, { hidden: true })) },
    !group && blocked !== null && { icon: 'cross', label: blocked ? texts.unblock : texts.block, act: block, danger: !blocked },
    group && { icon: 'leave', label: texts.leave, danger: true, ask: { text: texts.leaveText, act: leaving(() => chat.conversations.leave(id)) } },
    rights.admin && { icon: 'trash', label: texts.deleteGroup, danger: true, ask: { text: texts.deleteGroupText, act: leaving(() => chat.conversations.delete(id)) } },
  ].filter(Boolean);

  return html`<ul class="deeds">
    ${deeds.map(
      (deed) => html`<li key=${deed.icon}>
        <button type="button" class=${`deed${deed.danger ? ' danger' : ''}`} onClick=${deed.act ?? (() => setAsked(deed))}><${Icon} name=${deed.icon} />${deed.label}</button>
      </li>`,
    )}
    ${asked && html`<${Confirm} title=${`${asked.label}?`} text=${asked.ask.text} yes=${asked.label} act=${asked.ask.act} close=${() => setAsked(null)} />`}
  </ul>`;
}
