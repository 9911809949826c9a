// What is kept on this device and in this tab. A browser may be told to keep nothing for a site, and then answers every
// question for its storage with an error; there all of it lasts as long as the page is open.

class Memory {
  #kept = new Map();

  get length() {
    return this.#kept.size;
  }

  key(at) {
    return [...this.#kept.keys()][at] ?? null;
  }

  getItem(name) {
    return this.#kept.get(name) ?? null;
  }

  setItem(name, value) {
    this.#kept.set(name, value);
  }

  removeItem(name) {
    this.#kept.delete(name);
  }
}

function areaOf(name) {
  try {
    return globalThis[name] ?? new Memory();
  } catch {
    return new Memory();
  }
}

/** Shared by all tabs of this browser. */
export const device = areaOf('localStorage');
/** Of this tab and its copies. */
export const tab = areaOf('sessionStorage');
/** Whether another tab, or a reload, finds what was kept. */
export const remembers = !(device instanceof Memory);
