// Light, dark, or as the system has it.

import { device } from './storage.js';

const KEY = 'chinwag.theme';
const THEMES = ['auto', 'light', 'dark'];

export const theme = () => device.getItem(KEY) ?? 'auto';

/** The colours follow the attribute; see `colours.css`. */
export function applyTheme() {
  document.documentElement.dataset.theme = theme();
}

/** Goes on to the next one and answers it. */
export function nextTheme() {
  const next = THEMES[(THEMES.indexOf(theme()) + 1) % THEMES.length];
  device.setItem(KEY, next);
  applyTheme();
  return next;
}
