// Tells the server what has been read: what is in sight while somebody looks at the page.

import { useEffect, useRef, useState } from '../html.js';
import { useChat } from '../chat.js';

const isLookedAt = () => document.visibilityState === 'visible' && document.hasFocus();

/** Says that the person looks at a conversation, while the page can be seen at all: elsewhere they want to be told of it. */
export function useOpened(conversationId, isThere) {
  const { chat } = useChat();
  useEffect(() => {
    if (!isThere) return undefined;
    let end = null;
    const look = () => {
      const visible = document.visibilityState === 'visible';
      if (visible) end ??= chat.open(conversationId);
      else end = end?.() ?? null;
    };
    look();
    document.addEventListener('visibilitychange', look);
    return () => {
      document.removeEventListener('visibilitychange', look);
      end?.();
    };
  }, [chat, conversationId, isThere]);
}

/** `newFrom`: the `seq` of the first message that was unread when the conversation was opened. */
export function useReading(conversation, messages, endInSight) {
  const { chat, me } = useChat();
  const [looked, setLooked] = useState(isLookedAt);
  const before = useRef(conversation.unread_count > 0 ? conversation.membership.read_seq : null);
  const newest = messages.findLast((message) => message.seq)?.seq ?? 0;

  useEffect(() => {
    const look = () => setLooked(isLookedAt());
    const names = ['focus', 'blur'];
    names.forEach((name) => addEventListener(name, look));
    document.addEventListener('visibilitychange', look);
    return () => {
      names.forEach((name) => removeEventListener(name, look));
      document.removeEventListener('visibilitychange', look);
    };
  }, []);

  useEffect(() => {
    const unread = newest > conversation.membership.read_seq;
    if (unread && looked && endInSight) chat.read(conversation.id, newest);
    // What comes while one looks elsewhere is new on coming back; what was new before is not.
    if (!looked && !unread) before.current = null;
    if (!looked && unread && before.current === null) before.current = conversation.membership.read_seq;
  }, [chat, conversation.id, newest, looked, endInSight]);

  const first = before.current === null ? null : messages.find((one) => one.seq > before.current && one.sender.id !== me.id);
  return { newFrom: first?.seq ?? null };
}
