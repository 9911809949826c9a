// The audit log, filtered, and as a file.

import { save } from '../api.js';
import { action, h, time } from '../dom.js';
import { paged, searchField } from '../paged.js';

const moment = (label) => ({ label, control: h('input', { type: 'text', placeholder: '2026-01-31T00:00:00Z', autocomplete: 'off' }) });

export function audit(report, say) {
  const format = h('select', { 'aria-label': 'Format of the file' }, h('option', { value: 'csv' }, 'CSV'), h('option', { value: 'json' }, 'JSON Lines'), h('option', { value: 'pdf' }, 'PDF'));
  const file = action('Save as a file', () => report(async () => {
    const asked = Object.entries(list.query()).filter(([, value]) => value);
    const query = new URLSearchParams([...asked, ['format', format.value]]);
    await save(`/audit/export?${query}`, `audit.${format.value === 'json' ? 'jsonl' : format.value}`);
    say('The audit log is saved.');
  }), { class: 'quiet' });
  const row = (entry) => [
    time(entry.at),
    h('code', {}, entry.action),
    entry.actor_id ?? '–',
    h('span', { class: 'person' }, entry.target_type, h('small', {}, entry.target_id)),
    entry.ip ?? '–',
    h('code', { class: 'details' }, JSON.stringify(entry.details)),
  ];
  const list = paged({
    path: '/audit/logs', caption: 'Entries, the newest first', columns: ['When', 'What', 'Who', 'On what', 'From', 'Details'],
    row, fields: { action: searchField('What'), actor_id: searchField('Who (id)'), target: searchField('On what (id)'), from: moment('From'), to: moment('Until') },
    more: h('span', { class: 'row' }, format, file), empty: 'Nothing like that was written down.',
  }, report);
  return { title: 'Audit log', view: list.view };
}
