// What is being written, and what becomes of it: a message, or another wording of one.

import { useEffect, useLayoutEffect, useState } from './html.js';
import { useAttempt, useChat } from './chat.js';
import { draftOf, keepDraft } from './drafts.js';
import { sentTo } from './place.js';

/**
 * `text`, and `change` for another one; `insert` puts something where the cursor is; `rest`: nobody writes for now; `submit`
 * sends or saves it, `waits` while it does so as soon as all files are there; `editLast` takes up one's last message.
 */
export function useWriting({ id, input, uploads, answered, edited, reply, edit, sent }) {
  const { chat, me } = useChat();
  const save = useSaving(edit);
  const [text, setText] = useState(() => draftOf(id));
  const [waits, setWaits] = useState(false);

  // Before anybody can type: what they type is not to be overwritten.
  useLayoutEffect(() => {
    if (edited) setText(edited.unsaved ?? edited.content);
  }, [edited]);
  useEffect(() => {
    if (waits && uploads.ready) send();
  }, [waits, uploads.items]);

  const change = (next) => {
    setText(next);
    if (edited) return;
    keepDraft(id, next);
    chat.typing(id, next !== '');
  };
  const insert = (piece) => {
    const field = input.current;
    field.setRangeText(piece, field.selectionStart, field.selectionEnd, 'end');
    change(field.value);
    field.focus();
  };
  const stopEditing = () => {
    edit(null);
    setText(draftOf(id));
  };
  const send = () => {
    setWaits(false);
    const content = text.trim();
    if (!content && !uploads.items.length) return;
    const attachments = uploads.take();
    setText('');
    keepDraft(id, '');
    reply(null);
    sent();
    // Where it is refused, the message itself says why.
    chat.send(messageOf(id, content, answered, attachments)).done.catch(() => {});
  };
  const submit = () => {
    if (!edited) return uploads.ready ? send() : setWaits(true);
    const next = text.trim();
    if (!next) return;
    stopEditing();
    if (next !== edited.content) save(edited, next);
  };
  const editLast = () => {
    const last = chat.store.messages(id).findLast((one) => one.seq && one.sender.id === me.id && one.kind === 'text' && !one.deleted_at);
    if (last) edit(last);
  };
  const rest = () => !edited && chat.typing(id, false);
  return { text, change, insert, rest, submit, waits, stopEditing, editLast };
}

/** What could not be saved can be tried again. */
function useSaving(edit) {
  const { chat } = useChat();
  const attempt = useAttempt();
  return async (message, content) => {
    if (!(await attempt(() => chat.messages.edit(message.id, content)))) edit({ ...message, unsaved: content });
  };
}

const messageOf = (place, content, answered, attachments) => ({
  ...sentTo(place),
  ...(content && { content }),
  ...(answered && { replyTo: answered.id }),
  ...(attachments.length && { attachments }),
});
