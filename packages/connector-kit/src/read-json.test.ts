import { expect, test } from "vitest";
import { z } from "zod";
import { type Exchange, readJson } from "./index.ts";

const shape = z.object({ message: z.string() });
const reply = (body: string): Exchange => ({
  kind: "reply",
  status: 422,
  headers: {},
  body: Buffer.from(body),
  truncated: false,
  durationMs: 1,
});

test("a body of the shape is read, whatever its status", () => {
  expect(readJson(reply('{"message":"Too rude","more":1}'), shape)).toEqual({ message: "Too rude" });
});

test.each(["", "<html>", '{"message":', "null", "[]", '{"message":1}'])("%s is none", (body) => {
  expect(readJson(reply(body), shape)).toBeUndefined();
});

test("no reply says nothing", () => {
  const failed: Exchange = { kind: "failed", sent: false, reason: "dns", detail: "", durationMs: 1 };
  expect(readJson(failed, shape)).toBeUndefined();
});
