import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { apiKey, defineAction, defineConnection, defineConnector, natural } from "../index.ts";
import { openReceiver } from "../testing/index.ts";
import { type Found, runTryCommand } from "./index.ts";

const text = { title: { en: "Cards" }, summary: { en: "Cards." } };
const SECRET = "key-7f3a-canary";

const connection = defineConnection({
  settings: z.strictObject({}),
  secrets: z.strictObject({ token: z.string() }),
  auth: apiKey({ secret: "token" }),
});
const add = defineAction({
  connection,
  ...text,
  input: z.strictObject({ text: z.string() }),
  repeat: natural("test"),
  plan: (input, { key }) => ({
    method: "POST",
    url: "https://cards.example/v1/cards",
    headers: { "content-type": "application/json", "x-key": key },
    body: JSON.stringify(input),
  }),
  samples: [
    { name: "A launch", input: { text: "Live" } },
    { name: "Rude", input: { text: "\u001B[2Jgone" } },
  ],
});
const cards = defineConnector({
  id: "cards",
  ...text,
  hosts: ["cards.example"],
  connection,
  actions: { add },
});
const found: Found = {
  connector: cards,
  play: {
    connection: () => ({ settings: {}, secrets: { token: SECRET } }),
    fake: () => ({
      effects: () => [],
      apply: ({ headers, json }) =>
        headers.authorization === `Bearer ${SECRET}`
          ? { status: 201, body: { made: json(), echo: headers.authorization } }
          : { status: 401 },
    }),
  },
};

const folder = mkdtempSync(join(tmpdir(), "stellwerk-try-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function tryIt(
  args: string,
  parts: { readonly play?: Found["play"] | null; readonly hasColours?: boolean } = {},
) {
  let written = "";
  const { play = found.play, hasColours = false } = parts;
  const code = await runTryCommand({
    args: args.split(" "),
    names: ["cards", "inbox"],
    load: () => Promise.resolve(play === null ? { connector: cards } : { ...found, play }),
    write: (each) => void (written += each),
    hasColours,
  });
  return { code, written };
}

test("shows plan, request, reply and outcome, and no secret", async () => {
  const { code, written } = await tryIt("cards add --sample Rude");
  expect(code).toBe(0);
  const titles = ["Plan", "Request", "Reply", "Outcome"].map((title) => written.indexOf(`\n${title}\n`));
  expect(titles).toEqual(titles.toSorted((a, b) => a - b));
  expect(titles).not.toContain(-1);
  expect(written).toContain("POST https://cards.example/v1/cards");
  expect(written).toContain("authorization: Bearer ••••");
  expect(written).toContain("delivered after");
  expect(written).not.toContain(SECRET);
  expect(written).not.toContain("\u001B");
});

test("has colours for people alone", async () => {
  expect((await tryIt("cards", { hasColours: true })).written).toContain("\u001B[32mdelivered\u001B[0m");
});

test("sends to an address of one's own, by the path the plan has", async () => {
  await using receiver = await openReceiver((response) => response.writeHead(503).end("later"));
  const { code, written } = await tryIt(`cards add --against ${receiver.url}/`);
  expect(receiver.requests).toMatchObject([{ method: "POST", path: "/v1/cards" }]);
  expect(written).toContain("503");
  expect(written).toContain("retry after");
  expect(code).toBe(1);
});

test("with a connection out of a file", async () => {
  const file = join(folder, "connection.json");
  writeFileSync(file, JSON.stringify({ secrets: { token: "wrong-key" } }));
  const { code, written } = await tryIt(`cards add --connection ${file}`);
  expect(written).toContain("unauthorized");
  expect(written).not.toContain("wrong-key");
  expect(code).toBe(1);
});

describe("says what it did not understand, and what was probably meant", () => {
  test.each([
    ["crads add", 'There is no connector "crads". Did you mean "cards"?'],
    ["zzzzzzzz add", 'There is no connector "zzzzzzzz". There is "cards", "inbox".'],
    ["cards ad", 'There is no action of cards "ad". Did you mean "add"?'],
    ["cards constructor", 'There is no action of cards "constructor".'],
    ["cards add --sample Rode", 'There is no sample of cards.add "Rode". Did you mean "Rude"?'],
    ["cards add --against nowhere", '--against is "fake" or a URL'],
    ["cards add --colour red", "Unknown option '--colour'"],
    ["cards add --connection /nowhere.json", "/nowhere.json cannot be read: ENOENT"],
  ])("%s", async (args, message) => {
    const { code, written } = await tryIt(args);
    expect(written).toContain(message);
    expect(code).toBe(2);
  });

  test("a connection that nobody played", async () => {
    const { code, written } = await tryIt("cards add", { play: null });
    expect(written).toContain("secrets.token");
    expect(written).toContain("src/testing/play.ts");
    expect(code).toBe(2);
  });
});
