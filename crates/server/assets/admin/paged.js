// A list that the server gives in pieces, with a form that narrows it.

import { list } from './api.js';
import { action, h, table } from './dom.js';

/**
 * @param {object} it `path`; `caption`; `columns`; `row(item, redo)` → cells; `fields`: form controls by name of the parameter;
 *   `more`: what stands beside the form; `empty`: what is said of an empty list.
 */
export function paged(it, report) {
  const place = h('div', { class: 'list', 'aria-busy': 'true' });
  const form = h('form', { class: 'row', role: 'search', onSubmit: (event) => { event.preventDefault(); begin(); } },
    Object.entries(it.fields ?? {}).map(([name, field]) => Object.assign(field.control, { name }) && h('label', {}, h('span', {}, field.label), field.control)),
    h('button', { type: 'submit' }, it.fields ? 'Show' : 'Again'), it.more ?? null);

  const query = () => Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value).trim()]));
  let asked = 0;

  async function begin() {
    const mine = ++asked;
    place.setAttribute('aria-busy', 'true');
    await report(async () => {
      const items = [];
      const show = (cursor) => {
        if (mine !== asked) return;
        const rows = items.map((item) => it.row(item, begin));
        const more = cursor && action('Show more', () => report(() => load(cursor)), { class: 'quiet' });
        place.replaceChildren(items.length ? table(it.caption, it.columns, rows) : h('p', { class: 'note' }, it.empty), more ?? '');
      };
      const load = async (cursor) => {
        const piece = await list(it.path, { ...query(), limit: '50', cursor });
        items.push(...piece.items);
        show(piece.next_cursor);
      };
      await load();
    });
    if (mine === asked) place.setAttribute('aria-busy', 'false');
  }

  begin();
  return { view: [form, place], query, again: begin };
}

export const searchField = (label) => ({ label, control: h('input', { type: 'search', autocomplete: 'off' }) });
