/** The target of all deliveries, a process of its own: answers 204 and remembers what arrived when. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { answerParent } from "../child.ts";
import { readSequence } from "../load/event-body.ts";
import { monotonicMs } from "../monotonic-clock.ts";

/** What arrived since the last time it was taken: entry by entry. */
export interface Arrivals {
  readonly sequences: Uint32Array;
  readonly arrivedAt: Float64Array;
  readonly webhookIds: readonly string[];
  /** Bodies that are not byte for byte one of ours. */
  readonly altered: number;
}

export type ReceiverOrder = "count" | "take";

let sequences: number[] = [];
let arrivedAt: number[] = [];
let webhookIds: string[] = [];
let distinct = new Set<string>();
let altered = 0;

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const [first] = chunks;
    record(chunks.length === 1 && first ? first : Buffer.concat(chunks), request.headers["webhook-id"]);
    response.writeHead(204).end();
  });
});

function record(body: Buffer, webhookId: string | string[] | undefined): void {
  const sequence = readSequence(body);
  if (sequence === undefined || typeof webhookId !== "string") {
    altered += 1;
    return;
  }
  sequences.push(sequence);
  arrivedAt.push(monotonicMs());
  webhookIds.push(webhookId);
  distinct.add(webhookId);
}

function take(): Arrivals {
  const taken = {
    sequences: Uint32Array.from(sequences),
    arrivedAt: Float64Array.from(arrivedAt),
    webhookIds,
    altered,
  };
  [sequences, arrivedAt, webhookIds, distinct, altered] = [[], [], [], new Set(), 0];
  return taken;
}

// Senders keep their connections for longer than our pauses between two measurements.
server.keepAliveTimeout = 120_000;
answerParent(
  () =>
    new Promise((resolve) => {
      server.listen(0, "127.0.0.1", () =>
        resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
      );
    }),
  async (order: ReceiverOrder) => (order === "count" ? distinct.size : take()),
);
