// Groups from outside: how large, how busy, nothing of what is said.

import { h, time } from '../dom.js';
import { paged, searchField } from '../paged.js';
import { count } from '../texts.js';

export function groups(report) {
  const row = (group) => [
    h('span', { class: 'person' }, h('strong', {}, group.name ?? 'without a name'), h('small', {}, group.id)),
    group.category ?? '–',
    count(group.participant_count),
    count(group.message_count),
    time(group.last_message_at),
    h('span', { class: 'person' }, group.created_by, h('small', {}, time(group.created_at))),
  ];
  const { view } = paged({
    path: '/admin/conversations', caption: 'Groups, the newest first', columns: ['Group', 'Category', 'People', 'Messages', 'Last message', 'Made by'],
    row, fields: { search: searchField('Part of the name') }, empty: 'There is no group like that.',
  }, report);
  return { title: 'Groups', view };
}
