// What several views show.

import { h } from '../dom.js';

/** Name and id of a person. */
export const person = (user) => h('span', { class: 'person' }, h('strong', {}, user.name || user.id), h('small', {}, user.id));
