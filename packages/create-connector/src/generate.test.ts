import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  AUTH_KINDS,
  FolderExistsError,
  generate,
  QUESTIONS,
  VERSIONS,
  type Answers,
  type AuthKind,
} from "./index.ts";
import { run } from "./testing/run.ts";

/** Inside this package, so that what is generated finds the kit, zod and vitest. */
const folder = mkdtempSync(join(import.meta.dirname, "../.generated-"));
afterAll(() => rmSync(folder, { recursive: true }));

const kinds = Object.keys(AUTH_KINDS) as AuthKind[];
const answersOf = (auth: AuthKind): Answers => ({
  // Longer and shorter than the template's own words, and one that is a word of the language.
  id: `acme-widgets-${auth}`,
  title: "Acme's Widgets & Co. Größe",
  auth,
  action: "delete",
});

beforeAll(() => {
  for (const auth of kinds) {
    const home = join(folder, auth);
    generate(answersOf(auth), "workspace", home, VERSIONS);
    // One folder deeper than where it will live.
    const tsconfig = join(home, "tsconfig.json");
    writeFileSync(tsconfig, readFileSync(tsconfig, "utf8").replace("../../", "../../../../"));
  }
});

test("no linter has anything to say about any of them", () => {
  const { code, output } = run(folder, "oxlint", "--type-aware", ".");
  expect(output).toMatch(/0 errors[^]*on \d{2} files/);
  expect(code).toBe(0);
}, 60_000);

describe.each(kinds)("a package with %s is green before any edit:", (auth) => {
  const home = join(folder, auth);

  test("its types fit", () => {
    expect(run(home, "tsc")).toEqual({ code: 0, output: "" });
  }, 60_000);

  test("the conformance suite, with everything that it snapshots", () => {
    const { code, output } = run(home, "vitest", "run", "--root", ".");
    expect(output).toMatch(/Tests +\d+ passed/);
    expect(output).not.toMatch(/failed|obsolete|written/);
    expect(code).toBe(0);
  }, 60_000);

  test("nothing of the template's own words is left", () => {
    const { output } = run(home, "grep", "-rniE", "tpl|(begin|end): with", ".");
    expect(output).toBe("");
  });
});

test("a folder that is there is not written into", () => {
  expect(() => generate(answersOf("none"), "alone", folder, VERSIONS)).toThrow(FolderExistsError);
});

test.each([
  ["id", "Acme", "lower case"],
  ["id", "../evil", "lower case"],
  ["title", 'A"; process.exit(); "', "letters, digits"],
  ["title", "two\nlines", "letters, digits"],
  ["auth", "magic", "none, api-key"],
  ["action", "post-message", "underscores"],
])("the %s %s is refused", (name, answer, why) => {
  expect(QUESTIONS.find((question) => question.name === name)?.problem(answer)).toContain(why);
});

test("what a package alone asks for is what this workspace has", () => {
  const catalog = readFileSync(join(import.meta.dirname, "../../../pnpm-workspace.yaml"), "utf8");
  for (const [name, version] of [
    ["typescript", VERSIONS.typescript],
    ["vitest", VERSIONS.vitest],
    [`"@types/node"`, VERSIONS.nodeTypes],
    ["zod", VERSIONS.zod],
  ]) {
    expect(catalog).toContain(`  ${name}: ${version}\n`);
  }
});
