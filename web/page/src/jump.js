// A wish to see one message: told by a search or a quote, heard by the log of its conversation, now or once it is open.

import { useEffect } from './html.js';

let wish = null;
const hearers = new Set();

/** Shows that message in its conversation. */
export function jumpTo(message) {
  wish = { conversationId: message.conversation_id, seq: message.seq };
  for (const hear of hearers) hear();
}

/** Calls `act` with the `seq` of every message of that conversation that somebody wants to see. */
export function useJumps(conversationId, act) {
  useEffect(() => {
    const hear = () => {
      if (wish?.conversationId !== conversationId) return;
      const { seq } = wish;
      wish = null;
      act(seq);
    };
    hearers.add(hear);
    hear();
    return () => hearers.delete(hear);
  }, [conversationId, act]);
}
