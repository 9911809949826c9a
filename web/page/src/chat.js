// The client of the server, and hooks that draw a component again when what it shows has changed.

import { Chinwag } from './sdk/index.js';
import { createContext, useContext, useEffect, useReducer, useRef, useState } from './html.js';

/** `{ chat, me, say }`: the client, oneself, and a way to tell the person what went wrong. */
export const ChatContext = createContext(null);

export const useChat = () => useContext(ChatContext);

export const connectTo = (session) => new Chinwag({ url: location.origin, token: session.token });

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
export const useMessages = (id) => useStore((store) => store.messages(id), [id]);
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
export function useWaiting() {
  return useStore((store) => {
    const all = [...store.conversations(), ...store.conversations({ hidden: true })];
    return all.reduce((sum, one) => sum + waitingIn(store, one.id), 0);
  }, []);
}

function waitingIn(store, id) {
  let waiting = 0;
  const messages = store.messages(id);
  for (let index = messages.length - 1; index >= 0 && !messages[index].seq; index -= 1) {
    if (messages[index].status === 'pending') waiting += 1;
  }
  return waiting;
}

/** People whose comings and goings are followed while this is shown. */
export function useFollowed(userIds) {
  const { chat } = useChat();
  const ids = userIds.slice(0, 500).join(' ');
  useEffect(() => (ids ? chat.presence.subscribe(ids.split(' ')) : undefined), [chat, ids]);
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
