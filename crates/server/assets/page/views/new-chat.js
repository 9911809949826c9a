// Beginning a conversation: with one person, or a group with a name.

import { html, useState } from '../html.js';
import { useAttempt, useChat } from '../chat.js';
import { meet, usePeople } from '../people.js';
import { texts } from '../texts.js';
import { Icon } from './icons.js';
import { Dialog } from './parts.js';
import { PeopleSearch, PickOne, PickSeveral, useList } from './people-list.js';

export function NewChat({ close, go, group = false }) {
  const [isGroup, setGroup] = useState(group);
  return isGroup ? html`<${NewGroup} key="group" close=${close} go=${go} />` : html`<${NewDirect} key="direct" close=${close} go=${go} toGroup=${() => setGroup(true)} />`;
}

function NewDirect({ close, go, toGroup }) {
  const [people, wanted, setWanted] = usePeople();
  const list = useList();
  const pick = (person) => {
    close();
    go(meet(person));
  };
  return html`<${Dialog} title=${texts.newChat} close=${close} className="tall">
    <${PeopleSearch} wanted=${wanted} setWanted=${setWanted} list=${list} />
    <button type="button" class="row action" onClick=${toGroup}><span class="avatar action-icon"><${Icon} name="group" /></span><span class="name">${texts.newGroup}</span></button>
    <${PickOne} people=${people} wanted=${wanted} list=${list} pick=${pick} />
  <//>`;
}

function NewGroup({ close, go }) {
  const { chat } = useChat();
  const attempt = useAttempt();
  const [people, wanted, setWanted] = usePeople();
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState(new Map());
  const [busy, setBusy] = useState(false);
  const list = useList();
  const create = async (event) => {
    event.preventDefault();
    setBusy(true);
    const made = await attempt(async () => {
      const conversation = await chat.conversations.create({ type: 'group', name: name.trim(), participantIds: [...chosen.keys()] });
      close();
      go(conversation.id);
    });
    if (!made) setBusy(false);
  };
  const actions = html`<button type="button" class="button quiet" onClick=${close}>${texts.cancel}</button>
    <button class="button" form="new-group" disabled=${busy || !name.trim()}>${texts.createGroup(chosen.size)}</button>`;
  return html`<${Dialog} title=${texts.newGroup} close=${close} className="tall" actions=${actions}>
    <form id="new-group" onSubmit=${create}>
      <label class="field"><span class="field-label">${texts.groupName}</span>
        <input value=${name} maxlength="100" required autocomplete="off" autofocus onInput=${(event) => setName(event.currentTarget.value)} />
      </label>
    </form>
    <${PeopleSearch} wanted=${wanted} setWanted=${setWanted} list=${list} />
    <${PickSeveral} people=${people} wanted=${wanted} list=${list} chosen=${chosen} change=${setChosen} />
  <//>`;
}
