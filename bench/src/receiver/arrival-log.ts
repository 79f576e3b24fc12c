/** What arrived since the last time it was taken: entry by entry. */
import { readSequence } from "../load/event-body.ts";
import { monotonicMs } from "../monotonic-clock.ts";

export interface Arrivals {
  readonly sequences: Uint32Array;
  readonly arrivedAt: Float64Array;
  readonly webhookIds: readonly string[];
  /** Which of the targets it came to: the number in the path. */
  readonly targets: Uint16Array;
  /** Bodies that are not byte for byte one of ours. */
  readonly altered: number;
}

export interface ArrivalLog {
  record(body: Buffer, webhookId: string | string[] | undefined, target: number): void;
  /** Different webhook-ids. */
  count(): number;
  take(): Arrivals;
}

export function createArrivalLog(): ArrivalLog {
  let sequences: number[] = [];
  let arrivedAt: number[] = [];
  let webhookIds: string[] = [];
  let targets: number[] = [];
  let distinct = new Set<string>();
  let altered = 0;
  return {
    record(body, webhookId, target) {
      const sequence = readSequence(body);
      if (sequence === undefined || typeof webhookId !== "string") {
        altered += 1;
        return;
      }
      sequences.push(sequence);
      arrivedAt.push(monotonicMs());
      webhookIds.push(webhookId);
      targets.push(target);
      distinct.add(webhookId);
    },
    count: () => distinct.size,
    take() {
      const taken = {
        sequences: Uint32Array.from(sequences),
        arrivedAt: Float64Array.from(arrivedAt),
        webhookIds,
        targets: Uint16Array.from(targets),
        altered,
      };
      [sequences, arrivedAt, webhookIds, targets, distinct, altered] = [[], [], [], [], new Set(), 0];
      return taken;
    },
  };
}

/** Those that came to one of the targets for which `isWanted` holds. */
export function arrivalsAt(arrivals: Arrivals, isWanted: (target: number) => boolean): Arrivals {
  const kept = (_: unknown, entry: number) => isWanted(arrivals.targets[entry] ?? 0);
  return {
    sequences: arrivals.sequences.filter(kept),
    arrivedAt: arrivals.arrivedAt.filter(kept),
    webhookIds: arrivals.webhookIds.filter(kept),
    targets: arrivals.targets.filter(isWanted),
    altered: arrivals.altered,
  };
}
