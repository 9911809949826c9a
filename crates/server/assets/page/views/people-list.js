// Choosing people: one, by a click, or several, by ticking them.

import { html, useRef } from '../html.js';
import { texts } from '../texts.js';
import { Icon } from './icons.js';
import { Avatar, Empty, moveInList, Spinner } from './parts.js';

/** The field above a list of people; the arrow down leads into it. */
export function PeopleSearch({ wanted, setWanted, list }) {
  const onKeyDown = (event) => {
    if (event.key !== 'ArrowDown') return;
    event.preventDefault();
    list.current?.querySelector('.row')?.focus();
  };
  return html`<div class="search">
    <${Icon} name="search" />
    <input type="search" value=${wanted} aria-label=${texts.searchPeople} placeholder=${texts.searchPeople} autocomplete="off" autofocus
      onInput=${(event) => setWanted(event.currentTarget.value)} onKeyDown=${onKeyDown} />
  </div>`;
}

const Nobody = ({ wanted }) => html`<${Empty}>${wanted.trim() ? texts.foundNothing(wanted.trim()) : texts.nobody}<//>`;

/** `pick` gets the person that was chosen. */
export function PickOne({ people, wanted, list, pick }) {
  if (!people) return html`<${Spinner} />`;
  if (!people.length) return html`<${Nobody} wanted=${wanted} />`;
  return html`<ul class="people" ref=${list} aria-label=${texts.people} onKeyDown=${(event) => moveInList(event, '.row')}>
    ${people.map(
      (one) => html`<li key=${one.id}>
        <button type="button" class="row" onClick=${() => pick(one)}><${Avatar} of=${one} /><${Name} of=${one} /></button>
      </li>`,
    )}
  </ul>`;
}

/** `chosen` is a map of people by id; `change` gets the next one. */
export function PickSeveral({ people, wanted, list, chosen, change }) {
  const toggle = (person) => {
    const next = new Map(chosen);
    if (!next.delete(person.id)) next.set(person.id, person);
    change(next);
  };
  return html`
    ${chosen.size > 0 &&
    html`<ul class="chosen" aria-label=${texts.chosen}>
      ${[...chosen.values()].map(
        (one) => html`<li key=${one.id}><button type="button" class="chip" aria-label=${texts.unchoose(one.name)} onClick=${() => toggle(one)}>${one.name}<${Icon} name="close" /></button></li>`,
      )}
    </ul>`}
    ${!people && html`<${Spinner} />`}
    ${people?.length === 0 && html`<${Nobody} wanted=${wanted} />`}
    <ul class="people" ref=${list} aria-label=${texts.people} onKeyDown=${(event) => moveInList(event, '.row')}>
      ${(people ?? []).map(
        (one) => html`<li key=${one.id}>
          <button type="button" class="row" role="checkbox" aria-checked=${chosen.has(one.id)} onClick=${() => toggle(one)}>
            <${Avatar} of=${one} /><${Name} of=${one} /><span class="box" aria-hidden="true"><${Icon} name="check" /></span>
          </button>
        </li>`,
      )}
    </ul>`;
}

const Name = ({ of }) =>
  html`<span class="lines"><span class="name">${of.name}</span>${of.username && html`<span class="preview">@${of.username}</span>`}</span>`;

export const useList = () => useRef(null);
