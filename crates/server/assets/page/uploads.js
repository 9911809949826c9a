// Files that are on their way to the server, before the message that will show them is sent. They belong to a conversation,
// and wait there while one looks at another.

import { useEffect, useReducer } from './html.js';
import { useChat, wordsFor } from './chat.js';
import { texts } from './texts.js';

/** As many as one message takes. */
const MOST = 5;

let next = 1;
/** By place. */
const stacks = new Map();

/** Files of one conversation: `{ id, file, preview, progress, abort, attachment?, problem? }` each. */
class Stack {
  items = [];
  /** Draws them again, where they are shown. */
  redraw = () => {};

  get ready() {
    return this.items.every((one) => one.attachment);
  }

  change(id, fields) {
    this.items = this.items.map((one) => (one.id === id ? { ...one, ...fields } : one));
    this.redraw();
  }

  add(file) {
    const preview = file.type.startsWith('image/') ? URL.createObjectURL(file) : null;
    const item = { id: next++, file, preview, progress: 0, abort: new AbortController() };
    this.items = [...this.items, item];
    this.redraw();
    return item;
  }

  drop(gone) {
    for (const item of gone) if (item.preview) URL.revokeObjectURL(item.preview);
    this.items = this.items.filter((one) => !gone.includes(one));
    this.redraw();
  }
}

function stackAt(place) {
  if (!stacks.has(place)) stacks.set(place, new Stack());
  return stacks.get(place);
}

/** They go on in another conversation. */
export function moveUploads(from, to) {
  if (stacks.has(from)) stacks.set(to, stacks.get(from));
  stacks.delete(from);
}

/** Nobody sends them any more. */
export function forgetUploads() {
  for (const stack of stacks.values()) {
    for (const item of stack.items) item.abort.abort();
    stack.drop(stack.items);
  }
  stacks.clear();
}

/** They begin to go up as soon as they are added. */
export function useUploads(place) {
  const { chat, say } = useChat();
  const [, redraw] = useReducer((count) => count + 1, 0);
  const stack = stackAt(place);
  useEffect(() => {
    stack.redraw = redraw;
    redraw();
    return () => {
      if (stack.redraw === redraw) stack.redraw = () => {};
    };
  }, [stack]);

  const begin = async ({ id, file, abort }) => {
    const onProgress = ({ sent, total }) => stack.change(id, { progress: total ? sent / total : 0 });
    try {
      const attachment = await chat.upload(file, { onProgress, signal: abort.signal });
      stack.change(id, { attachment, progress: 1 });
    } catch (error) {
      stack.change(id, { problem: wordsFor(error) });
    }
  };

  return {
    items: stack.items,
    get ready() {
      return stack.ready;
    },
    add(files) {
      const room = MOST - stack.items.length;
      if (files.length > room) say(texts.tooManyFiles(MOST));
      for (const file of [...files].slice(0, Math.max(0, room))) begin(stack.add(file));
    },
    retry(item) {
      stack.change(item.id, { problem: undefined, progress: 0 });
      begin(item);
    },
    remove(item) {
      item.abort.abort();
      stack.drop([item]);
    },
    /** The attachments, which are the message's from now on. */
    take() {
      const taken = stack.items.map((one) => one.attachment);
      stack.drop(stack.items);
      return taken;
    },
  };
}
