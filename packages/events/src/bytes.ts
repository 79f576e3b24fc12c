/** What counts as bytes. */

/** Test runners give each file an engine of its own, whose `Uint8Array` is not the one a Buffer was made by. */
export function isBytes(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array || Object.prototype.toString.call(value) === "[object Uint8Array]";
}
