// As a browser's storage, which several tabs share.

import type { TokenStorage, WebStorage } from '../../src/index.js';

export function webStorage(): WebStorage & { names(): string[] } {
  const kept = new Map<string, string>();
  return {
    get length() {
      return kept.size;
    },
    key: (at) => [...kept.keys()][at] ?? null,
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, value) => void kept.set(name, value),
    removeItem: (name) => void kept.delete(name),
    names: () => [...kept.keys()].sort(),
  };
}

export function tokenStorage(): TokenStorage {
  let kept = 'null';
  return {
    load: () => JSON.parse(kept),
    save: (tokens) => {
      kept = JSON.stringify(tokens);
    },
  };
}
