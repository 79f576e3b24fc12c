/** Every reason code that stands anywhere in the program is in the catalogue, so that each has its sentence and fix. */
import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { isReasonCode, REASONS } from "./index.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** Reasons of other things: refused request bodies and choices, records of the dead topic, operations events. */
const OTHER_REASONS =
  /apps\/api\/src\/(?!deliveries)|dead-topic|rejected-bod|decode-record|router\.ts|tell\.ts|transitions\.ts|perform-options|packages\/(bus|events|process|fake-vendors)\//;
const NOT_THE_PROGRAM =
  /node_modules|\.test\.ts$|\/testing\/|\/fixtures\/|\/wrong-connectors\/|\/generated\//;

const USES = [
  /\breason:[^",\n]*"([a-z_]+)"(?:\s*:\s*"([a-z_]+)")?/g,
  /\breason = '([a-z_]+)'|'([a-z_]+)' AS reason|\bTHEN '([a-z]+_[a-z_]+)'/g,
];
const FAILURE_REASONS = /type FailureReason =([^;]+);/;

function codesInUse(): Map<string, string> {
  const codes = new Map<string, string>();
  for (const path of globSync("{apps,packages}/*/src/**/*.{ts,sql}", { cwd: ROOT })) {
    if (OTHER_REASONS.test(path) || NOT_THE_PROGRAM.test(path)) continue;
    // What is only compared with is no reason.
    const text = readFileSync(`${ROOT}/${path}`, "utf8").replaceAll(/[!=]== "\w+"/g, "");
    for (const match of USES.flatMap((use) => [...text.matchAll(use)])) {
      for (const code of match.slice(1)) if (code !== undefined) codes.set(code, path);
    }
    for (const code of FAILURE_REASONS.exec(text)?.[1]?.matchAll(/"([a-z_]+)"/g) ?? [])
      codes.set(code[1] ?? "", path);
  }
  return codes;
}

test("every reason code in use is in the catalogue", () => {
  const codes = codesInUse();
  // The search itself works: one of a connector, one of the dispatcher, one of SQL, one of the network.
  expect([...codes.keys()]).toEqual(
    expect.arrayContaining(["gone", "event_gone", "breaker_open", "refused"]),
  );
  expect([...codes].filter(([code]) => !isReasonCode(code))).toEqual([]);
});

test.each(Object.entries(REASONS))("%s has its title, sentence and fix in both languages", (_, reason) => {
  for (const { en, de } of [reason.title, reason.sentence, reason.fix]) {
    expect(en).not.toBe("");
    expect(de).not.toBe("");
    expect(de).not.toBe(en);
  }
});
