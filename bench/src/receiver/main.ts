/**
 * The targets of all deliveries, a process of its own: `/targets/<number>`. Answers 204 and remembers what arrived when;
 * on demand a target hangs, fails, or fails sometimes.
 */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { answerParent } from "../child.ts";
import { createArrivalLog } from "./arrival-log.ts";

export type ReceiverOrder =
  | "count"
  | "take"
  /** What was not answered with success: one entry for each request. */
  | "take-refused"
  | { readonly target: number; readonly behaviour: Behaviour };

/** `afterMs`: it takes its time. `failShare`: that share of its answers is 500. */
export type Behaviour = "answer" | "hang" | { readonly failShare: number } | { readonly afterMs: number };

const answered = createArrivalLog();
const refused = createArrivalLog();
const behaviours = new Map<number, Behaviour>();

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const [first] = chunks;
    const body = chunks.length === 1 && first ? first : Buffer.concat(chunks);
    const target = targetOf(request.url ?? "");
    const status = decideStatus(behaviours.get(target));
    const log = status === 204 ? answered : refused;
    log.record(body, request.headers["webhook-id"], target);
    const behaviour = behaviours.get(target);
    if (typeof behaviour === "object" && "afterMs" in behaviour) {
      setTimeout(() => answer(response, status), behaviour.afterMs);
    } else answer(response, status);
  });
});

function targetOf(path: string): number {
  return Number(path.slice(path.lastIndexOf("/") + 1)) || 0;
}

/** Undefined: none. */
function decideStatus(behaviour: Behaviour = "answer"): number | undefined {
  if (behaviour === "answer") return 204;
  if (behaviour === "hang") return undefined;
  if ("afterMs" in behaviour) return 204;
  return Math.random() < behaviour.failShare ? 500 : 204;
}

function answer(response: ServerResponse, status: number | undefined): void {
  if (status !== undefined) response.writeHead(status).end();
}

async function obey(order: ReceiverOrder): Promise<unknown> {
  if (order === "count") return answered.count();
  if (order === "take") return answered.take();
  if (order === "take-refused") return refused.take();
  behaviours.set(order.target, order.behaviour);
  return undefined;
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
  obey,
);
