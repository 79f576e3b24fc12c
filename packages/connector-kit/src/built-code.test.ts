import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as kit from "./index.ts";

const run = promisify(execFile);
const packageFolder = fileURLToPath(new URL("..", import.meta.url));

/** What a connector in plain JavaScript does with the package. */
const program = `
  import { apiKey, connectorEvent, createHttpClient, defineAction, defineConnection, defineConnector, key, performAttempt } from "./dist/index.js";
  import * as all from "./dist/index.js";
  import { faults, openFake } from "./dist/testing/index.js";
  import { z } from "zod";

  const text = { title: { en: "T" }, summary: { en: "S" } };
  const connection = defineConnection({
    settings: z.strictObject({ url: z.string() }),
    secrets: z.strictObject({ token: z.string() }),
    auth: apiKey({ secret: "token" }),
  });
  const add = defineAction({
    connection, ...text, samples: [], input: z.strictObject({}), repeat: key("it is dropped"),
    plan: (_input, { settings }) => ({ method: "POST", url: settings.url, headers: {} }),
  });
  const connector = defineConnector({ id: "plain", ...text, hosts: ["127.0.0.1"], connection, actions: { add } });
  await using fake = await openFake({ apply: () => ({ status: 200 }) });
  fake.play(faults.appliedThenReset);
  const http = createHttpClient({ userAgent: "t", allowAddresses: ["127.0.0.0/8"] });
  const kinds = [];
  for (const attempt of [1, 2]) {
    const result = await performAttempt({
      connector, action: add, input: {}, settings: { url: fake.url }, secrets: { token: "t-123456" },
      key: "dlv_1", attempt, http, deadlineMs: 5_000,
      event: connectorEvent({ id: "evt_1", type: "t", time: new Date(), source: "s", contentType: "text/plain", body: new Uint8Array() }),
    });
    kinds.push(result.outcome.kind);
  }
  await http.close();
  console.log(JSON.stringify({ kinds, exports: Object.keys(all).length }));
`;

let folder: string;
const filesIn = (place: string, ending: string) =>
  readdirSync(place, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(ending));

beforeAll(async () => {
  mkdirSync(join(packageFolder, ".cache"), { recursive: true });
  // Inside the package, so that the built code finds what it depends on.
  folder = mkdtempSync(join(packageFolder, ".cache", "built-"));
  await run("node_modules/.bin/tsc", ["-p", "tsconfig.build.json", "--outDir", join(folder, "dist")], {
    cwd: packageFolder,
  });
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test(
  "plain JavaScript defines a connector, plays its vendor and attempts a delivery",
  { timeout: 30_000 },
  async () => {
    writeFileSync(join(folder, "program.mjs"), program);
    const { stdout } = await run(process.execPath, [join(folder, "program.mjs")], { cwd: folder });
    expect(JSON.parse(stdout)).toEqual({
      kinds: ["in_doubt", "delivered"],
      exports: Object.keys(kit).length,
    });
  },
);

test("it imports what it depends on and nothing else, and ships no test and no wrong connector", () => {
  const dist = join(folder, "dist");
  const { dependencies } = JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8")) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  const importsOf = (files: readonly string[]) =>
    new Set(
      files
        .flatMap((file) => [
          ...readFileSync(join(dist, file), "utf8").matchAll(/^(?:import|export)\s[^;]*?from\s*"([^"]+)"/gm),
        ])
        .map(([, name = ""]) => name)
        .filter((name) => !name.startsWith(".") && !name.startsWith("node:")),
    );
  const files = filesIn(dist, ".js");
  const suite = files.filter((file) => file.startsWith("conformance"));
  expect(importsOf(files.filter((file) => !suite.includes(file)))).toEqual(
    new Set(Object.keys(dependencies)),
  );
  expect([...importsOf(suite)].toSorted()).toEqual(["vitest", "zod"]);
  expect(files.filter((file) => /\.test\.js$|wrong-connectors|corpus/.test(file))).toEqual([]);
  // The suite starts it by its name.
  expect(files).toContain(join("conformance", "attempt-child.js"));
});
