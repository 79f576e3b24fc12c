import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { openEmptyTestDatabase, openTestDatabase } from "@stellwerk/store/testing";
import { afterEach, expect, test } from "vitest";

const SECRET_KEY = Buffer.alloc(32, 7).toString("base64");
const started: ChildProcess[] = [];

afterEach(async () => {
  for (const child of started.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill("SIGKILL");
    await once(child, "exit");
  }
});

function start(env: Record<string, string>) {
  const child = spawn(process.execPath, [new URL("main.ts", import.meta.url).pathname], {
    env: { PATH: process.env["PATH"] ?? "", STELLWERK_SECRET_KEY: SECRET_KEY, PORT: "0", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  started.push(child);
  let output = "";
  child.stdout.on("data", (chunk) => (output += chunk));
  child.stderr.on("data", (chunk) => (output += chunk));
  const exit = once(child, "exit").then(([code]) => code as number | null);
  return { child, exit, output: () => output };
}

test("everything that is wrong with the settings is told at once", async () => {
  const { exit, output } = start({ PORT: "abc", STELLWERK_BUS: "rabbit" });
  expect(await exit).toBe(1);
  expect(output()).toMatch(/PORT is \\"abc\\"; expected a port/);
  expect(output()).toMatch(/DATABASE_URL is not set/);
  expect(output()).toMatch(/STELLWERK_BUS is \\"rabbit\\"; expected postgres or kafka/);
  expect(output()).not.toMatch(/\bat .*\.ts:\d/);
});

test("an unreachable database is waited for with a message, then the start fails", async () => {
  const { exit, output } = start({
    DATABASE_URL: "postgres://nobody:canary@127.0.0.1:9/none",
    STELLWERK_START_TIMEOUT_SECONDS: "1",
  });
  expect(await exit).toBe(1);
  expect(output()).toMatch(/waiting for the database/);
  expect(output()).not.toContain("canary");
});

test("a first start prints the key once, serves, and SIGTERM ends it with 0", async () => {
  await using database = await openEmptyTestDatabase();
  const { child, exit, output } = start({ DATABASE_URL: database.url });
  await expect.poll(output, { timeout: 15_000 }).toMatch(/api ready/);
  const key = /shown this once: (sw_\S+)/.exec(output())?.[1] ?? "";
  const url = /"url":"([^"]+)"/.exec(output())?.[1] ?? "";
  const reply = await fetch(`${url}/v1/sources`, { headers: { authorization: `Bearer ${key}` } });
  expect(reply.status).toBe(200);
  child.kill("SIGTERM");
  expect(await exit).toBe(0);
  expect(output().split(key)).toHaveLength(2);
});

test("a taken port is one clear sentence", async () => {
  await using database = await openTestDatabase();
  const first = start({ DATABASE_URL: database.url, STELLWERK_API_KEY: "an-admin-key" });
  await expect.poll(first.output, { timeout: 15_000 }).toMatch(/api ready/);
  const port = /"url":"[^"]+:(\d+)"/.exec(first.output())?.[1] ?? "";
  const second = start({ DATABASE_URL: database.url, PORT: port });
  expect(await second.exit).toBe(1);
  expect(second.output()).toContain(`Port ${port} on 127.0.0.1 is taken by another program`);
  expect(second.output()).not.toMatch(/\bat .*\.ts:\d/);
});
