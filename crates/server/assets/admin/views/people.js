// Everybody, deactivated people too.

import { ask } from '../api.js';
import { action, confirmed, h, time } from '../dom.js';
import { paged, searchField } from '../paged.js';
import { person } from './parts.js';

export function people(report, say) {
  const at = (id) => encodeURIComponent(id);

  const deactivate = (user, again) => report(async () => {
    if (!await confirmed(`Deactivate ${user.name}?`, 'They are signed out everywhere and not let in again, until they are reactivated. What they said stays.', 'Deactivate')) return;
    await ask('DELETE', `/users/${at(user.id)}`);
    say(`${user.name} is deactivated.`);
    await again();
  });
  const reactivate = (user, again) => report(async () => {
    await ask('PUT', `/users/${at(user.id)}`, { active: true });
    say(`${user.name} may come in again.`);
    await again();
  });
  const signOut = (user) => report(async () => {
    if (!await confirmed(`Sign ${user.name} out?`, 'On every device. They may sign in again.', 'Sign out')) return;
    const { ended } = await ask('DELETE', `/admin/users/${at(user.id)}/sessions`);
    say(ended === 1 ? 'One sign-in has ended.' : `${ended} sign-ins have ended.`);
  });

  const row = (user, again) => [
    person(user),
    user.username ?? '–',
    user.role,
    user.active ? 'active' : h('span', { class: 'tag bad' }, 'deactivated'),
    time(user.last_seen_at),
    h('span', { class: 'row' }, user.active
      ? [action('Sign out', () => signOut(user), { class: 'quiet' }), action('Deactivate', () => deactivate(user, again), { class: 'danger' })]
      : action('Reactivate', () => reactivate(user, again))),
  ];
  const { view } = paged({
    path: '/admin/users', caption: 'People by id', columns: ['Person', 'Username', 'Role', 'State', 'Last seen', 'Do'],
    row, fields: { search: searchField('Part of name, username or id') }, empty: 'There is nobody like that.',
  }, report);
  return { title: 'People', view };
}
