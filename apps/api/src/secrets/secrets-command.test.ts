import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { newUuid } from "@stellwerk/delivery";
import {
  connectionSecretsContext,
  createSealer,
  type Database,
  findConnection,
  findSource,
  insertConnection,
  listConnections,
  prepareInstallation,
  readSecretKey,
  sourceTokenContext,
  updateConnection,
} from "@stellwerk/store";
import { openTestDatabase, seedAccount } from "@stellwerk/store/testing";
import { expect, test } from "vitest";
import { SECRETS_USAGE } from "./run-secrets-command.ts";

const MAIN = new URL("./main.ts", import.meta.url).pathname;

const makeKey = () => randomBytes(32).toString("base64");
const sealerOf = (current: string, ...others: string[]) =>
  createSealer({ current: readSecretKey(current), others: others.map((each) => readSecretKey(each)) });

interface Run {
  readonly child: ChildProcess;
  /** What it has printed so far. */
  printed(): string;
  readonly ended: Promise<number | null>;
}

function run(url: string, command: string, key: string, others = ""): Run {
  const child = spawn(process.execPath, [MAIN, command], {
    env: {
      ...process.env,
      DATABASE_URL: url,
      STELLWERK_SECRET_KEY: key,
      STELLWERK_OTHER_SECRET_KEYS: others,
    },
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
  const ended = once(child, "close").then(([code]) => code as number | null);
  return { child, printed: () => text, ended };
}

async function insertConnections(db: Database, accountId: string, key: string, count: number): Promise<void> {
  const sealer = sealerOf(key);
  await db.transaction(async (tx) => {
    for (let index = 0; index < count; index += 1) {
      const id = newUuid();
      await insertConnection(tx, accountId, {
        id,
        connector: "webhook",
        name: `Hook ${index}`,
        settings: {},
        secretsSealed: sealer.seal(`secret of ${id}`, connectionSecretsContext(id)),
      });
    }
  });
}

/** Every connection's secret is its own, opened with this key alone. */
async function expectAllOpenWith(db: Database, key: string): Promise<void> {
  const sealer = sealerOf(key);
  const rows = await db.query<{ id: string; sealed: Buffer }>(
    "SELECT id, secrets_sealed AS sealed FROM connection WHERE secrets_sealed IS NOT NULL",
  );
  const opened = rows.map(({ id, sealed }) => sealer.open(sealed, connectionSecretsContext(id)));
  expect(opened).toEqual(rows.map(({ id }) => `secret of ${id}`));
}

async function openWithSecrets(key: string, count: number) {
  const database = await openTestDatabase();
  const { db, url } = database;
  const { accountId } = await prepareInstallation(db, { partitions: 1 });
  await insertConnections(db, accountId, key, count);
  return { db, url, accountId, [Symbol.asyncDispose]: () => database[Symbol.asyncDispose]() };
}

test("status tells how much each key sealed; after a rotation the old key is not needed, and a second run finds nothing", async () => {
  const [old, next] = [makeKey(), makeKey()];
  await using made = await openWithSecrets(old, 450);
  const { db, url, accountId } = made;
  const { sourceId } = await seedAccount(db);
  await db.query("UPDATE source SET token_sealed = $2 WHERE id = $1", [
    sourceId,
    sealerOf(old).seal("the token", sourceTokenContext(sourceId)),
  ]);

  const before = run(url, "status", next, old);
  expect(await before.ended).toBe(1);
  expect(before.printed()).toContain(`450  connections  sealed with ${readSecretKey(old).id} (other)`);
  expect(before.printed()).toContain("451 left");

  const rotating = run(url, "rotate", next, old);
  expect(await rotating.ended).toBe(0);
  expect(rotating.printed().match(/sealed anew, 0 could not be opened/g)).toHaveLength(4);
  expect(rotating.printed()).toContain("Everything is sealed with the current key");
  await expectAllOpenWith(db, next);
  const source = await findSource(db, accountId, sourceId);
  expect(sealerOf(next).open(source!.tokenSealed!, sourceTokenContext(sourceId))).toBe("the token");

  const again = run(url, "rotate", next);
  expect(await again.ended).toBe(0);
  expect(again.printed()).toContain("Done: 0 sealed anew");
  for (const text of [before, rotating, again].map((each) => each.printed())) {
    for (const secret of [old, next, "the token", "secret of", new URL(url).password])
      expect(text).not.toContain(secret);
  }
});

test("killed in the middle it has done what it has done, everything opens all along, and the next run goes on", async () => {
  const [old, next] = [makeKey(), makeKey()];
  await using made = await openWithSecrets(old, 6_000);
  const { db, url } = made;
  const killed = run(url, "rotate", next, old);
  while (!killed.printed().includes("sealed anew")) await once(killed.child.stdout!, "data");
  killed.child.kill("SIGKILL");
  await killed.ended;
  const both = sealerOf(next, old);
  const rows = await db.query<{ id: string; sealed: Buffer }>(
    "SELECT id, secrets_sealed AS sealed FROM connection",
  );
  for (const { id, sealed } of rows) {
    expect(both.open(sealed, connectionSecretsContext(id))).toBe(`secret of ${id}`);
  }
  const status = run(url, "status", next, old);
  expect(await status.ended).toBe(1);
  const left = Number(/(\d+) left/.exec(status.printed())?.[1]);
  expect(left).toBeGreaterThan(0);
  expect(left).toBeLessThan(6_000);

  const second = run(url, "rotate", next, old);
  expect(await second.ended).toBe(0);
  expect(second.printed()).toContain(`Done: ${left} sealed anew`);
  await expectAllOpenWith(db, next);
});

test("what a running process saves meanwhile is neither lost nor set back", async () => {
  const [old, next] = [makeKey(), makeKey()];
  await using made = await openWithSecrets(old, 1_000);
  const { db, url, accountId } = made;
  // Not restarted yet: it still seals with the old key.
  const late = sealerOf(old, next);
  const targets = await listConnections(db, accountId, { limit: 200 });
  const rotating = run(url, "rotate", next, old);
  for (const { id } of targets) {
    const row = await findConnection(db, accountId, id);
    const secretsSealed = late.seal(`changed ${id}`, connectionSecretsContext(id));
    await updateConnection(db, accountId, { ...row!, secretsSealed });
  }
  await rotating.ended;
  expect(await run(url, "rotate", next, old).ended).toBe(0);
  const sealer = sealerOf(next);
  for (const { id } of targets) {
    const row = await findConnection(db, accountId, id);
    expect(sealer.open(row!.secretsSealed!, connectionSecretsContext(id))).toBe(`changed ${id}`);
  }
});

test("what no key of ours opens is named, left as it is, and holds up nothing", async () => {
  const [lost, old, next] = [makeKey(), makeKey(), makeKey()];
  await using made = await openWithSecrets(old, 3);
  const { db, url, accountId } = made;
  await insertConnections(db, accountId, lost, 1);
  const rotating = run(url, "rotate", next, old);
  expect(await rotating.ended).toBe(1);
  expect(rotating.printed()).toMatch(
    /con_\w{26} {2}A stored secret cannot be opened: it was sealed with key/,
  );
  expect(rotating.printed()).toContain("Done: 3 sealed anew, 1 could not be opened");
  expect(rotating.printed()).toContain(
    `1  connection  sealed with ${readSecretKey(lost).id} (not among ours)`,
  );
});

test("what is wrong with a key or a command is said without the key", async () => {
  const key = "canary-0123456789-too-short";
  const wrong = run("postgres://127.0.0.1:1/x", "rotate", key);
  expect(await wrong.ended).toBe(1);
  expect(wrong.printed()).toContain("STELLWERK_SECRET_KEY has to be 32 random bytes");
  expect(wrong.printed()).not.toContain(key);
  const unknown = run("postgres://127.0.0.1:1/x", "rotat", makeKey());
  expect(await unknown.ended).toBe(2);
  expect(unknown.printed()).toContain(SECRETS_USAGE);
  const away = run("postgres://user:canary-password@127.0.0.1:1/x", "status", makeKey());
  expect(await away.ended).toBe(1);
  expect(away.printed()).toContain("ECONNREFUSED");
  expect(away.printed()).not.toContain("canary-password");
});

test("every column that holds sealed values is rotated", async () => {
  await using database = await openTestDatabase();
  const columns = await database.db.query<{ name: string }>(
    `SELECT c.relname || '.' || a.attname AS name FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
       AND a.attname LIKE '%sealed%' AND NOT a.attisdropped ORDER BY 1`,
  );
  expect(columns.map((each) => each.name)).toEqual([
    "connection.secrets_sealed",
    "connection_token.token_sealed",
    "oauth_state.verifier_sealed",
    "source.token_sealed",
  ]);
});
