/** Sees every connection that this process opens, whoever opens it: the kit's client, an SDK, a bare `fetch`. */
import { Socket } from "node:net";

export interface SocketWatch extends Disposable {
  /** `host:port` */
  readonly opened: readonly string[];
}

export function watchSockets(): SocketWatch {
  const opened: string[] = [];
  const original = Object.getOwnPropertyDescriptor(Socket.prototype, "connect");
  if (original === undefined) throw new Error("Socket has no connect");
  const connect = original.value as (...args: unknown[]) => Socket;
  Object.defineProperty(Socket.prototype, "connect", {
    ...original,
    value(this: Socket, ...args: unknown[]) {
      opened.push(describe(args));
      return connect.apply(this, args);
    },
  });
  return {
    opened,
    [Symbol.dispose]: () => void Object.defineProperty(Socket.prototype, "connect", original),
  };
}

function describe(args: readonly unknown[]): string {
  // Node calls it with its arguments in one list already, and others with options, or port and host.
  const [first, second] = args.flat();
  if (typeof first === "object" && first !== null) {
    const {
      host = "localhost",
      port,
      path,
    } = first as Readonly<Record<"host" | "port" | "path", string | undefined>>;
    return path ?? `${host}:${port}`;
  }
  return `${typeof second === "string" ? second : "localhost"}:${String(first)}`;
}
