import { parseEvent } from "@stellwerk/events";
import { expect, test } from "vitest";
import { makeBody, readSequence } from "./event-body.ts";

test("a body is a valid event of the platform about a website of its own", () => {
  const parsed = parseEvent(makeBody(42));
  expect(parsed).toMatchObject({
    ok: true,
    event: { event: "website_status_changed", website: { id: 100_000_042 } },
  });
});

test.each([0, 1, 42, 899_999_999])("event %i is recognised by its body", (sequence) => {
  expect(readSequence(makeBody(sequence))).toBe(sequence);
});

test("a body with one other byte is not taken for the event", () => {
  const body = makeBody(7);
  body[body.length - 3] = 0x20;
  expect(readSequence(body)).toBeUndefined();
});

test("a body that was written anew is not taken for the event", () => {
  expect(readSequence(Buffer.from(JSON.stringify(JSON.parse(makeBody(7).toString()))))).toBeUndefined();
});
