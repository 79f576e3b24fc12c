import { expect, test } from "vitest";
import { checkLicenses, isAllowed } from "./check-licenses.ts";

test.each([
  ["MIT", true],
  ["(MIT AND Zlib)", true],
  ["(MIT OR GPL-3.0)", true],
  ["MIT AND GPL-3.0", false],
  ["GPL-3.0-only", false],
  ["AGPL-3.0", false],
  ["SEE LICENSE IN LICENSE.md", false],
  ["Unknown", false],
  ["", false],
])("%s is allowed: %s", (expression, allowed) => {
  expect(isAllowed(expression)).toBe(allowed);
});

test("a package under another licence is named, an explained one is not", () => {
  const exceptions = [{ name: "css", license: "MPL-2.0", reason: "only while developing" }];
  const list = {
    MIT: [{ name: "a" }],
    "MPL-2.0": [{ name: "css" }, { name: "css-linux" }, { name: "cssx" }],
  };
  expect(checkLicenses(list, exceptions)).toEqual([expect.stringMatching(/^cssx is under MPL-2\.0/)]);
});

test("an exception that is not needed any more is named", () => {
  const exceptions = [{ name: "css", license: "MPL-2.0", reason: "only while developing" }];
  expect(checkLicenses({ MIT: [{ name: "css" }] }, exceptions)).toEqual([
    "The exception for css is not needed any more: remove it.",
  ]);
});
