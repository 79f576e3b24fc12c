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
import { LedgerWriter } from "./ledger.ts";
import type { Faults, Notice, Order } from "./messages.ts";

const [ledgerPath = ""] = process.argv.slice(2);
const ledger = await LedgerWriter.open(ledgerPath);
const tries = new Map<string, number>();
let verifier: Webhook | undefined;
let faults: Faults = {};
let kill: Extract<Order, { kind: "kill" }> | undefined;

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
  else kill = order;
  tell({ kind: "done", order: order.kind });
});
// The test that started us is gone.
process.on("disconnect", () => process.exit(0));

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const header = (name: string) => String(request.headers[name] ?? "");
  const webhookId = header("webhook-id");
  const tried = (tries.get(webhookId) ?? 0) + 1;
  tries.set(webhookId, tried);
  const answer = tried <= (faults.failFirst ?? 0) ? 500 : 200;
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
  });
  killAt("before-answer");
  if (faults.delayMs !== undefined) {
    const [from, to] = faults.delayMs;
    await pause(from + Math.random() * (to - from));
  }
  response.writeHead(answer, { "content-type": "text/plain" });
  response.end(answer === 200 ? "thank you" : "not now", () => killAt("after-answer"));
}

function isSigned(body: Buffer, request: IncomingMessage): boolean {
  try {
    verifier?.verify(body, request.headers as Record<string, string>);
    return verifier !== undefined;
  } catch {
    return false;
  }
}

function killAt(moment: "before-answer" | "after-answer"): void {
  if (kill?.when !== moment) return;
  const { pid } = kill;
  kill = undefined;
  process.kill(pid, "SIGKILL");
  tell({ kind: "killed", pid });
}

function tell(notice: Notice): void {
  process.send?.(notice);
}
