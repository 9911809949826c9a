// Says when there is no connection, and how much waits for it.

import { html } from '../html.js';
import { useChat, useConnection, useWaiting } from '../chat.js';
import { texts } from '../texts.js';
import { useDelayed } from '../delayed.js';

export function Banner() {
  const { chat } = useChat();
  const { state } = useConnection(chat);
  return state === 'online' ? html`<div role="status"></div>` : html`<div role="status"><${Absent} key=${state === 'closed'} chat=${chat} state=${state} /></div>`;
}

/** A short break is not worth a word. */
function Absent({ chat, state }) {
  const late = useDelayed(800);
  const waiting = useWaiting();
  if (!late) return null;
  return html`<p class="banner">
    <span>${texts.states[state]} ${waiting > 0 && texts.waiting(waiting)}</span>
    ${state === 'closed' && html`<button type="button" class="link" onClick=${() => chat.connect().catch(() => {})}>${texts.connect}</button>`}
  </p>`;
}
