// Keys that work everywhere, and the list of all of them.

import { html, useEffect, useRef } from '../html.js';
import { texts } from '../texts.js';
import { Dialog } from './parts.js';

const isWriting = (element) => element.matches?.('input, textarea, select, [contenteditable]');

/** `acts`: `search`, `newChat`, `help`, `step(by)`. */
export function useShortcuts(acts) {
  const latest = useRef(acts);
  latest.current = acts;
  useEffect(() => {
    const onKeyDown = (event) => {
      const act = meant(event);
      if (!act || document.querySelector('dialog[open]')) return;
      event.preventDefault();
      act(latest.current);
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, []);
}

function meant(event) {
  const command = event.ctrlKey || event.metaKey;
  if (command && !event.altKey && event.key.toLowerCase() === 'k') return (acts) => acts.search();
  if (event.altKey && !command && event.key === 'ArrowDown') return (acts) => acts.step(1);
  if (event.altKey && !command && event.key === 'ArrowUp') return (acts) => acts.step(-1);
  if (event.altKey && !command && event.code === 'KeyN') return (acts) => acts.newChat();
  if (event.key === '?' && !command && !isWriting(event.target)) return (acts) => acts.help();
  return null;
}

export const Shortcuts = ({ close }) => html`<${Dialog} title=${texts.shortcuts.title} close=${close}>
  <dl class="shortcuts">
    ${texts.shortcuts.keys.map(
      ([keys, what]) => html`<div key=${what}><dt>${keys.map((key) => html`<kbd key=${key}>${key}</kbd>`)}</dt><dd>${what}</dd></div>`,
    )}
  </dl>
<//>`;
