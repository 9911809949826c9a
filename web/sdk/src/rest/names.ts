// The names of this language and those of the wire.

type Snake<S extends string> = S extends `${infer Head}${infer Tail}`
  ? `${Head extends Lowercase<Head> ? Head : `_${Lowercase<Head>}`}${Snake<Tail>}`
  : S;

/** The same object in the names of the wire: `participantIds` is `participant_ids` there. */
export type InWireNames<T> = { [Name in keyof T & string as Snake<Name>]: T[Name] };

/** Renames the members of an object, not those of objects in it. What is `undefined` is left out. */
export function inWireNames<T extends object>(object: T): InWireNames<T> {
  const entries = Object.entries(object).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([name, value]) => [name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), value])) as InWireNames<T>;
}
