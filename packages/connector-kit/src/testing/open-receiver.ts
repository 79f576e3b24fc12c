/** A real HTTP server on a free port that remembers what it received, for tests. */
import { createServer } from "node:http";
import type { IncomingHttpHeaders, RequestListener, Server, ServerResponse } from "node:http";
import { createServer as createSocketServer } from "node:net";
import type { Server as SocketServer, Socket } from "node:net";
import { createServer as createTlsServer } from "node:https";
import type { ServerOptions } from "node:https";

export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Tells connections apart: their own port. */
  readonly clientPort: number;
}

export interface Receiver extends AsyncDisposable {
  /** Without a slash at the end. */
  readonly url: string;
  readonly requests: readonly ReceivedRequest[];
}

export type Answer = (response: ServerResponse, request: ReceivedRequest) => void;

const ok: Answer = (response) => response.end("ok");

/** @example await using receiver = await openReceiver((response) => response.writeHead(503).end()); */
export async function openReceiver(answer: Answer = ok): Promise<Receiver> {
  const requests: ReceivedRequest[] = [];
  return serve(createServer(record(requests, answer)), "http", requests);
}

export async function openTlsReceiver(options: ServerOptions, answer: Answer = ok): Promise<Receiver> {
  const requests: ReceivedRequest[] = [];
  return serve(createTlsServer(options, record(requests, answer)), "https", requests);
}

/** For what no HTTP server would do: resets, silence, half an answer. */
export async function openSocketServer(
  onSocket: (socket: Socket) => void,
): Promise<{ readonly url: string } & AsyncDisposable> {
  const sockets = new Set<Socket>();
  const server = createSocketServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    onSocket(socket);
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}

function record(requests: ReceivedRequest[], answer: Answer): RequestListener {
  return (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const received = {
        method: request.method ?? "",
        path: request.url ?? "",
        headers: request.headers,
        body: Buffer.concat(chunks),
        clientPort: request.socket.remotePort ?? 0,
      };
      requests.push(received);
      answer(response, received);
    });
  };
}

async function serve(server: Server, scheme: string, requests: ReceivedRequest[]): Promise<Receiver> {
  const port = await listen(server);
  return {
    url: `${scheme}://127.0.0.1:${port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

async function listen(server: SocketServer): Promise<number> {
  await new Promise<void>((done, fail) => server.once("error", fail).listen(0, "127.0.0.1", done));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return address.port;
}
