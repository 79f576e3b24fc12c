import type { BusRecord } from "@stellwerk/bus";
import { formatId } from "@stellwerk/delivery";
import { encodeHeaders } from "@stellwerk/events";
import { expect, test } from "vitest";
import { decodeRecord } from "./decode-record.ts";

const EVENT = "0192d3f0-1234-7abc-8def-0123456789ab";
const ACCOUNT = "0192d3f0-0000-7000-8000-000000000001";
const SOURCE = "0192d3f0-0000-7000-8000-000000000002";
const account = formatId("acc", ACCOUNT);

const attributes = {
  id: formatId("evt", EVENT),
  type: "website_created",
  source: `/accounts/${account}/sources/${formatId("src", SOURCE)}`,
  subject: "website/7",
  time: "2026-11-23T10:00:00.000Z",
  accountId: account,
  contentType: "application/json",
};

function record(
  change: Partial<typeof attributes> = {},
  value = '{"event":"website_created","website":{"id":7,"title":"Café","domain":"cafe.example"}}',
): BusRecord {
  const headers = encodeHeaders({ ...attributes, ...change });
  return {
    topic: "stellwerk.events",
    partition: 3,
    offset: 42n,
    key: account,
    value: Buffer.from(value),
    headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)])),
    timestamp: new Date("2026-11-23T10:00:01Z"),
  };
}

test("a record becomes the event that came in, its bytes untouched", () => {
  const incoming = record();
  expect(decodeRecord(incoming)).toEqual({
    ok: true,
    event: {
      offset: 42n,
      repeated: false,
      id: EVENT,
      accountId: ACCOUNT,
      sourceId: SOURCE,
      type: "website_created",
      subject: "website/7",
      time: new Date("2026-11-23T10:00:00Z"),
      receivedAt: new Date("2026-11-23T10:00:01Z"),
      contentType: "application/json",
      title: "Café",
      domain: "cafe.example",
      traceparent: null,
      body: incoming.value,
      data: expect.objectContaining({ value: JSON.parse(incoming.value.toString()) }),
    },
  });
});

test.each([
  [{ id: "42" }, "ce_id"],
  [{ accountId: "agency" }, "ce_accountid"],
  [{ source: "/somewhere/else" }, "ce_source"],
])("a foreign record %o is refused with the header that is wrong", (change, header) => {
  expect(decodeRecord(record(change))).toEqual({
    ok: false,
    reason: expect.stringContaining(`${header}: expected`),
  });
});

test("a record without headers is refused, not thrown over", () => {
  expect(decodeRecord({ ...record(), headers: {} })).toEqual({ ok: false, reason: expect.any(String) });
});

test("what the group had handled before is a repeat", () => {
  expect(decodeRecord(record(), 43n)).toMatchObject({ event: { repeated: true } });
  expect(decodeRecord(record(), 42n)).toMatchObject({ event: { repeated: false } });
});

test("a body that is no JSON is kept; it only has no title to search for", () => {
  const decoded = decodeRecord(record({}, "{"));
  expect(decoded).toMatchObject({ ok: true, event: { title: null, domain: null } });
});
