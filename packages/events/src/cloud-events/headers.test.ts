import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeHeaders, decodeHttpHeaders, encodeHeaders, encodeHttpHeaders } from "../index.ts";
import type { EventAttributes, KafkaHeaders } from "../index.ts";
import { anyText } from "../testing/any-text.ts";

const attributes: EventAttributes = {
  id: "evt_01j9",
  type: "website_status_changed",
  source: "/accounts/acc_1/sources/src_1",
  subject: "website/321654",
  time: "2026-11-23T10:00:00.000Z",
  dataSchema: "https://stellwerk.dev/schemas/events/website_status_changed/1.json",
  accountId: "acc_1",
  traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
  contentType: "application/json",
};

const text = anyText({ minLength: 1 });
const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
const anyAttributes = fc
  .record({
    id: text,
    type: text,
    source: text,
    subject: optional(
      fc.oneof(text, fc.constantFrom("", "Café Müller", "\uFEFFwebsite/1", '"quoted"', "100 %41", " x ")),
    ),
    time: optional(
      fc
        .date({ noInvalidDate: true, min: new Date(0), max: new Date("9999-01-01") })
        .map((date) => date.toISOString()),
    ),
    dataSchema: optional(fc.webUrl()),
    accountId: optional(text),
    traceparent: optional(text),
    contentType: optional(fc.constantFrom("application/json", 'multipart/form-data; boundary="x"')),
    extensions: optional(fc.dictionary(fc.stringMatching(/^x[a-z0-9]{1,9}$/), text, { minKeys: 1 })),
  })
  .map(
    (record) =>
      Object.fromEntries(
        Object.entries(record).filter(([, value]) => value !== undefined),
      ) as unknown as EventAttributes,
  );

const asBytes = (headers: Record<string, string>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Buffer.from(value, "utf8")]));

describe("Kafka's binary mode", () => {
  test("has the names of the CloudEvents binding", () => {
    expect(encodeHeaders(attributes)).toEqual({
      ce_specversion: "1.0",
      ce_id: "evt_01j9",
      ce_type: "website_status_changed",
      ce_source: "/accounts/acc_1/sources/src_1",
      ce_subject: "website/321654",
      ce_time: "2026-11-23T10:00:00.000Z",
      ce_dataschema: "https://stellwerk.dev/schemas/events/website_status_changed/1.json",
      ce_accountid: "acc_1",
      ce_traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
      "content-type": "application/json",
    });
  });

  test("decoding undoes encoding, as text and as UTF-8 bytes", () => {
    fc.assert(
      fc.property(anyAttributes, (any) => {
        const headers = encodeHeaders(any);
        expect(decodeHeaders(headers)).toEqual({ ok: true, attributes: any });
        expect(decodeHeaders(asBytes(headers))).toEqual({ ok: true, attributes: any });
      }),
    );
  });

  test("reads the last of a repeated header and leaves others alone", () => {
    const headers = {
      ...encodeHeaders(attributes),
      ce_id: ["evt_old", Buffer.from("evt_01j9")],
      trace: "x",
      b3: Buffer.from([255]),
    };
    expect(decodeHeaders(headers)).toEqual({ ok: true, attributes });
  });

  const full = encodeHeaders(attributes);
  test.each<[string, unknown]>([
    ["the record has no headers", undefined],
    ["CloudEvents 1.0 in binary mode was expected, but specversion is missing", {}],
    [
      "CloudEvents 1.0 in binary mode was expected, but specversion is 0.3",
      { ...full, ce_specversion: "0.3" },
    ],
    ["the required attribute id is missing", { ce_specversion: "1.0", ce_type: "x" }],
    ["the required attribute source is missing", { ...full, ce_source: "" }],
    ["the attribute time is not an RFC 3339 timestamp", { ...full, ce_time: "yesterday" }],
    ["the attribute time is not an RFC 3339 timestamp", { ...full, ce_time: "2026-13-01T00:00:00Z" }],
    ["the header ce_subject is not UTF-8 text", { ...full, ce_subject: Buffer.from([0x77, 0xff]) }],
    ["the header ce_subject is not UTF-8 text", { ...full, ce_subject: null }],
  ])("says that %s", (reason, headers) => {
    expect(decodeHeaders(headers as KafkaHeaders)).toEqual({ ok: false, reason });
  });

  test("an extension cannot pass itself off as an attribute or a prototype", () => {
    const extensions = {
      id: "evt_forged",
      specversion: "0.3",
      ["__proto__"]: "x",
      "Not-A-Name": "x",
      shop: "1",
    };
    expect(decodeHeaders(encodeHeaders({ ...attributes, extensions }))).toEqual({
      ok: true,
      attributes: { ...attributes, extensions: { shop: "1" } },
    });
    const hostile = decodeHeaders({ ...encodeHeaders(attributes), ["ce___proto__"]: "x" });
    expect(hostile).toEqual({ ok: true, attributes });
  });

  test("half a surrogate pair is repaired, since it has no bytes", () => {
    expect(encodeHeaders({ ...attributes, subject: "a\ud800" })["ce_subject"]).toBe("a\ufffd");
  });

  test("no input makes decodeHeaders throw", () => {
    const value = fc.oneof(fc.anything({ withTypedArray: true }), fc.uint8Array(), fc.string());
    const headers = fc.oneof(
      fc.anything(),
      fc.dictionary(fc.oneof(fc.constantFrom(...Object.keys(encodeHeaders(attributes))), fc.string()), value),
    );
    fc.assert(
      fc.property(headers, (any) => {
        const decoded = decodeHeaders(any as KafkaHeaders);
        expect(typeof (decoded.ok ? decoded.attributes.id : decoded.reason)).toBe("string");
      }),
    );
  });
});

describe("HTTP's binary mode", () => {
  test("percent-encodes what HTTP has no letters for", () => {
    expect(encodeHttpHeaders({ ...attributes, subject: 'Café "100 %" ☃\n' })).toMatchObject({
      "ce-specversion": "1.0",
      "ce-id": "evt_01j9",
      "ce-subject": "Caf%C3%A9%20%22100%20%25%22%20%E2%98%83%0A",
      "content-type": "application/json",
    });
  });

  test("decoding undoes encoding, through fetch's Headers as well", () => {
    fc.assert(
      fc.property(anyAttributes, (any) => {
        const headers = encodeHttpHeaders(any);
        for (const value of Object.values(headers)) expect(value).toMatch(/^[\u0020-\u007e]*$/);
        expect(decodeHttpHeaders(headers)).toEqual({ ok: true, attributes: any });
        expect(decodeHttpHeaders(new Headers(headers))).toEqual({ ok: true, attributes: any });
      }),
    );
  });

  test("reads the spec's own example and other spellings", () => {
    const decoded = decodeHttpHeaders({
      "CE-SpecVersion": "1.0",
      "Ce-Id": '"a \\"b\\""',
      "ce-type": "Euro%20%E2%82%AC%20%F0%9F%98%80",
      "ce-source": ["/old", "/new"],
      "ce-subject": "100% %4x",
    });
    expect(decoded).toEqual({
      ok: true,
      attributes: { id: 'a "b"', type: "Euro € 😀", source: "/new", subject: "100% %4x" },
    });
  });

  test("refuses what is not UTF-8 after decoding", () => {
    expect(decodeHttpHeaders({ ...encodeHttpHeaders(attributes), "ce-subject": "M%FCller" })).toEqual({
      ok: false,
      reason: "the header ce-subject is not UTF-8 text",
    });
  });

  test("no input makes decodeHttpHeaders throw", () => {
    fc.assert(
      fc.property(fc.anything(), (any) => {
        expect(decodeHttpHeaders(any as Record<string, string>).ok).toBe(false);
      }),
    );
  });
});
