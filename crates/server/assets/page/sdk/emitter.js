// Events by name, typed.
export class Emitter {
    #listeners = new Map();
    /** Answers a function that ends it. */
    on(name, listener) {
        const listeners = this.#listeners.get(name) ?? new Set();
        this.#listeners.set(name, listeners.add(listener));
        return () => void listeners.delete(listener);
    }
    emit(name, event) {
        for (const listener of [...(this.#listeners.get(name) ?? [])]) {
            guarded(() => listener(event));
        }
    }
}
/** Calls an application's function. What it throws is the application's: reported, and the connection lives on. */
export function guarded(call) {
    try {
        call();
    }
    catch (error) {
        queueMicrotask(() => {
            throw error;
        });
    }
}
