/**
 * What the client asks and dials with. Tests of the guard put a name server and a line of their own in its place.
 */
import { Resolver } from "node:dns/promises";
import { connect, isIP } from "node:net";
import type { Socket } from "node:net";

export interface AddressRecord {
  readonly address: string;
  /** In seconds. */
  readonly ttl: number;
}

/** What we use of `Resolver`. */
export interface NameResolver {
  resolve4(name: string, options: { ttl: true }): Promise<readonly AddressRecord[]>;
  resolve6(name: string, options: { ttl: true }): Promise<readonly AddressRecord[]>;
}

export interface Network {
  readonly resolver: NameResolver;
  /** Begins to connect to an address, never to a name. */
  readonly connect: (address: string, port: number) => Socket;
}

/** One server that does not answer is given up after 2 s and asked once more. */
const ASK = { timeout: 2_000, tries: 2 };

export function openNetwork(): Network {
  return { resolver: new Resolver(ASK), connect: connectTo };
}

function connectTo(address: string, port: number): Socket {
  // For a name Node would ask the system's resolver, whose answer nobody has checked.
  if (isIP(address) === 0) throw new Error("only an address is dialled");
  return connect({
    host: address,
    port,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: 60_000,
  });
}
