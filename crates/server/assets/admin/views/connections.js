// The sockets of this server.

import { ask } from '../api.js';
import { action, confirmed, h, time } from '../dom.js';
import { paged, searchField } from '../paged.js';
import { bytes, count } from '../texts.js';
import { person } from './parts.js';

export function connections(report, say) {
  const row = (one, again) => [
    person(one.user),
    one.address ?? '–',
    time(one.connected_at),
    count(one.conversations),
    bytes(one.waiting_bytes),
    action('Close', () => report(async () => {
      if (!await confirmed('Close this socket?', `${one.user.name} comes back at once; to keep somebody out, deactivate them.`, 'Close it')) return;
      await ask('DELETE', `/admin/connections/${one.id}`);
      say(`The socket of ${one.user.name} is closed.`);
      await again();
    }), { class: 'quiet' }),
  ];
  const { view } = paged({
    path: '/admin/connections', caption: 'Open sockets, the oldest first', columns: ['Person', 'Address', 'Since', 'Conversations', 'Waiting', 'Do'],
    row, fields: { user_id: searchField('Id of a person') }, empty: 'Nobody is connected to this server.',
  }, report);
  return { title: 'Connections', view: [h('p', { class: 'note' }, 'Sockets of the server that answers.'), view] };
}
