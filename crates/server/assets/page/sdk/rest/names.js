// The names of this language and those of the wire.
/** Renames the members of an object, not those of objects in it. What is `undefined` is left out. */
export function inWireNames(object) {
    const entries = Object.entries(object).filter(([, value]) => value !== undefined);
    return Object.fromEntries(entries.map(([name, value]) => [name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), value]));
}
