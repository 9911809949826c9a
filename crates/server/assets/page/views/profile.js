// What others see of oneself: a name, and a picture that is somewhere on the web.

import { html, useState } from '../html.js';
import { useAttempt, useChat } from '../chat.js';
import { texts } from '../texts.js';
import { Avatar, Dialog } from './parts.js';

export function Profile({ close }) {
  const { chat, me } = useChat();
  const attempt = useAttempt();
  const [name, setName] = useState(me.name);
  const [picture, setPicture] = useState(me.avatar_url ?? '');
  const [busy, setBusy] = useState(false);
  const save = async (event) => {
    event.preventDefault();
    setBusy(true);
    if (await attempt(() => chat.users.updateMe({ name: name.trim(), avatarUrl: picture.trim() || null }))) close();
    else setBusy(false);
  };
  const actions = html`<button type="button" class="button quiet" onClick=${close}>${texts.cancel}</button>
    <button class="button" form="profile" disabled=${busy || !name.trim()}>${texts.save}</button>`;
  return html`<${Dialog} title=${texts.profile.title} close=${close} actions=${actions}>
    <div class="portrait">
      <${Avatar} of=${{ id: me.id, name, avatar_url: picture.trim() }} size="large" />
      ${me.username && html`<p>@${me.username}</p>`}
    </div>
    <form id="profile" onSubmit=${save}>
      <label class="field"><span class="field-label">${texts.profile.name}</span>
        <input value=${name} maxlength="100" required autocomplete="name" autofocus onInput=${(event) => setName(event.currentTarget.value)} />
      </label>
      <label class="field"><span class="field-label">${texts.profile.picture}</span>
        <input type="url" value=${picture} maxlength="2000" pattern="https://.+" title=${texts.profile.pictureHint} autocomplete="off"
          onInput=${(event) => setPicture(event.currentTarget.value)} />
        <span class="field-hint">${texts.profile.pictureHint}</span>
      </label>
    </form>
  <//>`;
}
