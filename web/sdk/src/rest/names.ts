// The names of this language and those of the wire.

type Camel<S extends string> = S extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : S;

/** A request of the wire in the names of this language: `participant_ids` is `participantIds` here. */
export type InOurNames<T> = { [Name in keyof T as Camel<Name & string>]: T[Name] };

/** Renames the members of an object, not those of objects in it. What is `undefined` is left out. */
export function inWireNames<T extends object>(object: InOurNames<T>): T {
  const entries = Object.entries(object).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([name, value]) => [name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), value])) as T;
}
