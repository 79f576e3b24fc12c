import { expect, test } from "vitest";
import { languageOf } from "./language.ts";

test.each([
  [undefined, "en"],
  ["*", "en"],
  ["de", "de"],
  ["de-AT,de;q=0.9,en;q=0.8", "de"],
  ["en-GB, de;q=0.5", "en"],
  ["fr, de;q=0.5, en;q=0.1", "de"],
  ["den, x;q=1", "en"],
  ["de;q=0, en;q=0", "en"],
  ["de;q=...", "en"],
] as const)("%s is %s", (header, language) => {
  expect(languageOf({ "accept-language": header })).toBe(language);
});
