/** A vendor over real HTTP on a free port, with a script of what goes wrong. */
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import type { Fault } from "./faults.ts";
import { bytesOf, contentTypeOf } from "./vendor.ts";
import type { Vendor, VendorReply, VendorRequest } from "./vendor.ts";

/** Which requests a fault waits for. */
export type FaultScope = "mutating" | "reading" | "any";

export interface PlayOptions {
  /** Once unless said; `Infinity` for ever. */
  readonly times?: number | undefined;
  /** What changes something, unless said. */
  readonly on?: FaultScope | undefined;
}

export interface Played {
  /** A request has met the fault, and what the fault lets happen has happened. */
  readonly reached: Promise<void>;
  /** Whoever sent it is gone. */
  readonly closed: Promise<void>;
}

export interface FakeServer extends AsyncDisposable {
  /** Without a slash at the end. */
  readonly url: string;
  /** In the order in which they came, with those that met a fault. */
  readonly requests: readonly VendorRequest[];
  /** Scripts a fault; several are met one after the other. */
  play(fault: Fault, options?: PlayOptions): Played;
  /** What was scripted and not met is taken back. */
  mend(): void;
}

export interface FakeOptions {
  /** Requests that no fault ever meets: a token endpoint. */
  readonly spare?: ((request: VendorRequest) => boolean) | undefined;
}

interface Scripted {
  readonly fault: Fault;
  readonly on: FaultScope;
  left: number;
  reached(): void;
  closed(): void;
}

/** @example await using fake = await openFake({ apply: () => ({ status: 200, body: { ok: true } }) }); */
export async function openFake(vendor: Vendor, options: FakeOptions = {}): Promise<FakeServer> {
  const requests: VendorRequest[] = [];
  let script: Scripted[] = [];

  function takeFault(request: VendorRequest): Scripted | undefined {
    if (options.spare?.(request) === true) return undefined;
    const mutates = vendor.mutates?.(request) ?? (request.method !== "GET" && request.method !== "HEAD");
    const scope = mutates ? "mutating" : "reading";
    const next = script.find(({ left, on }) => left > 0 && (on === "any" || on === scope));
    if (next !== undefined) next.left -= 1;
    return next;
  }

  async function serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await read(message);
    requests.push(request);
    const met = takeFault(request);
    if (met === undefined) return send(response, await vendor.apply(request));
    response.once("close", () => met.closed());
    await misbehave(met.fault, response, () => Promise.resolve(vendor.apply(request)));
    met.reached();
  }

  const server = createServer((message, response) => {
    serve(message, response).catch((error: unknown) => {
      // A mistake in the test's own vendor: seen in the reply, and by whoever expected another one.
      if (!response.headersSent) send(response, { status: 500, body: `the fake failed: ${String(error)}` });
    });
  });
  await new Promise<void>((done, fail) => server.once("error", fail).listen(0, "127.0.0.1", done));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");

  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    play(fault, { times = 1, on = "mutating" } = {}) {
      const reached = Promise.withResolvers<void>();
      const closed = Promise.withResolvers<void>();
      script.push({ fault, on, left: times, reached: reached.resolve, closed: closed.resolve });
      return { reached: reached.promise, closed: closed.promise };
    },
    mend() {
      script = [];
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

async function misbehave(
  fault: Fault,
  response: ServerResponse,
  apply: () => Promise<VendorReply>,
): Promise<void> {
  switch (fault.kind) {
    case "answer":
      return send(response, fault.reply);
    case "slow": {
      const reply = await apply();
      await wait(fault.ms, undefined, { ref: false });
      return send(response, reply);
    }
    case "reset":
      if (fault.applied) await apply();
      response.socket?.resetAndDestroy();
      return undefined;
    case "hold":
      if (fault.applied) await apply();
      return undefined;
    case "truncated": {
      const { status, headers, body } = await apply();
      const whole = bytesOf(body);
      response.writeHead(status, {
        ...contentTypeOf(body),
        ...headers,
        "content-length": String(whole.length + 20),
      });
      response.write(whole.subarray(0, Math.floor(whole.length / 2)), () =>
        response.socket?.resetAndDestroy(),
      );
      return undefined;
    }
    case "large": {
      const { status, headers } = await apply();
      response.writeHead(status, { ...headers, "content-type": "application/json" });
      response.end(Buffer.alloc(fault.bytes, " "));
      return undefined;
    }
  }
}

function send(response: ServerResponse, { status, headers, body }: VendorReply): void {
  // What a connector does not keep open, no test waits for.
  response.writeHead(status, { ...contentTypeOf(body), ...headers }).end(bytesOf(body));
}

async function read(message: IncomingMessage): Promise<VendorRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const [path = "", query = ""] = (message.url ?? "").split("?", 2);
  return {
    method: message.method ?? "",
    path,
    query: new URLSearchParams(query),
    headers: message.headers,
    body,
    json() {
      try {
        return JSON.parse(body.toString("utf8")) as unknown;
      } catch {
        return undefined;
      }
    },
  };
}
