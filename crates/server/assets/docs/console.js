// The WebSocket console: what goes over one socket, in both directions, and any frame one wants to send. Templates and
// the meaning of close codes come from asyncapi.json, so that this page knows nothing that could grow stale.

import { commandFor, masked, shortened, templateOf } from '/docs/frames.js';

const at = (id) => document.getElementById(id);
const address = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/v1/ws`;
/** Entries of the log, at most: a page that is left open must not grow for ever. */
const KEPT = 2000;

let contract = null;
let socket = null;
let nextId = 1;

at('address').textContent = address;
at('connect').addEventListener('click', connect);
at('disconnect').addEventListener('click', () => socket?.close(1000, 'bye'));
at('guest').addEventListener('click', becomeGuest);
at('template').addEventListener('change', useTemplate);
at('send').addEventListener('click', send);
at('command').addEventListener('click', copyCommand);
at('clear').addEventListener('click', clear);
at('filter').addEventListener('input', filter);
at('frame').addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    send();
  }
});
loadContract();

async function loadContract() {
  try {
    const response = await fetch('/api/v1/asyncapi.json');
    if (!response.ok) throw new Error(`status ${response.status}`);
    contract = await response.json();
  } catch (error) {
    complain(`asyncapi.json cannot be read: ${error.message}`);
    return;
  }
  for (const [name, operation] of Object.entries(contract.operations)) {
    if (operation.action === 'receive') at('template').append(new Option(name, name));
  }
  at('template').value = 'ping';
  useTemplate();
}

async function becomeGuest() {
  complain('');
  const body = JSON.stringify({ name: at('name').value });
  const headers = { 'content-type': 'application/json' };
  try {
    const response = await fetch('/api/v1/auth/guest', { method: 'POST', headers, body });
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.errors?.[0]?.detail ?? answer.detail);
    at('token').value = answer.access_token;
  } catch (error) {
    complain(`No token: ${error.message}`);
  }
}

function connect() {
  complain('');
  const mine = new WebSocket(address, 'chat.v1');
  socket = mine;
  show('connecting …', true);
  mine.addEventListener('open', () => {
    note('opened', `subprotocol ${mine.protocol || 'none'}`);
    show('connected', true);
    const token = at('token').value.trim();
    if (token) say(JSON.stringify({ id: newId(), type: 'authenticate', data: { token } }));
  });
  mine.addEventListener('message', (event) => log('came', event.data));
  mine.addEventListener('close', (event) => {
    note(`closed with ${event.code}`, closeText(event), event.code !== 1000);
    if (socket === mine) {
      socket = null;
      show(`closed (${event.code})`, false);
    }
  });
}

/** What the server's codes mean is in the contract; the others are the browser's own. */
function closeText({ code, reason, wasClean }) {
  const known = (contract?.['x-close-codes'] ?? []).filter((close) => close.code === code);
  const close = known.find((one) => one.reason === reason) ?? known[0];
  const said = reason ? `“${reason}”` : 'no reason given';
  if (close) return `${said}. ${close.meaning} Come back: ${close.come_back ? 'yes' : 'no'}.`;
  if (code === 1006) {
    return 'The connection broke, or the handshake was refused before it stood (the server or a proxy may be away, or the origin is not allowed).';
  }
  return `${said}. ${wasClean ? 'A clean close.' : 'Not a clean close.'}`;
}

function send() {
  const text = at('frame').value;
  if (!socket || socket.readyState !== WebSocket.OPEN) return complain('Connect first.');
  complain('');
  say(text);
  // The next one needs an id of its own, where this one's can be found.
  try {
    const frame = JSON.parse(text);
    if (typeof frame.id === 'string') at('frame').value = written({ ...frame, id: newId() });
  } catch {
    // What is no JSON is sent all the same: the server's answer to it is worth seeing, too.
  }
}

function say(text) {
  socket.send(text);
  log('sent', text);
}

function newId() {
  return String(nextId++);
}

function useTemplate() {
  const name = at('template').value;
  at('about').textContent = contract.operations[name].summary;
  at('frame').value = written({ ...templateOf(contract, name), id: newId() });
}

function written(frame) {
  return JSON.stringify(frame, null, 2);
}

async function copyCommand() {
  const token = at('token').value.trim();
  const text = at('frame').value;
  const command = commandFor(address, token, text);
  try {
    await navigator.clipboard.writeText(command);
    at('copied').textContent = 'copied, with the token';
    note('command for websocat, its token shortened', commandFor(address, shortened(token), maskedText(text)));
  } catch {
    at('copied').textContent = 'the clipboard is not open here; it is in the list, with the token';
    note('command for websocat', command);
  }
}

function maskedText(text) {
  try {
    return JSON.stringify(masked(JSON.parse(text)));
  } catch {
    return text;
  }
}

function log(direction, text) {
  let frame = null;
  try {
    frame = JSON.parse(text);
  } catch {
    // Shown as it is.
  }
  const title = frame ? [frame.type, frame.id && `#${frame.id}`, frame.ok === false && frame.error?.code] : ['no JSON'];
  const fault = frame?.ok === false;
  entry(direction, title.filter(Boolean).join(' '), frame ? written(masked(frame)) : text, text.length, fault);
}

function note(title, text, fault = false) {
  entry('note', title, text, null, fault);
}

function entry(direction, title, text, size, fault) {
  const item = document.createElement('li');
  item.classList.add(direction);
  item.classList.toggle('fault', fault);
  const arrow = { sent: '→ sent', came: '← came', note: '·' }[direction];
  const time = document.createElement('time');
  const now = new Date();
  time.dateTime = now.toISOString();
  time.textContent = now.toISOString().slice(11, 23);
  const details = document.createElement('details');
  details.open = direction === 'note';
  const summary = document.createElement('summary');
  summary.append(time, ` ${arrow} `, title);
  if (size !== null) {
    const bytes = document.createElement('span');
    bytes.className = 'size';
    bytes.textContent = ` ${size} characters`;
    summary.append(bytes);
  }
  const body = document.createElement('pre');
  body.textContent = text;
  details.append(summary, body);
  item.append(details);
  item.hidden = !fits(item);
  const list = at('log');
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
  list.append(item);
  if (list.childElementCount > KEPT) list.firstElementChild.remove();
  if (atEnd) list.scrollTop = list.scrollHeight;
  at('nothing').hidden = true;
}

function fits(item) {
  const text = at('filter').value.trim().toLowerCase();
  return !text || item.textContent.toLowerCase().includes(text);
}

function filter() {
  for (const item of at('log').children) item.hidden = !fits(item);
}

function clear() {
  at('log').replaceChildren();
  at('nothing').hidden = false;
}

function show(state, open) {
  at('state').textContent = state;
  at('connect').disabled = open;
  at('disconnect').disabled = !open;
  at('send').disabled = state !== 'connected';
}

function complain(text) {
  at('fault').textContent = text;
}
