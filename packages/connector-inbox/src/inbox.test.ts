import { connectorEvent, createHttpClient, parseConnection, performAttempt } from "@stellwerk/connector-kit";
import { expect, test } from "vitest";
import { inbox } from "./index.ts";

test("takes any event at once, without a request", async () => {
  const http = createHttpClient({ userAgent: "t" });
  const result = await performAttempt({
    connector: inbox,
    action: inbox.actions["keep"]!,
    input: {},
    settings: {},
    secrets: {},
    key: "dlv_1",
    attempt: 1,
    event: connectorEvent({
      id: "evt_1",
      type: "anything",
      time: new Date(),
      source: "src_1",
      contentType: "application/octet-stream",
      body: Buffer.from([0, 255]),
    }),
    http,
    deadlineMs: 1_000,
  });
  await http.close();
  expect(result).toMatchObject({
    outcome: { kind: "delivered", summary: { en: expect.any(String), de: expect.any(String) } },
    request: undefined,
    reply: undefined,
    thrown: undefined,
  });
});

test("needs neither settings nor secrets", () => {
  expect(parseConnection(inbox, { settings: undefined, secrets: undefined }, { makeSecrets: true })).toEqual({
    ok: true,
    value: { settings: {}, secrets: {} },
  });
  expect(parseConnection(inbox, { settings: { url: "https://a.example" }, secrets: {} }).ok).toBe(false);
});
