/** The secret both sides share: `whsec_` and base64, as Standard Webhooks writes it. */
import { createSecretKey, randomBytes, type KeyObject } from "node:crypto";

const PREFIX = "whsec_";
const SHORTEST_BYTES = 24;
const LONGEST_BYTES = 64;
const MADE_BYTES = 32;

export const SIGNING_SECRET_SHAPE = `"${PREFIX}" and base64 of ${SHORTEST_BYTES} to ${LONGEST_BYTES} bytes`;

export function makeSigningSecret(): string {
  return PREFIX + randomBytes(MADE_BYTES).toString("base64");
}

/** The key in a secret, or undefined when it is not one. */
export function secretKeyOf(secret: string): KeyObject | undefined {
  if (!secret.startsWith(PREFIX)) return undefined;
  const encoded = secret.slice(PREFIX.length);
  const bytes = Buffer.from(encoded, "base64");
  // Node skips what is not base64; only text that comes back the same was.
  if (bytes.toString("base64") !== encoded) return undefined;
  return bytes.length >= SHORTEST_BYTES && bytes.length <= LONGEST_BYTES ? createSecretKey(bytes) : undefined;
}
