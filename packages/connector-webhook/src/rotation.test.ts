import { createPublicKey, verify as verifySignature } from "node:crypto";
import { parseConnection, type RawConnection, type Rotation } from "@stellwerk/connector-kit";
import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { webhook } from "./index.ts";

const NOW = new Date();
const HOUR_MS = 3_600_000;
const signing = webhook.connection.signing!;
const message = { id: "dlv_1", body: Buffer.from('{"title":"Größe 😀"}') };

function saved(settings: Record<string, unknown> = {}, secrets: Record<string, unknown> = {}): RawConnection {
  const raw = { settings: { url: "https://a.example", ...settings }, secrets };
  const parsed = parseConnection(webhook, raw, { makeSecrets: true });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return { ...parsed.value, secrets: signing.complete(parsed.value.settings, parsed.value.secrets) };
}

/** As stored: sealed as JSON, and parsed again. */
function rotate(connection: RawConnection, rotation: Partial<Rotation> = {}): RawConnection {
  const options = { overlapMs: 24 * HOUR_MS, now: NOW, ...rotation };
  const rotated = signing.rotate(connection.settings, connection.secrets, options);
  if (!rotated.ok) throw new Error(JSON.stringify(rotated.problems));
  const stored = JSON.parse(JSON.stringify({ ...connection, secrets: rotated.value })) as RawConnection;
  const parsed = parseConnection(webhook, stored);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.value;
}

function refusalOf(connection: RawConnection, rotation: Partial<Rotation>) {
  const options = { overlapMs: 24 * HOUR_MS, now: NOW, ...rotation };
  const rotated = signing.rotate(connection.settings, connection.secrets, options);
  return rotated.ok ? [] : rotated.problems;
}

function secretOf({ secrets }: RawConnection): string {
  return (secrets as { signingSecret: string }).signingSecret;
}

function headersAt(connection: RawConnection, now = NOW): Record<string, string> {
  const plan = { method: "POST", url: "https://a.example", headers: {}, body: message.body } as const;
  const { settings, secrets } = connection;
  const added = webhook.connection.authorise!(plan, { key: message.id, settings, secrets, now });
  return { "webhook-id": message.id, ...added.headers };
}

function kindsAt(connection: RawConnection, now = NOW): string[] {
  const { "webhook-signature": signatures = "" } = headersAt(connection, now);
  return signatures.split(" ").map((each) => each.slice(0, each.indexOf(",")));
}

/** The reference implementation. It knows the present time only. */
function accepts(secret: string, headers: Record<string, string>): boolean {
  try {
    new Webhook(secret).verify(message.body.toString(), headers);
    return true;
  } catch {
    return false;
  }
}

/** As a receiver does it that has a public key only. */
function acceptsV1a(publicKey: string, headers: Record<string, string>): boolean {
  const x = Buffer.from(publicKey.replace(/^whpk_/, ""), "base64").toString("base64url");
  const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
  const signed = Buffer.concat([
    Buffer.from(`${headers["webhook-id"]}.${headers["webhook-timestamp"]}.`),
    message.body,
  ]);
  return headers["webhook-signature"]!.split(" ").some((each) => {
    const [kind, signature = ""] = each.split(",");
    return kind === "v1a" && verifySignature(null, signed, key, Buffer.from(signature, "base64"));
  });
}

function publicKeysOf(connection: RawConnection, now = NOW): string[] {
  return signing.describe(connection.settings, connection.secrets, now).publicKeys.map(({ key }) => key);
}

describe("a rotated secret", () => {
  test("signs together with the one before, until the overlap ends", () => {
    const before = saved();
    const after = rotate(before);
    expect(secretOf(after)).not.toBe(secretOf(before));
    const headers = headersAt(after);
    expect(headers["webhook-signature"]).toMatch(/^v1,\S+ v1,\S+$/);
    expect(accepts(secretOf(before), headers)).toBe(true);
    expect(accepts(secretOf(after), headers)).toBe(true);
    expect(accepts(secretOf(saved()), headers)).toBe(false);

    const end = NOW.getTime() + 24 * HOUR_MS;
    expect(kindsAt(after, new Date(end - 1))).toEqual(["v1", "v1"]);
    expect(kindsAt(after, new Date(end))).toEqual(["v1"]);
    const facts = signing.describe(after.settings, after.secrets, NOW);
    expect(facts).toEqual({
      signatures: ["v1"],
      publicKeys: [],
      overlaps: [{ signature: "v1", until: new Date(end) }],
    });
    expect(signing.describe(after.settings, after.secrets, new Date(end)).overlaps).toEqual([]);
  });

  test("may be brought", () => {
    const secret = `whsec_${Buffer.alloc(24, 9).toString("base64")}`;
    const after = rotate(saved(), { secret });
    expect(secretOf(after)).toBe(secret);
    expect(accepts(secret, headersAt(after))).toBe(true);
  });

  test("may be rotated again during the overlap: all three sign, each until its own end", () => {
    const first = saved();
    const second = rotate(first);
    const third = rotate(second, { now: new Date(NOW.getTime() + HOUR_MS) });
    const headers = headersAt(third, new Date(NOW.getTime() + 1_000));
    expect([first, second, third].map((each) => accepts(secretOf(each), headers))).toEqual([
      true,
      true,
      true,
    ]);
    expect(kindsAt(third, new Date(NOW.getTime() + 24 * HOUR_MS))).toEqual(["v1", "v1"]);
    expect(kindsAt(third, new Date(NOW.getTime() + 25 * HOUR_MS))).toEqual(["v1"]);
  });

  test("a third time during the overlap is refused, and says how to go on", () => {
    const connection = rotate(rotate(saved()));
    expect(refusalOf(connection, {})).toMatchObject([
      { path: "overlap", fix: expect.stringContaining("end-overlap") },
    ]);
    expect(kindsAt(rotate(connection, { overlapMs: 0 }))).toEqual(["v1"]);
    expect(rotate(connection, { now: new Date(NOW.getTime() + 25 * HOUR_MS) })).toBeDefined();
  });

  test("without an overlap ends every other one at once", () => {
    const connection = rotate(rotate(saved()), { overlapMs: 0 });
    expect(kindsAt(connection)).toEqual(["v1"]);
    expect(accepts(secretOf(connection), headersAt(connection))).toBe(true);
  });

  test("may go back to the one before", () => {
    const first = saved();
    const back = rotate(rotate(first), { secret: secretOf(first) });
    expect(secretOf(back)).toBe(secretOf(first));
    expect(kindsAt(back)).toEqual(["v1", "v1"]);
  });

  test("signs alone when the overlap is ended", () => {
    const rotated = rotate(saved());
    const secrets = signing.endOverlap(rotated.secrets);
    expect(kindsAt({ ...rotated, secrets })).toEqual(["v1"]);
    expect(secretOf({ ...rotated, secrets })).toBe(secretOf(rotated));
  });
});

describe("refused is a new secret that", () => {
  test.each([
    ["is too short", `whsec_${Buffer.alloc(23).toString("base64")}`],
    ["is too long", `whsec_${Buffer.alloc(65).toString("base64")}`],
    ["has no known prefix", Buffer.alloc(32).toString("base64")],
    ["is a public key", `whpk_${Buffer.alloc(32).toString("base64")}`],
    ["is a broken key", "whsk_AAAA"],
    ["is a key with the public part of another", `whsk_${Buffer.alloc(64, 1).toString("base64")}`],
  ])("%s", (_name, secret) => {
    const problems = refusalOf(saved(), { secret });
    expect(problems).toMatchObject([{ path: "secret", expected: expect.stringMatching(/whsec_|whsk_/) }]);
    expect(JSON.stringify(problems)).not.toContain(secret);
  });

  test("is in use already, or of another kind than asked for", () => {
    const connection = saved();
    const secret = secretOf(connection);
    expect(refusalOf(connection, { secret })).toMatchObject([{ message: "is in use already" }]);
    expect(refusalOf(connection, { secret, signature: "v1a" })).toMatchObject([{ path: "secret" }]);
    expect(refusalOf(connection, { signature: "v2" })).toMatchObject([{ path: "signature" }]);
  });
});

describe("v1a", () => {
  test("is made with a key of its own, and verified with the public one", () => {
    const connection = saved({ signature: "v1a" });
    const headers = headersAt(connection);
    expect(headers["webhook-signature"]).toMatch(/^v1a,[\w+/]{86}==$/);
    const [publicKey] = publicKeysOf(connection);
    expect(publicKey).toMatch(/^whpk_[\w+/]{43}=$/);
    expect(acceptsV1a(publicKey!, headers)).toBe(true);
    expect(acceptsV1a(publicKeysOf(saved({ signature: "v1a" }))[0]!, headers)).toBe(false);
    expect(acceptsV1a(publicKey!, { ...headers, "webhook-timestamp": "1" })).toBe(false);
    expect(acceptsV1a(publicKey!, { ...headers, "webhook-id": "dlv_2" })).toBe(false);
  });

  test("has a public key that programs can read as well", () => {
    const { settings, secrets } = saved({ signature: "v1a" });
    const [publicKey] = signing.describe(settings, secrets, NOW).publicKeys;
    expect(publicKey?.jwk).toEqual({
      kty: "OKP",
      crv: "Ed25519",
      alg: "EdDSA",
      use: "sig",
      x: Buffer.from(publicKey?.key.slice("whpk_".length) ?? "", "base64").toString("base64url"),
    });
  });

  test("stands beside v1 for receivers that change over", () => {
    const connection = saved({ signature: "both" });
    const headers = headersAt(connection);
    expect(kindsAt(connection)).toEqual(["v1", "v1a"]);
    expect(accepts(secretOf(connection), headers)).toBe(true);
    expect(acceptsV1a(publicKeysOf(connection)[0]!, headers)).toBe(true);
  });

  test("is rotated with an overlap, without touching v1", () => {
    const before = saved({ signature: "both" });
    const after = rotate(before, { signature: "v1a" });
    expect(secretOf(after)).toBe(secretOf(before));
    expect(kindsAt(after)).toEqual(["v1", "v1a", "v1a"]);
    const [now, previous] = publicKeysOf(after);
    expect([previous]).toEqual(publicKeysOf(before));
    const headers = headersAt(after);
    expect([now, previous].map((key) => acceptsV1a(key!, headers))).toEqual([true, true]);
    expect(kindsAt(rotate(after, { signature: "v1" }))).toEqual(["v1", "v1", "v1a", "v1a"]);
    expect(publicKeysOf(after, new Date(NOW.getTime() + 24 * HOUR_MS))).toEqual([now]);
  });

  test("is what a connection that signs with it alone rotates", () => {
    const before = saved({ signature: "v1a" });
    expect(secretOf(rotate(before))).toBe(secretOf(before));
    expect(publicKeysOf(rotate(before))).toHaveLength(2);
  });

  // RFC 8032, 7.1, test 2: the seed, and what it signs.
  test("takes a key that is brought, with and without its public part", () => {
    const seed = Buffer.from("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "hex");
    const key = Buffer.from("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "hex");
    for (const bytes of [seed, Buffer.concat([seed, key])]) {
      const connection = saved({ signature: "v1a" }, { signingKey: `whsk_${bytes.toString("base64")}` });
      expect(publicKeysOf(connection)).toEqual([`whpk_${key.toString("base64")}`]);
    }
  });

  test("keeps its key when the connection goes back to v1, and shows none", () => {
    const { secrets } = saved({ signature: "v1a" });
    const back = saved({ signature: "v1" }, secrets as Record<string, unknown>);
    expect(kindsAt(back)).toEqual(["v1"]);
    expect(publicKeysOf(back)).toEqual([]);
  });
});

test("replaced secrets may be brought, for moving here from another sender", () => {
  const until = new Date(NOW.getTime() + HOUR_MS).toISOString();
  const other = secretOf(saved());
  const connection = saved({}, { previousSecrets: [{ secret: other, until }] });
  expect(accepts(other, headersAt(connection))).toBe(true);
  expect(() => saved({}, { previousSecrets: [{ secret: "whsec_x", until }] })).toThrow(/signing secret/);
});
