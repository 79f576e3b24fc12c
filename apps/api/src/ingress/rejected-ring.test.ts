import { createLog } from "@stellwerk/log";
import type { Transactional } from "@stellwerk/store";
import { expect, test } from "vitest";
import { originOf } from "./origin.ts";
import { createRejectedRing } from "./rejected-ring.ts";

const ID = "0192d3f0-0000-7000-8000-000000000001";
const log = createLog({ name: "test", level: "silent" });

/** Only counts what it is told to write. */
function counting() {
  const batches: number[] = [];
  const db = {
    async query<Row>(statement: unknown, values: readonly unknown[] = []): Promise<Row[]> {
      const { name } = statement as { name: string };
      if (name === "insert-rejected-bodies")
        batches.push((JSON.parse(String(values[0])) as unknown[]).length);
      return [];
    },
  };
  return { db, batches };
}

function doorsTo(db: Pick<Transactional, "query">) {
  return { of: () => ({ ...db, transaction: () => Promise.reject(new Error("not here")) }) };
}

function rejection(body: Buffer) {
  const origin = originOf(ID, ID);
  return { origin, contentType: undefined, reason: "malformed", detail: "x", sizeBytes: body.length, body };
}

test("a flood is held to a bounded queue and few writes, and the newest are kept", async () => {
  const { db, batches } = counting();
  const ring = createRejectedRing(doorsTo(db), log, 5);
  for (let count = 0; count < 10_000; count += 1) ring.keep(rejection(Buffer.from("x")));
  await ring.flush();
  expect(batches.length).toBeLessThanOrEqual(4);
  expect(batches.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(301);
});

test("a write that fails loses those bodies and nothing else", async () => {
  let writes = 0;
  const db = {
    query<Row>(): Promise<Row[]> {
      writes += 1;
      return Promise.reject(new Error("the database is away"));
    },
  };
  const ring = createRejectedRing(doorsTo(db), log, 1);
  ring.keep(rejection(Buffer.from("x")));
  await ring.flush();
  ring.keep(rejection(Buffer.from("y")));
  await ring.flush();
  expect(writes).toBe(2);
});
