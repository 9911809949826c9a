// Where one writes: text, files, an answer to a message, or another wording of one's own.

import { classes, html, useEffect, useLayoutEffect, useRef, useState } from '../html.js';
import { useAttempt, useChat } from '../chat.js';
import { draftOf, keepDraft } from '../drafts.js';
import { sentTo } from '../place.js';
import { texts } from '../texts.js';
import { fileSize } from '../times.js';
import { namesIn, summaryOf } from '../words.js';
import { EmojiPicker } from './emoji-picker.js';
import { Icon } from './icons.js';
import { IconButton } from './parts.js';

const MOST_CHARACTERS = 8_000;

/** Where there is no key beside the screen, Enter is for the next line. */
const entersLines = () => matchMedia('(pointer: coarse)').matches;

export function Composer({ conversation, input, uploads, answered, edited, reply, edit, sent }) {
  const { chat, me } = useChat();
  const attempt = useAttempt();
  const { id } = conversation;
  const [text, setText] = useState(() => draftOf(id));
  const [wanted, setWanted] = useState(false);
  const [picking, setPicking] = useState(null);
  const picker = useRef(null);
  const files = uploads.items;

  useLayoutEffect(() => {
    const element = input.current;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight}px`;
  }, [text]);
  useEffect(() => {
    if (!entersLines()) input.current.focus();
  }, []);
  useEffect(() => {
    if (edited) setText(edited.content);
  }, [edited]);
  useEffect(() => {
    if (wanted && uploads.ready) send();
  }, [wanted, files]);

  const change = (next) => {
    setText(next);
    if (edited) return;
    keepDraft(id, next);
    chat.typing(id, next !== '');
  };
  /** Where the cursor is. */
  const insert = (emoji) => {
    const field = input.current;
    field.setRangeText(emoji, field.selectionStart, field.selectionEnd, 'end');
    change(field.value);
    field.focus();
  };
  const stopEditing = () => {
    edit(null);
    setText(draftOf(id));
  };

  const send = () => {
    setWanted(false);
    const content = text.trim();
    if (!content && !files.length) return;
    const attachments = uploads.take();
    const message = { ...sentTo(id), ...(content && { content }), ...(answered && { replyTo: answered.id }), ...(attachments.length && { attachments }) };
    setText('');
    keepDraft(id, '');
    reply(null);
    sent();
    // Where it is refused, the message itself says why.
    chat.send(message).done.catch(() => {});
  };
  const submit = () => {
    if (edited) {
      const { id: messageId, content } = edited;
      const next = text.trim();
      if (!next) return;
      stopEditing();
      if (next === content) return;
      // What could not be saved can be tried again.
      attempt(() => chat.messages.edit(messageId, next)).then((saved) => saved || edit({ ...edited, content: next }));
    } else if (uploads.ready) send();
    else setWanted(true);
  };

  const onKeyDown = (event) => {
    if (event.isComposing) return;
    if (event.key === 'Enter' && !event.shiftKey && !entersLines()) submit();
    else if (event.key === 'Escape' && edited) stopEditing();
    else if (event.key === 'Escape' && answered) reply(null);
    else if (event.key === 'ArrowUp' && !text && !event.altKey && !event.shiftKey) editLast();
    else return;
    event.preventDefault();
  };
  const editLast = () => {
    const last = chat.store.messages(id).findLast((one) => one.seq && one.sender.id === me.id && one.kind === 'text' && !one.deleted_at);
    if (last) edit(last);
  };
  const onPaste = (event) => {
    if (!event.clipboardData.files.length) return;
    event.preventDefault();
    uploads.add(event.clipboardData.files);
  };

  const empty = !text.trim() && !files.length;
  const nameOf = namesIn(conversation, me);
  return html`<form class="composer" onSubmit=${(event) => {
    event.preventDefault();
    submit();
    input.current.focus();
  }}>
    ${edited && html`<${Above} icon="edit" title=${texts.editing} text=${edited.content} close=${stopEditing} />`}
    ${answered && html`<${Above} icon="reply" title=${texts.answering(nameOf(answered.sender))} text=${summaryOf(answered, nameOf)} close=${() => reply(null)} />`}
    ${files.length > 0 && html`<ul class="uploads" aria-label=${texts.attachments}>${files.map((one) => html`<${Upload} key=${one.id} item=${one} uploads=${uploads} />`)}</ul>`}
    <div class="compose-line">
      <${IconButton} icon="attach" label=${texts.attach} onClick=${() => picker.current.click()} disabled=${Boolean(edited)} />
      <input ref=${picker} type="file" multiple hidden onChange=${(event) => {
        uploads.add(event.currentTarget.files);
        event.currentTarget.value = '';
        input.current.focus();
      }} />
      <textarea ref=${input} rows="1" maxlength=${MOST_CHARACTERS} value=${text} aria-label=${texts.message} placeholder=${texts.message} dir="auto"
        onInput=${(event) => change(event.currentTarget.value)} onKeyDown=${onKeyDown} onPaste=${onPaste} onBlur=${() => !edited && chat.typing(id, false)}></textarea>
      <${IconButton} icon="smile" label=${texts.pickEmoji} aria-haspopup="dialog" onClick=${(event) => setPicking(event.currentTarget)} />
      ${picking && html`<${EmojiPicker} anchor=${picking} pick=${insert} close=${() => setPicking(null)} />`}
      <button class=${classes('send', wanted && 'waits')} disabled=${empty} aria-label=${edited ? texts.save : texts.send} title=${edited ? texts.save : texts.send}>
        <${Icon} name=${edited ? 'check' : 'send'} />
      </button>
    </div>
    <p class="unseen" role="status">${wanted ? texts.sendsWhenReady : ''}</p>
  </form>`;
}

/** What is being answered or edited. */
const Above = ({ icon, title, text, close }) =>
  html`<div class="above">
    <${Icon} name=${icon} />
    <span class="lines"><strong>${title}</strong><span class="above-text">${text}</span></span>
    <${IconButton} icon="close" label=${texts.cancel} onClick=${close} />
  </div>`;

function Upload({ item, uploads }) {
  const percent = Math.round(item.progress * 100);
  return html`<li class=${classes('upload', item.problem && 'failed')}>
    ${item.preview ? html`<img src=${item.preview} alt="" />` : html`<span class="file-icon"><${Icon} name="file" /></span>`}
    <span class="lines">
      <span class="file-name">${item.file.name}</span>
      <small>${item.problem ?? (item.attachment ? fileSize(item.file.size) : texts.uploaded(percent))}</small>
      ${!item.attachment && !item.problem && html`<progress max="100" value=${percent} aria-label=${texts.uploading(item.file.name)}></progress>`}
    </span>
    ${item.problem && html`<${IconButton} icon="retry" label=${texts.tryAgain} onClick=${() => uploads.retry(item)} />`}
    <${IconButton} icon="close" label=${texts.removeFile(item.file.name)} onClick=${() => uploads.remove(item)} />
  </li>`;
}
