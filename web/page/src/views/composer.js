// Where one writes: text, files, an answer to a message, or another wording of one's own.

import { classes, html, useEffect, useLayoutEffect, useRef, useState } from '../html.js';
import { useChat } from '../chat.js';
import { texts } from '../texts.js';
import { fileSize } from '../times.js';
import { namesIn, summaryOf } from '../words.js';
import { useWriting } from '../writing.js';
import { EmojiPicker } from './emoji-picker.js';
import { Icon } from './icons.js';
import { IconButton } from './parts.js';

const MOST_CHARACTERS = 8_000;

/** Where there is no key beside the screen, Enter is for the next line. */
const entersLines = () => matchMedia('(pointer: coarse)').matches;

export function Composer({ conversation, input, uploads, answered, edited, reply, edit, sent }) {
  const { me } = useChat();
  const writing = useWriting({ id: conversation.id, input, uploads, answered, edited, reply, edit, sent });
  const { text, submit, stopEditing } = writing;
  const nameOf = namesIn(conversation, me);
  const files = uploads.items;
  const label = edited ? texts.save : texts.send;

  useLayoutEffect(() => {
    const element = input.current;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight}px`;
  }, [text]);
  useEffect(() => {
    if (!entersLines()) input.current.focus();
  }, []);

  return html`<form class="composer" onSubmit=${(event) => {
    event.preventDefault();
    submit();
    input.current.focus();
  }}>
    ${edited && html`<${Above} icon="edit" title=${texts.editing} text=${edited.content} close=${stopEditing} />`}
    ${answered && html`<${Above} icon="reply" title=${texts.answering(nameOf(answered.sender))} text=${summaryOf(answered, nameOf)} close=${() => reply(null)} />`}
    ${files.length > 0 && html`<ul class="uploads" aria-label=${texts.attachments}>${files.map((one) => html`<${Upload} key=${one.id} item=${one} uploads=${uploads} />`)}</ul>`}
    <div class="compose-line">
      <${Attach} uploads=${uploads} input=${input} disabled=${Boolean(edited)} />
      <${Field} writing=${writing} input=${input} uploads=${uploads} answered=${answered} edited=${edited} reply=${reply} />
      <${PickEmoji} insert=${writing.insert} />
      <button class=${classes('send', writing.waits && 'waits')} disabled=${!text.trim() && !files.length} aria-label=${label} title=${label}>
        <${Icon} name=${edited ? 'check' : 'send'} />
      </button>
    </div>
    <p class="unseen" role="status">${writing.waits ? texts.sendsWhenReady : ''}</p>
  </form>`;
}

function Field({ writing, input, uploads, answered, edited, reply }) {
  const { text, change, rest, submit, stopEditing, editLast } = writing;
  const onKeyDown = (event) => {
    if (event.isComposing) return;
    if (event.key === 'Enter' && !event.shiftKey && !entersLines()) submit();
    else if (event.key === 'Escape' && edited) stopEditing();
    else if (event.key === 'Escape' && answered) reply(null);
    else if (event.key === 'ArrowUp' && !text && !event.altKey && !event.shiftKey) editLast();
    else return;
    event.preventDefault();
  };
  const onPaste = (event) => {
    if (!event.clipboardData.files.length) return;
    event.preventDefault();
    uploads.add(event.clipboardData.files);
  };
  return html`<textarea ref=${input} rows="1" maxlength=${MOST_CHARACTERS} value=${text} aria-label=${texts.message} placeholder=${texts.message} dir="auto"
    onInput=${(event) => change(event.currentTarget.value)} onKeyDown=${onKeyDown} onPaste=${onPaste} onBlur=${rest}></textarea>`;
}

function Attach({ uploads, input, disabled }) {
  const picker = useRef(null);
  return html`<${IconButton} icon="attach" label=${texts.attach} onClick=${() => picker.current.click()} disabled=${disabled} />
    <input ref=${picker} type="file" multiple hidden onChange=${(event) => {
      uploads.add(event.currentTarget.files);
      event.currentTarget.value = '';
      input.current.focus();
    }} />`;
}

function PickEmoji({ insert }) {
  const [anchor, setAnchor] = useState(null);
  return html`<${IconButton} icon="smile" label=${texts.pickEmoji} aria-haspopup="dialog" onClick=${(event) => setAnchor(event.currentTarget)} />
    ${anchor && html`<${EmojiPicker} anchor=${anchor} pick=${insert} close=${() => setAnchor(null)} />`}`;
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
