// Files that are on their way to the server, before the message that will show them is sent.

import { useEffect, useReducer, useRef } from './html.js';
import { useChat, wordsFor } from './chat.js';
import { texts } from './texts.js';

/** As many as one message takes. */
const MOST = 5;

let next = 1;

/** `items`: `{ id, file, preview, progress, attachment?, problem? }`. They begin to go up as soon as they are added. */
export function useUploads() {
  const { chat, say } = useChat();
  const items = useRef([]);
  const [, redraw] = useReducer((count) => count + 1, 0);

  const change = (id, fields) => {
    items.current = items.current.map((one) => (one.id === id ? { ...one, ...fields } : one));
    redraw();
  };
  const begin = async (item) => {
    const onProgress = ({ sent, total }) => change(item.id, { progress: total ? sent / total : 0 });
    try {
      const attachment = await chat.upload(item.file, { onProgress, signal: item.abort.signal });
      change(item.id, { attachment, progress: 1 });
    } catch (error) {
      change(item.id, { problem: wordsFor(error) });
    }
  };
  const drop = (gone) => {
    for (const item of gone) if (item.preview) URL.revokeObjectURL(item.preview);
    items.current = items.current.filter((one) => !gone.includes(one));
    redraw();
  };

  useEffect(
    () => () => {
      for (const item of items.current) item.abort.abort();
      drop(items.current);
    },
    [],
  );

  return {
    items: items.current,
    get ready() {
      return items.current.every((one) => one.attachment);
    },
    add(files) {
      const room = MOST - items.current.length;
      if (files.length > room) say(texts.tooManyFiles(MOST));
      for (const file of [...files].slice(0, Math.max(0, room))) {
        const preview = file.type.startsWith('image/') ? URL.createObjectURL(file) : null;
        const item = { id: next++, file, preview, progress: 0, abort: new AbortController() };
        items.current = [...items.current, item];
        begin(item);
      }
      redraw();
    },
    retry(item) {
      change(item.id, { problem: undefined, progress: 0 });
      begin(item);
    },
    remove(item) {
      item.abort.abort();
      drop([item]);
    },
    /** The attachments, which are the message's from now on. */
    take() {
      const taken = items.current.map((one) => one.attachment);
      drop(items.current);
      return taken;
    },
  };
}
