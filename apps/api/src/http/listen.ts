/** The server under express: its limits, and its way of going. */
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { StartError } from "@stellwerk/process";
import { problemBody } from "../error-response.ts";
import type { ProblemDetails } from "../errors.ts";
import { endConnectionsOf } from "./answer.ts";
import { makeRequestId } from "./request-id.ts";

const MAX_HEADER_BYTES = 16_384;
/** A client that sends slowly must not hold a connection for ever. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** Longer than the usual 60 s of a proxy in front, which would otherwise meet connections that just closed. */
const KEEP_ALIVE_MS = 65_000;
const IDLE_CHECK_MS = 50;

export async function listen(app: RequestListener, host: string, port: number): Promise<Server> {
  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      noDelay: true,
    },
    app,
  );
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

/** What is not HTTP never reaches express, and gets the same kind of answer all the same. */
function answerBroken(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === "ECONNRESET") {
    socket.destroy();
    return;
  }
  const problem = brokenRequest(error.code);
  const body = JSON.stringify(problemBody(problem, makeRequestId()));
  const head = [
    `HTTP/1.1 ${problem.status} ${problem.title}`,
    "content-type: application/problem+json",
    `content-length: ${Buffer.byteLength(body)}`,
    "connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}

function brokenRequest(code: string | undefined): ProblemDetails {
  const common = { code: "broken-request" as const };
  if (code === "HPE_HEADER_OVERFLOW") {
    const detail = `The headers may have at most ${MAX_HEADER_BYTES} bytes`;
    return { ...common, status: 431, title: "Request Header Fields Too Large", detail };
  }
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") {
    return { ...common, status: 408, title: "Request Timeout", detail: "The request did not arrive in time" };
  }
  return { ...common, status: 400, title: "Bad Request", detail: "This is not a valid HTTP request" };
}

/** Takes no new connection, lets requests in flight finish, closes the rest when `graceMs` is over. */
export async function close(server: Server, graceMs: number): Promise<void> {
  endConnectionsOf(server);
  // A connection becomes idle when its request is answered; nobody tells us.
  const sweep = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
  const deadline = setTimeout(() => server.closeAllConnections(), graceMs);
  await new Promise<void>((resolve) => server.close(() => resolve()));
  clearInterval(sweep);
  clearTimeout(deadline);
}
