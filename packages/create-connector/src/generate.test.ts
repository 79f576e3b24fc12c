import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
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

describe.each(kinds)("a package with %s is green before any edit:", (auth) => {
  const home = join(folder, auth);

  test("types, format, lint", () => {
    generate(answersOf(auth), "workspace", home, VERSIONS);
    // One folder deeper than where it will live.
    const tsconfig = join(home, "tsconfig.json");
    writeFileSync(tsconfig, readFileSync(tsconfig, "utf8").replace("../../", "../../../../"));
    expect(run(home, "tsc")).toEqual({ code: 0, output: "" });
    expect(run(home, "oxlint", "--type-aware", "src")).toMatchObject({ code: 0 });
    expect(run(home, "oxfmt", "src", "package.json")).toMatchObject({ code: 0 });
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
