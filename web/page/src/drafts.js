// What was written and not sent, by conversation, for as long as the tab is open.

import { tab } from './storage.js';

const KEY = 'chinwag.drafts';

function read() {
  try {
    return JSON.parse(tab.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

export const draftOf = (conversationId) => read()[conversationId] ?? '';

export function keepDraft(conversationId, text) {
  const drafts = read();
  if (text) drafts[conversationId] = text;
  else delete drafts[conversationId];
  tab.setItem(KEY, JSON.stringify(drafts));
}

/** What was written in one conversation goes on in another. */
export function moveDraft(from, to) {
  const text = draftOf(from);
  keepDraft(from, '');
  if (text) keepDraft(to, text);
}

export const forgetDrafts = () => tab.removeItem(KEY);
