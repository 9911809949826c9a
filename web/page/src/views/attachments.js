// Files of a message: pictures one can look at, sounds and films one can play, the rest to download.

import { html, useEffect, useRef, useState } from '../html.js';
import { useChat, wordsFor } from '../chat.js';
import { texts } from '../texts.js';
import { fileSize } from '../times.js';
import { Icon } from './icons.js';
import { IconButton } from './parts.js';

export const Attachments = ({ attachments }) =>
  html`<div class="attachments">${attachments.map((one) => html`<${Attachment} key=${one.id ?? one.url} attachment=${one} />`)}</div>`;

/** An address that the browser may load by itself. It ends after an hour, and is asked for again where it failed. */
function useAddress(attachment) {
  const { chat } = useChat();
  const [address, setAddress] = useState(null);
  const [failed, setFailed] = useState(false);
  const tries = useRef(0);
  const load = async () => {
    if (!attachment.id) {
      // Elsewhere: never loaded without being asked to, so that nobody is told who reads this.
      setAddress(null);
      return;
    }
    try {
      setAddress(await chat.mediaUrl(attachment));
    } catch {
      setFailed(true);
    }
  };
  useEffect(() => {
    load();
  }, [attachment.id]);
  const again = () => {
    tries.current += 1;
    if (tries.current < 3) load();
    else setFailed(true);
  };
  return { address, failed, again };
}

function Attachment({ attachment }) {
  if (!attachment.id) return html`<${Elsewhere} attachment=${attachment} />`;
  if (attachment.kind === 'image' || attachment.kind === 'gif') return html`<${Picture} attachment=${attachment} />`;
  if (attachment.kind === 'video' || attachment.kind === 'audio') return html`<${Player} attachment=${attachment} />`;
  return html`<${File} attachment=${attachment} />`;
}

function Picture({ attachment }) {
  const { address, failed, again } = useAddress(attachment);
  const [open, setOpen] = useState(false);
  const { width, height } = attachment;
  if (failed) return html`<${File} attachment=${attachment} />`;
  return html`<button type="button" class="picture" onClick=${() => setOpen(true)} aria-label=${texts.showPicture(attachment.name)}
    style=${width && height ? { aspectRatio: `${width} / ${height}`, width: `${Math.min(320, width)}px` } : {}}>
    ${address ? html`<img src=${address} alt=${attachment.name} width=${width} height=${height} onError=${again} />` : html`<span class="picture-space"></span>`}
  </button>
  ${open && address && html`<${Lightbox} attachment=${attachment} address=${address} close=${() => setOpen(false)} />`}`;
}

function Lightbox({ attachment, address, close }) {
  const dialog = useRef(null);
  useEffect(() => {
    const before = document.activeElement;
    dialog.current.showModal();
    return () => before?.focus?.();
  }, []);
  return html`<dialog ref=${dialog} class="lightbox" aria-label=${attachment.name} onClose=${close} onClick=${() => dialog.current.close()}>
    <img src=${address} alt=${attachment.name} />
    <div class="lightbox-bar">
      <span>${attachment.name}</span>
      <a class="icon-button" href=${address} download=${attachment.name} target="_blank" rel="noopener" aria-label=${texts.download} title=${texts.download}
        onClick=${(event) => event.stopPropagation()}><${Icon} name="download" /></a>
      <${IconButton} icon="close" label=${texts.close} onClick=${() => dialog.current.close()} />
    </div>
  </dialog>`;
}

function Player({ attachment }) {
  const { address, failed, again } = useAddress(attachment);
  if (failed) return html`<${File} attachment=${attachment} />`;
  return attachment.kind === 'video'
    ? html`<video class="player" src=${address ?? undefined} controls preload="metadata" aria-label=${attachment.name} onError=${again}></video>`
    : html`<audio class="player" src=${address ?? undefined} controls preload="metadata" aria-label=${attachment.name} onError=${again}></audio>`;
}

function File({ attachment }) {
  const { chat, say } = useChat();
  const save = async () => {
    try {
      const link = document.createElement('a');
      link.href = await chat.mediaUrl(attachment);
      link.download = attachment.name;
      link.target = '_blank';
      link.rel = 'noopener';
      link.click();
    } catch (error) {
      say(wordsFor(error));
    }
  };
  return html`<button type="button" class="file" onClick=${save}>
    <span class="unseen">${texts.download}</span>
    <span class="file-icon"><${Icon} name="file" /></span>
    <span class="lines"><span class="file-name">${attachment.name}</span>${attachment.size !== null && html`<small>${fileSize(attachment.size)}</small>`}</span>
    <${Icon} name="download" />
  </button>`;
}

function Elsewhere({ attachment }) {
  if (!/^https?:\/\//i.test(attachment.url) || !URL.canParse(attachment.url)) return null;
  return html`<a class="file" href=${attachment.url} target="_blank" rel="noopener noreferrer">
    <span class="file-icon"><${Icon} name=${attachment.kind === 'image' ? 'image' : 'file'} /></span>
    <span class="lines"><span class="file-name">${attachment.name}</span><small>${new URL(attachment.url).host}</small></span>
  </a>`;
}
