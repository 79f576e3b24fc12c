import { expect, test } from "vitest";
import { z } from "zod";
import type { Connection, Connector } from "./index.ts";
import { createTargetCheck, defineAction, defineConnection, defineConnector, natural } from "./index.ts";
import { openNameServer, openOfflineNetwork } from "./testing/index.ts";

const PUBLIC = "93.184.215.14";

const text = { title: { en: "T" }, summary: { en: "S" } };

function connectorOf(connection: Connection): Connector {
  const send = defineAction({
    connection,
    ...text,
    input: z.object({}),
    repeat: natural("test"),
    plan: () => ({ method: "GET", url: "https://a.example", headers: {} }),
    samples: [],
  });
  return defineConnector({ id: "sample", ...text, hosts: "any", connection, actions: { send } });
}

const settings = z.object({ url: z.string(), backup: z.string().optional() });
const secrets = z.object({});
const connector = connectorOf(
  defineConnection({
    settings,
    secrets,
    targets: ({ url, backup }) => ({ url, ...(backup !== undefined && { backup }) }),
  }),
);

async function openScene(allowAddresses: readonly string[] = []) {
  const dns = await openNameServer((name) => {
    if (name === "hang.example") return "hang";
    if (name === "inside.example") return { addresses: [PUBLIC, "10.20.30.40"] };
    return name === "public.example" ? { addresses: [PUBLIC] } : undefined;
  });
  const network = openOfflineNetwork({ resolver: dns.resolver });
  const targets = createTargetCheck({ allowAddresses, network });
  return {
    network,
    check: (url: string, backup?: string) => targets.problemsOf(connector, { url, backup }),
    targets,
    [Symbol.asyncDispose]: () => dns[Symbol.asyncDispose](),
  };
}

test("an address is told as it is read, with the rule, what is expected and the way out", async () => {
  await using scene = await openScene();
  expect(await scene.check("http://0x7f.1:3000/secret-path")).toEqual([
    {
      path: "settings.url",
      message: "is a loopback address, which is not sent to (rule: loopback)",
      expected: "an address that the whole internet can reach",
      received: "127.0.0.1",
      fix: expect.stringContaining("STELLWERK_ALLOW_ADDRESSES"),
    },
  ]);
});

test("a name that leads inside is refused without telling where to, and nothing is dialled", async () => {
  await using scene = await openScene();
  const problems = await scene.check("https://inside.example/x");
  expect(problems).toMatchObject([
    {
      message: "leads to a private address, which is not sent to (rule: private)",
      received: "the name inside.example",
    },
  ]);
  expect(JSON.stringify(problems)).not.toContain("10.20.30.40");
  expect(scene.network.seen).toEqual([]);
});

test("a public name is taken, and one that does not exist yet as well", async () => {
  await using scene = await openScene();
  expect(await scene.check("https://public.example/")).toEqual([]);
  expect(await scene.check("https://tomorrow.example/")).toEqual([]);
});

test("a name that hangs costs a second and is taken; what is sent is checked then", async () => {
  await using scene = await openScene();
  const startedMs = performance.now();
  expect(await scene.check("https://hang.example/")).toEqual([]);
  expect(performance.now() - startedMs).toBeLessThan(2_500);
});

test("what the operator allowed is taken", async () => {
  await using scene = await openScene(["10.0.0.0/8", "127.0.0.0/8"]);
  for (const url of ["http://inside.example/", "http://localhost:22/", "http://10.1.2.3/"]) {
    expect(await scene.check(url)).toEqual([]);
  }
});

test("every address that the settings name is checked", async () => {
  await using scene = await openScene();
  const problems = await scene.check("http://10.0.0.1/", "http://8.8.8.8:25/");
  expect(problems.map(({ path }) => path)).toEqual(["settings.url", "settings.backup"]);
});

test("settings that do not fit, and connectors that name no address, are not this check's business", async () => {
  await using scene = await openScene();
  expect(await scene.targets.problemsOf(connector, { url: 5 })).toEqual([]);
  const without = connectorOf({ settings, secrets });
  expect(await scene.targets.problemsOf(without, { url: "http://127.0.0.1/" })).toEqual([]);
});
