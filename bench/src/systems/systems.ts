/** The systems that can be measured, by the names of `--systems`. */
import { startBare } from "./bare.ts";
import { startKafkaSplit, startSplit } from "./split.ts";
import { startStandalone } from "./standalone.ts";
import type { StartSystem } from "./system.ts";

export const SYSTEMS: Readonly<Record<string, { readonly about: string; readonly start: StartSystem }>> = {
  bare: { about: "express in, undici out, signed, nothing stored: the limit", start: startBare },
  standalone: { about: "what `npm start` runs: one process, embedded PostgreSQL", start: startStandalone },
  split: { about: "api and dispatcher as two processes, PostgreSQL as bus", start: startSplit },
  kafka: { about: "api and dispatcher as two processes, a Kafka broker as bus", start: startKafkaSplit },
};
