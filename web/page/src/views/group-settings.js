// What a group is called, and what its members may do.

import { html } from '../html.js';
import { useAttempt, useChat } from '../chat.js';
import { texts } from '../texts.js';
import { Dialog } from './parts.js';

const PERMISSIONS = ['add_members', 'remove_members', 'edit', 'delete_messages'];

export function Settings({ conversation, rights, close, back }) {
  const { chat } = useChat();
  const attempt = useAttempt();
  const save = async (event) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const settings = { name: given.get('name').trim(), description: given.get('description').trim() || null };
    if (rights.admin) settings.permissions = Object.fromEntries(PERMISSIONS.map((name) => [name, given.has(name) ? 'member' : 'admin']));
    if (await attempt(() => chat.conversations.update(conversation.id, settings))) back();
  };
  const actions = html`<button type="button" class="button quiet" onClick=${back}>${texts.back}</button>
    <button class="button" form="group-settings">${texts.save}</button>`;
  return html`<${Dialog} title=${texts.info.settings} close=${close} actions=${actions}>
    <form id="group-settings" onSubmit=${save}>
      <label class="field"><span class="field-label">${texts.groupName}</span>
        <input name="name" value=${conversation.name ?? ''} maxlength="100" required autofocus />
      </label>
      <label class="field"><span class="field-label">${texts.info.description}</span>
        <textarea name="description" rows="3" maxlength="500">${conversation.description ?? ''}</textarea>
      </label>
      ${rights.admin &&
      html`<fieldset class="field">
        <legend class="field-label">${texts.info.everybodyMay}</legend>
        ${PERMISSIONS.map(
          (name) => html`<label key=${name} class="check"><input type="checkbox" name=${name} defaultChecked=${conversation.permissions?.[name] === 'member'} />${texts.info.permissions[name]}</label>`,
        )}
      </fieldset>`}
    </form>
  <//>`;
}
