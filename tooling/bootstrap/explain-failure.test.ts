import { expect, test } from "vitest";
import { explainFailure } from "./explain-failure.mjs";
import { describeProgress } from "./install-progress.mjs";

test.each([
  ["npm error code ENOTFOUND registry.npmjs.org", "cannot be reached"],
  ["ERR_PNPM_META_FETCH_FAIL GET https://registry.npmjs.org/zod", "cannot be reached"],
  ["error sending request for url (https://…): dns error", "cannot be reached"],
  ["ENOSPC: no space left on device, write", "The disk is full"],
  ["Io error: No space left on device (os error 28)", "The disk is full"],
  ["npm error code SELF_SIGNED_CERT_IN_CHAIN", "certificate is not trusted"],
  ["ERR_PNPM_OUTDATED_LOCKFILE  Cannot install with frozen-lockfile", "does not fit the package.json"],
  ["ERR_PNPM_FETCH_404 GET https://mirror/zod: Not Found - 404", "does not have a package"],
  ["EACCES: permission denied, mkdir '/home/x/.npm'", "must be writable"],
  ["something nobody has seen before", "lines above"],
])("%s", (output, explanation) => {
  expect(explainFailure({ output })).toContain(explanation);
});

test("a full disk is named although the network failed as well", () => {
  expect(explainFailure({ output: "ECONNRESET\nENOSPC: no space left on device" })).toContain(
    "The disk is full",
  );
});

test("a folder that cannot be written to is explained from the error itself", () => {
  const error = Object.assign(new Error("read-only file system"), { code: "EROFS" });
  expect(explainFailure({ output: "", error })).toContain("must be writable");
});

test("progress is what pnpm has of what it needs", () => {
  expect(describeProgress("Progress: resolved 297, reused 200, downloaded 24, added 223\n")).toBe(
    "224 of 297 packages",
  );
  expect(
    describeProgress(
      "Progress: resolved 9, reused 0, downloaded 1, added 0\nProgress: resolved 9, reused 0, downloaded 9, added 9, done",
    ),
  ).toBe("9 of 9 packages");
  expect(describeProgress(".../node_modules/node preinstall$ node installArchSpecificPackage")).toContain(
    "Node 24",
  );
  expect(describeProgress("Downloading zod")).toBeUndefined();
});
