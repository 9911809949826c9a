// Which conversation is open: in the address, so that Back, a reload and a bookmark work.

import { useCallback, useEffect, useRef, useState } from './html.js';

const read = () => /^#c\/([\w-]+)$/.exec(location.hash)?.[1] ?? null;

/** `[id, go]`: the open conversation, and a way to another one or, with `null`, back to the list. */
export function usePlace() {
  const [id, setId] = useState(read);
  // Where one is going: the address follows a step back only later.
  const aim = useRef(id);
  useEffect(() => {
    const onHash = () => {
      aim.current = read();
      setId(aim.current);
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
      history.replaceState(history.state, '', `#c/${next}`);
    } else {
      history.pushState({ fromList: true }, '', `#c/${next}`);
    }
    setId(next);
  }, []);
  return [id, go];
}
