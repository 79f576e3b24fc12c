/** Which segment holds an offset. */
import type { Connections } from "./connections.ts";
import type { Head } from "./doorbell.ts";
import { sqlFile } from "./sql-file.ts";

const listSegments = sqlFile("list-segments");
const DEADLINE_MS = 5_000;

interface Segment {
  readonly id: bigint;
  readonly starts: readonly bigint[];
}

export interface Place {
  readonly segmentId: string;
  /** The wanted offset, or the earliest one that is left. */
  readonly position: bigint;
}

export class SegmentIndex {
  readonly #connections: Connections;
  readonly #segments = new Map<number, readonly Segment[]>();

  constructor(connections: Connections) {
    this.#connections = connections;
  }

  /** `position` is below the head. */
  async locate(head: Head, position: bigint): Promise<Place> {
    let segments = this.#segments.get(head.topicId);
    const newest = segments?.at(-1);
    if (!segments || !newest || newest.id < head.segmentId) segments = await this.#load(head.topicId);
    const startOf = (segment: Segment) => segment.starts[head.partition] ?? 0n;
    const found = segments.findLast((segment) => startOf(segment) <= position);
    if (found) return { segmentId: String(found.id), position };
    const earliest = segments[0];
    if (!earliest) throw new Error(`Topic ${head.topicId} has no segment`);
    return { segmentId: String(earliest.id), position: startOf(earliest) };
  }

  /** A segment was dropped. */
  forget(topicId: number): void {
    this.#segments.delete(topicId);
  }

  async #load(topicId: number): Promise<readonly Segment[]> {
    const rows = await this.#connections.run(DEADLINE_MS, (db) =>
      db.query<[id: string, starts: string[]]>(listSegments, [topicId]),
    );
    const segments = rows.map(([id, starts]) => ({ id: BigInt(id), starts: starts.map(BigInt) }));
    this.#segments.set(topicId, segments);
    return segments;
  }
}
