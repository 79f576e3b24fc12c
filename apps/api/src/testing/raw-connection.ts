/** A connection on which a test says what it likes, and hears everything that comes back. */
import { connect, type Socket } from "node:net";

export interface RawConnection {
  readonly socket: Socket;
  /** What came so far. */
  text(): string;
  /** Everything that came until the other side closed, or reset, the connection. */
  readonly closed: Promise<string>;
}

export function openRaw(url: string): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(Number(port), hostname);
    const closed = new Promise<string>((done) => socket.on("close", () => done(text)));
    socket.on("data", (chunk) => (text += chunk.toString("latin1")));
    socket.on("error", reject);
    socket.on("connect", () => resolve({ socket, text: () => text, closed }));
  });
}

/** Says it and waits for the end of the connection. */
export async function sayRaw(url: string, text: string): Promise<string> {
  const connection = await openRaw(url);
  connection.socket.write(text);
  return await connection.closed;
}
