/** The server under express: its limits, and its way of going. */
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Log } from "@stellwerk/log";
import { StartError } from "@stellwerk/process";
import { sendProblem } from "../error-response.ts";
import { ProblemError } from "../errors.ts";
import { admitRequests } from "../limits/admit-request.ts";
import type { TrustedProxies } from "../limits/client-address.ts";
import { limitConnections } from "../limits/limit-connections.ts";
import type { Limits } from "../limits/limits.ts";
import { announceHttps, endConnectionsOf } from "./answer.ts";
import { answerBroken, brokenRequest } from "./broken-request.ts";
import { makeRequestId } from "./request-id.ts";

/** Longer than the usual 60 s of a proxy in front, which would otherwise meet connections that just closed. */
const KEEP_ALIVE_MS = 65_000;
/** How late the time-outs may be. Node's own 30 s would make three times as much of 10 s. */
const TIMEOUT_CHECK_MS = 1_000;
const IDLE_CHECK_MS = 50;
/** For who is connected to send what is on its way, and for a load balancer to ask `/readyz`. */
const LINGER_MS = 1_000;

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  /** Whether it is reached by https, through a proxy. */
  readonly https: boolean;
  readonly limits: Limits;
  readonly proxies: TrustedProxies;
  readonly log: Log;
}

export async function listen(app: RequestListener, options: ListenOptions): Promise<Server> {
  const { host, port, limits } = options;
  const server = createServer(
    {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      connectionsCheckingInterval: TIMEOUT_CHECK_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      noDelay: true,
      // Refused by admitRequests, with a problem instead of an empty answer.
      requireHostHeader: false,
    },
    admitRequests(app, limits, options.log),
  );
  // One more than are taken: Node drops the rest without a word, which must not be the Authorization header.
  server.maxHeadersCount = limits.headerCount + 1;
  if (options.https) announceHttps(server);
  limitConnections(server, limits, options.proxies, options.log);
  server.on("checkExpectation", (_request, response) => {
    sendProblem(
      response,
      new ProblemError(brokenRequest("ERR_HTTP_EXPECTATION")),
      makeRequestId(),
      options.log,
    );
  });
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => answerBroken(error, socket as Socket));
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(explain(error, host, port)));
    server.listen(port, host, resolve);
  });
  return server;
}

export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): Error {
  switch (error.code) {
    case "EADDRINUSE":
      return new StartError(
        `Port ${port} on ${host} is taken by another program; stop that one, or set PORT to a free port.`,
      );
    case "EACCES":
      return new StartError(`This user may not listen on port ${port}; set PORT to 1024 or above.`);
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return new StartError(`This machine has no address ${host} to listen on; set HOST to one that it has.`);
    default:
      return error;
  }
}

/**
 * Says with every answer that its connection ends, and after a moment takes no new one, lets requests in flight finish
 * and closes the rest when `graceMs` is over. Without the moment a request that was on its way over a kept connection, or
 * to the door, would be cut off unanswered, and whoever sent it could not know whether it counts.
 */
export async function close(server: Server, graceMs: number): Promise<void> {
  endConnectionsOf(server);
  await untilUnused(server, Math.min(LINGER_MS, graceMs));
  // A connection becomes idle when its request is answered; nobody tells us.
  const sweep = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
  const deadline = setTimeout(() => server.closeAllConnections(), graceMs);
  await new Promise<void>((resolve) => server.close(() => resolve()));
  clearInterval(sweep);
  clearTimeout(deadline);
}

/** At once when nobody is connected. */
async function untilUnused(server: Server, longestMs: number): Promise<void> {
  const deadline = performance.now() + longestMs;
  const count = () => new Promise<number>((resolve) => server.getConnections((_, open) => resolve(open)));
  while (performance.now() < deadline && (await count()) > 0) {
    await new Promise((resolve) => setTimeout(resolve, IDLE_CHECK_MS));
  }
}
