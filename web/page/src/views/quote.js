// The message that another one answers.

import { html, useEffect, useState } from '../html.js';
import { useChat, useMessages } from '../chat.js';
import { texts } from '../texts.js';
import { summaryOf } from '../words.js';
import { colourOf } from './parts.js';

/** By its id: of the messages that are here, or asked for. */
function useQuoted(id, conversationId) {
  const { chat } = useChat();
  const here = useMessages(conversationId).find((message) => message.id === id);
  const [there, setThere] = useState(null);
  useEffect(() => {
    if (!here) chat.messages.get(id).then(setThere, () => setThere(null));
  }, [chat, id, Boolean(here)]);
  return here ?? there;
}

export function Quote({ id, conversationId, nameOf, seek }) {
  const quoted = useQuoted(id, conversationId);
  if (!quoted) return html`<p class="quote"><span class="quote-text">${texts.quoteGone}</span></p>`;
  return html`<button type="button" class="quote" tabindex="-1" onClick=${() => seek(quoted.seq)}>
    <span class="unseen">${texts.answerTo}</span>
    <span class=${`quote-name colour-text-${colourOf(quoted.sender.id)}`}>${nameOf(quoted.sender)}</span>
    <span class="quote-text">${summaryOf(quoted, nameOf)}</span>
  </button>`;
}
