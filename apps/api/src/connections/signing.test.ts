import { createPublicKey, verify } from "node:crypto";
import { findAction, parseConnection } from "@stellwerk/connector-kit";
import { builtInConnectors } from "@stellwerk/connectors";
import { formatId, newUuid, parseId } from "@stellwerk/delivery";
import { connectionSecretsContext, createSealer, hashSecret, readSecretKey } from "@stellwerk/store";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestApi, type TestApi } from "../testing/open-test-api.ts";
import { makeAccount, makeKey } from "../testing/requests.ts";

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi({ publicUrl: "https://hooks.example.com" });
});
afterAll(() => api[Symbol.asyncDispose]());

async function make(settings: Record<string, unknown> = {}) {
  const body = { connector: "webhook", settings: { url: "https://example.com/hooks/1", ...settings } };
  return (await api.call("POST", "/v1/connections", { body })).body;
}

function rotate(id: string, body?: Record<string, unknown>, headers: Record<string, string> = {}) {
  return api.call("POST", `/v1/connections/${id}/rotate-secret`, { body, headers });
}

function read(id: string) {
  return api.call("GET", `/v1/connections/${id}`);
}

const { connector } = findAction(builtInConnectors, "webhook.send")!;
const sealer = createSealer({ current: readSecretKey(hashSecret("test").toString("hex")) });

/** The header that the dispatcher would send now, from what is stored. */
async function signatureOf(id: string): Promise<string> {
  const uuid = parseId("con", id)!;
  const [row] = await api.db.query<{ settings: unknown; secrets_sealed: Buffer }>(
    "SELECT settings, secrets_sealed FROM connection WHERE id = $1",
    [uuid],
  );
  const secrets: unknown = JSON.parse(sealer.open(row!.secrets_sealed, connectionSecretsContext(uuid)));
  const parsed = parseConnection(connector, { settings: row!.settings, secrets });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const plan = { method: "POST", url: "https://example.com", headers: {}, body: "{}" } as const;
  const added = connector.connection.authorise!(plan, { key: "dlv_1", now: new Date(0), ...parsed.value });
  return added.headers!["webhook-signature"]!;
}

async function kindsOf(id: string): Promise<string[]> {
  return (await signatureOf(id)).split(" ").map((each) => each.split(",")[0]!);
}

const HOUR_MS = 3_600_000;
const hoursFromNow = (time: string) => Math.round((Date.parse(time) - Date.now()) / HOUR_MS);

describe("rotating a secret", () => {
  test("answers the new one, and both sign for a day", async () => {
    const made = await make();
    const before = await signatureOf(made.id);
    const { status, body, headers } = await rotate(made.id);
    expect(status).toBe(200);
    expect(body.secrets.signingSecret).toMatch(/^whsec_/);
    expect(body.secrets.signingSecret).not.toBe(made.secrets.signingSecret);
    expect(headers.get("etag")).toBe('"2"');
    expect(body.signing).toMatchObject({ signatures: ["v1"], publicKeys: [], publicKeysUrl: null });
    expect(body.signing.overlaps.map((each: { until: string }) => hoursFromNow(each.until))).toEqual([24]);
    const signatures = (await signatureOf(made.id)).split(" ");
    expect(signatures).toHaveLength(2);
    expect(signatures).toContain(before);
    expect((await read(made.id)).bytes.toString()).not.toContain("whsec_");
    const revealed = await api.call("POST", `/v1/connections/${made.id}/reveal`);
    expect(revealed.body.secrets).toEqual(body.secrets);
  });

  test("takes one that is brought, and the overlap that is asked for", async () => {
    const { id } = await make();
    const secret = `whsec_${Buffer.alloc(24, 7).toString("base64")}`;
    const { body } = await rotate(id, { secret, overlap: "72h" });
    expect(body.secrets).toEqual({ signingSecret: secret });
    expect(hoursFromNow(body.signing.overlaps[0].until)).toBe(72);
    const now = await rotate(id, { overlap: "0s" });
    expect(now.body.signing.overlaps).toEqual([]);
    expect(await kindsOf(id)).toEqual(["v1"]);
  });

  test("again during the overlap lets all three sign; a fourth is refused until overlaps are ended", async () => {
    const { id } = await make();
    await rotate(id);
    expect((await rotate(id)).body.signing.overlaps).toHaveLength(2);
    expect(await kindsOf(id)).toEqual(["v1", "v1", "v1"]);
    const refused = await rotate(id);
    expect(refused.status).toBe(400);
    expect(refused.body.errors[0]).toMatchObject({
      path: "overlap",
      fix: expect.stringContaining("end-overlap"),
    });
    const ended = await api.call("POST", `/v1/connections/${id}/end-overlap`);
    expect(ended.body.signing.overlaps).toEqual([]);
    expect(await kindsOf(id)).toEqual(["v1"]);
    expect((await rotate(id)).status).toBe(200);
  });

  test("is done once for one idempotency key", async () => {
    const { id } = await make();
    const key = { "idempotency-key": newUuid() };
    const first = await rotate(id, {}, key);
    const again = await rotate(id, {}, key);
    expect(again.body).toEqual(first.body);
    expect(await kindsOf(id)).toEqual(["v1", "v1"]);
  });

  test("keeps the other secrets, raises the revision and minds the version", async () => {
    const secrets = { bearerToken: "canary-token" };
    const body = { connector: "webhook", settings: { url: "https://example.com" }, secrets };
    const { id } = (await api.call("POST", "/v1/connections", { body })).body;
    const revision = async () =>
      (await api.db.query<{ revision: number }>("SELECT max(revision)::int AS revision FROM account"))[0]!
        .revision;
    const before = await revision();
    expect((await rotate(id, {}, { "if-match": '"7"' })).status).toBe(412);
    const rotated = await rotate(id, {}, { "if-match": '"1"' });
    expect(await revision()).toBe(before + 1);
    expect(rotated.bytes.toString()).not.toContain("canary-token");
    const [row] = await api.db.query<{ secrets_sealed: Buffer }>(
      "SELECT secrets_sealed FROM connection WHERE id = $1",
      [parseId("con", id)],
    );
    const context = connectionSecretsContext(parseId("con", id)!);
    expect(JSON.parse(sealer.open(row!.secrets_sealed, context))).toMatchObject(secrets);
  });

  test.each([
    ["secret", { secret: "canary-secret" }],
    ["secret", { secret: `whsec_${Buffer.alloc(23).toString("base64")}` }],
    ["secret", { secret: 12_345_678 }],
    ["signature", { signature: "v2" }],
    ["overlap", { overlap: "31d" }],
    ["overlap", { overlap: "soon" }],
    ["overlab", { overlab: "1h" }],
  ])("refuses %s %j and repeats no secret", async (path, body) => {
    const { id } = await make();
    const refused = await rotate(id, body);
    expect(refused.status).toBe(400);
    expect(refused.body.errors[0].path).toBe(path);
    const secret = "secret" in body ? String(body.secret) : "whsk_";
    expect(JSON.stringify(refused.body)).not.toContain(secret);
    expect(await kindsOf(id)).toEqual(["v1"]);
  });

  test("is refused where nothing is signed, to readers and to other accounts", async () => {
    const inbox = await api.call("POST", "/v1/connections", { body: { connector: "inbox" } });
    expect(inbox.body.signing).toBeNull();
    expect((await rotate(inbox.body.id)).status).toBe(409);
    const { id } = await make();
    const path = `/v1/connections/${id}/rotate-secret`;
    const key = await makeKey(api, "read");
    expect((await api.call("POST", path, { key })).status).toBe(403);
    const headers = await makeAccount(api);
    expect((await api.call("POST", path, { headers })).status).toBe(404);
    expect((await api.call("POST", `/v1/connections/${id}/end-overlap`, { headers })).status).toBe(404);
    expect((await read(id)).body.version).toBe(1);
  });
});

describe("the public keys of v1a", () => {
  /** Without any key of ours, as a receiver asks. */
  function readKeys(url: string) {
    return api.call("GET", new URL(url).pathname, { key: null });
  }

  test("are at the address that the connection names, for everybody, and check what is signed", async () => {
    const { id, signing, secrets } = await make({ signature: "v1a" });
    expect(Object.keys(secrets)).toEqual(["signingSecret"]);
    expect(signing.publicKeysUrl).toBe(`https://hooks.example.com/.well-known/webhook-keys/${id}`);
    const { status, body, headers } = await readKeys(signing.publicKeysUrl);
    expect(status).toBe(200);
    expect(headers.get("cache-control")).toBe("public, max-age=300");
    expect(body.keys.map((each: { whpk: string }) => each.whpk)).toEqual([signing.publicKeys[0].key]);
    const [kind, signature = ""] = (await signatureOf(id)).split(",");
    expect(kind).toBe("v1a");
    const key = createPublicKey({ key: body.keys[0], format: "jwk" });
    expect(verify(null, Buffer.from("dlv_1.0.{}"), key, Buffer.from(signature, "base64"))).toBe(true);
  });

  test("are two while the key is rotated, and one after it", async () => {
    const { id, signing } = await make({ signature: "v1a" });
    const rotated = (await rotate(id)).body.signing;
    expect(rotated.publicKeys).toEqual([
      { key: expect.stringMatching(/^whpk_/), until: null },
      { key: signing.publicKeys[0].key, until: expect.any(String) },
    ]);
    expect((await readKeys(signing.publicKeysUrl)).body.keys).toHaveLength(2);
    expect(await kindsOf(id)).toEqual(["v1a", "v1a"]);
    await api.call("POST", `/v1/connections/${id}/end-overlap`);
    expect((await readKeys(signing.publicKeysUrl)).body.keys).toMatchObject([
      { whpk: rotated.publicKeys[0].key },
    ]);
  });

  test("come with a change of the settings, and go with one", async () => {
    const { id } = await make();
    const settings = { url: "https://example.com/hooks/1" };
    const change = async (signature: string) =>
      (await api.call("PATCH", `/v1/connections/${id}`, { body: { settings: { ...settings, signature } } }))
        .body.signing;
    const both = await change("both");
    expect(both).toMatchObject({ signatures: ["v1", "v1a"], publicKeys: [{ until: null }] });
    expect(await kindsOf(id)).toEqual(["v1", "v1a"]);
    expect(await change("v1")).toMatchObject({ publicKeys: [], publicKeysUrl: null });
    expect((await readKeys(both.publicKeysUrl)).status).toBe(404);
    expect((await change("v1a")).publicKeys).toEqual(both.publicKeys);
  });

  test("are answered alike for an id that is none, a deleted connection and one without a key pair", async () => {
    const deleted = await make({ signature: "v1a" });
    await api.call("DELETE", `/v1/connections/${deleted.id}`);
    const shared = await make();
    const ids = [deleted.id, shared.id, formatId("con", newUuid()), "con_nonsense", "x"];
    const answers = await Promise.all(
      ids.map((id) => readKeys(`https://hooks.example.com/.well-known/webhook-keys/${id}`)),
    );
    const texts = answers.map(({ body: { requestId: _id, ...rest } }) => JSON.stringify(rest));
    expect(answers.map(({ status }) => status)).toEqual(ids.map(() => 404));
    expect(new Set(texts).size).toBe(1);
    expect(answers[0]?.headers.get("cache-control")).toBe("no-store");
  });

  test("are all that is ever shown of the key pair", async () => {
    const { id, signing } = await make({ signature: "both" });
    const seen = [
      await read(id),
      await rotate(id, { signature: "v1a" }),
      await readKeys(signing.publicKeysUrl),
      await api.call("POST", `/v1/connections/${id}/reveal`),
      await api.call("GET", "/v1/connections"),
    ];
    const everything = [...seen.map((reply) => reply.bytes.toString()), ...api.logged].join("");
    expect(everything).not.toContain("whsk_");
  });
});

test("secrets that cannot be opened are described as nothing, and the list still works", async () => {
  const { id } = await make({ signature: "v1a" });
  await api.db.query("UPDATE connection SET secrets_sealed = $2 WHERE id = $1", [
    parseId("con", id),
    sealer.seal("{}", "connection/elsewhere/secrets"),
  ]);
  expect((await read(id)).body.signing).toBeNull();
  expect((await api.call("GET", "/v1/connections")).status).toBe(200);
  expect((await rotate(id)).status).toBe(409);
});
