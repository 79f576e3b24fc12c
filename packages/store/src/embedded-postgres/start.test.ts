import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { killProcessTree } from "../testing/kill-process-tree.ts";
import { makeTestFolder } from "../testing/test-folder.ts";
import { findBinaries } from "./binaries.ts";
import { makeBinariesReachable } from "./reachable-binaries.ts";
import { canReach, findUnprivilegedUser } from "./server-user.ts";
import { startEmbeddedPostgres } from "./start.ts";
import type { EmbeddedPostgres, EmbeddedPostgresOptions } from "./start.ts";

const nobody = { name: "user nobody", uid: 65_534, gid: 65_534 };
const isRoot = process.getuid?.() === 0;
let folder: string;
let dataDir: string;
let lines: string[];
let servers: EmbeddedPostgres[];

/** Data that was started and stopped once: initdb takes most of a test's time. */
let template: string;

beforeAll(async () => {
  template = await makeTestFolder();
  const options = { dataDir: join(template, "data"), log: { info() {} } };
  await (await startEmbeddedPostgres(options)).stop();
});
afterAll(() => rmSync(template, { recursive: true, force: true }));

beforeEach(async () => {
  folder = await makeTestFolder();
  dataDir = join(folder, "data");
  // cp, because it keeps the owner; without the port of the last start, which others get too.
  execFileSync("cp", ["-a", join(template, "data"), dataDir]);
  rmSync(join(dataDir, "postgres", "postmaster.opts"));
  lines = [];
  servers = [];
});

afterEach(async () => {
  for (const server of servers) await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function start(options: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> {
  const log = { info: (line: string) => void lines.push(line) };
  const server = await startEmbeddedPostgres({
    dataDir,
    log: log as EmbeddedPostgresOptions["log"],
    ...options,
  });
  servers.push(server);
  return server;
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows as unknown[];
  } finally {
    await client.end();
  }
}

/** Starts it from a Node process of its own, which prints the server's url and pid and then waits. */
function startInChild(options: { uid?: number; gid?: number } = {}) {
  const script = `
    import { startEmbeddedPostgres } from ${JSON.stringify(pathToFileURL(join(import.meta.dirname, "start.ts")).href)};
    const { url, pid } = await startEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)}, log: { info() {} } });
    console.log(JSON.stringify({ url, pid }));
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
    ...options,
    cwd: "/",
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ready = once(child.stdout, "data").then(
    ([line]) => JSON.parse(String(line)) as { url: string; pid: number },
  );
  return { child, ready };
}

test("listens on the loopback only, with a password, durable, in UTF-8", async () => {
  dataDir = join(folder, "fresh");
  const server = await start();
  expect(server.adopted).toBe(false);
  expect(lines).toContain("First start: creating the database (a few seconds)");
  const settings = await query(
    server.url,
    `SELECT name, setting FROM pg_settings
     WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes', 'listen_addresses', 'server_encoding')
     ORDER BY name`,
  );
  expect(settings).toEqual([
    { name: "fsync", setting: "on" },
    { name: "full_page_writes", setting: "on" },
    { name: "listen_addresses", setting: "127.0.0.1" },
    { name: "server_encoding", setting: "UTF8" },
    { name: "synchronous_commit", setting: "on" },
  ]);
  await expect(query(server.url.replace(/:[^:@]+@/, ":wrong@"), "SELECT 1")).rejects.toThrow("password");
  expect(statSync(join(dataDir, "postgres", "stellwerk-password")).mode & 0o777).toBe(0o600);
});

test("a server that was left running is adopted", async () => {
  const first = await start();
  const second = await start();
  expect(second).toMatchObject({ adopted: true, pid: first.pid, url: first.url });
});

test.each(["data", "fresh"])("two starts at the same time share one server (%s)", async (name) => {
  dataDir = join(folder, name);
  const [first, second] = await Promise.all([start(), start()]);
  expect(first.pid).toBe(second.pid);
  expect(first.url).toBe(second.url);
  expect(await query(second.url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
});

test("kill -9 of everything loses nothing that was committed", async () => {
  const { child, ready } = startInChild();
  const before = await ready;
  await query(before.url, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n");
  child.kill("SIGKILL");
  await killProcessTree(before.pid);
  expect(existsSync(join(dataDir, "postgres", "postmaster.pid"))).toBe(true);
  const server = await start();
  expect(server.adopted).toBe(false);
  expect(await query(server.url, "SELECT count(*)::int FROM kept")).toEqual([{ count: 1000 }]);
});

test("starts again at once when only the main process was killed", async () => {
  const server = await start();
  process.kill(server.pid, "SIGKILL");
  await expect.poll(() => query(server.url, "SELECT 1").catch(() => "away")).toBe("away");
  expect(await query((await start()).url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
});

test("a Ctrl-C to our process group does not stop it", async () => {
  const { child, ready } = startInChild();
  const { url, pid } = await ready;
  process.kill(-(child.pid ?? 0), "SIGINT");
  await once(child, "exit");
  expect(await query(url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  expect(await start()).toMatchObject({ adopted: true, pid });
});

test("starts though the pid in a left postmaster.pid belongs to another program by now", async () => {
  const pidFile = join(dataDir, "postgres", "postmaster.pid");
  writeFileSync(
    pidFile,
    `${process.pid}\n${join(dataDir, "postgres")}\n1700000000\n5432\n\n127.0.0.1\n\nready   \n`,
  );
  expect((await start()).adopted).toBe(false);
});

test("keeps its port, and takes another when somebody has it", async () => {
  const first = await start();
  await first.stop();
  const second = await start();
  expect(new URL(second.url).port).toBe(new URL(first.url).port);
  await second.stop();
  const squatter = createServer().listen(Number(new URL(first.url).port), "127.0.0.1");
  await once(squatter, "listening");
  try {
    const third = await start();
    expect(new URL(third.url).port).not.toBe(new URL(first.url).port);
    expect(await query(third.url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  } finally {
    squatter.close();
  }
});

test("a port that was asked for and is taken is an error that says so", async () => {
  const squatter = createServer().listen(0, "127.0.0.1");
  await once(squatter, "listening");
  const { port } = squatter.address() as { port: number };
  await expect(start({ port })).rejects.toThrow("could not bind");
  squatter.close();
});

test("a running server that does not know our password is an error, not a wait without end", async () => {
  const server = await start();
  await query(server.url, "ALTER ROLE stellwerk PASSWORD 'changed'");
  await expect(start()).rejects.toThrow("password authentication failed");
});

test("data of another PostgreSQL is refused with both versions", async () => {
  writeFileSync(join(dataDir, "postgres", "PG_VERSION"), "17\n");
  await expect(start()).rejects.toThrow(
    /holds data of PostgreSQL 17, but this Stellwerk brings PostgreSQL 18/,
  );
});

test("a first start that was cut off leaves nothing in the way", async () => {
  dataDir = join(folder, "fresh");
  mkdirSync(join(dataDir, "postgres.new-0badcafe", "base"), { recursive: true });
  chmodSync(dataDir, 0o711);
  expect((await start()).adopted).toBe(false);
});

test("a platform without binaries gets one sentence with the way out", () => {
  expect(() => findBinaries("sunos", "sparc")).toThrow(
    /There is no embedded PostgreSQL for sunos on sparc .*Set DATABASE_URL to a PostgreSQL 15 or newer of your own/,
  );
});

test("root without a user postgres or nobody is told what to do", () => {
  expect(findUnprivilegedUser("root:x:0:0::/:\nnobody:x:65534:65534::/:\n")).toMatchObject({ uid: 65_534 });
  expect(() => findUnprivilegedUser("root:x:0:0::/:\n")).toThrow("start Stellwerk as an ordinary user");
});

// Only root can become somebody else; as an ordinary user every test above has run as one.
describe.runIf(isRoot)("as root", () => {
  test("the server runs as another user, and our secrets are not in its environment", async () => {
    const { pid } = await start();
    expect(statSync(`/proc/${pid}`).uid).not.toBe(0);
    expect(readFileSync(`/proc/${pid}/environ`, "utf8")).not.toContain("STELLWERK");
  });

  test("under a closed folder its data goes to a place it can reach, and is found again", async () => {
    const closed = join(folder, "home");
    mkdirSync(closed, { mode: 0o700 });
    dataDir = join(closed, "clone", ".stellwerk");
    const sharedPlaces = [join(folder, "shared")];
    const first = await start({ sharedPlaces });
    await query(first.url, "CREATE TABLE kept AS SELECT 1 AS n");
    await first.stop();
    expect(lines.join("\n")).toMatch(/PostgreSQL must not run as root .* its data goes to/);
    expect(readlinkSync(join(dataDir, "postgres"))).toContain(join(folder, "shared", "data-"));
    const second = await start({ sharedPlaces });
    expect(await query(second.url, "SELECT n FROM kept")).toEqual([{ n: 1 }]);
  });

  test("programs under a closed folder are copied once to a place it can reach", () => {
    const closed = join(folder, "home");
    mkdirSync(closed, { mode: 0o700 });
    const original = { ...findBinaries(), root: join(closed, "native") };
    mkdirSync(join(original.root, "bin"), { recursive: true });
    writeFileSync(join(original.root, "bin", "postgres"), "#!/bin/sh\n", { mode: 0o755 });
    const log = { info: (line: string) => void lines.push(line) } as EmbeddedPostgresOptions["log"];
    const sharedPlaces = [join(folder, "shared")];
    const copy = makeBinariesReachable(original, nobody, log, sharedPlaces);
    expect(makeBinariesReachable(original, nobody, log, sharedPlaces)).toEqual(copy);
    expect(canReach(join(copy.root, "bin"), nobody)).toBe(true);
    expect(statSync(join(copy.root, "bin", "postgres")).mode & 0o777).toBe(0o755);
    expect(lines).toEqual([expect.stringContaining("copying its programs to")]);
  });

  test("when no place can be reached, one sentence says what to do", async () => {
    const closed = join(folder, "home");
    mkdirSync(closed, { mode: 0o700 });
    dataDir = join(closed, "data");
    const notOurs = join(folder, "not-ours");
    mkdirSync(notOurs);
    chownSync(notOurs, 65_534, 65_534);
    await expect(start({ sharedPlaces: [notOurs, join(closed, "too")] })).rejects.toThrow(
      /can reach neither this folder nor .*: start Stellwerk as an ordinary user, or set STELLWERK_DATA_DIR/,
    );
  });

  // An ordinary user cannot run what lies in a clone under root's home.
  test.runIf(canReach(import.meta.dirname, nobody))("it goes on under the user who began", async () => {
    dataDir = join(folder, "fresh");
    mkdirSync(dataDir);
    chownSync(dataDir, 65_534, 65_534);
    const { child, ready } = startInChild({ uid: 65_534, gid: 65_534 });
    const { pid } = await ready;
    expect(statSync(`/proc/${pid}`).uid).toBe(65_534);
    child.kill("SIGKILL");
    await killProcessTree(pid);
    const server = await start();
    expect(statSync(`/proc/${server.pid}`).uid).toBe(65_534);
  });
});
