/** Objects as JSON has them, read and built so that no name a sender chose reaches a prototype. */

export type PlainObject = Readonly<Record<string, unknown>>;

export function isPlainObject(value: unknown): value is PlainObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Only what the sender wrote: `{}` has a `constructor`, too. */
export function ownField(object: PlainObject, field: string): unknown {
  return Object.hasOwn(object, field) ? object[field] : undefined;
}
