/**
 * Targets that do with a request what receivers do by mistake: they answer with all that they were sent, in every
 * form. And a collector of traces that refuses them in the same way.
 */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { Place } from "./find-leaks.ts";

export interface EchoTarget extends AsyncDisposable {
  /** `/ok` answers 200, `/fail` 500, `/full` 500 and so much that the end of it is cut, `/v1/traces` 400 and then 200. */
  readonly url: string;
  /** How often each path was asked for. */
  readonly asked: Map<string, number>;
  /** What the collector was sent; its headers are for it. */
  readonly traces: Place[];
}

/** What is kept of a reply. */
const KEPT_BYTES = 16 * 1_024;

export async function startEchoTarget(): Promise<EchoTarget> {
  const asked = new Map<string, number>();
  const traces: Place[] = [];
  const server = createServer((request, response) => {
    const answer = async () => {
      const path = request.url ?? "";
      const body = await text(request);
      const times = (asked.get(path) ?? 0) + 1;
      asked.set(path, times);
      if (path === "/v1/traces") traces.push({ name: "a trace", text: body });
      const status = path === "/ok" ? 200 : path === "/v1/traces" ? (times < 3 ? 400 : 200) : 500;
      const authorization = request.headers.authorization ?? "none";
      response.writeHead(status, {
        "x-you-sent": authorization,
        "x-in-base64": Buffer.from(authorization).toString("base64"),
        "www-authenticate": `Basic realm="${encodeURIComponent(authorization)}"`,
        "set-cookie": `session=${authorization}`,
      });
      response.end(path === "/full" ? fullEcho(authorization) : echo(request));
    };
    void answer();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    traces,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function echo({ headers, url }: IncomingMessage): string {
  const all = JSON.stringify({ url, headers });
  const credentials = (headers.authorization ?? "").split(" ").at(-1) ?? "";
  return [
    all,
    JSON.stringify(all),
    encodeURIComponent(all),
    new URLSearchParams({ all }).toString(),
    ...(["base64", "base64url", "hex"] as const).map((form) => Buffer.from(all).toString(form)),
    Buffer.from(all).toString("hex").toUpperCase(),
    // What Basic credentials are, decoded.
    ...[Buffer.from(credentials, "base64").toString()].flatMap((decoded) => [
      decoded,
      JSON.stringify(decoded),
      encodeURIComponent(decoded),
    ]),
  ].join("\n");
}

/** So much that the secret stands on the edge of what is kept. */
function fullEcho(authorization: string): string {
  const shown = Math.ceil(authorization.length * 0.7);
  return "x".repeat(KEPT_BYTES - shown) + authorization;
}
