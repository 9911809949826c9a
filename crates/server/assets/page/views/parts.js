// Small parts that every view is made of: buttons, faces, dialogs.

import { classes, html, useEffect, useId, useLayoutEffect, useRef } from '../html.js';
import { texts } from '../texts.js';
import { Icon } from './icons.js';

const COLOURS = 8;

/** A button that is an icon; its name is read out and shown as a tooltip. */
export const IconButton = ({ icon, label, className, ...rest }) =>
  html`<button type="button" class=${classes('icon-button', className)} title=${label} aria-label=${label} ...${rest}>
    <${Icon} name=${icon} />
  </button>`;

/** A picture, or letters in one of eight colours; the same person always gets the same. */
export function Avatar({ of, square = false, online = false, size = '' }) {
  const picture = /^https:/.test(of.avatar_url ?? '') ? of.avatar_url : null;
  return html`<span class=${classes('avatar', `colour-${colourOf(of.id)}`, square && 'square', online && 'online', size)} aria-hidden="true">
    ${picture ? html`<img src=${picture} alt="" loading="lazy" referrerpolicy="no-referrer" />` : lettersOf(of.name)}
  </span>`;
}

export function colourOf(id) {
  let sum = 0;
  for (const character of id) sum = (sum * 31 + character.codePointAt(0)) % 9973;
  return sum % COLOURS;
}

function lettersOf(name) {
  const words = (name || '?').trim().split(/\s+/u);
  const letters = words.length > 1 ? [...words[0]][0] + [...words.at(-1)][0] : [...words[0]][0];
  return (letters ?? '?').toLocaleUpperCase();
}

/** A modal dialog. The browser keeps the focus inside and closes it with Escape. */
export function Dialog({ title, close, children, className, actions }) {
  const dialog = useRef(null);
  const id = useId();
  useLayoutEffect(() => {
    const element = dialog.current;
    const before = document.activeElement;
    element.showModal();
    return () => {
      element.close();
      before?.focus?.();
    };
  }, []);
  const onClick = (event) => event.target === dialog.current && close();
  return html`<dialog ref=${dialog} class=${classes('dialog', className)} aria-labelledby=${id} onCancel=${(event) => {
    event.preventDefault();
    close();
  }} onClick=${onClick}>
    <div class="dialog-body">
      <header class="dialog-head">
        <h2 id=${id}>${title}</h2>
        <${IconButton} icon="close" label=${texts.close} onClick=${close} />
      </header>
      ${children}
      ${actions && html`<footer class="dialog-foot">${actions}</footer>`}
    </div>
  </dialog>`;
}

/** Asks before something that cannot be taken back. */
export function Confirm({ title, text, yes, act, close }) {
  const actions = html`
    <button type="button" class="button quiet" onClick=${close} autofocus>${texts.cancel}</button>
    <button type="button" class="button danger" onClick=${() => {
      close();
      act();
    }}>${yes}</button>`;
  return html`<${Dialog} title=${title} close=${close} className="small" actions=${actions}><p>${text}</p><//>`;
}

/** Asks before what is not sent yet is thrown away. */
export const SignOut = ({ unsent, leave, close }) =>
  html`<${Confirm} title=${`${texts.signOut}?`} text=${texts.signOutUnsent(unsent)} yes=${texts.signOut} act=${() => leave()} close=${close} />`;

/** A menu beside what opened it: `items` are `{ icon, label, act, danger? }`, `top` stands above them. */
export function Menu({ anchor, label, items, close, top }) {
  const menu = useRef(null);
  useLayoutEffect(() => {
    const element = menu.current;
    element.showPopover();
    placeBeside(element, anchor);
    element.querySelector('button')?.focus();
    const onToggle = (event) => event.newState === 'closed' && close();
    element.addEventListener('toggle', onToggle);
    return () => element.removeEventListener('toggle', onToggle);
  }, []);
  const onKeyDown = (event) => {
    const buttons = [...menu.current.querySelectorAll('button')];
    const at = buttons.indexOf(document.activeElement);
    const next = { ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
    if (event.key === 'Tab') close();
    if (event.key === 'Escape') event.stopPropagation();
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    buttons.at(next % buttons.length).focus();
  };
  const pick = (act) => () => {
    // The focus goes back to where it was first, so that what is chosen may move it on.
    menu.current.hidePopover();
    act();
  };
  return html`<div ref=${menu} class="menu" popover="auto" role="menu" aria-label=${label} onKeyDown=${onKeyDown}>
    ${top?.(pick)}
    ${items.map(
      (item) => html`<button key=${item.label} type="button" role="menuitem" class=${classes('menu-item', item.danger && 'danger')} onClick=${pick(item.act)}>
        <${Icon} name=${item.icon} />${item.label}
      </button>`,
    )}
  </div>`;
}

/** Below it, or above where there is more room. */
export function placeBeside(element, anchor) {
  const by = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = element;
  // Ending where it ends, or beginning where it begins if that would lie over another pane.
  const pane = anchor.closest('main, aside, dialog')?.getBoundingClientRect().left ?? 0;
  const wanted = by.right - width < pane ? by.left : by.right - width;
  const left = Math.max(8, Math.min(wanted, innerWidth - width - 8));
  const below = by.bottom + 4;
  const top = below + height > innerHeight - 8 ? Math.max(8, by.top - height - 4) : below;
  element.style.left = `${left}px`;
  element.style.top = `${top}px`;
}

/** Up and down, Home and End, among the buttons of a list; one of them is in the order of Tab. */
export function moveInList(event, selector) {
  const items = [...event.currentTarget.querySelectorAll(selector)];
  const at = items.indexOf(document.activeElement.closest(selector));
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (next === undefined || event.altKey || event.ctrlKey || event.metaKey) return false;
  event.preventDefault();
  items[Math.min(Math.max(0, next), items.length - 1)]?.focus();
  return next >= 0;
}

/** Calls once the person has not changed `value` for a moment. */
export function useSettled(value, act, delay = 250) {
  useEffect(() => {
    const timer = setTimeout(act, value ? delay : 0);
    return () => clearTimeout(timer);
  }, [value]);
}

export const Spinner = ({ label = texts.loading }) =>
  html`<span class="spinner" role="img" aria-label=${label}></span>`;

export const Empty = ({ children }) => html`<p class="empty">${children}</p>`;
