// One conversation: its head, its messages, and where one writes.

import { html, useCallback, useEffect, useMemo, useRef, useState } from '../html.js';
import { useChat, useConnection, useConversation, useDirectWith } from '../chat.js';
import { moveDraft } from '../drafts.js';
import { useHistory } from '../history.js';
import { useJumps } from '../jump.js';
import { usePerson } from '../people.js';
import { personAt } from '../place.js';
import { texts } from '../texts.js';
import { moveUploads, useUploads } from '../uploads.js';
import { useDelayed } from '../delayed.js';
import { Banner } from './banner.js';
import { Composer } from './composer.js';
import { ConversationHead } from './conversation-head.js';
import { HistorySearch } from './history-search.js';
import { Info } from './info.js';
import { Log } from './log.js';
import { Spinner } from './parts.js';
import { useOpened } from './reading.js';

/**
 * `place`: a conversation, or a person to write to; `go(null)` leads back to the list. Nobody is told of a conversation
 * before something is said in it; when it begins, what one writes in goes on being the same.
 */
export function Conversation({ place, go }) {
  const { chat } = useChat();
  const userId = personAt(place);
  const begun = useBegun(place, userId, go);
  const id = userId === null ? place : begun;
  const known = useConversation(id);
  const [person, nobody] = usePerson(userId);
  const gone = useWhole(chat, id, known);
  const beginning = useMemo(() => person && beginningWith(person, place), [person, place]);
  const had = useRef(false);
  useOpened(id, Boolean(known));
  useEffect(() => {
    // One was removed from it, or it was deleted, while it was open.
    if (!known && had.current) go(null);
    had.current = Boolean(known);
  }, [Boolean(known)]);

  const conversation = known ?? (begun ? null : beginning);
  if (conversation) return html`<${Open} conversation=${conversation} go=${go} />`;
  return html`<${Nothing} gone=${userId === null ? gone && texts.notFound : nobody} go=${go} />`;
}

/** The conversation with that person once there is one: the address becomes its own, and what was not sent yet goes along. */
function useBegun(place, userId, go) {
  const begun = useDirectWith(userId);
  const moved = useRef(null);
  if (begun && moved.current !== begun) {
    moved.current = begun;
    moveDraft(place, begun);
    moveUploads(place, begun);
  }
  useEffect(() => {
    if (begun) go(begun);
  }, [begun]);
  return begun;
}

/** Asks for its participants; answers whether it is not there at all. */
function useWhole(chat, id, known) {
  const { state } = useConnection(chat);
  const [gone, setGone] = useState(false);
  const whole = Boolean(known?.participants);
  useEffect(() => {
    // After a new beginning they have to be asked for again.
    if (!id || state !== 'online' || whole) return;
    chat.conversations.get(id).catch((error) => setGone(error.code === 'not_found'));
  }, [chat, id, state, whole]);
  return gone;
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
  const uploads = useUploads(id);
  const [sought, setSought] = useState(null);
  const [panel, setPanel] = useState(null);
  const input = useRef(null);
  const focusInput = useCallback(() => input.current?.focus(), []);
  const { answered, edited, setAnswered, setEdited, reply, edit } = useAnswering(focusInput);
  const [dragging, drag] = useDropping((files) => {
    uploads.add(files);
    focusInput();
  });

  const seek = useCallback(
    async (seq) => {
      await history.around(seq);
      // Another object each time: the same message may be looked for twice.
      setSought({ seq });
    },
    [id],
  );
  useJumps(id, seek);

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

/** The message that one answers, or gives another wording: never both. `reply` and `edit` begin with one. */
function useAnswering(focusInput) {
  const [answered, setAnswered] = useState(null);
  const [edited, setEdited] = useState(null);
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
  return { answered, edited, setAnswered, setEdited, reply, edit };
}

/** `[dragging, listeners]`: whether files are held over the element that has the listeners; `add` takes those let go. */
function useDropping(add) {
  const [dragging, setDragging] = useState(false);
  const listeners = {
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
      add(event.dataTransfer.files);
    },
  };
  return [dragging, listeners];
}
