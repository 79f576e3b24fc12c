/** A thing that goes wrong: what it hits, how it goes, and when everything runs again. */
import type { Random } from "@stellwerk/e2e/random.ts";
import type { Stage } from "../stage/stage.ts";

/** What is hit; nothing is hit twice at a time. */
export type Victim = string;

export interface Strike {
  readonly stage: Stage;
  readonly random: Random;
  /** Long waits are cut short in the short form. */
  readonly short: boolean;
}

export interface FaultKind {
  /** For the table. */
  readonly name: string;
  /** How often it is chosen, beside the others. */
  readonly weight: number;
  /** Ends a process with kill -9. */
  readonly kills: boolean;
  /** The same on every bus, so the short form does it on one of them. */
  readonly anyBus?: boolean;
  /** What it needs for itself while it lasts; unset: its victim. */
  holds?(victim: Victim): readonly string[];
  /** Whom it can hit; empty: it cannot be done on this stage. */
  victims(stage: Stage): readonly Victim[];
  /** Resolves when what was hit runs again. */
  strike(strike: Strike, victim: Victim): Promise<void>;
}
