import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  createSealer,
  loadOrMakeSecretKey,
  readSecretKey,
  SealedValueError,
  SecretKeyError,
} from "./index.ts";

const KEY = "q8n0yIcJ0o0yRlR2xX1v0Rk9mJbXo4tT0h2n3v5u6w8=";
const OLD_KEY = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
const CONTEXT = "connection/0192d3f0/secrets";
const SECRET = "xoxb-Grüße 🔑";
const sealer = createSealer({ current: readSecretKey(KEY) });

describe("sealing", () => {
  test("what was sealed is opened in the same context", () => {
    expect(sealer.open(sealer.seal(SECRET, CONTEXT), CONTEXT)).toBe(SECRET);
    expect(sealer.open(sealer.seal("", CONTEXT), CONTEXT)).toBe("");
  });

  test("two seals of one text differ, and neither shows it", () => {
    const [first, second] = [sealer.seal(SECRET, CONTEXT), sealer.seal(SECRET, CONTEXT)];
    expect(first.equals(second)).toBe(false);
    expect(first.includes("xoxb")).toBe(false);
  });

  test("it does not open in another context", () => {
    expect(() => sealer.open(sealer.seal(SECRET, CONTEXT), "connection/other/secrets")).toThrow(
      SealedValueError,
    );
  });

  test("not one changed or missing byte passes", () => {
    const sealed = sealer.seal(SECRET, CONTEXT);
    for (let at = 0; at < sealed.length; at++) {
      const changed = Buffer.from(sealed);
      changed[at]! ^= 1;
      expect(() => sealer.open(changed, CONTEXT), `byte ${at}`).toThrow(SealedValueError);
      expect(() => sealer.open(sealed.subarray(0, at), CONTEXT), `cut at ${at}`).toThrow(SealedValueError);
    }
  });

  test("after a rotation the old key still opens what it sealed, and the new one seals", () => {
    const sealedBefore = createSealer({ current: readSecretKey(OLD_KEY) }).seal(SECRET, CONTEXT);
    const rotated = createSealer({ current: readSecretKey(KEY), others: [readSecretKey(OLD_KEY)] });
    expect(rotated.open(sealedBefore, CONTEXT)).toBe(SECRET);
    expect(sealer.open(rotated.seal(SECRET, CONTEXT), CONTEXT)).toBe(SECRET);
  });

  test("an unknown key is named by its id; no error holds the secret or a key", () => {
    const old = readSecretKey(OLD_KEY);
    const sealed = createSealer({ current: old }).seal(SECRET, CONTEXT);
    const error = catchError(() => sealer.open(sealed, CONTEXT));
    expect(error.message).toContain(`it was sealed with key ${old.id}`);
    expect(inspect(error)).not.toMatch(/xoxb|00112233|q8n0/);
    expect(inspect(readSecretKey(KEY))).not.toContain("q8n0");
  });
});

describe("the key", () => {
  test("is 32 bytes in base64, base64url or hex", () => {
    const bytes = Buffer.from(KEY, "base64");
    const ids = [KEY, `${KEY}\n`, bytes.toString("base64url"), bytes.toString("hex")].map(
      (text) => readSecretKey(text).id,
    );
    expect(new Set(ids).size).toBe(1);
  });

  test.each(["short", KEY.slice(4), `${KEY}AAAA`, "z".repeat(64), OLD_KEY.slice(2)])(
    "anything else is refused with the way to make one, and not repeated: %s",
    (text) => {
      const error = catchError(() => readSecretKey(text));
      expect(error).toBeInstanceOf(SecretKeyError);
      expect(error.message).toContain("openssl rand -base64 32");
      expect(error.message).not.toContain(text);
    },
  );
});

test("an empty key is refused", () => {
  expect(() => readSecretKey("")).toThrow(SecretKeyError);
});

describe("the key in the data directory", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "stellwerk-key-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test("is made once, and only its owner can read it", () => {
    const dataDir = join(folder, "data");
    const made = loadOrMakeSecretKey(dataDir);
    expect(loadOrMakeSecretKey(dataDir).id).toBe(made.id);
    expect(readdirSync(dataDir)).toEqual(["secret-key"]);
    expect(statSync(join(dataDir, "secret-key")).mode & 0o777).toBe(0o600);
  });

  test("a damaged one is an error, never replaced", () => {
    const path = join(folder, "secret-key");
    writeFileSync(path, "oops");
    expect(() => loadOrMakeSecretKey(folder)).toThrow(`${path} has to be 32 random bytes`);
    expect(readFileSync(path, "utf8")).toBe("oops");
  });
});

function catchError(work: () => unknown): Error {
  try {
    work();
  } catch (error) {
    return error as Error;
  }
  throw new Error("Nothing was thrown");
}
