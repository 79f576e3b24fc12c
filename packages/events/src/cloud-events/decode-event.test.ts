import { readFileSync } from "node:fs";
import type { KafkaMessage } from "kafkajs";
import { describe, expect, test } from "vitest";
import { decodeEvent, encodeHeaders, parseEvent } from "../index.ts";
import type { EventRecord } from "../index.ts";

const body = readFileSync(new URL("../../fixtures/website_status_changed.json", import.meta.url));
const attributes = {
  id: "evt_01j9",
  type: "website_status_changed",
  source: "/accounts/acc_1/sources/src_1",
  subject: "website/321654",
  time: "2026-11-23T10:00:00.000Z",
  accountId: "acc_1",
  contentType: "application/json",
};

describe("decodeEvent", () => {
  test("takes a kafkajs message as it comes", () => {
    const headers = Object.fromEntries(
      Object.entries(encodeHeaders(attributes)).map(([name, value]) => [name, Buffer.from(value)]),
    );
    const message: KafkaMessage = {
      key: Buffer.from("acc_1"),
      value: body,
      timestamp: "1",
      attributes: 0,
      offset: "1",
      headers,
    };
    expect(decodeEvent(message)).toEqual({
      ok: true,
      ...attributes,
      dataSchema: undefined,
      traceparent: undefined,
      raw: body,
      data: JSON.parse(body.toString()) as unknown,
    });
  });

  test("takes plain text and bytes, and gives the body back byte for byte", () => {
    const record = { key: "acc_1", value: body.toString(), headers: encodeHeaders(attributes) };
    const decoded = decodeEvent(record);
    expect(decoded.ok && Buffer.from(decoded.raw).equals(body)).toBe(true);
    expect(parseEvent(decoded.ok && decoded.data)).toMatchObject({ ok: true, known: true });
  });

  test("takes the account from the key when no header names it", () => {
    const { accountId: _, ...others } = attributes;
    for (const key of ["acc_7", Buffer.from("acc_7")]) {
      expect(decodeEvent({ key, value: "{}", headers: encodeHeaders(others) })).toMatchObject({
        accountId: "acc_7",
      });
    }
    expect(decodeEvent({ value: "{}", headers: encodeHeaders(others) })).toMatchObject({
      ok: true,
      accountId: undefined,
    });
  });

  test("normalises a form, whose value is its raw body", () => {
    const contentType = "application/x-www-form-urlencoded";
    const value = "email=erika%40example.org";
    const decoded = decodeEvent({
      value,
      headers: encodeHeaders({ ...attributes, type: "form_submitted", contentType }),
    });
    expect(decoded).toMatchObject({
      ok: true,
      contentType,
      data: { event: "form_submitted", fields: { email: "erika@example.org" } },
    });
    expect(decoded.ok && new TextDecoder().decode(decoded.raw)).toBe(value);
  });

  const headers = encodeHeaders(attributes);
  test.each<[string, EventRecord]>([
    ["the record has no headers", { value: "{}" }],
    ["the record has no value", { value: null, headers }],
    [
      'the value of evt_01j9 could not be read: line 1, column 2: expected a name in double quotes or "}", received the end of the text',
      { value: "{", headers },
    ],
  ])("says that %s", (reason, record) => {
    expect(decodeEvent(record)).toMatchObject({ ok: false, reason });
  });
});
