import { mkdtempSync, rmSync, appendFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openHistory, readHistory } from "./index.ts";

const folder = mkdtempSync(join(tmpdir(), "stellwerk-history-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("without a file there is no history, and nothing to pay", () => {
  expect(openHistory(undefined, "api")).toBeUndefined();
});

test("what several processes write into one file is read in the order in which it happened", async () => {
  const path = join(folder, "history.jsonl");
  const [one, two] = [openHistory(path, "api"), openHistory(path, "dispatcher")];
  two?.write({ kind: "lost", partitions: [1] });
  one?.write({ kind: "accepted", events: ["evt_1"] });
  two?.write({ kind: "ended" });
  // Cut off by a kill.
  appendFileSync(path, `{"by":"api-1","n":3,"ki`);
  const lines = await readHistory([path]);
  expect(lines.map(({ by, n, kind }) => `${by.split("-")[0]} ${n} ${kind}`)).toEqual([
    "api 1 began",
    "dispatcher 1 began",
    "dispatcher 2 lost",
    "api 2 accepted",
    "dispatcher 3 ended",
  ]);
});
