// The side: oneself, the search, and the conversations, newest activity first.

import { classes, html, useRef, useState } from '../html.js';
import { useChat, useConnection, useConversations, useWaiting } from '../chat.js';
import { canNotify, notifies, toggleNotifications } from '../notifications.js';
import { texts } from '../texts.js';
import { nextTheme, theme } from '../theme.js';
import { ChatRow } from './chat-row.js';
import { Found } from './found.js';
import { Icon } from './icons.js';
import { Avatar, IconButton, Menu, moveInList, SignOut } from './parts.js';

export function Sidebar({ open, go, show, leave, search }) {
  const [wanted, setWanted] = useState('');
  const lists = useRef(null);
  const onKeyDown = (event) => {
    if (event.key === 'ArrowDown') {
      event.preventDefault();
      lists.current.querySelector('.row')?.focus();
    } else if (event.key === 'Escape' && wanted) {
      event.preventDefault();
      setWanted('');
    } else if (event.key === 'Enter') {
      lists.current.querySelector('.row')?.click();
    }
  };
  const pick = (id) => {
    setWanted('');
    go(id);
  };
  return html`<aside class="sidebar" aria-label=${texts.chats}>
    <${Oneself} show=${show} leave=${leave} />
    <div class="search" role="search">
      <${Icon} name="search" />
      <input ref=${search} type="search" value=${wanted} aria-label=${texts.search} placeholder=${texts.searchShort} autocomplete="off" maxlength="200"
        onInput=${(event) => setWanted(event.currentTarget.value)} onKeyDown=${onKeyDown} />
    </div>
    <nav class="lists" ref=${lists} aria-label=${texts.chats} onKeyDown=${(event) => moveInList(event, '.row')}>
      ${wanted.trim() ? html`<${Found} wanted=${wanted.trim()} open=${open} go=${pick} />` : html`<${Chats} open=${open} go=${go} show=${show} />`}
    </nav>
  </aside>`;
}

function Oneself({ show, leave }) {
  const { chat, me, say } = useChat();
  const { state } = useConnection(chat);
  const [menu, setMenu] = useState(null);
  const [colours, setColours] = useState(theme);
  const [asking, setAsking] = useState(false);
  const waiting = useWaiting();
  const [told, setTold] = useState(notifies);
  const notify = async () => {
    const on = await toggleNotifications();
    if (!on && !told) say(texts.notificationsBlocked);
    setTold(on);
  };
  const items = [
    { icon: 'person', label: texts.profile.title, act: () => show('profile') },
    { icon: 'group', label: texts.newGroup, act: () => show('new-group') },
    canNotify() && { icon: told ? 'bell' : 'hush', label: texts.notifications(told), act: notify },
    { icon: 'theme', label: texts.themes[colours], act: () => setColours(nextTheme()) },
    { icon: 'keyboard', label: texts.shortcuts.title, act: () => show('shortcuts') },
    { icon: 'leave', label: texts.signOut, act: () => (waiting ? setAsking(true) : leave()) },
  ].filter(Boolean);
  return html`<header class="bar">
    <${Avatar} of=${me} />
    <div class="who">
      <strong class="name">${me.name}</strong>
      <span class=${classes('status', state)} role="status">${texts.states[state]}</span>
    </div>
    <${IconButton} icon="add" label=${texts.newChat} onClick=${() => show('new-chat')} />
    <${IconButton} icon="more" label=${texts.menu} aria-haspopup="menu" aria-expanded=${menu !== null} onClick=${(event) => setMenu(event.currentTarget)} />
    ${menu && html`<${Menu} anchor=${menu} label=${texts.menu} items=${items} close=${() => setMenu(null)} />`}
    ${asking && html`<${SignOut} unsent=${waiting} leave=${leave} close=${() => setAsking(false)} />`}
  </header>`;
}

function Chats({ open, go, show }) {
  const conversations = useConversations();
  const { chat } = useChat();
  if (!conversations.length) {
    return html`<div class="empty">
      <p>${chat.state === 'connecting' ? texts.loading : texts.noChats}</p>
      <button type="button" class="button quiet" onClick=${() => show('new-chat')}>${texts.newChat}</button>
    </div>`;
  }
  const inOrder = conversations.some((one) => one.id === open) ? open : conversations[0].id;
  return html`<ul aria-label=${texts.chats}>
    ${conversations.map(
      (one) => html`<${ChatRow} key=${one.id} conversation=${one} current=${one.id === open} inOrder=${one.id === inOrder} go=${go} />`,
    )}
  </ul>`;
}
