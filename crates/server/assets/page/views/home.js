// Everything behind the door: the list at the side, one conversation, dialogs, and what concerns them all.

import { classes, html, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from '../html.js';
import { ChatContext, useChat, useConnection, useConversations, useFollowed, useUnread, useWaiting } from '../chat.js';
import { personAt, usePlace } from '../place.js';
import { useNotifications } from '../notifications.js';
import { texts } from '../texts.js';
import { hush, say } from '../toast.js';
import { Conversation } from './conversation.js';
import { NewChat } from './new-chat.js';
import { Profile } from './profile.js';
import { Shortcuts, useShortcuts } from './shortcuts.js';
import { Sidebar } from './sidebar.js';
import { SignOut, Spinner } from './parts.js';

/** The close code for a sign-in that was ended, or an account that was deactivated. */
const SIGN_IN_ENDED = 4503;

/** Waits for the first connection, which tells who one is. */
export function Home({ chat, session, leave }) {
  const connection = useConnection(chat);
  useEffect(() => {
    chat.connect().catch(() => {});
    return () => chat.close();
  }, [chat]);
  useEffect(() => {
    const { state, error, code } = connection;
    const cause = error?.code === 'signed_out' ? session.lost : error?.code;
    const why = texts.ended[cause] ?? (code === SIGN_IN_ENDED ? texts.ended.session_revoked : null);
    if (state === 'closed' && why) leave(why);
  }, [connection]);
  const me = useMe(chat);
  if (!me) return html`<${Waiting} chat=${chat} state=${connection.state} session=${session} leave=${leave} />`;
  return html`<${Rooms} chat=${chat} me=${me} session=${session} leave=${leave} />`;
}

function Waiting({ chat, state, session, leave }) {
  const [unsent, setUnsent] = useState(0);
  const signOut = () => {
    const left = session.outbox?.load().length ?? 0;
    if (left) setUnsent(left);
    else leave();
  };
  return html`<main class="welcome">
    <div class="welcome-card waiting" role="status">
      <span class="logo" aria-hidden="true"></span>
      <p>${state === 'offline' ? texts.noServer : texts.states[state]}</p>
      ${state === 'closed'
        ? html`<button type="button" class="button" onClick=${() => chat.connect().catch(() => {})}>${texts.connect}</button>`
        : html`<${Spinner} />`}
      <button type="button" class="link" onClick=${signOut}>${texts.signOut}</button>
    </div>
    ${unsent > 0 && html`<${SignOut} unsent=${unsent} leave=${leave} close=${() => setUnsent(0)} />`}
  </main>`;
}

/** Oneself, as soon as that is known, and by the newest name. */
function useMe(chat) {
  const [, setMe] = useState(null);
  useEffect(() => chat.on('me', setMe), [chat]);
  return chat.me;
}

function Rooms({ chat, me, session, leave }) {
  const context = useMemo(() => ({ chat, me, say, session }), [chat, session, me.id, me.name, me.avatar_url]);
  useEffect(() => hush, []);
  return html`<${ChatContext.Provider} value=${context}>
    <${Panes} leave=${leave} />
  <//>`;
}

function Panes({ leave }) {
  const [open, go] = usePlace();
  const [dialog, setDialog] = useState(null);
  const search = useRef(null);
  const conversations = useConversations();
  const unread = useUnread();
  useFollowed(conversations.flatMap((one) => (one.participant ? [one.participant.id] : [])));
  const { chat, session } = useChat();
  // The same before and after there is a conversation with that person.
  const partner = personAt(open) ?? chat.store.conversation(open)?.participant?.id;
  useEffect(() => {
    document.title = unread ? `(${unread}) ${texts.product}` : texts.product;
  }, [unread]);
  // Who cannot be the same person in another tab loses what waits for a connection with this one.
  useStay(useWaiting() > 0 && !session.stays);
  useNoDrops();
  useNotifications(go);
  const close = useCallback(() => setDialog(null), []);
  const show = useCallback((name) => setDialog(name), []);
  useShortcuts({
    search: () => search.current?.focus(),
    newChat: () => show('new-chat'),
    help: () => show('shortcuts'),
    step: (by) => {
      const at = conversations.findIndex((one) => one.id === open);
      const next = conversations[Math.min(Math.max(0, at + by), conversations.length - 1)];
      if (next) go(next.id);
    },
  });

  return html`<div class=${classes('panes', open ? 'shows-detail' : 'shows-list')}>
    <${Sidebar} open=${open} go=${go} show=${show} leave=${leave} search=${search} />
    ${open
      ? html`<${Conversation} key=${partner ?? open} place=${open} go=${go} />`
      : html`<${NothingOpen} begin=${() => show('new-chat')} />`}
    ${dialog === 'new-chat' && html`<${NewChat} close=${close} go=${go} />`}
    ${dialog === 'new-group' && html`<${NewChat} close=${close} go=${go} group=${true} />`}
    ${dialog === 'profile' && html`<${Profile} close=${close} />`}
    ${dialog === 'shortcuts' && html`<${Shortcuts} close=${close} />`}
  </div>`;
}

const NothingOpen = ({ begin }) =>
  html`<main class="nothing">
    <span class="logo large" aria-hidden="true"></span>
    <h1>${texts.nothingOpen}</h1>
    <p>${texts.nothingOpenHint}</p>
    <button type="button" class="button" onClick=${begin}>${texts.newChat}</button>
  </main>`;

/** Has the browser ask whoever closes the tab. */
function useStay(wanted) {
  // Not after the message is shown: from then on somebody may close the tab.
  useLayoutEffect(() => {
    if (!wanted) return undefined;
    const onLeaving = (event) => event.preventDefault();
    addEventListener('beforeunload', onLeaving);
    return () => removeEventListener('beforeunload', onLeaving);
  }, [wanted]);
}

/** A file that is dropped beside a chat would replace the page. */
function useNoDrops() {
  useEffect(() => {
    const onDrag = (event) => event.preventDefault();
    const names = ['dragover', 'drop'];
    names.forEach((name) => addEventListener(name, onDrag));
    return () => names.forEach((name) => removeEventListener(name, onDrag));
  }, []);
}
