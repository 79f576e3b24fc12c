/** Standard Webhooks signature `v1`: HMAC-SHA256 of `id.timestamp.body` over the bytes that are sent. */
import { createHmac } from "node:crypto";
import { signingKeyOf } from "./signing-secret.ts";

/** @example sign(secret, { id: "dlv_…", timestamp: 1700000000, body }) // "v1,K5oZ…" */
export function sign(
  secret: string,
  message: { readonly id: string; readonly timestamp: number; readonly body: Uint8Array | string },
): string {
  const key = signingKeyOf(secret);
  // Secrets are checked when they are saved.
  if (key === undefined) throw new Error("the signing secret is not readable");
  const hmac = createHmac("sha256", key).update(`${message.id}.${message.timestamp}.`).update(message.body);
  return `v1,${hmac.digest("base64")}`;
}
