import { describe, expect, test } from "vitest";
import type { Exchange } from "../../index.ts";
import { createHttpClient } from "../../index.ts";
import { post } from "../client.ts";
import * as faults from "./faults.ts";
import type { Fault } from "./faults.ts";
import { openFake } from "./open-fake.ts";
import type { PlayOptions } from "./open-fake.ts";
import type { Vendor } from "./vendor.ts";

const NOW = new Date("2026-11-23T12:00:00Z");

/** A vendor that counts. */
function counter(): Vendor & { effects: number } {
  const vendor = {
    effects: 0,
    apply: () => ({ status: 201, body: { number: (vendor.effects += 1) } }),
  };
  return vendor;
}

async function send(fault: Fault, options: PlayOptions & { deadlineMs?: number } = {}) {
  const vendor = counter();
  await using fake = await openFake(vendor);
  const http = createHttpClient({ userAgent: "t", allowAddresses: ["127.0.0.0/8"] });
  fake.play(fault, options);
  const exchanges: Exchange[] = [];
  for (const path of ["/a", "/b"]) {
    exchanges.push(await http.request(post(fake.url + path), { deadlineMs: options.deadlineMs ?? 2_000 }));
  }
  await http.close();
  return { exchanges, effects: vendor.effects, requests: fake.requests };
}

describe("a fault is met once, and after it the vendor is itself:", () => {
  test.each<[string, Fault, Partial<Exchange>, number]>([
    ["slow", faults.slow(50), { kind: "reply", status: 201 }, 2],
    ["reset before reading", faults.resetBeforeReading, { kind: "failed", sent: true, reason: "reset" }, 1],
    ["applied, then reset", faults.appliedThenReset, { kind: "failed", sent: true, reason: "reset" }, 2],
    [
      "429 with seconds",
      faults.tooManyRequests("seconds", 7, NOW),
      { status: 429, headers: expect.objectContaining({ "retry-after": "7" }) },
      1,
    ],
    [
      "429 with a date",
      faults.tooManyRequests("date", 60, NOW),
      { headers: expect.objectContaining({ "retry-after": "Mon, 23 Nov 2026 12:01:00 GMT" }) },
      1,
    ],
    ["429 without", faults.tooManyRequests("none", 0, NOW), { status: 429 }, 1],
    ["500", faults.answer({ status: 500 }), { status: 500 }, 1],
    [
      "the vendor's 400",
      faults.answer({ status: 400, body: { error: "no" } }),
      { body: Buffer.from('{"error":"no"}') },
      1,
    ],
    [
      "HTML instead of JSON",
      faults.htmlInsteadOfJson,
      { status: 200, headers: expect.objectContaining({ "content-type": "text/html" }) },
      1,
    ],
    ["truncated JSON", faults.truncatedJson, { status: 201, truncated: true, cutBy: "reset" }, 2],
    ["302 elsewhere", faults.redirectTo("http://127.0.0.1:1"), { status: 302 }, 1],
    ["5 MB body", faults.largeBody, { status: 201, truncated: true }, 2],
  ])("%s", async (_name, fault, first, effects) => {
    const result = await send(fault);
    expect(result.exchanges[0]).toMatchObject(first);
    expect(result.exchanges[1]).toMatchObject({ kind: "reply", status: 201 });
    expect(result.effects).toBe(effects);
    expect(result.requests.map(({ path }) => path)).toEqual(["/a", "/b"]);
  });
});

test("a fault for ever is met for ever", async () => {
  const { exchanges, effects } = await send(faults.answer({ status: 401 }), { times: Infinity });
  expect(exchanges).toMatchObject([{ status: 401 }, { status: 401 }]);
  expect(effects).toBe(0);
});

test("a fault for what reads leaves what changes something alone", async () => {
  const { exchanges } = await send(faults.answer({ status: 500 }), { on: "reading" });
  expect(exchanges).toMatchObject([{ status: 201 }, { status: 201 }]);
});

test("whoever waits for no answer can be seen to give up", async () => {
  const vendor = counter();
  await using fake = await openFake(vendor);
  const http = createHttpClient({ userAgent: "t", allowAddresses: ["127.0.0.0/8"] });
  const held = fake.play(faults.hold(true));
  const exchange = http.request(post(fake.url), { deadlineMs: 100 });
  await held.reached;
  expect(vendor.effects).toBe(1);
  expect(await exchange).toMatchObject({ kind: "failed", sent: true, reason: "timeout" });
  await held.closed;
  await http.close();
});
