// Times as people say them.

import { language, texts } from './texts.js';

const DAY_MS = 86_400_000;

const midnight = (time) => new Date(time).setHours(0, 0, 0, 0);

/** Whole days between that day and today, by the clock of this machine. */
const daysAgo = (time) => Math.round((midnight(Date.now()) - midnight(time)) / DAY_MS);

export const sameDay = (one, other) => midnight(one) === midnight(other);

/** 14:05 */
export const clock = (time) => new Date(time).toLocaleTimeString(language, { hour: '2-digit', minute: '2-digit' });

/** Today, Yesterday, Monday, 3 March, 3 March 2024 */
export function day(time) {
  const ago = daysAgo(time);
  if (ago === 0) return texts.today;
  if (ago === 1) return texts.yesterday;
  const date = new Date(time);
  if (ago > 1 && ago < 7) return date.toLocaleDateString(language, { weekday: 'long' });
  const year = date.getFullYear() === new Date().getFullYear() ? undefined : 'numeric';
  return date.toLocaleDateString(language, { day: 'numeric', month: 'long', year });
}

/** As short as it can be: 14:05, Mon, 3 Mar */
export function brief(time) {
  const ago = daysAgo(time);
  if (ago === 0) return clock(time);
  const date = new Date(time);
  if (ago > 0 && ago < 7) return date.toLocaleDateString(language, { weekday: 'short' });
  return date.toLocaleDateString(language, { day: 'numeric', month: 'short' });
}

/** Everything: Monday, 3 March 2025 at 14:05 */
export const whole = (time) => new Date(time).toLocaleString(language, { dateStyle: 'full', timeStyle: 'short' });

/** When somebody was last here. */
export function lastSeen(time) {
  if (!time) return texts.offline;
  const minutes = Math.floor((Date.now() - new Date(time).getTime()) / 60_000);
  if (minutes < 1) return texts.seenJustNow;
  if (minutes < 60) return texts.seenMinutesAgo(minutes);
  if (daysAgo(time) === 0) return texts.seenAt(clock(time));
  return texts.seenOn(day(time));
}

/** 3.2 MB */
export function fileSize(bytes) {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'];
  let step = 0;
  let amount = bytes;
  while (amount >= 1000 && step < units.length - 1) {
    amount /= 1000;
    step += 1;
  }
  const digits = step && amount < 10 ? 1 : 0;
  const unitDisplay = step ? 'short' : 'long';
  return amount.toLocaleString(language, { style: 'unit', unit: units[step], unitDisplay, maximumFractionDigits: digits });
}
