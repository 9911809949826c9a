// The admin page: who may see it, and which view stands where.

import { Refused, ask, forgetToken, keepToken, token } from './api.js';
import { action, h } from './dom.js';
import { PLACES } from './texts.js';
import { audit } from './views/audit.js';
import { connections } from './views/connections.js';
import { groups } from './views/groups.js';
import { jobs } from './views/jobs.js';
import { overview } from './views/overview.js';
import { people } from './views/people.js';

const VIEWS = { overview, connections, people, groups, audit, jobs };
const [places, who, main, said] = ['places', 'who', 'main', 'said'].map((id) => document.getElementById(id));
let me = null;
let view = null;

/** Tells people, and those who listen, what came of what they did. */
function say(text, bad = false) {
  said.replaceChildren(h('p', { class: bad ? 'bad' : undefined }, text));
  clearTimeout(say.timer);
  say.timer = setTimeout(() => said.replaceChildren(), bad ? 20_000 : 6_000);
}

/** Does something, and tells what went wrong with it. */
async function report(act) {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.status === 401) return void signOut(error.message);
    say(error.requestId ? `${error.message} (request ${error.requestId})` : error.message, true);
  }
}

function signOut(why) {
  forgetToken();
  me = null;
  if (why) say(why, true);
  draw();
}

async function signIn(text) {
  keepToken(text);
  try {
    const profile = await ask('GET', '/users/me');
    if (profile.role !== 'admin') throw new Refused(403, { detail: 'This token has not the role admin.' });
    me = profile;
  } catch (error) {
    forgetToken();
    throw error;
  }
}

function door() {
  const field = h('textarea', { rows: 4, required: true, autocomplete: 'off', 'aria-describedby': 'how' });
  return h('form', {
    class: 'door', onSubmit: (event) => {
      event.preventDefault();
      report(async () => {
        await signIn(field.value.trim());
        say(`Welcome, ${me.name}.`);
        draw();
      });
    },
  }, h('h1', {}, 'Who are you?'),
  h('label', {}, h('span', {}, 'Token of an application admin'), field),
  h('p', { class: 'note', id: 'how' }, 'Your application signs one with the role admin; or run, where the server is configured: ', h('code', {}, 'chinwag token --user you --role admin --ttl 1h')),
  h('button', { type: 'submit' }, 'Come in'));
}

function draw() {
  view?.end?.();
  view = null;
  const at = VIEWS[location.hash.slice(1)] ? location.hash.slice(1) : 'overview';
  places.replaceChildren(...(me ? PLACES.map(([name, text]) => h('a', { href: `#${name}`, 'aria-current': name === at ? 'page' : undefined }, text)) : []));
  places.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  who.replaceChildren(...(me ? [h('span', {}, me.name), action('Leave', () => signOut(), { class: 'quiet' })] : []));
  if (!me) {
    document.title = 'chinwag admin';
    return main.replaceChildren(door());
  }
  view = VIEWS[at](report, say);
  document.title = `${view.title} · chinwag admin`;
  main.replaceChildren(h('h1', {}, view.title), ...[view.view].flat(Infinity));
}

addEventListener('hashchange', () => {
  draw();
  main.focus({ preventScroll: true });
  scrollTo(0, 0);
});

if (token()) await report(() => signIn(token()));
draw();
