// People one may write to, as one looks for them.

import { useRef, useState } from './html.js';
import { useChat, wordsFor } from './chat.js';
import { useSettled } from './views/parts.js';

/** `[people, wanted, setWanted]`: who fits `wanted`, without oneself and those in `without`; `null` at first. */
export function usePeople(without = []) {
  const { chat, me, say } = useChat();
  const [wanted, setWanted] = useState('');
  const [people, setPeople] = useState(null);
  const asked = useRef('');
  useSettled(wanted, async () => {
    const search = wanted.trim();
    asked.current = search;
    try {
      const page = await chat.users.list({ ...(search && { search }), limit: 50 });
      if (asked.current === search) setPeople(page.items);
    } catch (error) {
      say(wordsFor(error));
    }
  });
  const hidden = new Set([me.id, ...without]);
  return [people && people.filter((one) => !hidden.has(one.id)), wanted, setWanted];
}
