/** That a leak would be found, however it is written. */
import { describe, expect, test } from "vitest";
import { findLeaks } from "./find-leaks.ts";
import { makeSecrets } from "./secrets.ts";

const secrets = makeSecrets();
const { canaries } = secrets;

describe("a leak is found", () => {
  const secret = secrets.basicPassword;
  const all = { headers: { authorization: `Basic ${Buffer.from(`somebody:${secret}`).toString("base64")}` } };
  const planted: readonly (readonly [string, string])[] = [
    ["as it is", secret],
    ["its beginning alone", `${secret.slice(0, 14)}…`],
    ["its end alone", `…${secret.slice(-14)}`],
    ["in JSON", JSON.stringify({ secret })],
    ["in JSON in JSON", JSON.stringify(JSON.stringify({ secret }))],
    ["in an address", `https://a.example/?p=${encodeURIComponent(secret)}`],
    ["in a form", new URLSearchParams({ secret }).toString()],
    ["as Basic credentials", JSON.stringify(all)],
    ["in base64url", Buffer.from(`xx${secret}`).toString("base64url")],
    ["in hex", Buffer.from(secret).toString("hex")],
    ["in HEX", Buffer.from(secret).toString("hex").toUpperCase()],
    ["in a bytea", `(1,"\\\\x${Buffer.from(`{"a":${JSON.stringify(secret)}}`).toString("hex")}")`],
  ];

  test.each(planted)("%s", (_how, text) => {
    const places = [{ name: "here", text: `some ${text} text` }];
    expect(findLeaks(canaries, places).join("\n")).toContain("basicPassword in here");
    // By what it is, not by how it looks: the same kinds of secrets with other values are not there.
    expect(findLeaks(makeSecrets().canaries, places)).toEqual([]);
  });

  test("as it is in each kind of secret, and in the bytes of those that have some", () => {
    for (const { name, value } of canaries) {
      const text = typeof value === "string" ? value : value.toString("hex");
      expect(findLeaks(canaries, [{ name: "here", text }]).join("\n")).toContain(`${name} in here`);
    }
  });
});
