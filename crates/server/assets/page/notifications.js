// Notifications of the browser, for those who want them: of messages that come while nobody looks.

import { useEffect } from './html.js';
import { useChat } from './chat.js';
import { device } from './storage.js';
import { texts } from './texts.js';
import { namesIn, summaryOf, titleOf } from './words.js';

const KEY = 'chinwag.notifications';

/** Only where the address is safe, and this browser has them. */
export const canNotify = () => isSecureContext && 'Notification' in globalThis;

export const notifies = () => canNotify() && Notification.permission === 'granted' && device.getItem(KEY) === 'on';

/** Turns them on or off; answers whether they are on now. The browser asks the person the first time. */
export async function toggleNotifications() {
  const wanted = !notifies() && (await Notification.requestPermission()) === 'granted';
  if (wanted) device.setItem(KEY, 'on');
  else device.removeItem(KEY);
  return wanted;
}

/** `go` opens a conversation. */
export function useNotifications(go) {
  const { chat, me } = useChat();
  useEffect(
    () =>
      chat.on('message', ({ message, isNew, notify }) => {
        if (!isNew || !notify || !notifies() || document.hasFocus()) return;
        const conversation = chat.store.conversation(message.conversation_id);
        if (conversation) show(conversation, message, me, go);
      }),
    [chat, me, go],
  );
}

function show(conversation, message, me, go) {
  const nameOf = namesIn(conversation, me);
  const what = summaryOf(message, nameOf);
  const body = conversation.type === 'group' && !message.system ? texts.says(nameOf(message.sender), what) : what;
  // Several tabs tell of the same message: the tag makes them one.
  const told = new Notification(titleOf(conversation), { body, tag: message.id, icon: '/icon.svg' });
  told.onclick = () => {
    focus();
    go(conversation.id);
    told.close();
  };
}
