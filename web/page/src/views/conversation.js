// One conversation: its head, its messages, and where one writes.

import { html, useCallback, useEffect, useRef, useState } from '../html.js';
import { useChat, useConversation } from '../chat.js';
import { useHistory } from '../history.js';
import { useJumps } from '../jump.js';
import { texts } from '../texts.js';
import { useUploads } from '../uploads.js';
import { useDelayed } from '../delayed.js';
import { Banner } from './banner.js';
import { Composer } from './composer.js';
import { ConversationHead } from './conversation-head.js';
import { HistorySearch } from './history-search.js';
import { Info } from './info.js';
import { Log } from './log.js';
import { Spinner } from './parts.js';

/** `go(null)` leads back to the list. */
export function Conversation({ id, go }) {
  const { chat } = useChat();
  const conversation = useConversation(id);
  const [gone, setGone] = useState(false);
  const had = useRef(false);
  const late = useDelayed(400);

  useEffect(() => {
    // Its participants, and whether it is there at all.
    chat.conversations.get(id).catch((error) => setGone(error.code === 'not_found'));
  }, [chat, id]);
  useEffect(() => (conversation ? chat.open(id) : undefined), [chat, id, Boolean(conversation)]);
  useEffect(() => {
    // One was removed from it, or it was deleted, while it was open.
    if (!conversation && had.current) go(null);
    had.current = Boolean(conversation);
  }, [Boolean(conversation)]);

  if (conversation) return html`<${Open} conversation=${conversation} go=${go} />`;
  return html`<main class="nothing">
    ${gone ? html`<h1>${texts.notFound}</h1>` : late && html`<${Spinner} />`}
    ${gone && html`<button type="button" class="button" onClick=${() => go(null)}>${texts.back}</button>`}
  </main>`;
}

function Open({ conversation, go }) {
  const { id } = conversation;
  const history = useHistory(id);
  const uploads = useUploads();
  const [sought, setSought] = useState(null);
  const [answered, setAnswered] = useState(null);
  const [edited, setEdited] = useState(null);
  const [panel, setPanel] = useState(null);
  const [dragging, setDragging] = useState(false);
  const input = useRef(null);

  const seek = useCallback(
    async (seq) => {
      await history.around(seq);
      // Another object each time: the same message may be looked for twice.
      setSought({ seq });
    },
    [id],
  );
  useJumps(id, seek);
  const focusInput = useCallback(() => input.current?.focus(), []);
  const reply = useCallback((message) => {
    setEdited(null);
    setAnswered(message);
    focusInput();
  }, []);
  const edit = useCallback((message) => {
    setAnswered(null);
    setEdited(message);
    focusInput();
  }, []);

  const drag = {
    onDragOver: (event) => {
      if (!event.dataTransfer.types.includes('Files')) return;
      event.preventDefault();
      setDragging(true);
    },
    onDragLeave: (event) => {
      if (!event.currentTarget.contains(event.relatedTarget)) setDragging(false);
    },
    onDrop: (event) => {
      if (!event.dataTransfer.files.length) return;
      event.preventDefault();
      setDragging(false);
      uploads.add(event.dataTransfer.files);
      focusInput();
    },
  };

  return html`<main class="conversation" ...${drag}>
    <${ConversationHead} conversation=${conversation} go=${go} search=${() => setPanel('search')} info=${() => setPanel('info')} />
    <${Banner} />
    ${panel === 'search' && html`<${HistorySearch} conversation=${conversation} show=${seek} close=${() => {
      setPanel(null);
      focusInput();
    }} />`}
    <${Log} conversation=${conversation} history=${history} sought=${sought} seek=${seek} reply=${reply} edit=${edit} focusInput=${focusInput} />
    <${Composer} conversation=${conversation} input=${input} uploads=${uploads} answered=${answered} edited=${edited} reply=${setAnswered} edit=${setEdited}
      sent=${() => history.latest()} />
    ${dragging && html`<div class="drop-here" aria-hidden="true"><p>${texts.dropHere}</p></div>`}
    ${panel === 'info' && html`<${Info} conversation=${conversation} close=${() => setPanel(null)} go=${go} />`}
  </main>`;
}
