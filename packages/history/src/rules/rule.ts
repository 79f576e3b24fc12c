/** One thing that must hold in every history. */
import type { Timeline } from "../timeline.ts";

export interface Rule {
  /** What is wrong where it does not hold. */
  readonly name: string;
  /** A sentence for each place where it does not. */
  find(timeline: Timeline): string[];
}
