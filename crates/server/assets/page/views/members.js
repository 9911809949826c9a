// Who is in a group, what they may do there, and bringing others in.

import { html, useState } from '../html.js';
import { useAttempt, useChat, useFollowed, usePresence } from '../chat.js';
import { meet, usePeople } from '../people.js';
import { texts } from '../texts.js';
import { Icon } from './icons.js';
import { Avatar, Confirm, Dialog, IconButton, Menu, Spinner } from './parts.js';
import { PeopleSearch, PickSeveral, useList } from './people-list.js';

export function Members({ conversation, rights, add, close, go }) {
  const { me } = useChat();
  const members = (conversation.participants ?? []).filter((one) => !one.left_at);
  useFollowed(members.map((one) => one.user.id).filter((id) => id !== me.id));
  return html`<section class="members" aria-label=${texts.info.members}>
    <h3>${texts.info.members}</h3>
    ${rights.add && html`<button type="button" class="row action" onClick=${add}><span class="avatar action-icon"><${Icon} name="add" /></span><span class="name">${texts.info.add}</span></button>`}
    ${!conversation.participants && html`<${Spinner} />`}
    <ul>${members.map((one) => html`<${Member} key=${one.user.id} conversation=${conversation} member=${one} rights=${rights} close=${close} go=${go} />`)}</ul>
  </section>`;
}

function Member({ conversation, member, rights, close, go }) {
  const { chat, me } = useChat();
  const attempt = useAttempt();
  const [menu, setMenu] = useState(null);
  const [asking, setAsking] = useState(false);
  const { user, role } = member;
  const own = user.id === me.id;
  const online = usePresence(own ? undefined : user.id)?.online ?? false;
  const write = () => {
    close();
    go(meet(user));
  };
  const items = [
    !own && { icon: 'chat', label: texts.info.write, act: write },
    rights.admin && { icon: 'up', label: texts.info.toAdmin, act: () => attempt(() => chat.conversations.setRole(conversation.id, user.id, 'admin')) },
    rights.admin && { icon: 'under', label: texts.info.toMember, act: () => attempt(() => chat.conversations.setRole(conversation.id, user.id, 'member')) },
    rights.remove && !own && { icon: 'remove', label: texts.info.remove, danger: true, act: () => setAsking(true) },
  ].filter((item) => item && item.icon !== (role === 'admin' ? 'up' : 'under'));
  return html`<li class="member">
    <${Avatar} of=${user} online=${online} />
    <span class="lines">
      <span class="name">${user.name}${own && ` (${texts.you})`}</span>
      <span class="preview">${[user.username && `@${user.username}`, online && texts.states.online].filter(Boolean).join(' · ')}</span>
    </span>
    ${role === 'admin' && html`<span class="tag">${texts.info.admin}</span>`}
    ${items.length > 0 &&
    html`<${IconButton} icon="more" label=${texts.info.actionsFor(user.name)} aria-haspopup="menu" onClick=${(event) => setMenu(event.currentTarget)} />`}
    ${menu && html`<${Menu} anchor=${menu} label=${texts.info.actionsFor(user.name)} items=${items} close=${() => setMenu(null)} />`}
    ${asking &&
    html`<${Confirm} title=${texts.info.remove} text=${texts.info.removeText(user.name)} yes=${texts.info.remove} close=${() => setAsking(false)}
      act=${() => attempt(() => chat.conversations.removeParticipant(conversation.id, user.id))} />`}
  </li>`;
}

export function AddMembers({ conversation, close, back }) {
  const { chat } = useChat();
  const attempt = useAttempt();
  const members = (conversation.participants ?? []).filter((one) => !one.left_at);
  const [people, wanted, setWanted] = usePeople(members.map((one) => one.user.id));
  const [chosen, setChosen] = useState(new Map());
  const list = useList();
  const add = async () => {
    if (await attempt(() => chat.conversations.addParticipants(conversation.id, [...chosen.keys()]))) back();
  };
  const actions = html`<button type="button" class="button quiet" onClick=${back}>${texts.back}</button>
    <button type="button" class="button" disabled=${!chosen.size} onClick=${add}>${texts.info.addCount(chosen.size)}</button>`;
  return html`<${Dialog} title=${texts.info.add} close=${close} className="tall" actions=${actions}>
    <${PeopleSearch} wanted=${wanted} setWanted=${setWanted} list=${list} />
    <${PickSeveral} people=${people} wanted=${wanted} list=${list} chosen=${chosen} change=${setChosen} />
  <//>`;
}
