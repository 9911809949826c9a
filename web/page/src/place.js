// Which conversation is open: in the address, so that Back, a reload and a bookmark work.

import { useCallback, useEffect, useRef, useState } from './html.js';

const TO = 'to/';

/** Where one writes to a person, whether or not there is a conversation with them yet. */
export const placeTo = (person) => TO + person.id;

/** The id of that person; `null` for a conversation. */
export const personAt = (place) => (place?.startsWith(TO) ? place.slice(TO.length) : null);

/** Where the store has its messages, and where others are sent. */
export const storedAt = (place) => (personAt(place) === null ? place : { recipientId: personAt(place) });
export const sentTo = (place) => (personAt(place) === null ? { conversationId: place } : { recipientId: personAt(place) });

function read() {
  const [, kind, id] = /^#(c|to)\/(.+)$/.exec(location.hash) ?? [];
  if (!kind) return null;
  try {
    return kind === 'c' ? id : TO + decodeURIComponent(id);
  } catch {
    return null;
  }
}

const addressOf = (place) => (personAt(place) === null ? `#c/${place}` : `#${TO}${encodeURIComponent(personAt(place))}`);

/** `[place, go]`: the open conversation, and a way to another one or, with `null`, back to the list. */
export function usePlace() {
  const [place, setPlace] = useState(read);
  // Where one is going: the address follows a step back only later.
  const aim = useRef(place);
  useEffect(() => {
    const onHash = () => {
      aim.current = read();
      setPlace(aim.current);
    };
    addEventListener('hashchange', onHash);
    addEventListener('popstate', onHash);
    return () => {
      removeEventListener('hashchange', onHash);
      removeEventListener('popstate', onHash);
    };
  }, []);
  const go = useCallback((next) => {
    if (next === aim.current) return;
    aim.current = next;
    if (next === null && history.state?.fromList) {
      history.back();
    } else if (next === null) {
      history.replaceState(null, '', '/');
    } else if (read()) {
      // One step back leads from any conversation to the list.
      history.replaceState(history.state, '', addressOf(next));
    } else {
      history.pushState({ fromList: true }, '', addressOf(next));
    }
    setPlace(next);
  }, []);
  return [place, go];
}
