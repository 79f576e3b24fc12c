import { expect, test } from "vitest";
import { fitsKit } from "./kit-range.ts";

test.each([
  ["^1", "1.0.0", true],
  ["^1", "1.9.3", true],
  ["^1", "2.0.0", false],
  ["^1.2", "1.1.9", false],
  ["^1.2", "1.10.0", true],
  ["^1.2.3", "1.2.2", false],
  ["~1.2", "1.2.9", true],
  ["~1.2", "1.3.0", false],
  ["1", "1.7.0", true],
  ["1.2.3", "1.2.3", true],
  ["1.2.3", "1.2.4", false],
  ["^0.2", "0.3.0", false],
  ["^0.2", "0.2.9", true],
  ["*", "1.0.0", false],
  ["latest", "1.0.0", false],
])("%s takes %s: %s", (range, version, fits) => {
  expect(fitsKit(range, version)).toBe(fits);
});
