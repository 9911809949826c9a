// One conversation: its head, its messages, and where one writes.

import { html, useCallback, useEffect, useMemo, useRef, useState } from '../html.js';
import { useChat, useConnection, useConversation, useDirectWith } from '../chat.js';
import { moveDraft } from '../drafts.js';
import { useHistory } from '../history.js';
import { useJumps } from '../jump.js';
import { usePerson } from '../people.js';
import { personAt } from '../place.js';
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
import { useOpened } from './reading.js';

/** `place`: a conversation, or a person to write to; `go(null)` leads back to the list. */
export function Conversation({ place, go }) {
  const person = personAt(place);
  return person === null ? html`<${Known} id=${place} go=${go} />` : html`<${Beginning} place=${place} userId=${person} go=${go} />`;
}

function Known({ id, go }) {
  const { chat } = useChat();
  const conversation = useConversation(id);
  const { state } = useConnection(chat);
  const [gone, setGone] = useState(false);
  const had = useRef(false);
  const whole = Boolean(conversation?.participants);

  useEffect(() => {
    // Its participants, and whether it is there at all. After a new beginning they have to be asked for again.
    if (state !== 'online' || whole) return;
    chat.conversations.get(id).catch((error) => setGone(error.code === 'not_found'));
  }, [chat, id, state, whole]);
  useOpened(id, Boolean(conversation));
  useEffect(() => {
    // One was removed from it, or it was deleted, while it was open.
    if (!conversation && had.current) go(null);
    had.current = Boolean(conversation);
  }, [Boolean(conversation)]);

  return conversation ? html`<${Open} conversation=${conversation} go=${go} />` : html`<${Nothing} gone=${gone && texts.notFound} go=${go} />`;
}

/** Nobody is told of a conversation before something is said in it. */
function Beginning({ place, userId, go }) {
  const { chat } = useChat();
  const begun = useDirectWith(userId);
  const [person, failed] = usePerson(userId);
  useEffect(() => {
    if (!begun) return;
    moveDraft(place, begun);
    go(begun);
  }, [begun]);
  const conversation = useMemo(() => person && beginningWith(person, place), [person, place]);
  if (begun || !conversation) return html`<${Nothing} gone=${failed} go=${go} />`;
  return html`<${Open} conversation=${conversation} go=${go} />`;
}

/** What a conversation is before there is one. */
const beginningWith = (participant, id) => ({
  id, type: 'direct', isNew: true, participant, participant_count: 2, last_seq: 0, last_message: null, unread_count: 0,
  membership: { role: 'member', read_seq: 0, delivered_seq: 0, cleared_seq: 0, muted: false, muted_until: null, hidden: false },
});

function Nothing({ gone, go }) {
  const late = useDelayed(400);
  return html`<main class="nothing">
    ${gone ? html`<h1>${gone}</h1>` : late && html`<${Spinner} />`}
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
