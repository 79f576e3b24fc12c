import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { expect, test } from "vitest";
import { ClientGoneError } from "../errors.ts";
import { mediaTypeOf, readBody } from "./read-body.ts";

function incoming(): IncomingMessage {
  return new IncomingMessage(new Socket());
}

test("a client that left before its body was read is noticed", async () => {
  const request = incoming();
  request.destroy();
  await new Promise((resolve) => request.once("close", resolve));
  await expect(readBody(request)).rejects.toBeInstanceOf(ClientGoneError);
});

test("a client that leaves in mid-body is noticed", async () => {
  const request = incoming();
  const reading = readBody(request);
  request.push("{");
  setImmediate(() => request.destroy());
  await expect(reading).rejects.toBeInstanceOf(ClientGoneError);
});

test("a body is cut at the limit, and its length is what came until then when none was declared", async () => {
  const request = incoming();
  request.push("12345");
  request.push("67890");
  request.push(null);
  expect(await readBody(request, 7)).toEqual({ ok: false, start: Buffer.from("12345"), sizeBytes: 10 });
});

test.each([
  ["application/json", "application/json"],
  ["Application/JSON ; charset=utf-8", "application/json"],
  ["", undefined],
  [undefined, undefined],
])("the media type of %s is %s", (header, expected) => {
  const request = incoming();
  if (header !== undefined) request.headers["content-type"] = header;
  expect(mediaTypeOf(request)).toBe(expected);
});

test("a body that only drips is 408, one at a fair pace is taken", async () => {
  const pace = { graceMs: 100, bytesPerSecond: 1_000 };
  const slow = incoming();
  const fair = incoming();
  const drip = setInterval(() => slow.push("x"), 50);
  const pour = setInterval(() => fair.push("x".repeat(500)), 50);
  setTimeout(() => {
    clearInterval(pour);
    fair.push(null);
  }, 1_200);
  const [refused, taken] = await Promise.allSettled([
    readBody(slow, undefined, pace),
    readBody(fair, undefined, pace),
  ]);
  clearInterval(drip);
  expect(refused).toMatchObject({
    reason: { problem: { status: 408, headers: { connection: "close" } } },
  });
  expect(taken).toMatchObject({ value: { ok: true } });
});
