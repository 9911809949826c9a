// What goes on right now, and how fast: two looks at /metrics, five seconds apart.

import { metrics } from '../api.js';
import { h, table } from '../dom.js';
import { Look } from '../rates.js';
import { bytes, count, duration } from '../texts.js';

const EVERY_MS = 5_000;

export function overview(report) {
  const figures = h('dl', { class: 'figures' });
  const tables = h('div', { class: 'columns' });
  const note = h('p', { class: 'note' }, 'Figures are of the server that answers; several servers behind one address each count for themselves.');
  let earlier = null;
  let timer = 0;
  let ended = false;

  async function look() {
    const now = new Look(await metrics(), performance.now());
    draw(now);
    earlier = now;
  }

  function draw(now) {
    const per = (name, labels) => `${count(now.rate(earlier, name, labels))} /s`;
    const dead = now.sum('chinwag_jobs', { state: 'dead' });
    const build = now.series.find(([name]) => name === 'chinwag_build_info');
    figures.replaceChildren(...[
      ['People connected', count(now.sum('chinwag_people_connected'))],
      ['Sockets', count(now.sum('chinwag_sockets_open'))],
      ['Messages stored', per('chinwag_sends_total', { outcome: 'stored' })],
      ['Requests over HTTP', per('chinwag_http_requests_total')],
      ['Requests over sockets', per('chinwag_frames_received_total')],
      ['Frames sent', per('chinwag_frames_sent_total')],
      ['Told to wait', per('chinwag_rate_limited_total')],
      ['Waiting for slow sockets', bytes(now.sum('chinwag_outbox_bytes'))],
      ['Jobs waiting', count(now.sum('chinwag_jobs', { state: 'waiting' }))],
      ['Dead jobs', count(dead), dead > 0 && 'bad'],
      ['Memory', bytes(now.sum('process_resident_memory_bytes'))],
      ['Version, and up for', `${build?.[1].version ?? '–'}, ${duration(Date.now() / 1000 - now.sum('process_start_time_seconds'))}`],
    ].map(([name, value, kind]) => h('div', { class: kind || undefined }, h('dt', {}, name), h('dd', {}, value))));
    tables.replaceChildren(
      sums('Sends', now.by('chinwag_sends_total', 'outcome')),
      sums('Sockets ended', now.by('chinwag_sockets_closed_total', 'reason')),
      sums('Requests over HTTP by status', now.by('chinwag_http_requests_total', 'status')));
  }

  const tick = async () => {
    if (!document.hidden) await report(look);
    // It may have ended while the server was asked.
    if (!ended) timer = setTimeout(tick, EVERY_MS);
  };
  const end = () => {
    ended = true;
    clearTimeout(timer);
  };
  tick();
  return { title: 'Overview', view: [figures, h('h2', {}, 'Since the server began'), tables, note], end };
}

function sums(title, by) {
  const rows = [...by].filter(([, value]) => value > 0).sort((a, b) => b[1] - a[1]).map(([name, value]) => [name, count(value)]);
  return h('section', {}, h('h3', {}, title), rows.length ? table(title, ['What', 'How many'], rows) : h('p', { class: 'note' }, 'None yet.'));
}
