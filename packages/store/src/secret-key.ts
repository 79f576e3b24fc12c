/** The key that seals secrets: given by the operator, or made at the first start and kept in the data directory. */
import { createHash, createSecretKey, randomBytes } from "node:crypto";
import type { KeyObject } from "node:crypto";
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { makeDataDirectory } from "./data-directory.ts";
import { SecretKeyError } from "./errors.ts";

export interface SecretKey {
  /** Follows from the key, and says nothing about it. */
  readonly id: string;
  /** An object, not bytes: it cannot be logged by accident. */
  readonly key: KeyObject;
}

const KEY_BYTES = 32;
const HEX = /^[0-9a-f]{64}$/i;
/** Standard or URL alphabet; 32 bytes have one padding character, which may be missing. */
const BASE64 = /^[A-Za-z0-9+/_-]{43}=?$/;

/** Reads STELLWERK_SECRET_KEY: 32 bytes in base64 or hex. */
export function readSecretKey(text: string, origin = "STELLWERK_SECRET_KEY"): SecretKey {
  const trimmed = text.trim();
  const bytes = HEX.test(trimmed)
    ? Buffer.from(trimmed, "hex")
    : Buffer.from(BASE64.test(trimmed) ? trimmed : "", "base64");
  if (bytes.length !== KEY_BYTES) {
    throw new SecretKeyError(
      `${origin} has to be ${KEY_BYTES} random bytes in base64 (44 characters) or hex (64), but it has ` +
        `${trimmed.length} characters. Make one: openssl rand -base64 32`,
    );
  }
  const id = createHash("sha256").update("stellwerk key id").update(bytes).digest("hex").slice(0, 8);
  return { id, key: createSecretKey(bytes) };
}

/** Reads STELLWERK_OTHER_SECRET_KEYS: none, or several separated by commas. */
export function readOtherSecretKeys(text: string | undefined): SecretKey[] {
  return (text ?? "")
    .split(",")
    .filter((each) => each.trim() !== "")
    .map((each) => readSecretKey(each, "Each of STELLWERK_OTHER_SECRET_KEYS"));
}

/** For an installation without a key of the operator's: `secret-key` in the data directory, readable by its owner only. */
export function loadOrMakeSecretKey(dataDir: string): SecretKey {
  const path = join(dataDir, "secret-key");
  if (!existsSync(path)) {
    makeDataDirectory(dataDir);
    makeKeyFile(path);
  }
  // A copied directory may have lost it.
  chmodSync(path, 0o600);
  return readSecretKey(readFileSync(path, "utf8"), path);
}

/**
 * What was `secret-key` before: to rotate, it is renamed to `secret-key.previous`, and the next start makes a new one.
 * Undefined when there is none.
 */
export function loadPreviousSecretKey(dataDir: string): SecretKey | undefined {
  const path = join(dataDir, "secret-key.previous");
  if (!existsSync(path)) return undefined;
  chmodSync(path, 0o600);
  return readSecretKey(readFileSync(path, "utf8"), path);
}

/** Linked when complete and on the disk: never half a key, and of two processes the first one's counts. */
function makeKeyFile(path: string): void {
  const draft = `${path}.${randomBytes(4).toString("hex")}`;
  const file = openSync(draft, "wx", 0o600);
  try {
    writeSync(file, `${randomBytes(KEY_BYTES).toString("base64")}\n`);
    fsyncSync(file);
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    closeSync(file);
    rmSync(draft, { force: true });
  }
}
