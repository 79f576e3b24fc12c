/** A network for tests: no name exists unless it is told, and nothing is reached that is not on the loopback. */
import { Socket, connect } from "node:net";
import type { NameResolver, Network } from "../network.ts";

export interface WatchedNetwork extends Network {
  /** `ask example.com`, `dial 192.0.2.1:80`, in order. */
  readonly seen: string[];
}

interface Place {
  readonly address: string;
  readonly port: number;
}

export interface OfflineNetworkOptions {
  readonly resolver?: NameResolver;
  /**
   * Where a dial really goes, so that a server on the loopback can stand for one on the internet. Undefined: it
   * is refused. Unless given, the loopback is reached and nothing else.
   */
  readonly route?: (address: string, port: number) => Place | undefined;
  /** The connection tells where it really ends, as after a rebinding. Unless set it ends where it was dialled. */
  readonly tellsRoute?: boolean;
}

export function openOfflineNetwork(options: OfflineNetworkOptions = {}): WatchedNetwork {
  const { route = onLoopback, tellsRoute = false } = options;
  const seen: string[] = [];
  return {
    seen,
    resolver: options.resolver ?? {
      resolve4: (name) => (seen.push(`ask ${name}`), Promise.reject(noSuchName())),
      resolve6: () => Promise.reject(noSuchName()),
    },
    connect(address, port) {
      seen.push(`dial ${address}:${port}`);
      const to = route(address, port);
      if (to === undefined) return refuse();
      const socket = connect(to.port, to.address);
      if (!tellsRoute) Object.defineProperty(socket, "remoteAddress", { get: () => address });
      return socket;
    },
  };
}

function onLoopback(address: string, port: number): Place | undefined {
  return address.startsWith("127.") || address === "::1" ? { address, port } : undefined;
}

function noSuchName(): Error {
  return Object.assign(new Error("no such name"), { code: "ENOTFOUND" });
}

function refuse(): Socket {
  const socket = new Socket();
  const error = Object.assign(new Error("nothing is reached from here"), { code: "ECONNREFUSED" });
  process.nextTick(() => socket.destroy(error));
  return socket;
}
