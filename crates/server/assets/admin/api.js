// The server, asked as the admin whose token was pasted. The token is forgotten with the tab.

const KEY = 'chinwag.admin.token';
const BASE = '/api/v1';

/** What the server would not do, in its own words. */
export class Refused extends Error {
  constructor(status, problem) {
    super(problem.detail ?? problem.title ?? `The server answered ${status}.`);
    this.status = status;
    this.code = problem.code;
    this.requestId = problem.request_id;
  }
}

export const token = () => sessionStorage.getItem(KEY);
export const keepToken = (text) => sessionStorage.setItem(KEY, text);
export const forgetToken = () => sessionStorage.removeItem(KEY);

async function send(method, path, body) {
  const headers = { authorization: `Bearer ${token()}` };
  if (body !== undefined) headers['content-type'] = 'application/json';
  let answer;
  try {
    answer = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
  } catch {
    throw new Refused(0, { detail: 'The server cannot be reached.' });
  }
  if (answer.ok) return answer;
  const problem = await answer.json().catch(() => ({}));
  throw new Refused(answer.status, problem);
}

/** A request; its answer as an object, or null. */
export async function ask(method, path, body) {
  const answer = await send(method, BASE + path, body);
  return answer.status === 204 ? null : answer.json();
}

/** A piece of a list. */
export function list(path, query) {
  const given = Object.entries(query).filter(([, value]) => value);
  return ask('GET', `${path}?${new URLSearchParams(given)}`);
}

/** What the server measures, as text. */
export const metrics = async () => (await send('GET', '/metrics')).text();

/** Saves what a path answers as a file. */
export async function save(path, name) {
  const blob = await (await send('GET', BASE + path)).blob();
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
