/** docs/connectors/your-first-connector.md, followed: its command, its blocks, its suite. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Answers, generate, VERSIONS } from "./index.ts";
import { applyPage } from "./testing/apply-page.ts";
import { run } from "./testing/run.ts";

const page = readFileSync(
  join(import.meta.dirname, "../../../docs/connectors/your-first-connector.md"),
  "utf8",
);
const folder = mkdtempSync(join(import.meta.dirname, "../.generated-page-"));
const home = join(folder, "trellis");
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(() => {
  const [, flags = ""] = /npm create @stellwerk\/connector -- (.*)/.exec(page) ?? [];
  const string = { type: "string" } as const;
  const options = { id: string, title: string, auth: string, action: string };
  const { values } = parseArgs({ args: flags.split(" "), options });
  generate(values as unknown as Answers, "alone", home, VERSIONS);
});

test("a page to follow in an afternoon is short", () => {
  expect(page.trimEnd().split("\n").length).toBeLessThanOrEqual(150);
});

test("its blocks fit what the generator made, and the result has no mistake in its types", () => {
  expect(applyPage(page, home)).toEqual([
    "src/connection.ts",
    "src/add-task.ts",
    "src/testing/play.ts",
    "src/conformance.test.ts",
  ]);
  expect(run(home, "tsc")).toEqual({ code: 0, output: "" });
}, 60_000);

test("its connector passes the suite, once its snapshots are written as the page says", () => {
  expect(run(home, "vitest", "run", "-u", "--root", ".")).toMatchObject({ code: 0 });
  const { code, output } = run(home, "vitest", "run", "--root", ".");
  expect(output).toMatch(/Tests +4\d passed/);
  expect(code).toBe(0);
}, 60_000);

test("it can be tried as the page says, and with a connection of its own", () => {
  const bin = join(import.meta.dirname, "../../connector-kit/src/try/main.ts");
  expect(run(home, process.execPath, bin, "try", ".", "add_task").output).toContain("delivered after");
  const [, connection = ""] = /--connection mine\.json +# (.*)/.exec(page) ?? [];
  writeFileSync(join(home, "mine.json"), connection);
  const { output } = run(home, process.execPath, bin, "try", ".", "add_task", "--connection", "mine.json");
  expect(output).toContain("delivered after");
}, 60_000);
