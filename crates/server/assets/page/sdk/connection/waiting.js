// Those who wait for a connection, and how they hear that it stands or has ended.
import { ChinwagError } from '../errors.js';
export class WaitingRoom {
    #waiting = [];
    /** Settles once the connection stands; fails when it has ended for good. */
    enter({ state, error }, untilClosed) {
        if (state === 'online')
            return Promise.resolve();
        if (error)
            return Promise.reject(error);
        return new Promise((resolve, reject) => this.#waiting.push({ untilClosed, resolve, reject }));
    }
    tell({ state, error }) {
        this.#waiting = this.#waiting.filter(({ untilClosed, resolve, reject }) => {
            if (state === 'online')
                resolve();
            else if (state === 'closed' && (error || untilClosed))
                reject(error ?? ended());
            else
                return true;
            return false;
        });
    }
}
export function ended() {
    return new ChinwagError('closed', 'the connection was closed');
}
