/** No telemetry, no look for updates: what is started talks to its own database and to nobody else. */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { startTestPostgres } from "@stellwerk/store/testing";
import { expect, test } from "vitest";
import { AppProcess } from "./processes/app-process.ts";
import { findFreePort } from "./processes/free-port.ts";
import { openStandalone } from "./processes/open-standalone.ts";
import { makeTemporaryFolder } from "./temporary-folder.ts";

/** What calls home does so within moments of the start. */
const WATCHED_MS = 3_000;
const LOOPBACK = /^(connect|name) (\/.*|localhost|127\.0\.0\.1|::1)$/;
const RECORDER = new URL("processes/record-connections.mjs", import.meta.url).href;

function recording(folder: string): { env: Record<string, string>; seen: () => string[] } {
  const file = join(folder, "connections");
  return {
    env: { NODE_OPTIONS: `--import=${RECORDER}`, RECORD_CONNECTIONS_TO: file },
    seen: () => readFileSync(file, "utf8").trim().split("\n"),
  };
}

/** What went elsewhere. Throws when nothing was seen at all: not even its database was watched then. */
function elsewhere(seen: readonly string[]): string[] {
  if (!seen.some((line) => line.startsWith("connect "))) throw new Error("no connection was recorded");
  return seen.filter((line) => !LOOPBACK.test(line));
}

test("standalone starts without a word to anybody", async () => {
  using folder = makeTemporaryFolder("quiet");
  const { env, seen } = recording(folder.path);
  await using standalone = await openStandalone(env);
  await pause(WATCHED_MS);
  expect(standalone.process.ending).toBeUndefined();
  expect(elsewhere(seen())).toEqual([]);
});

test("api and dispatcher start without a word to anybody but their database", async () => {
  using folder = makeTemporaryFolder("quiet");
  const { env, seen } = recording(folder.path);
  await using postgres = await startTestPostgres();
  const port = await findFreePort();
  const common = {
    ...env,
    DATABASE_URL: postgres.url,
    STELLWERK_SECRET_KEY: randomBytes(32).toString("base64"),
    PORT: String(port),
  };
  const api = new AppProcess({ app: "api", env: common });
  const processes = [api];
  try {
    await api.isReady(`http://127.0.0.1:${port}`, 30_000);
    const dispatcher = new AppProcess({ app: "dispatcher", env: common });
    processes.push(dispatcher);
    await dispatcher.says(/dispatcher ready/, 30_000);
    await pause(WATCHED_MS);
    expect(elsewhere(seen())).toEqual([]);
  } finally {
    await Promise.all(processes.map((each) => each.stop()));
  }
});
