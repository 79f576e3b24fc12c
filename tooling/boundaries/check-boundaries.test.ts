import { expect, test } from "vitest";
import { checkBoundaries } from "./check-boundaries.ts";

/** What is wrong with this source in this file of this package. */
function findings(file: string, source: string): string[] {
  const [group, name] = file.split("/");
  return checkBoundaries({ name: name!, folder: `${group}/${name}` }, file, source).map(
    (each) => each.message,
  );
}

test.each([
  ["packages/events/src/a.ts", "@stellwerk/delivery", "events may not import delivery"],
  ["packages/delivery/src/a.ts", "@stellwerk/store", "delivery may not import store"],
  ["packages/connector-kit/src/a.ts", "@stellwerk/delivery", "connector-kit may not import delivery"],
  ["packages/connector-slack/src/a.ts", "@stellwerk/events", "connector-slack may not import events"],
  [
    "packages/connector-slack/src/a.ts",
    "@stellwerk/connector-webhook",
    "connector-slack may not import connector-webhook",
  ],
  ["packages/bus/src/a.ts", "@stellwerk/store", "bus may not import store"],
  ["packages/store/src/a.ts", "@stellwerk/bus", "store may not import bus"],
  ["apps/api/src/a.ts", "@stellwerk/dispatcher", "api may not import dispatcher"],
  ["apps/api/src/a.ts", "@stellwerk/connector-webhook", "api may not import connector-webhook"],
  ["packages/newcomer/src/a.ts", "@stellwerk/log", "newcomer may not import log, only nothing of ours"],
])("%s importing %s is refused", (file, target, message) => {
  expect(findings(file, `import { x } from "${target}";`)).toEqual([expect.stringContaining(message)]);
});

test.each([
  ["apps/api/src/a.ts", "@stellwerk/store"],
  ["apps/standalone/src/main.ts", "@stellwerk/dispatcher"],
  ["packages/store/src/a.ts", "@stellwerk/delivery"],
  ["packages/connectors/src/a.ts", "@stellwerk/connector-slack"],
  ["packages/connector-slack/src/a.ts", "@stellwerk/connector-kit"],
  ["packages/connector-slack/src/a.ts", "zod"],
  ["packages/bus/src/a.test.ts", "@stellwerk/store/testing"],
])("%s importing %s is fine", (file, target) => {
  expect(findings(file, `import { x } from "${target}";`)).toEqual([]);
});

test.each([
  ['import type { X } from "@stellwerk/store";', "a type"],
  ['import "@stellwerk/store";', "a side effect"],
  ['export * from "@stellwerk/store";', "a re-export"],
  ['export { x } from "@stellwerk/store";', "a named re-export"],
  ['const store = await import("@stellwerk/store");', "an import()"],
])("%s is an import, too", (source) => {
  expect(findings("packages/delivery/src/a.ts", source)).toEqual([
    expect.stringContaining("may not import store"),
  ]);
});

test("what stands in a comment or a string is no import", () => {
  const source = `/** import { x } from "@stellwerk/store"; */\nexport const text = 'import "@stellwerk/store";';`;
  expect(findings("packages/delivery/src/a.ts", source)).toEqual([]);
});

test("a relative import may not leave its package", () => {
  expect(findings("packages/bus/src/a.ts", 'import { x } from "../../store/src/index.ts";')).toEqual([
    expect.stringContaining("leaves the package"),
  ]);
  expect(findings("packages/bus/src/postgres/a.ts", 'import { x } from "../port.ts";')).toEqual([]);
});

test("only an app's main.ts chooses the bus driver", () => {
  const source = 'import { createPostgresBus as create } from "@stellwerk/bus";';
  expect(findings("apps/api/src/start-api.ts", source)).toEqual([
    expect.stringContaining("only an app's main.ts"),
  ]);
  expect(findings("apps/api/src/start-api.ts", 'import * as bus from "@stellwerk/bus";')).toHaveLength(1);
  expect(findings("apps/api/src/main.ts", source)).toEqual([]);
  expect(findings("apps/api/src/start-api.test.ts", source)).toEqual([]);
  expect(findings("apps/api/src/start-api.ts", 'import type { EventBus } from "@stellwerk/bus";')).toEqual(
    [],
  );
});

test("databases for tests stay in tests", () => {
  const source = 'import { openTestDatabase } from "@stellwerk/store/testing";';
  expect(findings("apps/api/src/start-api.ts", source)).toEqual([expect.stringContaining("for tests only")]);
});

test("end to end tests and the benchmark come through whatever door they like", () => {
  const home = { name: "e2e", folder: "tests/e2e" };
  expect(checkBoundaries(home, "tests/e2e/src/a.test.ts", 'import "@stellwerk/dispatcher";')).toEqual([]);
});

test("a finding names the line", () => {
  const home = { name: "events", folder: "packages/events" };
  const found = checkBoundaries(
    home,
    "packages/events/src/a.ts",
    'export {};\n\nimport "@stellwerk/store";\n',
  );
  expect(found).toMatchObject([{ file: "packages/events/src/a.ts", line: 3, severity: "error" }]);
});

test("a file of more than 400 lines is a warning", () => {
  const home = { name: "events", folder: "packages/events" };
  expect(checkBoundaries(home, "packages/events/src/a.ts", "export {};\n".repeat(400))).toEqual([]);
  expect(checkBoundaries(home, "packages/events/src/a.ts", "export {};\n".repeat(401))).toMatchObject([
    { severity: "warning" },
  ]);
});
