import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openDatabase } from "./database.ts";
import type { Database } from "./database.ts";
import { StoreUnavailableError } from "./errors.ts";
import { listen } from "./listener.ts";
import { sqlFile } from "./sql-file.ts";
import { startTestPostgres } from "./testing/index.ts";
import type { TestPostgres } from "./testing/index.ts";

let server: TestPostgres;
let db: Database;

beforeAll(async () => {
  server = await startTestPostgres();
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(() => {
  db = openDatabase({ url: server.url, applicationName: "test" });
});
afterEach(() => db.close());

/** Lets go of what `work` waits for when the test says so. */
function makeGate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

async function backendPid(of: string): Promise<number> {
  const [row] = await db.query<{ pid: number }>(
    "SELECT pid FROM pg_stat_activity WHERE application_name = $1",
    [of],
  );
  return row!.pid;
}

describe("queries and transactions", () => {
  test("bigint arrives as a number", async () => {
    expect(await db.query("SELECT 9007199254740991::bigint AS big")).toEqual([
      { big: Number.MAX_SAFE_INTEGER },
    ]);
  });

  test("a transaction commits what it returns from and rolls back what it throws from", async () => {
    await db.query("CREATE TABLE kept (n int)");
    await db.transaction((tx) => tx.query("INSERT INTO kept VALUES (1)"));
    const failed = db.transaction(async (tx) => {
      await tx.query("INSERT INTO kept VALUES (2)");
      throw new Error("changed my mind");
    });
    await expect(failed).rejects.toThrow("changed my mind");
    expect(await db.query("SELECT n FROM kept")).toEqual([{ n: 1 }]);
  });

  test("a transaction that swallowed an error does not pass for committed", async () => {
    const swallowing = db.transaction(async (tx) => {
      await tx.query("SELECT 1 / 0").catch(() => {});
    });
    await expect(swallowing).rejects.toThrow("Rolled back");
  });

  test("a wrong statement is not called unavailable", async () => {
    const wrong = await db.query("SELECT 1 / 0").catch((error: unknown) => error);
    expect(wrong).not.toBeInstanceOf(StoreUnavailableError);
    expect(wrong).toMatchObject({ code: "22012" });
  });

  test("a name that PostgreSQL would cut off is refused", () => {
    expect(() => sqlFile("x".repeat(64))).toThrow("at most 63 characters");
  });
});

describe("when the database cannot do it now", () => {
  test("nobody listens on the port", async () => {
    const nowhere = openDatabase({ url: "postgres://nobody@127.0.0.1:1/postgres", applicationName: "test" });
    await expect(nowhere.query("SELECT 1")).rejects.toThrow(StoreUnavailableError);
    await expect(nowhere.transaction((tx) => tx.query("SELECT 1"))).rejects.toThrow(StoreUnavailableError);
    await nowhere.close();
  });

  test("a statement that takes too long is cut off, and the next one runs", async () => {
    const hurried = openDatabase({
      url: server.url,
      applicationName: "test",
      statementTimeoutMs: 100,
      maxConnections: 1,
    });
    await expect(hurried.query("SELECT pg_sleep(10)")).rejects.toThrow(StoreUnavailableError);
    expect(await hurried.query("SELECT 1 AS one")).toEqual([{ one: 1 }]);
    await hurried.close();
  });

  test("the loser of a deadlock may try again", async () => {
    await db.query("CREATE TABLE pair AS SELECT generate_series(1, 2) AS n");
    const lock = "SELECT n FROM pair WHERE n = $1 FOR UPDATE";
    const gates = [makeGate(), makeGate()] as const;
    const cross = (mine: 0 | 1) =>
      db.transaction(async (tx) => {
        await tx.query(lock, [mine + 1]);
        gates[mine].open();
        await gates[mine === 0 ? 1 : 0].opened;
        await tx.query(lock, [mine === 0 ? 2 : 1]);
      });
    const results = await Promise.allSettled([cross(0), cross(1)]);
    expect(results.filter((each) => each.status === "fulfilled")).toHaveLength(1);
    expect(results.find((each) => each.status === "rejected")?.reason).toBeInstanceOf(StoreUnavailableError);
  });

  test("a connection that is closed in the middle of a transaction, between two queries", async () => {
    const closed = db.transaction(async (tx) => {
      const [row] = await tx.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
      await db.query("SELECT pg_terminate_backend($1, 5000)", [row!.pid]);
      // Long enough for the driver to notice while nobody asks it anything.
      await new Promise((resolve) => setTimeout(resolve, 50));
      await tx.query("SELECT 1");
    });
    await expect(closed).rejects.toThrow(StoreUnavailableError);
    expect(await db.query("SELECT 1 AS one")).toEqual([{ one: 1 }]);
  });

  test("a frozen server does not hang us for ever", async () => {
    const hurried = openDatabase({
      url: server.url,
      applicationName: "frozen",
      statementTimeoutMs: 100,
      maxConnections: 1,
    });
    await hurried.query("SELECT 1");
    const pid = await backendPid("frozen");
    process.kill(pid, "SIGSTOP");
    try {
      await expect(hurried.query("SELECT 1")).rejects.toThrow(StoreUnavailableError);
      // The pool gives the frozen connection up and opens another.
      expect(await hurried.query("SELECT 1 AS one")).toEqual([{ one: 1 }]);
    } finally {
      process.kill(pid, "SIGCONT");
      await hurried.close();
    }
  });

  test("kill -9 of the server: what runs fails as unavailable, and the pool recovers", async () => {
    await db.query("CREATE TABLE survivors (n int)");
    await db.query("INSERT INTO survivors VALUES (1)");
    const gate = makeGate();
    const inside = makeGate();
    const results = Promise.allSettled([
      db.query("SELECT pg_sleep(30)"),
      db.transaction(async (tx) => {
        await tx.query("INSERT INTO survivors VALUES (2)");
        inside.open();
        await gate.opened;
        await tx.query("SELECT 1");
      }),
    ]);
    await inside.opened;
    await server.kill();
    gate.open();
    for (const result of await results) {
      expect(result).toMatchObject({ status: "rejected", reason: expect.any(StoreUnavailableError) });
    }
    await expect(db.query("SELECT 1")).rejects.toThrow(StoreUnavailableError);
    await server.restart();
    expect(await db.query("SELECT n FROM survivors")).toEqual([{ n: 1 }]);
  });
});

describe("listening", () => {
  test("every notification arrives, on the channel it was sent to", async () => {
    const got: string[] = [];
    const listener = await db.listen(
      ["one", "Two"],
      (channel, payload) => got.push(`${channel}:${payload}`),
      () => {},
    );
    await db.query(
      `SELECT pg_notify('one', 'a'), pg_notify('Two', 'b'), pg_notify('three', 'c'), pg_notify('one', '')`,
    );
    await expect.poll(() => got).toEqual(["one:a", "Two:b", "one:"]);
    await listener.close();
  });

  test("a listener reconnects after the server restarts and reports the gap", async () => {
    const got: string[] = [];
    let gaps = 0;
    const listener = await db.listen(
      ["news"],
      (_channel, payload) => got.push(payload),
      () => gaps++,
    );
    expect(gaps).toBe(1);
    await server.kill();
    await server.restart();
    await expect.poll(() => gaps, { timeout: 5_000 }).toBe(2);
    await db.query("SELECT pg_notify('news', 'back')");
    await expect.poll(() => got).toEqual(["back"]);
    await listener.close();
  });

  test("a connection that went silent is found out and replaced", async () => {
    let gaps = 0;
    const config = { connectionString: server.url, application_name: "silent" };
    const listener = await listen({
      config,
      channels: ["news"],
      onNotify: () => {},
      onGap: () => gaps++,
      heartbeatMs: 50,
    });
    const pid = await backendPid("silent");
    process.kill(pid, "SIGSTOP");
    await expect.poll(() => gaps, { timeout: 5_000 }).toBe(2);
    process.kill(pid, "SIGCONT");
    await listener.close();
    await expect
      .poll(() => db.query("SELECT 1 FROM pg_stat_activity WHERE application_name = 'silent'"))
      .toEqual([]);
  });

  test("it is closed also while it tries to reconnect", async () => {
    const listener = await db.listen(
      ["news"],
      () => {},
      () => {},
    );
    await server.kill();
    await expect(listener.close()).resolves.toBeUndefined();
    await server.restart();
  });

  test("a first connection that fails is an error", async () => {
    const nowhere = openDatabase({ url: "postgres://nobody@127.0.0.1:1/postgres", applicationName: "test" });
    await expect(
      nowhere.listen(
        ["news"],
        () => {},
        () => {},
      ),
    ).rejects.toThrow(StoreUnavailableError);
    await nowhere.close();
  });
});
