import { expect, test } from "vitest";
import { readEventData } from "./read-event-data.ts";

const json = { type: "website_created", contentType: "application/json" };
const form = { type: "form_submitted", contentType: "application/x-www-form-urlencoded" };

test("a body is read as its JSON, with or without a byte order mark", () => {
  expect(readEventData({ ...json, body: Buffer.from('{"a":1}') })).toEqual({ a: 1 });
  expect(readEventData({ ...json, body: Buffer.from('\uFEFF{"a":1}') })).toEqual({ a: 1 });
});

test("a form has one shape, however it came", () => {
  const urlencoded = readEventData({ ...form, body: Buffer.from("email=a%40example.com") });
  const asJson = readEventData({
    ...form,
    contentType: "application/json",
    body: Buffer.from('{"email":"a@example.com"}'),
  });
  expect(urlencoded).toMatchObject({ event: "form_submitted" });
  expect(asJson).toEqual(urlencoded);
});

test("what cannot be read is undefined", () => {
  expect(readEventData({ ...json, body: Buffer.from("not json") })).toBeUndefined();
});
