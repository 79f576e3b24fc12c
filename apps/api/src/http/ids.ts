/** Ids at the edge: TypeIDs in requests become UUIDs, and the other way round in answers. */
import { type IdPrefix, parseId } from "@stellwerk/delivery";
import { z } from "zod";

/** An id in a request; the output is the UUID inside. */
export function idParameter(prefix: IdPrefix) {
  return z
    .string()
    .transform((text, context) => {
      const uuid = parseId(prefix, text);
      if (uuid !== undefined) return uuid;
      context.addIssue({
        code: "custom",
        message: "is not an id of this kind",
        params: { expected: `an id that begins with ${prefix}_` },
        input: text,
      });
      return z.NEVER;
    })
    .meta({ description: `Its id, ${prefix}_….`, override: { type: "string", pattern: patternOf(prefix) } });
}

function patternOf(prefix: IdPrefix): string {
  return `^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`;
}

/** An id in an answer. */
export function idAnswer(prefix: IdPrefix) {
  return z.string().regex(new RegExp(patternOf(prefix)));
}

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const SUFFIX_LENGTH = 26;

/**
 * The range of UUIDs whose TypeID begins with `text`; undefined when no id can begin so.
 *
 * @example
 * idsBeginning("evt", "evt_01j9") // { first: "0192…", last: "0192…" }
 */
export function idsBeginning(prefix: IdPrefix, text: string): { first: string; last: string } | undefined {
  const begin = `${prefix}_`;
  const suffix = text.slice(begin.length);
  if (!text.startsWith(begin) || suffix === "" || suffix.length > SUFFIX_LENGTH) return undefined;
  if (!/^[0-7][0-9a-hjkmnp-tv-z]*$/.test(suffix)) return undefined;
  return {
    first: uuidOf(suffix.padEnd(SUFFIX_LENGTH, "0")),
    last: uuidOf(suffix.padEnd(SUFFIX_LENGTH, "z")),
  };
}

function uuidOf(suffix: string): string {
  let bits = 0n;
  for (const character of suffix) bits = (bits << 5n) | BigInt(ALPHABET.indexOf(character));
  const hex = bits.toString(16).padStart(32, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
