// The door: a name, an account, or a token of the host application, whichever the server takes.

import { html, useEffect, useState } from '../html.js';
import { wordsFor } from '../chat.js';
import * as session from '../session.js';
import { texts } from '../texts.js';
import { Spinner } from './parts.js';

/** `enter` takes the session of who has signed in; `notice` says why one is here again. */
export function SignIn({ enter, notice }) {
  const [ways, setWays] = useState(null);
  const [way, setWay] = useState(null);
  const [problem, setProblem] = useState(notice ?? '');
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    const ask = async () => {
      try {
        const offered = await session.waysIn();
        setWays(offered);
        setWay(offered[0]);
        setProblem(notice ?? '');
      } catch {
        setProblem(texts.noServer);
        again = setTimeout(ask, 2_000);
      }
    };
    let again;
    ask();
    return () => clearTimeout(again);
  }, []);

  const attempt = async (work) => {
    setBusy(true);
    setProblem('');
    try {
      enter(await work());
    } catch (error) {
      setProblem(wordsFor(error));
      setBusy(false);
    }
  };

  const choose = (next) => () => {
    setWay(next);
    setProblem('');
  };
  const Form = FORMS[way];
  return html`<main class="welcome">
    <div class="welcome-card">
      <div class="brand"><span class="logo" aria-hidden="true"></span><h1>${texts.product}</h1></div>
      <p class="welcome-hint">${way ? texts.signIn.hints[way] : texts.signIn.hint}</p>
      ${Form ? html`<${Form} key=${way} attempt=${attempt} busy=${busy} />` : html`<${Spinner} />`}
      <p class="problem" role="alert">${problem}</p>
      ${ways?.length > 1 &&
      html`<p class="ways">
        ${ways.filter((one) => one !== way).map((one) => html`<button key=${one} type="button" class="link" onClick=${choose(one)}>${texts.signIn.ways[one]}</button>`)}
      </p>`}
    </div>
  </main>`;
}

/** A field with its label. */
const Field = ({ label, hint, ...rest }) =>
  html`<label class="field"><span class="field-label">${label}</span><input ...${rest} />${hint && html`<span class="field-hint">${hint}</span>`}</label>`;

const onSubmit = (act) => (event) => {
  event.preventDefault();
  act(Object.fromEntries(new FormData(event.currentTarget)));
};

function GuestForm({ attempt, busy }) {
  return html`<form onSubmit=${onSubmit(({ name }) => attempt(() => session.asGuest(name.trim())))}>
    <${Field} label=${texts.signIn.name} name="name" maxlength="100" autocomplete="nickname" required autofocus />
    <button class="button" disabled=${busy}>${texts.signIn.start}</button>
  </form>`;
}

function AccountForm({ attempt, busy }) {
  const [isNew, setNew] = useState(false);
  const submit = ({ username, password, name }) =>
    attempt(() => (isNew ? session.register(username.trim(), password, name.trim()) : session.signIn(username.trim(), password)));
  return html`<form onSubmit=${onSubmit(submit)}>
    <div class="tabs" role="group" aria-label=${texts.signIn.account}>
      <button type="button" aria-pressed=${!isNew} onClick=${() => setNew(false)}>${texts.signIn.signIn}</button>
      <button type="button" aria-pressed=${isNew} onClick=${() => setNew(true)}>${texts.signIn.register}</button>
    </div>
    <${Field} label=${texts.signIn.username} name="username" maxlength="64" autocomplete="username" autocapitalize="none" spellcheck=${false} required autofocus />
    ${isNew && html`<${Field} label=${texts.signIn.displayName} name="name" maxlength="100" autocomplete="name" />`}
    <${Field} label=${texts.signIn.password} name="password" type="password" minlength="8" maxlength="256" required
      hint=${isNew && texts.signIn.passwordHint} autocomplete=${isNew ? 'new-password' : 'current-password'} />
    <button class="button" disabled=${busy}>${isNew ? texts.signIn.register : texts.signIn.signIn}</button>
  </form>`;
}

function TokenForm({ attempt, busy }) {
  return html`<form onSubmit=${onSubmit(({ token }) => attempt(() => session.withToken(token.trim())))}>
    <label class="field">
      <span class="field-label">${texts.signIn.token}</span>
      <textarea name="token" rows="5" spellcheck=${false} autocomplete="off" required autofocus></textarea>
    </label>
    <button class="button" disabled=${busy}>${texts.signIn.signIn}</button>
  </form>`;
}

const FORMS = { guest: GuestForm, account: AccountForm, token: TokenForm };
