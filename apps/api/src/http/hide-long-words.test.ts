import { formatId, newUuid } from "@stellwerk/delivery";
import { makeSecret } from "@stellwerk/store";
import { expect, test } from "vitest";
import { hideLongWords, shownId } from "./hide-long-words.ts";

test.each([
  '"sitejt"',
  `"${formatId("con", newUuid())}"`,
  "read, manage",
  "a connection of webhook and one more of another kind",
  '"2026-11-23T12:00:00.000+01:00"',
])("%s is repeated, so that a mistake is found", (text) => {
  expect(hideLongWords(text)).toBe(text);
});

test("what is as long as a key is only counted", () => {
  expect(hideLongWords('"whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"')).toBe("40 characters");
  expect(hideLongWords(`a connection of ${"k".repeat(64)}`)).toBe("80 characters");
});

test("a log line has an id, or says that it was none", () => {
  const id = formatId("dlv", newUuid());
  expect([id, "campaign-monitor", undefined].map(shownId)).toEqual([id, "campaign-monitor", undefined]);
  expect([makeSecret("key_"), makeSecret(), "", `${id}\n`].map(shownId)).toEqual(
    Array.from({ length: 4 }, () => "no id"),
  );
});
