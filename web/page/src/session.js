// Who uses this tab. Guests belong to one tab and its copies, so that two tabs can be two people; accounts are kept on the
// device. Either's tokens are in the one storage that all tabs share: a token for refreshing is good for one tab only.

import { Account, WebStorageOutbox } from './sdk/index.js';
import { device, remembers, tab } from './storage.js';

/** Tokens by person. */
const TOKENS = 'chinwag.account.';
/** Who it is: of this tab, and else of this device. */
const WHO = 'chinwag.who';
/** A token of a host application. */
const PASTED = 'chinwag.token';
const OUTBOX = 'chinwag.outbox.';
/** Nobody comes back to a sign-in after so long: the server does not know it any more. */
const KEPT_MS = 30 * 86_400_000;

const server = () => location.origin;

function read(area, key) {
  try {
    return JSON.parse(area.getItem(key));
  } catch {
    return null;
  }
}

/** The tokens of one person; who that is shows with the first of them. */
function kept(userId) {
  let id = userId;
  return {
    load: () => (id ? read(device, TOKENS + id) : null),
    save(tokens) {
      id = tokens?.user.id ?? id;
      if (tokens) device.setItem(TOKENS + id, JSON.stringify(tokens));
      else device.removeItem(TOKENS + id);
    },
  };
}

const outboxOf = (userId) => new WebStorageOutbox(device, OUTBOX + userId);

/**
 * `token` is what the client asks for, `outbox` where it keeps what is not sent yet; `stays`: whether the device knows the
 * person in another tab too; `lost`: why there is no token any more; `end` signs out; `forget` is for a sign-in that has
 * ended.
 */
function ofAccount(account, stays) {
  const { id } = account.user;
  tab.setItem(WHO, id);
  if (stays) device.setItem(WHO, id);
  return {
    token: account.token,
    outbox: outboxOf(id),
    stays: stays && remembers,
    lost: 'signed_out',
    end: () => {
      outboxOf(id).clear();
      return account.logout();
    },
    forget() {
      account.forget();
      // A guest cannot come back to send it; others may.
      if (!stays) outboxOf(id).clear();
      tab.removeItem(WHO);
      if (device.getItem(WHO) === id) device.removeItem(WHO);
    },
  };
}

/** One that nobody here can renew. */
function ofToken(token) {
  const { exp, sub, userId, id = sub ?? userId } = claimsOf(token);
  return {
    token: () => (exp * 1000 <= Date.now() ? null : token),
    outbox: id === undefined ? undefined : outboxOf(id),
    stays: false,
    lost: 'token_expired',
    end: async () => id !== undefined && outboxOf(id).clear(),
    forget: () => tab.removeItem(PASTED),
  };
}

function claimsOf(token) {
  try {
    const bytes = Uint8Array.from(atob(token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/')), (one) => one.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes)) ?? {};
  } catch {
    // The server judges what is not readable here.
    return {};
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
  sweep();
  const token = tab.getItem(PASTED);
  if (token) return ofToken(token);
  for (const area of [tab, device]) {
    const id = area.getItem(WHO);
    const account = id && Account.resume(server(), kept(id));
    if (account) return ofAccount(account, device.getItem(WHO) === id);
  }
  return null;
}

/** Guests whose tab was closed leave their tokens and what they did not send. */
function sweep() {
  const names = Array.from({ length: device.length }, (_, at) => device.key(at));
  for (const name of names.filter((one) => one.startsWith(TOKENS))) {
    const { goodUntil = 0 } = read(device, name) ?? {};
    if (goodUntil + KEPT_MS > Date.now()) continue;
    device.removeItem(name);
    outboxOf(name.slice(TOKENS.length)).clear();
  }
}

export const asGuest = async (name) => ofAccount(await Account.guest(server(), name, kept()), false);

export const signIn = async (username, password) => ofAccount(await Account.login(server(), { username, password }, kept()), true);

export const register = async (username, password, name) =>
  ofAccount(await Account.register(server(), { username, password, ...(name && { name }) }, kept()), true);

export function withToken(token) {
  tab.setItem(PASTED, token);
  return ofToken(token);
}
