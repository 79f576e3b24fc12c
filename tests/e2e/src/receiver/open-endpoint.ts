/** An endpoint in the test's own process that answers as it is told, for stories about what an answer does. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface Arrived {
  /** On the monotonic clock. */
  readonly atMs: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

type Answer = number | ((arrived: Arrived) => number);

export interface Endpoint extends AsyncDisposable {
  readonly url: string;
  readonly arrived: readonly Arrived[];
  /** From the next request on. */
  answerWith(status: number): void;
}

/** `status`: of every answer until `answerWith`, or as each request deserves. */
export async function openEndpoint(status: Answer = 204): Promise<Endpoint> {
  const arrived: Arrived[] = [];
  let answer: Answer = status;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const headers = request.headers as Record<string, string>;
      const one = { atMs: performance.now(), headers, body: Buffer.concat(chunks) };
      arrived.push(one);
      response.writeHead(typeof answer === "number" ? answer : answer(one)).end();
    });
  });
  // Longer than any test, so that it is never us who closes a connection that is about to be used.
  server.keepAliveTimeout = 120_000;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    arrived,
    answerWith: (next) => (answer = next),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
