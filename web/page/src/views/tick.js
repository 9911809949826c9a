// How far one's own message has come: a clock, one tick, two, two in colour.

import { classes, html } from '../html.js';
import { texts } from '../texts.js';
import { Icon } from './icons.js';

const ICONS = { pending: 'clock', failed: 'cross', sent: 'check', delivered: 'checks', read: 'checks' };

export const Tick = ({ status = 'sent' }) =>
  html`<span class=${classes('tick', status)} data-status=${status}><${Icon} name=${ICONS[status]} /><span class="unseen">${texts.ticks[status]}</span></span>`;
