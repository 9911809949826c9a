// The stretch of a conversation that is shown: the newest messages, or a part of the past that one jumped to.

import { useCallback, useEffect, useRef, useState } from './html.js';
import { useAttempt, useChat, useConnection, useMessages } from './chat.js';

const PAGE = 50;

/**
 * `ready`: whether there is a connection; `older`, `newer` extend what is shown, one page at a time; `around` shows a message wherever it is; `latest` goes
 * back to the end.
 */
export function useHistory(id) {
  const { chat } = useChat();
  const attempt = useAttempt();
  const live = useMessages(id);
  const ready = useConnection(chat).state === 'online';
  const [past, setPast] = useState(null);
  const [loading, setLoading] = useState(null);
  const busy = useRef(false);

  const load = useCallback(
    async (direction, work) => {
      if (busy.current) return;
      busy.current = true;
      setLoading(direction);
      await attempt(work);
      busy.current = false;
      setLoading(null);
    },
    [chat, id],
  );

  // What is shown of the past changes as well when somebody edits it.
  useEffect(() => {
    if (!past) return undefined;
    return chat.on('message', ({ message: changed }) =>
      setPast((now) => now && { ...now, messages: now.messages.map((one) => (one.id === changed.id ? { ...changed, key: one.key } : one)) }),
    );
  }, [chat, past !== null]);

  const older = () => {
    if (!ready) return;
    if (!past) {
      if (chat.store.hasOlder(id)) load('older', () => chat.messages.older(id, PAGE));
    } else if (past.hasOlder) {
      load('older', async () => {
        const page = await chat.messages.history(id, { before: past.messages[0].seq, limit: PAGE });
        setPast((now) => now && { ...now, messages: [...page.messages, ...now.messages], hasOlder: page.hasMore });
      });
    }
  };

  const newer = () => {
    if (!past || !ready) return;
    load('newer', async () => {
      const page = await chat.messages.history(id, { after: past.messages.at(-1).seq, limit: PAGE });
      const messages = [...past.messages, ...page.messages];
      // Where it meets the newest messages, those are shown again, if they reach as far back.
      const held = chat.store.messages(id)[0]?.seq;
      const meets = held && held <= messages[0].seq && !page.hasMore;
      setPast(meets || !page.hasMore ? null : { ...past, messages });
    });
  };

  const around = async (seq) => {
    if (chat.store.messages(id).some((message) => message.seq === seq)) {
      setPast(null);
      return;
    }
    await load('around', async () => {
      const page = await chat.messages.history(id, { around: seq, limit: PAGE });
      setPast({ messages: page.messages, hasOlder: page.messages[0]?.seq > 1 });
    });
  };

  return {
    messages: past ? past.messages : live,
    hasOlder: past ? past.hasOlder : chat.store.hasOlder(id),
    inPast: past !== null,
    ready,
    loading,
    older,
    newer,
    around,
    latest: () => setPast(null),
  };
}
