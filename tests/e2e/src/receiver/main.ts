/**
 * A webhook receiver in a process of its own: it survives whatever is killed, and it is what an agency's server
 * would be. Every request is in its ledger before it is answered.
 *
 * Started by `startReceiver` with the ledger's path; listens on a free port.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { Webhook } from "standardwebhooks";
import { hashOf, numberOf } from "../sample.ts";
import { hasOpen } from "./connections-of.ts";
import { LedgerWriter } from "./ledger.ts";
import type { Faults, Notice, Order, Upset } from "./messages.ts";

const DRIP_MS = 300;

const [ledgerPath = ""] = process.argv.slice(2);
const ledger = await LedgerWriter.open(ledgerPath);
const tries = new Map<string, number>();
let verifier: Webhook | undefined;
let faults: Faults = {};
let upset: Extract<Order, { kind: "upset" }> | undefined;
/** Keys that had their effect: for whoever looks before it repeats. */
const done = new Set<string>();
/** By the pid of the sender whose request it waits for. */
const kills = new Map<number, Extract<Order, { kind: "kill" }>>();

const server = createServer((request, response) => {
  receive(request, response).catch((error: unknown) => {
    // A sender that was killed in mid-request; it has no answer to wait for.
    if (!request.complete) return response.destroy();
    console.error(error);
    process.exit(1);
  });
});
// Longer than any pause of the sender, so that it is never us who closes a connection it is about to use.
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => {
  tell({ kind: "listening", port: (server.address() as AddressInfo).port });
});

process.on("message", (order: Order) => {
  if (order.kind === "secret") verifier = new Webhook(order.secret);
  else if (order.kind === "faults") faults = order.faults;
  else if (order.kind === "upset") upset = order;
  else kills.set(order.pid, order);
  tell({ kind: "done", order: order.kind });
});
// The test that started us is gone.
process.on("disconnect", () => process.exit(0));

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const look = /^\/done\/(.+)$/.exec(request.url ?? "")?.[1];
  if (look !== undefined) return void response.writeHead(done.has(look) ? 200 : 404).end();
  const how = takeUpset();
  if (how === "reset before reading") return void request.socket.resetAndDestroy();
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const header = (name: string) => String(request.headers[name] ?? "");
  const webhookId = header("webhook-id");
  const tried = (tries.get(webhookId) ?? 0) + 1;
  tries.set(webhookId, tried);
  const fails = how === "fail" || tried <= (faults.failFirst ?? 0);
  const isSilent = how !== undefined && how !== "fail" && how !== "apply, then drip";
  const answer = fails ? 500 : isSilent ? 0 : 200;
  const effect = !fails && how !== "reset after reading";
  if (effect) done.add(webhookId);
  await ledger.append({
    at: Date.now(),
    path: request.url ?? "",
    webhookId,
    eventId: header("ce-id"),
    type: header("ce-type"),
    contentType: header("content-type"),
    bodyHash: hashOf(body),
    number: numberOf(body) ?? null,
    signatureOk: isSigned(body, request),
    answer,
    effect,
    monotonicMs: Number(process.hrtime.bigint() / 1_000n) / 1_000,
  });
  killAt("before-answer", request);
  if (faults.delayMs !== undefined) {
    const [from, to] = faults.delayMs;
    await pause(from + Math.random() * (to - from));
  }
  if (how === "reset after reading" || how === "apply, then reset")
    return void request.socket.resetAndDestroy();
  if (how === "apply, then hang") return;
  if (how === "apply, then drip") return drip(response);
  response.writeHead(answer, { "content-type": "text/plain" });
  response.end(answer === 200 ? "thank you" : "not now", () => killAt("after-answer", request));
}

function takeUpset(): Upset | undefined {
  if (upset === undefined) return undefined;
  const { kind, how, count } = upset;
  upset = count > 1 ? { kind, how, count: count - 1 } : undefined;
  return how;
}

/** A byte at a time. */
async function drip(response: ServerResponse): Promise<void> {
  response.writeHead(200, { "content-type": "text/plain" });
  for (const letter of "thank you") {
    if (response.destroyed) return;
    response.write(letter);
    await pause(DRIP_MS);
  }
  response.end();
}

function isSigned(body: Buffer, request: IncomingMessage): boolean {
  try {
    verifier?.verify(body, request.headers as Record<string, string>);
    return verifier !== undefined;
  } catch {
    return false;
  }
}

function killAt(moment: "before-answer" | "after-answer", { socket }: IncomingMessage): void {
  for (const { pid, when } of kills.values()) {
    if (when !== moment || !hasOpen(pid, socket.remotePort)) continue;
    kills.delete(pid);
    end(pid);
    tell({ kind: "killed", pid });
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // Somebody else was faster.
  }
}

function tell(notice: Notice): void {
  process.send?.(notice);
}
