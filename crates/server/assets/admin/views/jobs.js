// Work in the background, and what was given up.

import { ask } from '../api.js';
import { action, confirmed, h, time } from '../dom.js';
import { paged } from '../paged.js';

export function jobs(report, say) {
  const states = h('select', {}, [['dead', 'dead'], ['waiting', 'waiting'], ['running', 'running'], ['', 'all']].map(([value, text]) => h('option', { value }, text)));
  const row = (job, again) => [
    h('span', { class: 'person' }, h('strong', {}, job.kind), h('small', {}, job.id)),
    h('span', { class: job.state === 'dead' ? 'tag bad' : 'tag' }, job.state),
    String(job.attempts),
    time(job.created_at),
    time(job.due_at),
    job.last_error ?? '–',
    job.state === 'dead' ? h('span', { class: 'row' },
      action('Try again', () => report(async () => {
        await ask('POST', `/jobs/${job.id}/retry`);
        say('It is tried again.');
        await again();
      })),
      action('Discard', () => report(async () => {
        if (!await confirmed('Discard this job?', 'What it was to do is never done.', 'Discard')) return;
        await ask('DELETE', `/jobs/${job.id}`);
        say('It is discarded.');
        await again();
      }), { class: 'danger' })) : '–',
  ];
  const { view } = paged({
    path: '/jobs', caption: 'Jobs, the oldest first', columns: ['Job', 'State', 'Attempts', 'Made', 'Due', 'Last failure', 'Do'],
    row, fields: { state: { label: 'State', control: states } }, empty: 'There are none.',
  }, report);
  return { title: 'Jobs', view };
}
