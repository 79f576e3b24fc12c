import { connect } from "node:net";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { capture, makeConnection, rotate, secretOf, send, signing } from "./send-webhook.ts";
import { canRun, languages, type RunningReceiver, startReceiver } from "./start-receiver.ts";
import { isFromStellwerk } from "./verify-v1a.js";

const BODY = Buffer.from('{ "event":"website_created",\n "website":{"id":7,"title":"Café 😀"} }');

const missing = languages.filter((language) => !canRun(language));
if (missing.length > 0) {
  process.stderr.write(
    `\nLeft out, because their runtimes are not on this machine: ${missing.join(", ")}\n\n`,
  );
}

describe.each(languages.filter(canRun))("the receiver in %s", (language) => {
  const connection = makeConnection();
  let receiver: RunningReceiver;
  beforeAll(async () => {
    receiver = await startReceiver(language, secretOf(connection));
  });
  afterAll(() => receiver?.[Symbol.asyncDispose]());

  /** The connector's own request, changed on its way. */
  async function forward(changed: { body?: Buffer; headers?: Record<string, string> }): Promise<number> {
    const request = await capture(connection, { key: "dlv_changed", body: BODY });
    const own = Object.entries(request.headers).filter(([name]) =>
      /^(webhook|ce)-|^content-type$/.test(name),
    );
    const headers = { ...(Object.fromEntries(own) as Record<string, string>), ...changed.headers };
    const body = new Uint8Array(changed.body ?? request.body);
    return (await fetch(receiver.url, { method: "POST", headers, body })).status;
  }

  test("takes what we send, and says when it comes again", async () => {
    expect(await send(receiver.url, connection, { key: "dlv_first", body: BODY })).toBe(204);
    expect(await send(receiver.url, connection, { key: "dlv_first", body: BODY })).toBe(204);
    await expect.poll(receiver.output).toContain("dlv_first website_created");
    // PHP forgets everything between two requests.
    const again = language === "PHP" ? "dlv_first website_created\n" : "dlv_first again\n";
    await expect.poll(receiver.output).toContain(again);
  });

  test.each([
    ["a form", "application/x-www-form-urlencoded", Buffer.from("name=J%C3%BCrgen")],
    ["bytes that are no text", "application/octet-stream", Buffer.from([0xff, 0x00, 0x0a, 0x80])],
    ["nothing", "application/json", Buffer.alloc(0)],
  ])("takes %s", async (_name, contentType, body) => {
    expect(await send(receiver.url, connection, { key: "dlv_bytes", body, contentType })).toBe(204);
  });

  test("takes a request that is signed with a new secret and the one it knows", async () => {
    const rotated = rotate(connection);
    expect(secretOf(rotated)).not.toBe(secretOf(connection));
    expect(await send(receiver.url, rotated, { key: "dlv_rotated", body: BODY })).toBe(204);
    const secrets = signing.endOverlap(rotated.secrets);
    expect(await send(receiver.url, { ...rotated, secrets }, { key: "dlv_ended", body: BODY })).toBe(400);
  });

  test("refuses another secret", async () => {
    expect(await send(receiver.url, makeConnection(), { key: "dlv_other", body: BODY })).toBe(400);
  });

  test("refuses an old timestamp, and one from the future", async () => {
    for (const minutes of [-6, 6]) {
      const now = new Date(Date.now() + minutes * 60_000);
      expect(await send(receiver.url, connection, { key: "dlv_old", body: BODY, now })).toBe(400);
    }
  });

  test("refuses a changed body, id or timestamp", async () => {
    expect(await forward({})).toBe(204);
    expect(await forward({ body: Buffer.from(BODY.toString().replace("7", "8")) })).toBe(400);
    expect(await forward({ headers: { "webhook-id": "dlv_other" } })).toBe(400);
    const soon = String(Math.floor(Date.now() / 1_000) + 60);
    expect(await forward({ headers: { "webhook-timestamp": soon } })).toBe(400);
  });

  test.each(["", "v1,", "v1", "v1,***", "v1,AAAA", `v2,${"A".repeat(43)}=`, "v1,é", "v1a,AAAA v1,AAAA"])(
    "refuses the signature %j",
    async (signature) => {
      const value = Buffer.from(signature).toString("latin1");
      expect(await forward({ headers: { "webhook-signature": value } })).toBe(400);
    },
  );

  test.each(["", "now", "1e9", "-1", "99999999999999999999"])(
    "refuses the timestamp %j",
    async (timestamp) => {
      expect(await forward({ headers: { "webhook-timestamp": timestamp } })).toBe(400);
    },
  );

  test("goes on after a sender that hung up in the middle", async () => {
    const { port } = new URL(receiver.url);
    const socket = connect(Number(port), "127.0.0.1");
    socket.write("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{");
    await setTimeout(100);
    socket.resetAndDestroy();
    expect(await send(receiver.url, connection, { key: "dlv_after", body: BODY })).toBe(204);
  });

  test("refuses a request without any of our headers", async () => {
    expect((await fetch(receiver.url, { method: "POST", body: "{}" })).status).toBe(400);
  });
});

describe("verifying v1a", () => {
  const connection = makeConnection({ signature: "both" });
  const keySetOf = (given: typeof connection) => ({
    keys: signing.describe(given.settings, given.secrets, new Date()).publicKeys.map(({ jwk }) => jwk),
  });
  const keySet = keySetOf(connection);

  test("takes what we send, also while the key is rotated", async () => {
    const { headers, body } = await capture(connection, { key: "dlv_1", body: BODY });
    expect(isFromStellwerk(keySet, headers, body)).toBe(true);
    const rotation = { signature: "v1a", overlapMs: 60_000, now: new Date() };
    const rotated = signing.rotate(connection.settings, connection.secrets, rotation);
    const after = { ...connection, secrets: rotated.ok && rotated.value };
    const second = await capture(after, { key: "dlv_1", body: BODY });
    expect(isFromStellwerk(keySet, second.headers, second.body)).toBe(true);
    expect(keySetOf(after).keys).toHaveLength(2);
    expect(isFromStellwerk(keySetOf(after), headers, body)).toBe(true);
  });

  test("refuses another key, an old timestamp, a changed body and a v1 signature alone", async () => {
    const { headers, body } = await capture(connection, { key: "dlv_1", body: BODY });
    expect(isFromStellwerk(keySetOf(makeConnection({ signature: "v1a" })), headers, body)).toBe(false);
    expect(isFromStellwerk(keySet, headers, Buffer.from("{}"))).toBe(false);
    const now = new Date(Date.now() - 6 * 60_000);
    const old = await capture(connection, { key: "dlv_1", body: BODY, now });
    expect(isFromStellwerk(keySet, old.headers, old.body)).toBe(false);
    const v1 = String(headers["webhook-signature"]).split(" ")[0]!;
    expect(isFromStellwerk(keySet, { ...headers, "webhook-signature": v1 }, body)).toBe(false);
  });
});
