// Emoji to choose from, found by name, by mouse or by keyboard.

import { html, useLayoutEffect, useRef, useState } from '../html.js';
import { texts } from '../texts.js';
import { Icon } from './icons.js';
import { Empty, placeBeside } from './parts.js';

/** `[[group, [[emoji, name], …]], …]` */
const GROUPS = texts.emoji.map(([group, all]) => [group, all.split(', ').map((one) => [one.slice(0, one.indexOf(' ')), one.slice(one.indexOf(' ') + 1)])]);
const STEPS = { ArrowRight: 1, ArrowLeft: -1 };

/** Beside `anchor`; `pick` gets the emoji. */
export function EmojiPicker({ anchor, pick, close }) {
  const [wanted, setWanted] = useState('');
  const picker = useRef(null);
  useLayoutEffect(() => {
    const element = picker.current;
    element.showPopover();
    placeBeside(element, anchor);
    element.querySelector('input').focus();
    const onToggle = (event) => event.newState === 'closed' && close();
    element.addEventListener('toggle', onToggle);
    return () => element.removeEventListener('toggle', onToggle);
  }, []);

  const lower = wanted.trim().toLocaleLowerCase();
  const fits = ([, name]) => name.includes(lower);
  const groups = GROUPS.map(([group, all]) => [group, all.filter(fits)]).filter(([, all]) => all.length);
  const choose = (one) => {
    // The focus goes back to where it was first.
    picker.current.hidePopover();
    pick(one);
  };
  const onKeyDown = (event) => {
    if (event.key === 'Escape' || event.key === 'Tab') {
      if (event.key === 'Tab') event.preventDefault();
      event.stopPropagation();
      picker.current.hidePopover();
    } else if (event.key === 'Enter' && event.target.matches('input')) {
      event.preventDefault();
      picker.current.querySelector('.emoji button')?.click();
    } else if (move(event, picker.current)) {
      event.preventDefault();
      event.stopPropagation();
    }
  };
  return html`<div ref=${picker} class="menu picker" popover="auto" role="dialog" aria-label=${texts.pickEmoji} onKeyDown=${onKeyDown}>
    <div class="search">
      <${Icon} name="search" />
      <input type="search" value=${wanted} aria-label=${texts.findEmoji} placeholder=${texts.findEmoji} autocomplete="off" onInput=${(event) => setWanted(event.currentTarget.value)} />
    </div>
    <div class="picker-list">
      ${groups.map(
        ([group, all]) => html`<section key=${group} aria-label=${group}>
          <h3>${group}</h3>
          <div class="emoji">
            ${all.map(([one, name]) => html`<button key=${one} type="button" tabindex="-1" aria-label=${name} title=${name} onClick=${() => choose(one)}>${one}</button>`)}
          </div>
        </section>`,
      )}
      ${!groups.length && html`<${Empty}>${texts.foundNothing(wanted.trim())}<//>`}
    </div>
  </div>`;
}

/** Arrows lead from the field into the emoji, among them as they stand, and back. */
function move(event, element) {
  const field = element.querySelector('input');
  const buttons = [...element.querySelectorAll('.emoji button')];
  const at = buttons.indexOf(document.activeElement);
  if (at < 0) {
    if (event.key !== 'ArrowDown') return false;
    buttons[0]?.focus();
    return true;
  }
  if (event.key in STEPS) buttons[at + STEPS[event.key]]?.focus();
  else if (event.key === 'ArrowUp') (above(buttons.slice(0, at).reverse(), buttons[at]) ?? field).focus();
  else if (event.key === 'ArrowDown') above(buttons.slice(at + 1), buttons[at])?.focus();
  else return false;
  return true;
}

/** The nearest one of another line that stands in the same column, or where that line ends before it. */
function above(candidates, from) {
  const next = candidates.find((one) => one.offsetTop !== from.offsetTop);
  const line = candidates.filter((one) => one.offsetTop === next?.offsetTop);
  const away = (one) => Math.abs(one.offsetLeft - from.offsetLeft);
  return line.sort((a, b) => away(a) - away(b))[0];
}
