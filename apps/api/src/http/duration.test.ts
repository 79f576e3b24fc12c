import { expect, test } from "vitest";
import { formatDuration, parseDuration } from "./duration.ts";

test.each([
  ["5s", 5_000],
  ["5m", 300_000],
  ["2h", 7_200_000],
  ["1d", 86_400_000],
  ["1500ms", 1_500],
  ["90s", 90_000],
])("%s is %i ms, and written so again", (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
  expect(formatDuration(ms)).toBe(text);
});

test.each(["", "5", "5 s", "-5s", "5.5s", "soon", "5w"])("%s is no duration", (text) => {
  expect(parseDuration(text)).toBeUndefined();
});
