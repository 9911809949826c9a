// The stretch of a conversation that is shown: the newest messages, or a part of the past that one jumped to.

import { useEffect, useRef, useState } from './html.js';
import { useAttempt, useChat, useConnection, useMessages } from './chat.js';

const PAGE = 50;

/**
 * `ready`: whether there is a connection; `older`, `newer` extend what is shown, one page at a time; `around` shows a
 * message wherever it is; `latest` goes back to the end.
 */
export function useHistory(id) {
  const { chat } = useChat();
  const live = useMessages(id);
  const ready = useConnection(chat).state === 'online';
  const [past, setPast] = usePast(chat);
  const [loading, load] = useLoading();
  const page = (where) => chat.messages.history(id, { ...where, limit: PAGE });

  const older = () => {
    if (!ready) return;
    if (!past) {
      if (chat.store.hasOlder(id)) load('older', () => chat.messages.older(id, PAGE));
    } else if (past.hasOlder) {
      load('older', async () => {
        const { messages, hasMore } = await page({ before: past.messages[0].seq });
        setPast((now) => now && { ...now, messages: [...messages, ...now.messages], hasOlder: hasMore });
      });
    }
  };
  const newer = () => {
    if (!past || !ready) return;
    load('newer', async () => {
      const { messages, hasMore } = await page({ after: past.messages.at(-1).seq });
      // Where there is nothing more, the newest ones are shown again, which go on by themselves.
      setPast((now) => now && hasMore ? { ...now, messages: [...now.messages, ...messages] } : null);
    });
  };
  const around = async (seq) => {
    if (chat.store.messages(id).some((message) => message.seq === seq)) {
      setPast(null);
      return;
    }
    await load('around', async () => {
      const { messages } = await page({ around: seq });
      setPast({ messages, hasOlder: messages[0]?.seq > 1 });
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

/** `[past, setPast]`: what is shown of the past, where one is there; it changes as well when somebody edits it. */
function usePast(chat) {
  const [past, setPast] = useState(null);
  useEffect(() => {
    if (!past) return undefined;
    return chat.on('message', ({ message: changed }) =>
      setPast((now) => now && { ...now, messages: now.messages.map((one) => (one.id === changed.id ? { ...changed, key: one.key } : one)) }),
    );
  }, [chat, past !== null]);
  return [past, setPast];
}

/** `[loading, load]`: one thing at a time; who asks meanwhile is not heard. */
function useLoading() {
  const attempt = useAttempt();
  const [loading, setLoading] = useState(null);
  const busy = useRef(false);
  const load = async (what, work) => {
    if (busy.current) return;
    busy.current = true;
    setLoading(what);
    await attempt(work);
    busy.current = false;
    setLoading(null);
  };
  return [loading, load];
}
