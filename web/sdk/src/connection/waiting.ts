// Those who wait for a connection, and how they hear that it stands or has ended.

import { ChinwagError } from '../errors.js';
import type { StateChange } from '../types.js';

/** Somebody who waits; beyond an end by the application too, unless `untilClosed`. */
interface Waiting {
  untilClosed: boolean;
  resolve: () => void;
  reject: (error: ChinwagError) => void;
}

export class WaitingRoom {
  #waiting: Waiting[] = [];

  /** Settles once the connection stands; fails when it has ended for good. */
  enter({ state, error }: StateChange, untilClosed: boolean): Promise<void> {
    if (state === 'online') return Promise.resolve();
    if (error) return Promise.reject(error);
    return new Promise((resolve, reject) => this.#waiting.push({ untilClosed, resolve, reject }));
  }

  tell({ state, error }: StateChange): void {
    this.#waiting = this.#waiting.filter(({ untilClosed, resolve, reject }) => {
      if (state === 'online') resolve();
      else if (state === 'closed' && (error || untilClosed)) reject(error ?? ended());
      else return true;
      return false;
    });
  }
}

export function ended(): ChinwagError {
  return new ChinwagError('closed', 'the connection was closed');
}
