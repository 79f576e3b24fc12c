/**
 * Secrets at rest: AES-256-GCM. A sealed value names its key, so that keys can be rotated, and is
 * bound to its context (which row, which column), so that it cannot be opened anywhere else.
 *
 *     version 1 | length of key id 1 | key id | nonce 12 | ciphertext | tag 16
 */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { SealedValueError } from "./errors.ts";
import type { SecretKey } from "./secret-key.ts";

export interface Sealer {
  /** Of the key that seals. */
  readonly keyId: string;
  /** The same text sealed twice looks different. */
  seal(text: string, context: string): Buffer;
  /** Throws SealedValueError when it was not sealed so: for this context, by a key we have, unchanged. */
  open(sealed: Uint8Array, context: string): string;
}

export interface SealerOptions {
  /** Seals, and opens what it sealed. */
  readonly current: SecretKey;
  /** Open only: keys that were current once. */
  readonly others?: readonly SecretKey[];
}

const CIPHER = "aes-256-gcm";
const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * @example
 * const sealer = createSealer({ current: readSecretKey(config.secretKey) });
 * const sealed = sealer.seal("xoxb-…", "connection/0192…/secrets");
 * sealer.open(sealed, "connection/0192…/secrets"); // "xoxb-…"
 */
export function createSealer({ current, others = [] }: SealerOptions): Sealer {
  const keys = new Map([...others, current].map((each) => [each.id, each.key]));
  const header = headerOf(current.id);
  return {
    keyId: current.id,
    seal(text, context) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, current.key, nonce).setAAD(boundTo(header, context));
      const ciphertext = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return Buffer.concat([header, nonce, ciphertext, cipher.getAuthTag()]);
    },
    open(sealed, context) {
      const parts = split(Buffer.from(sealed));
      const key = keys.get(parts.keyId);
      if (!key) throw new SealedValueError(`it was sealed with key ${parts.keyId}, which is not among ours`);
      const decipher = createDecipheriv(CIPHER, key, parts.nonce, { authTagLength: TAG_BYTES })
        .setAAD(boundTo(parts.header, context))
        .setAuthTag(parts.tag);
      try {
        return Buffer.concat([decipher.update(parts.ciphertext), decipher.final()]).toString("utf8");
      } catch {
        // No cause: what the cipher says helps nobody but an attacker.
        throw new SealedValueError("it was changed, or sealed for another place");
      }
    },
  };
}

function headerOf(keyId: string): Buffer {
  const id = Buffer.from(keyId, "utf8");
  return Buffer.concat([Buffer.from([VERSION, id.length]), id]);
}

function split(sealed: Buffer) {
  const [version, idLength = 0] = sealed;
  const nonceAt = 2 + idLength;
  if (sealed.length < nonceAt + NONCE_BYTES + TAG_BYTES) throw new SealedValueError("it is too short");
  if (version !== VERSION) throw new SealedValueError(`its format is ${version}, we know ${VERSION}`);
  return {
    header: sealed.subarray(0, nonceAt),
    keyId: sealed.subarray(2, nonceAt).toString("utf8"),
    nonce: sealed.subarray(nonceAt, nonceAt + NONCE_BYTES),
    ciphertext: sealed.subarray(nonceAt + NONCE_BYTES, -TAG_BYTES),
    tag: sealed.subarray(-TAG_BYTES),
  };
}

/** The header is bound too, or a value could be passed off as sealed by another key. */
function boundTo(header: Buffer, context: string): Buffer {
  return Buffer.concat([header, Buffer.from(context, "utf8")]);
}
