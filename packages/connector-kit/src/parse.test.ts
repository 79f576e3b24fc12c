import { describe, expect, test } from "vitest";
import { z } from "zod";
import {
  defineAction,
  defineConnection,
  defineConnector,
  natural,
  parseConnection,
  parseInput,
} from "./index.ts";

const CANARY = "canary-5f3a-secret";

const connection = defineConnection({
  settings: z.strictObject({ site: z.string().min(3), size: z.number().max(5).optional() }),
  secrets: z.strictObject({ token: z.string().regex(/^tok_/), extra: z.string().optional() }),
  makeSecrets: () => ({ token: "tok_made" }),
});
const act = defineAction({
  connection,
  title: { en: "Act" },
  summary: { en: "Acts." },
  input: z.strictObject({
    channel: z.string(),
    lines: z.array(z.string()),
    mode: z.enum(["a", "b"]).default("a"),
  }),
  repeat: natural("test"),
  plan: () => ({ method: "POST", url: "https://a.example", headers: {} }),
  samples: [],
});
const connector = defineConnector({
  id: "sample",
  title: { en: "Sample" },
  summary: { en: "Sample." },
  hosts: ["a.example"],
  connection,
  actions: { act },
});

describe("an input", () => {
  test("comes back with its defaults", () => {
    expect(parseInput(act, { channel: "c", lines: [] })).toEqual({
      ok: true,
      value: { channel: "c", lines: [], mode: "a" },
    });
  });

  test("reports every problem with its path, what was expected and what came", () => {
    const parsed = parseInput(act, { lines: ["x", 7], mode: "z", more: true });
    expect(parsed).toEqual({
      ok: false,
      problems: [
        { path: "input.channel", message: "is required", expected: "string", received: "nothing" },
        expect.objectContaining({ path: "input.lines.1", expected: "string", received: "7" }),
        expect.objectContaining({ path: "input.mode", expected: 'one of "a", "b"', received: '"z"' }),
        expect.objectContaining({
          path: "input",
          expected: expect.stringContaining('"more"'),
          received: "object",
        }),
      ],
    });
  });

  test.each([null, "text", [], 5])("%j is not an input", (value) => {
    expect(parseInput(act, value).ok).toBe(false);
  });
});

describe("a connection", () => {
  test("gets its secrets made when it is new and brings none", () => {
    const raw = { settings: { site: "abc" }, secrets: undefined };
    expect(parseConnection(connector, raw, { makeSecrets: true })).toEqual({
      ok: true,
      value: { settings: { site: "abc" }, secrets: { token: "tok_made" } },
    });
    expect(parseConnection(connector, raw).ok).toBe(false);
  });

  test("keeps the secrets it brings", () => {
    const raw = { settings: { site: "abc" }, secrets: { token: "tok_own" } };
    expect(parseConnection(connector, raw, { makeSecrets: true })).toMatchObject({
      value: { secrets: { token: "tok_own" } },
    });
  });

  test("reports problems of settings and secrets together and never repeats a secret", () => {
    const parsed = parseConnection(connector, {
      settings: { site: "ab", size: 9 },
      secrets: { token: CANARY, extra: 5, [`${CANARY}-name`]: 1 },
    });
    expect(parsed).toMatchObject({
      ok: false,
      problems: [
        { path: "settings.site", expected: "at least 3 characters", received: '"ab"' },
        { path: "settings.size", expected: "at most 5", received: "9" },
        { path: "secrets.token", received: `string of ${CANARY.length} characters` },
        { path: "secrets.extra", received: "number" },
        { path: "secrets" },
      ],
    });
    expect(JSON.stringify(parsed).replaceAll(`${CANARY}-name`, "")).not.toContain(CANARY);
  });
});
