/**
 * The key pair of a `v1a` signature: we keep the private key (`whsk_`), every receiver may have the public
 * one (`whpk_`). Standard Webhooks writes both as base64: 64 bytes (the seed, then the public key), and 32.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";

const PRIVATE_PREFIX = "whsk_";
const PUBLIC_PREFIX = "whpk_";
const SEED_BYTES = 32;
const PRIVATE_BYTES = 64;

/** What stands before the 32 bytes of a seed in PKCS #8 (RFC 8410, 7). */
const PKCS8_HEADER = Buffer.from("302e020100300506032b657004220420", "hex");

export const SIGNING_KEY_SHAPE = `"${PRIVATE_PREFIX}" and base64 of an ed25519 key: its ${SEED_BYTES} bytes, or ${PRIVATE_BYTES} with the public key behind`;

export function makeSigningKey(): string {
  const { privateKey } = generateKeyPairSync("ed25519");
  const { d, x } = privateKey.export({ format: "jwk" });
  if (d === undefined || x === undefined) throw new Error("an ed25519 key without its parts");
  return PRIVATE_PREFIX + Buffer.concat([fromBase64Url(d), fromBase64Url(x)]).toString("base64");
}

/** The key in a text, or undefined when it is not one. */
export function privateKeyOf(text: string): KeyObject | undefined {
  if (!text.startsWith(PRIVATE_PREFIX)) return undefined;
  const encoded = text.slice(PRIVATE_PREFIX.length);
  const bytes = Buffer.from(encoded, "base64");
  // Node skips what is not base64; only text that comes back the same was.
  if (bytes.toString("base64") !== encoded) return undefined;
  if (bytes.length !== SEED_BYTES && bytes.length !== PRIVATE_BYTES) return undefined;
  const seed = bytes.subarray(0, SEED_BYTES);
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_HEADER, seed]), format: "der", type: "pkcs8" });
  // Receivers would be given a public key that fits no signature.
  const fits = bytes.length === SEED_BYTES || bytes.subarray(SEED_BYTES).equals(publicBytesOf(key));
  return fits ? key : undefined;
}

/** The public part, as people paste it and as programs read it (RFC 8037). */
export function publicKeyOf(privateKey: KeyObject): {
  readonly key: string;
  readonly jwk: Record<string, string>;
} {
  const bytes = publicBytesOf(privateKey);
  return {
    key: PUBLIC_PREFIX + bytes.toString("base64"),
    jwk: { kty: "OKP", crv: "Ed25519", alg: "EdDSA", use: "sig", x: bytes.toString("base64url") },
  };
}

function publicBytesOf(privateKey: KeyObject): Buffer {
  const { x } = createPublicKey(privateKey).export({ format: "jwk" });
  if (x === undefined) throw new Error("an ed25519 key without its public part");
  return fromBase64Url(x);
}

function fromBase64Url(text: string): Buffer {
  return Buffer.from(text, "base64url");
}
