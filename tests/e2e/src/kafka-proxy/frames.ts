/** Kafka's wire protocol, as much of it as it takes to see who asks for what. https://kafka.apache.org/protocol */
import type { Socket } from "node:net";

/** The length that every frame begins with. */
const LENGTH_BYTES = 4;

export interface Request {
  /** Which request it is, as Kafka numbers them. */
  readonly api: number;
  /** The answer bears it too. */
  readonly correlationId: number;
  readonly clientId: string;
}

/** Cuts what a socket reads into frames: a length and so many bytes. */
export function eachFrame(socket: Socket, take: (frame: Buffer) => void): void {
  let rest: Buffer = Buffer.alloc(0);
  socket.on("data", (chunk: Buffer) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (rest.length >= LENGTH_BYTES) {
      const end = LENGTH_BYTES + rest.readInt32BE(0);
      if (rest.length < end) return;
      take(rest.subarray(0, end));
      rest = rest.subarray(end);
    }
  });
}

export function readRequest(frame: Buffer): Request {
  const clientIdLength = Math.max(0, frame.readInt16BE(12));
  return {
    api: frame.readInt16BE(4),
    correlationId: frame.readInt32BE(8),
    clientId: frame.toString("utf8", 14, 14 + clientIdLength),
  };
}

export function readCorrelationId(answer: Buffer): number {
  return answer.readInt32BE(LENGTH_BYTES);
}
