/** Stands between a client and a broker and can swallow a reply: stored, and nobody knows. */
import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";

/** Kafka's number for Produce. */
const PRODUCE = 0;
const HEAD_BYTES = 8;

export interface KafkaProxy extends AsyncDisposable {
  readonly port: number;
  /** Where requests go. */
  forwardTo(broker: string): void;
  /** The reply to the next produce is lost; resolves when the broker has given it. */
  swallowNextReply(): Promise<void>;
}

export async function openKafkaProxy(): Promise<KafkaProxy> {
  let target = { host: "", port: 0 };
  let armed: (() => void) | undefined;
  const sockets = new Set<Socket>();

  const server = createServer((client) => {
    const broker = connect(target);
    /** Of the request whose reply is swallowed. */
    let doomed: number | undefined;
    let swallowed: (() => void) | undefined;
    for (const socket of [client, broker]) {
      sockets.add(socket);
      socket.once("close", () => {
        sockets.delete(socket);
        client.destroy();
        broker.destroy();
      });
      socket.on("error", () => {});
    }
    eachFrame(client, (frame) => {
      if (armed && frame.readInt16BE(4) === PRODUCE) {
        doomed = frame.readInt32BE(8);
        swallowed = armed;
        armed = undefined;
      }
      broker.write(frame);
    });
    eachFrame(broker, (frame) => {
      if (frame.readInt32BE(4) === doomed) swallowed?.();
      else client.write(frame);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    forwardTo(broker) {
      const [host = "", port] = broker.split(":");
      target = { host, port: Number(port) };
    },
    swallowNextReply() {
      const { promise, resolve } = Promise.withResolvers<void>();
      armed = resolve;
      return promise;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** A frame is its length in 4 bytes and so many more. */
function eachFrame(socket: Socket, take: (frame: Buffer) => void): void {
  let rest: Buffer = Buffer.alloc(0);
  socket.on("data", (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= HEAD_BYTES && rest.length >= 4 + rest.readInt32BE(0)) {
      const end = 4 + rest.readInt32BE(0);
      take(rest.subarray(0, end));
      rest = rest.subarray(end);
    }
  });
}
