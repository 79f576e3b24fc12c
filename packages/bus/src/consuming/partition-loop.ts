/** One partition from its assignment to its release: start, batch after batch, pauses after failures. */
import { setTimeout as pause } from "node:timers/promises";
import type { Logger } from "pino";
import { deadRecord } from "../dead-record.ts";
import type { BatchResult, BusRecord, ConsumeOptions, OutgoingRecord } from "../port.ts";
import type { AssignedPartition } from "./assigned-partition.ts";
import type { OffsetCommits } from "./offset-commits.ts";

const DEFAULT_PAUSE_MS = 500;
const MAX_PAUSE_MS = 30_000;

export interface Loop {
  readonly options: ConsumeOptions;
  /** Resolves with at least one record; undefined when the partition is closing. */
  nextBatch(): Promise<BusRecord[] | undefined>;
  readonly commits: OffsetCommits;
  readonly log: Logger;
  /** Where to begin, given what the handler or the group answered. */
  findStart(wanted: bigint | undefined): Promise<bigint>;
  /** Puts records aside, then commits: a crash in between may repeat the first, never leave it out. */
  commitWithDead(nextOffset: bigint, dead: readonly OutgoingRecord[]): Promise<void>;
}

/** Resolves when the partition is closing and nothing is in hand. */
export async function runPartition(partition: AssignedPartition, loop: Loop): Promise<void> {
  const { options } = loop;
  if (partition.closing.aborted) return;
  const start = await again(partition, loop, async () => {
    const wanted = await options.startFrom?.(partition.topic.name, partition.partition);
    return { offset: await loop.findStart(wanted) };
  });
  if (!start) return;
  partition.position = start.offset;
  for (let records = await loop.nextBatch(); records; records = await loop.nextBatch()) {
    const batch = records;
    const handled = await again(partition, loop, () => handle(partition, loop, batch));
    // Closing before the batch was done, or lost: whoever reads on begins with it.
    if (!handled || partition.lost.aborted) return;
  }
}

async function handle(
  partition: AssignedPartition,
  loop: Loop,
  records: readonly BusRecord[],
): Promise<object> {
  const result = await loop.options.onBatch({
    topic: partition.topic.name,
    partition: partition.partition,
    records,
    handledBefore: partition.committed,
    signal: partition.lost,
  });
  if (partition.lost.aborted) return {};
  const nextOffset = (records.at(-1)?.offset ?? 0n) + 1n;
  const dead = deadRecords(records, result ?? {});
  if (dead.length > 0) await loop.commitWithDead(nextOffset, dead);
  else await loop.commits.add(partition, nextOffset);
  partition.position = nextOffset;
  return {};
}

function deadRecords(records: readonly BusRecord[], { dead = [] }: BatchResult): OutgoingRecord[] {
  const reasons = new Map(dead.map(({ offset, reason }) => [offset, reason]));
  const found = records.filter((record) => reasons.has(record.offset));
  if (found.length < reasons.size) {
    const strange = [...reasons.keys()].filter((offset) => !found.some((record) => record.offset === offset));
    throw new Error(`onBatch called offsets dead that are not in its batch: ${strange.join(", ")}`);
  }
  return found.map((record) => deadRecord(record, reasons.get(record.offset) ?? ""));
}

/** Until it succeeds, with longer and longer pauses; undefined when the partition is closing first. */
async function again<T>(
  partition: AssignedPartition,
  loop: Loop,
  work: () => Promise<T>,
): Promise<T | undefined> {
  let pauseMs = loop.options.retryPauseMs ?? DEFAULT_PAUSE_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (partition.closing.aborted) return undefined;
      const { topic, partition: number, position } = partition;
      loop.log.warn(
        { err: error, topic: topic.name, partition: number, offset: String(position), pauseMs },
        "a batch from the bus could not be handled and comes again",
      );
    }
    await pause(pauseMs, undefined, { signal: partition.closing }).catch(() => {});
    if (partition.closing.aborted) return undefined;
    pauseMs = Math.min(pauseMs * 2, MAX_PAUSE_MS);
  }
}
