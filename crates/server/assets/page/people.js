// People one may write to, as one looks for them.

import { useEffect, useRef, useState } from './html.js';
import { useChat, useConnection, wordsFor } from './chat.js';
import { placeTo } from './place.js';
import { useSettled } from './views/parts.js';

const met = new Map();

/** Remembers somebody who was found; answers where one writes to them. */
export function meet(person) {
  met.set(person.id, person);
  return placeTo(person);
}

/** `[person, problem]`: somebody by id; asked for where nobody has met them. */
export function usePerson(id) {
  const { chat } = useChat();
  const { state } = useConnection(chat);
  const [person, setPerson] = useState(() => met.get(id) ?? null);
  const [problem, setProblem] = useState('');
  useEffect(() => {
    if (id === null || person || state !== 'online') return;
    chat.users.get(id).then(setPerson, (error) => setProblem(wordsFor(error)));
  }, [chat, id, state]);
  return [person, problem];
}

/** `[people, wanted, setWanted]`: who fits `wanted`, without oneself and those in `without`; `null` at first. */
export function usePeople(without = []) {
  const { chat, me, say } = useChat();
  const { state } = useConnection(chat);
  const [wanted, setWanted] = useState('');
  const [people, setPeople] = useState(null);
  const asked = useRef('');
  // Where there is no connection it is asked once there is one.
  useSettled(state === 'online' && `?${wanted}`, async () => {
    if (state !== 'online') return;
    const search = wanted.trim();
    asked.current = search;
    try {
      const page = await chat.users.list({ ...(search && { search }), limit: 50 });
      if (asked.current === search) setPeople(page.items);
    } catch (error) {
      if (error.code !== 'offline') say(wordsFor(error));
    }
  }, wanted ? undefined : 0);
  const hidden = new Set([me.id, ...without]);
  return [people && people.filter((one) => !hidden.has(one.id)), wanted, setWanted];
}
