import { expect, test } from "vitest";
import { decodeHead, encodeHead } from "./record-head.ts";

test("key and headers come back byte for byte", () => {
  const every = Buffer.from(Array.from({ length: 256 }, (_, n) => n));
  const head = encodeHead("Schlüssel \u0000", { every, "": "no name", empty: "", text: "grüße" });
  expect(decodeHead(head)).toEqual({
    key: "Schlüssel \u0000",
    headers: { every, "": Buffer.from("no name"), empty: Buffer.alloc(0), text: Buffer.from("grüße") },
  });
});

test("a header may be called like a property of every object", () => {
  const head = encodeHead(
    "key",
    Object.fromEntries([
      ["__proto__", "value"],
      ["constructor", "value"],
    ]),
  );
  const { headers } = decodeHead(head);
  expect(Object.keys(headers)).toEqual(["__proto__", "constructor"]);
  expect(headers["constructor"]).toEqual(Buffer.from("value"));
});
