/**
 * Keys and tokens are random and long, so a plain hash of one is enough to find its row
 * and tells nobody who reads the table what it was. Looking up a hash compares no secret.
 */
import { hash, randomBytes } from "node:crypto";

/** 32 bytes: nobody guesses one, so no slow hash is needed. */
const SECRET_BYTES = 32;

export function makeSecret(prefix = ""): string {
  return prefix + randomBytes(SECRET_BYTES).toString("base64url");
}

export function hashSecret(secret: string): Buffer {
  return hash("sha256", secret, "buffer");
}
