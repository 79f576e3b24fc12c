/** Somebody else's connector: made by the generator, packed, installed into an empty folder, loaded by a real process. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generate, VERSIONS } from "@stellwerk/create-connector";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openStandalone } from "../processes/open-standalone.ts";
import { makeTemporaryFolder } from "../temporary-folder.ts";
import { copy, install, link, packOurs, packTheirs, run } from "./lay-out.ts";

const NAME = "stellwerk-connector-acme-cards";
const RUNTIME = ["zod", "undici", "ipaddr.js", "lru-cache"];
const folder = makeTemporaryFolder("third-party");
const author = join(folder.path, "author");
const operator = join(folder.path, "operator");
let kit: string;

beforeAll(() => {
  kit = packOurs("connector-kit", folder.path);
  const answers = { id: "acme-cards", title: "Acme Cards", auth: "api-key", action: "add_card" } as const;
  generate(answers, "alone", author, VERSIONS);
  install(author, "@stellwerk/connector-kit", kit);
  for (const name of [...RUNTIME, "vitest", "typescript", "@types/node"])
    link(author, name, "packages/connector-kit");
}, 180_000);
afterAll(() => folder[Symbol.dispose]());

interface Connectors {
  readonly items: readonly { readonly id: string; readonly actions: readonly unknown[] }[];
  readonly refused: readonly { readonly name: string; readonly problem: { readonly en: string } }[];
}

test("outside this repository it is green at once, and can be tried", () => {
  expect(run(author, "tsc")).toEqual({ code: 0, output: "" });
  const tests = run(author, "vitest", "run");
  expect(tests.output).toMatch(/Tests +\d+ passed/);
  expect(tests.code).toBe(0);
  const bin = join(author, "node_modules/@stellwerk/connector-kit/dist/try/main.js");
  const tried = run(author, process.execPath, bin, "try", ".", "add_card");
  expect(tried.output).toContain("delivered after");
  expect(tried.code).toBe(0);
});

test("installed into an empty folder, it is loaded at start; a broken one beside it is refused and told of", async () => {
  const packed = packTheirs(author, folder.path);
  install(operator, NAME, packed);
  install(operator, "@stellwerk/connector-kit", kit);
  for (const name of RUNTIME) copy(operator, name, "packages/connector-kit");
  const broken = join(operator, "node_modules/broken-connector");
  mkdirSync(broken);
  writeFileSync(
    join(broken, "package.json"),
    '{"name":"broken-connector","type":"module","exports":"./index.js"}',
  );
  writeFileSync(join(broken, "index.js"), "throw new Error('no licence');");

  await using standalone = await openStandalone({
    STELLWERK_CONNECTORS: `broken-connector, ${NAME}`,
    STELLWERK_CONNECTORS_DIR: operator,
  });
  const { api, process: app } = standalone;
  expect(app.output).toContain("the connector broken-connector is not loaded: It ends with an error");

  const { body } = await api.call<Connectors>("GET", "/v1/connectors?language=en");
  expect(body.refused).toMatchObject([
    { name: "broken-connector", problem: { en: expect.stringContaining("no licence") } },
  ]);
  const theirs = body.items.find(({ id }) => id === "acme-cards");
  // Titles and help survive although its zod and its kit are other copies than ours.
  expect(JSON.stringify(theirs?.actions)).toContain('"title":"Text"');

  const wrong = await api.call<{ errors: readonly unknown[] }>("POST", "/v1/connections", {
    connector: "acme-cards",
    secrets: {},
  });
  expect(wrong).toMatchObject({ status: 400, body: { errors: [{ path: "secrets.apiKey" }] } });
  const right = await api.call("POST", "/v1/connections", {
    connector: "acme-cards",
    secrets: { apiKey: "key-7f3a" },
  });
  expect(right.status).toBe(201);
});
