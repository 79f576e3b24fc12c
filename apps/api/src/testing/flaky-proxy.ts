/** A network between client and api that fails as networks do, in an order that the test gives. */
import { createServer, request as send, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Fault =
  /** The connection ends before the request gets there. */
  | "refused"
  /** The api does it, and its answer is lost. */
  | "answer-lost"
  /** The api does it, and its answer breaks off in the middle. */
  | "answer-cut"
  /** Somebody in between is busy. */
  | "busy"
  | "too-many"
  | "none";

export interface FlakyProxy extends AsyncDisposable {
  readonly url: string;
  /** What happens to the next requests, one after the other; after that nothing does. */
  readonly faults: Fault[];
  /** Requests that got here. */
  count(): number;
}

export async function openFlakyProxy(target: string): Promise<FlakyProxy> {
  const faults: Fault[] = [];
  let count = 0;
  const server = createServer((request, response) => {
    count += 1;
    const fault = faults.shift() ?? "none";
    if (fault === "refused") return request.socket.destroy();
    if (fault === "busy") return turnAway(response, 503);
    if (fault === "too-many") return turnAway(response, 429);
    const { pathname, search } = new URL(request.url ?? "/", target);
    const { method, headers } = request;
    const forwarded = send(target + pathname + search, { method, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("end", () => {
        if (fault === "answer-lost") return request.socket.destroy();
        const body = Buffer.concat(chunks);
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        if (fault === "none") return response.end(body);
        response.write(body.subarray(0, body.length / 2), () => request.socket.destroy());
      });
    });
    request.pipe(forwarded);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults,
    count: () => count,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function turnAway(response: ServerResponse, status: number): void {
  response.writeHead(status, { "retry-after": "0", "content-type": "text/html" }).end("<h1>Busy</h1>");
}
