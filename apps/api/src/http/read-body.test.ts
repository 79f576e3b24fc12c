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
