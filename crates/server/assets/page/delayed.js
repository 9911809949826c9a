// What is shown only when something takes long.

import { useEffect, useState } from './html.js';

/** Turns true after that time. */
export function useDelayed(ms) {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), ms);
    return () => clearTimeout(timer);
  }, []);
  return late;
}
