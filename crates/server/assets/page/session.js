// Who uses this tab. Guests belong to one tab, so that two tabs can be two people; accounts are kept on the device.

import { Account } from './sdk/index.js';

const KEY = 'chinwag.account';
const TOKEN = 'chinwag.token';

/** Tokens in one of the browser's two storages. */
const kept = (area) => ({
  load() {
    try {
      return JSON.parse(area.getItem(KEY));
    } catch {
      return null;
    }
  },
  save(tokens) {
    if (tokens) area.setItem(KEY, JSON.stringify(tokens));
    else area.removeItem(KEY);
  },
});

const server = () => location.origin;

/** `token` is what the client asks for; `end` signs out; `forget` does so here alone. */
const ofAccount = (account, area) => ({
  token: account.token,
  end: () => account.logout(),
  forget: () => kept(area).save(null),
});

/** A token of a host application, which nobody here can renew. */
const ofToken = (token) => ({
  token: () => (expired(token) ? null : token),
  end: async () => {},
  forget: () => sessionStorage.removeItem(TOKEN),
});

function expired(token) {
  try {
    const claims = JSON.parse(atob(token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/')));
    return claims.exp * 1000 <= Date.now();
  } catch {
    // The server judges what is not readable here.
    return false;
  }
}

/** What the server offers: `guest` and `account`, or `token`. */
export async function waysIn() {
  const answer = await fetch('/page.json', { cache: 'no-store' });
  if (!answer.ok) throw new Error(answer.statusText);
  return (await answer.json()).sign_in;
}

/** The sign-in that this tab or device remembers. */
export function resume() {
  const token = sessionStorage.getItem(TOKEN);
  if (token) return ofToken(token);
  for (const area of [sessionStorage, localStorage]) {
    const account = Account.resume(server(), kept(area));
    if (account) return ofAccount(account, area);
  }
  return null;
}

export const asGuest = async (name) => ofAccount(await Account.guest(server(), name, kept(sessionStorage)), sessionStorage);

export const signIn = async (username, password) =>
  ofAccount(await Account.login(server(), { username, password }, kept(localStorage)), localStorage);

export const register = async (username, password, name) =>
  ofAccount(await Account.register(server(), { username, password, ...(name && { name }) }, kept(localStorage)), localStorage);

export function withToken(token) {
  sessionStorage.setItem(TOKEN, token);
  return ofToken(token);
}
