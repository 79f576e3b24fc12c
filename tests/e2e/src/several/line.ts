/** A line to PostgreSQL that can be cut: what was sent on it is lost without a word, as with a pulled cable. */
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

export interface Line extends AsyncDisposable {
  /** The database behind it. */
  readonly url: string;
  /** Nothing comes through any more, in either direction, and nobody hears of it. */
  cut(): void;
  /** New connections come through again; the old ones never do. */
  mend(): void;
}

export async function startLine(databaseUrl: string): Promise<Line> {
  const target = new URL(databaseUrl);
  const pairs = new Set<readonly [Socket, Socket]>();
  let isCut = false;
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    const pair = [client, upstream] as const;
    pairs.add(pair);
    for (const [from, to] of [pair, [upstream, client] as const]) {
      from.on("data", (bytes) => to.write(bytes));
      from.on("error", () => {});
      from.on("close", () => {
        if (from.isPaused()) return;
        to.destroy();
        pairs.delete(pair);
      });
    }
    if (isCut) stall(pair);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = new URL(databaseUrl);
  url.hostname = "127.0.0.1";
  url.port = String((server.address() as AddressInfo).port);
  const end = () => {
    for (const pair of pairs) for (const socket of pair) socket.destroy();
    pairs.clear();
  };
  return {
    url: url.href,
    cut() {
      isCut = true;
      for (const pair of pairs) stall(pair);
    },
    mend() {
      isCut = false;
      end();
    },
    async [Symbol.asyncDispose]() {
      end();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function stall(pair: readonly [Socket, Socket]): void {
  for (const socket of pair) socket.pause();
}
