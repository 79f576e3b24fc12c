import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { builtInConnectors, loadConnectors } from "./index.ts";

/** Inside the package, so that what is installed in it finds the kit and zod. */
const folder = mkdtempSync(join(import.meta.dirname, "../.load-"));
const logged: string[] = [];
const log = { error: (_fields: object, message: string) => void logged.push(message) };

interface Package {
  readonly exports?: unknown;
  readonly source: string;
}

function install(name: string, { exports = "./index.js", source }: Package): void {
  const home = join(folder, "node_modules", name);
  mkdirSync(home, { recursive: true });
  writeFileSync(
    join(home, "package.json"),
    JSON.stringify({ name, version: "1.2.3", type: "module", exports }),
  );
  writeFileSync(join(home, "index.js"), source);
}

/** A connector's module; `extra` goes into the definition. */
function connectorModule(id: string, extra = `kit: "^1",`): string {
  return `
    import { defineAction, defineConnection, defineConnector, natural } from "@stellwerk/connector-kit";
    import { z } from "zod";
    const text = { title: { en: "X", de: "X" }, summary: { en: "X.", de: "X." } };
    const connection = defineConnection({ settings: z.strictObject({}), secrets: z.strictObject({}) });
    const act = defineAction({
      connection, ...text, input: z.strictObject({}), repeat: natural("it is an upsert"),
      plan: () => ({ method: "PUT", url: "https://x.example/", headers: {} }),
      samples: [{ name: "One", input: {} }],
    });
    export default defineConnector({ id: "${id}", ...text, hosts: ["x.example"], connection, actions: { act }, ${extra} });`;
}

const load = (...names: string[]) => loadConnectors({ names, from: folder, log });

beforeAll(() => {
  install("@acme/good", { source: connectorModule("acme-good") });
  install("import-only", {
    exports: { ".": { import: "./index.js" } },
    source: connectorModule("import-only"),
  });
  install("throws", { source: `throw new Error("no licence\\nat somewhere");` });
  install("hangs", { source: `await new Promise(() => {});` });
  install("empty", { source: `export const connector = 1;` });
  install("no-kit", { source: connectorModule("no-kit", "") });
  install("other-kit", { source: connectorModule("other-kit", `kit: "^7",`) });
  install("bad-definition", { source: connectorModule("Bad Id") });
  install("misshapen", {
    source: `export default { id: "misshapen", kit: "^1", title: 1, hosts: [], connection: {}, actions: {} };`,
  });
  install("clash", { source: connectorModule("webhook") });
  install("twin", { source: connectorModule("acme-good") });
});
afterAll(() => rmSync(folder, { recursive: true }));

test("an installed package stands beside those that come with Stellwerk", async () => {
  const { connectors, refused } = await load(
    "@acme/good",
    "import-only",
    "./node_modules/@acme/good/index.js",
  );
  expect(connectors.map((each) => each.id)).toEqual([
    ...builtInConnectors.map((each) => each.id),
    "acme-good",
    "import-only",
  ]);
  // By its path it is the same connector once more.
  expect(refused).toMatchObject([{ problem: { en: expect.stringContaining(`"acme-good" already`) } }]);
});

describe("is refused, with what to do, and stops no other", () => {
  test.each([
    ["throws", "It ends with an error when it is loaded: no licence."],
    ["empty", "default export is not a connector"],
    ["no-kit", "does not say which version of the kit"],
    ["other-kit", "written for the kit ^7; this Stellwerk has 1."],
    ["bad-definition", `Its definition cannot work: a connector's id`],
    ["misshapen", "It"],
    ["clash", `There is a connector with the id "webhook" already.`],
    ["@acme/absent", "It is not installed in"],
    ["Not A Name", "not the name of a package"],
    ["node:fs", "not the name of a package"],
    ["fs", "It is not installed in"],
  ])("%s", async (name, problem) => {
    logged.length = 0;
    const { connectors, refused } = await load(name, "@acme/good");
    expect(connectors.at(-1)?.id).toBe("acme-good");
    expect(refused).toMatchObject([{ name, problem: { en: expect.stringContaining(problem) } }]);
    expect(refused[0]!.fix.de).toMatch(/./);
    expect(logged).toEqual([expect.stringContaining(`the connector ${name} is not loaded: `)]);
  });

  test("of two with one id the later named", async () => {
    const { refused } = await load("@acme/good", "twin");
    expect(refused.map((each) => each.name)).toEqual(["twin"]);
  });

  test("one that never finishes loading, after ten seconds", async () => {
    const { connectors, refused } = await load("hangs", "@acme/good");
    expect(connectors.at(-1)?.id).toBe("acme-good");
    expect(refused).toMatchObject([
      { name: "hangs", problem: { en: expect.stringContaining("within 10 s") } },
    ]);
  }, 15_000);
});
