/** The history of a measured system, and what the checker says of it (packages/history). */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkHistory, readHistory, type HistoryLine } from "@stellwerk/history";
import type { StartSystem } from "../systems/system.ts";
import type { Instruments } from "./instruments.ts";

export interface BenchHistory {
  /** The system, writing down what it does. */
  readonly start: StartSystem;
  /** The instruments, noting what arrives. */
  readonly instruments: Instruments;
  /** When the system is stopped: what does not hold. */
  check(): Promise<string[]>;
}

const SHOWN = 3;

/** Into `folder`, a file of the system's processes and one of what arrived. */
export function keepHistory(
  folder: string,
  name: string,
  start: StartSystem,
  instruments: Instruments,
): BenchHistory {
  mkdirSync(folder, { recursive: true });
  const [ownFile, arrivedFile] = [join(folder, `${name}.jsonl`), join(folder, `${name}-arrived.jsonl`)];
  const arrived: { readonly at: number; readonly key: string }[] = [];
  return {
    start: (options) =>
      start({ ...options, environment: { ...options.environment, STELLWERK_HISTORY_FILE: ownFile } }),
    instruments: {
      ...instruments,
      async takeArrivals() {
        const taken = await instruments.takeArrivals();
        for (const [entry, key] of taken.webhookIds.entries()) {
          arrived.push({ at: taken.arrivedAt[entry] ?? 0, key });
        }
        return taken;
      },
    },
    async check() {
      // The bare loop is not ours and does nothing that could be told.
      if (!existsSync(ownFile)) return [];
      const lines = arrived
        .toSorted((a, b) => a.at - b.at)
        .map(({ at, key }, index): HistoryLine => ({
          by: "receiver",
          n: index + 1,
          at,
          kind: "arrived",
          key,
          effect: true,
        }));
      writeFileSync(arrivedFile, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
      const findings = checkHistory(await readHistory([ownFile, arrivedFile]));
      return findings.map(
        ({ rule, places }) =>
          `${name}: ${places.length} × ${rule}, for example ${places.slice(0, SHOWN).join("; ")}`,
      );
    },
  };
}
