import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openReceiver } from "@stellwerk/connector-kit/testing";
import { checkHistory, openHistory, readHistory } from "@stellwerk/history";
import { afterEach, beforeEach, expect, test } from "vitest";
import { answers, DispatcherScene, eventually } from "./testing/dispatcher-scene.ts";
import { recordOf } from "./testing/hand-fed-bus.ts";

let scene: DispatcherScene;
const folder = mkdtempSync(join(tmpdir(), "stellwerk-history-"));

beforeEach(async () => {
  scene = await DispatcherScene.open();
});
afterEach(async () => {
  await scene[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

test("what a dispatcher does is written down whole, over a retry, a queue and a restart", async () => {
  const path = join(folder, "history.jsonl");
  await using receiver = await openReceiver(answers((n) => (n === 0 ? 503 : 204)));
  await scene.seedWebhook(`${receiver.url}/`, { retryScheduleMs: [50] });
  for (const count of [1, 30]) {
    const history = openHistory(path, "dispatcher");
    const { bus, dispatcher } = await scene.start({ history });
    await bus.hand(Array.from({ length: count }, () => recordOf(scene.seed)));
    await eventually(async () =>
      expect((await scene.deliveries()).every((each) => each.state === "delivered")).toBe(true),
    );
    await dispatcher.stop();
    history?.write({ kind: "ended" });
  }
  const lines = await readHistory([path]);
  expect(checkHistory(lines)).toEqual([]);
  const kinds = new Map(
    [...Map.groupBy(lines, (each) => each.kind)].map(([kind, each]) => [kind, each.length]),
  );
  expect(kinds.get("started")).toBe(32);
  expect(kinds.get("claimed")).toBeGreaterThan(0);
  expect(kinds.get("took")).toBe(2);
  const routed = lines.flatMap((each) => (each.kind === "committing" ? each.routed : []));
  expect(routed).toHaveLength(31);
});
