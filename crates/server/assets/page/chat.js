// The client of the server, and hooks that draw a component again when what it shows has changed.

import { Chinwag } from './sdk/index.js';
import { createContext, useContext, useEffect, useReducer, useRef, useState } from './html.js';
import { storedAt } from './place.js';

/** `{ chat, me, say, session }`: the client, oneself, a way to tell the person what went wrong, and the sign-in. */
export const ChatContext = createContext(null);

export const useChat = () => useContext(ChatContext);

export const connectTo = ({ token, outbox }) => new Chinwag({ url: location.origin, token, ...(outbox && { outbox }) });

/** As many as the server lets one connection follow. */
const MOST_FOLLOWED = 500;

/** What `read` answers of the store; drawn again when that is another object or value. */
function useStore(read, inputs) {
  const { chat } = useChat();
  const [, redraw] = useReducer((count) => count + 1, 0);
  const shown = useRef(null);
  shown.current = read(chat.store);
  useEffect(() => {
    const look = () => {
      if (read(chat.store) !== shown.current) redraw();
    };
    // Between the drawing and now something may have come.
    look();
    return chat.store.subscribe(look);
  }, [chat, ...inputs]);
  return shown.current;
}

export const useConversations = () => useStore((store) => store.conversations(), []);
export const useConversation = (id) => useStore((store) => store.conversation(id), [id]);
export const useMessages = (place) => useStore((store) => store.messages(storedAt(place)), [place]);
export const useDirectWith = (userId) => useStore((store) => store.directWith(userId), [userId]);
export const useTyping = (id) => useStore((store) => store.typing(id), [id]);
export const usePresence = (userId) => useStore((store) => (userId ? store.presence(userId) : undefined), [userId]);
export const useUnread = () => useStore((store) => store.unread, []);

/** The last change of the connection's state. */
export function useConnection(chat) {
  const [change, setChange] = useState({ state: chat.state });
  useEffect(() => {
    setChange((now) => (now.state === chat.state ? now : { state: chat.state }));
    return chat.on('state', setChange);
  }, [chat]);
  return change;
}

/** How many of one's own messages wait to be sent. */
export const useWaiting = () => useStore((store) => store.waiting, []);

/** People whose comings and goings are followed while this is shown. Those who are followed already are not asked for again. */
export function useFollowed(userIds) {
  const { chat } = useChat();
  const end = useRef(null);
  const ids = [...new Set(userIds)].slice(0, MOST_FOLLOWED).sort().join(' ');
  useEffect(() => {
    const before = end.current;
    end.current = ids ? chat.presence.subscribe(ids.split(' ')) : null;
    before?.();
  }, [chat, ids]);
  useEffect(() => () => end.current?.(), []);
}

/** Runs what may fail, and tells the person when it does. Answers whether it went well. */
export function useAttempt() {
  const { say } = useChat();
  return async (work) => {
    try {
      await work();
      return true;
    } catch (error) {
      say(wordsFor(error));
      return false;
    }
  };
}

/** What the person may be told of an error. */
export function wordsFor(error) {
  const fields = (error.errors ?? []).map((one) => `${one.pointer.replace(/^\//, '')} ${one.detail}`);
  return fields.length ? fields.join('; ') : error.message;
}
