import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { eventTypes, readEvent, statusOf, subjectOf } from "./index.ts";
import { anyText } from "./testing/any-text.ts";

describe("readEvent", () => {
  test("reads the type, the subject and two words for the log", () => {
    const [sample] = eventTypes[1].samples;
    expect(readEvent(sample.data)).toEqual({
      type: "website_status_changed",
      known: true,
      subject: "website/321654",
      title: "Harry's Diner",
      domain: "example.com",
      issues: [],
    });
  });

  test("accepts a type it has never heard of and fields of any type", () => {
    expect(readEvent({ event: "invoice_paid", website: "none", amount: 3 })).toEqual({
      type: "invoice_paid",
      known: false,
      issues: [],
    });
    expect(readEvent({ event: "website_created", website: { id: {}, title: 5, domain: null } })).toEqual({
      type: "website_created",
      known: true,
      issues: [],
    });
  });

  test("takes the type from elsewhere where the body does not name it", () => {
    expect(readEvent({ website: { id: 7 } }, "website_created")).toMatchObject({
      type: "website_created",
      subject: "website/7",
    });
  });

  test("a NUL in the title does not refuse the event and does not reach the log", () => {
    const data = JSON.parse(
      '{"event":"website_created","website":{"id":1,"title":"Harry\\u0000s \\u001bDiner"}}',
    ) as unknown;
    expect(readEvent(data)).toMatchObject({ title: "Harry s Diner", issues: [] });
  });

  test.each([
    [null, "expected a JSON object, received null"],
    [[], "expected a JSON object, received an empty list"],
    ["hello", 'expected a JSON object, received the text "hello"'],
    [{}, "event: expected the event's type, such as website_status_changed, received nothing"],
    [
      { event: "" },
      'event: expected the event\'s type, such as website_status_changed, received the text ""',
    ],
    [{ event: 3 }, "event: expected the event's type, such as website_status_changed, received 3"],
    [
      { event: "a\u0000b" },
      'event: expected no control characters in the event\'s type, received the text "a\\u0000b"',
    ],
    [{ event: "x".repeat(129) }, "event: expected at most 128 characters, received 129 characters"],
  ])("%j is no event", (data, message) => {
    expect(readEvent(data).issues.map((issue) => issue.message)).toEqual([message]);
  });

  test("never throws, and keeps what it takes short and printable", () => {
    const utf16 = fc.array(fc.nat(0xffff)).map((units) => String.fromCharCode(...units));
    const small = fc.anything({ maxDepth: 1 });
    const website = fc.record({
      id: fc.anything(),
      title: fc.anything(),
      domain: utf16,
    });
    const data = fc.oneof(small, fc.record({ event: anyText(), website }));
    fc.assert(
      fc.property(data, (input) => {
        const { subject, title, domain, type, issues } = readEvent(input);
        for (const text of [subject, title, domain]) {
          if (text === undefined) continue;
          expect(text.length).toBeGreaterThan(0);
          expect(text.length).toBeLessThanOrEqual(256);
          expect(text.isWellFormed()).toBe(true);
          expect(text).toMatch(/^\P{Cc}*$/u);
        }
        expect(type === "").toBe(issues.length > 0);
      }),
    );
  });
});

describe("subjectOf", () => {
  test.each([
    [{ website: { id: 321654 } }, "website/321654"],
    [{ website: { id: "a7-é" } }, "website/a7-é"],
    [{ website: { id: "\ud800" } }, "website/\ufffd"],
    [{ website: { id: " \u0000\n" } }, undefined],
    [{ website: { id: "" } }, undefined],
    [{ website: { id: 1.5 } }, undefined],
    [{ website: null }, undefined],
    [{}, undefined],
    [[], undefined],
  ])("of %j is %j", (data, subject) => {
    expect(subjectOf(data)).toBe(subject);
  });

  test("two ids that JSON.parse rounds to the same number do not share a subject", () => {
    expect(subjectOf(JSON.parse('{"website":{"id":9007199254740993}}'))).toBeUndefined();
  });

  test("is cut to 256 characters without halving one", () => {
    const subject = subjectOf({ website: { id: "😀".repeat(300) } });
    expect(subject?.length).toBeLessThanOrEqual(256);
    expect(subject?.isWellFormed()).toBe(true);
  });
});

describe("statusOf", () => {
  test.each([
    [
      { website: { status: " Done " }, previousStatus: "Publish" },
      { status: "Done", previousStatus: "Publish" },
    ],
    [{ website: { status: "Lead" } }, { status: "Lead" }],
    [{ website: { status: "Done" }, previousStatus: 7 }, { status: "Done" }],
    [{ website: { status: null }, previousStatus: "Publish" }, undefined],
    [{ previousStatus: "Publish" }, undefined],
    ["Done", undefined],
  ])("of %j is %j", (data, expected) => {
    expect(statusOf(data)).toEqual(expected);
  });
});
