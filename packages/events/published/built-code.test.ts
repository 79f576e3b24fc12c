import { execFile } from "node:child_process";
import { mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { createContext, runInContext } from "node:vm";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, expect, test } from "vitest";

const run = promisify(execFile);
const packageFolder = fileURLToPath(new URL("..", import.meta.url));
const answers = {
  decoded: "Harry's Diner",
  parsed: true,
  broken: false,
  form: "erika@example.org",
  status: "Preparation",
  schemas: 17,
};

/** What a program in plain JavaScript does with the package. */
const program = `
  import {
    canonicalStatus,
    decodeEvent,
    encodeHeaders,
    eventTypes,
    normaliseForm,
    parseEvent,
    websiteStatusChanged,
  } from "@stellwerk/events";

  const event = websiteStatusChanged({
    website: { id: 321654, title: "Harry's Diner", status: "Done" },
    previousStatus: "Publish",
  });
  const attributes = { id: "evt_1", type: event.event, source: "/shop", subject: "website/321654" };
  const decoded = decodeEvent({
    key: "acc_1",
    value: new TextEncoder().encode(JSON.stringify(event)),
    headers: encodeHeaders(attributes),
  });
  const form = normaliseForm(
    new TextEncoder().encode("email=erika%40example.org"),
    "application/x-www-form-urlencoded",
  );

  globalThis.answers = {
    decoded: decoded.ok && decoded.data.website.title,
    parsed: parseEvent(JSON.stringify(event)).ok,
    broken: parseEvent("{").ok,
    form: form.ok && form.data.fields.email,
    status: canonicalStatus("in Vorbereitung"),
    schemas: eventTypes.map((type) => type.jsonSchema.$id).length,
  };
`;

let dist: string;

beforeAll(async () => {
  const cache = join(packageFolder, ".cache");
  mkdirSync(cache, { recursive: true });
  // Inside the package, so that the built code finds zod.
  dist = mkdtempSync(join(cache, "dist-"));
  await run("node_modules/.bin/tsc", ["-p", "tsconfig.build.json", "--outDir", dist], { cwd: packageFolder });
});

afterAll(() => rmSync(dist, { recursive: true, force: true }));

const filesIn = (folder: string, ending: string) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(ending));

test("plain JavaScript imports it", async () => {
  const script = `import * as events from ${JSON.stringify(pathToFileURL(join(dist, "index.js")).href)};
    const parsed = events.parseEvent('{"event":"website_created"}');
    process.stdout.write(JSON.stringify([parsed.ok, parsed.known, Object.keys(events).length]));`;
  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", script], {
    cwd: packageFolder,
  });
  const source = await import("../src/index.ts");
  expect(JSON.parse(stdout)).toEqual([true, true, Object.keys(source).length]);
});

test("it runs, bundled, where there is nothing of Node", async () => {
  const input = join(dist, "program.mjs");
  writeFileSync(input, program);
  const bundle = await rolldown({
    input,
    platform: "browser",
    resolve: { alias: { "@stellwerk/events": join(dist, "index.js") } },
    onLog(level, log) {
      throw new Error(`${level}: ${log.message}`);
    },
  });
  const { output } = await bundle.generate({ format: "iife" });
  await bundle.close();

  const browser = createContext({ TextDecoder, TextEncoder, URL }) as { answers?: unknown };
  runInContext(output[0].code, browser);
  expect(JSON.parse(JSON.stringify(browser.answers))).toEqual(answers);
});

test("it imports nothing but zod and itself, and ships no test", () => {
  const imports = filesIn(dist, ".js").flatMap((file) =>
    [...readFileSync(join(dist, file), "utf8").matchAll(/\b(?:from|import\()\s*"([^"]+)"/g)].map(
      (found) => found[1],
    ),
  );
  expect(new Set(imports.filter((name) => !name?.startsWith(".")))).toEqual(new Set(["zod"]));
  expect(filesIn(dist, ".test.js")).toEqual([]);
  expect(filesIn(dist, ".d.ts").length).toBe(filesIn(dist, ".js").length);
});
