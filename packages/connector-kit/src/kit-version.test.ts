import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { KIT_VERSION } from "./index.ts";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  readonly version: string;
};

test("the version that connectors are held against is the package's", () => {
  // Before the first release it is the one that the pending changesets announce.
  const changesets = new URL("../../../.changeset/", import.meta.url);
  const isMajor = readdirSync(changesets)
    .filter((file) => file.endsWith(".md"))
    .some((file) =>
      /"@stellwerk\/connector-kit": major/.test(readFileSync(new URL(file, changesets), "utf8")),
    );
  const expected = version === "0.0.0" && isMajor ? "1.0.0" : version;
  expect(KIT_VERSION).toBe(expected);
});
