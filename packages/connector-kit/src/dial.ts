/**
 * The one place where a connection is opened. The address that was checked is the address that is dialled, and
 * the address that answered is checked again, before a byte is sent and at every dial: a name may lead
 * somewhere else the next time it is asked (DNS rebinding).
 */
import type { Socket } from "node:net";
import { callbackify } from "node:util";
import { buildConnector, errors } from "undici";
import { connectFirst } from "./connect-first.ts";
import { AddressRefusedError, NameUnresolvedError } from "./errors.ts";
import type { AddressGuard } from "./guard/address-guard.ts";
import type { NameCache } from "./guard/name-cache.ts";
import type { Network } from "./network.ts";

export interface DialOptions {
  readonly guard: AddressGuard;
  readonly names: NameCache;
  readonly connect: Network["connect"];
  /** Over the name, the connection and the TLS handshake together. */
  readonly connectTimeoutMs: number;
  /** Certificates to trust beside the usual ones, for a receiver with a private authority. */
  readonly ca?: string | readonly string[] | undefined;
}

export function createDial(options: DialOptions): buildConnector.connector {
  const { ca, connectTimeoutMs } = options;
  const startTls = buildConnector({
    timeout: 0,
    minVersion: "TLSv1.2",
    // One request per connection at a time: with multiplexing a reset would put many deliveries in doubt at once.
    allowH2: false,
    ...(ca === undefined ? {} : { ca: typeof ca === "string" ? ca : [...ca] }),
  });

  return (target, callback) => {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(new errors.ConnectTimeoutError()), connectTimeoutMs);
    timer.unref();
    const connected = dial(target, options, startTls, stop.signal).finally(() => clearTimeout(timer));
    callbackify(() => connected)((error, socket) => {
      if (error === null) callback(null, socket);
      else callback(error, null);
    });
  };
}

async function dial(
  target: buildConnector.Options,
  { guard, names, connect }: DialOptions,
  startTls: buildConnector.connector,
  signal: AbortSignal,
): Promise<Socket> {
  const port = Number(target.port) || (target.protocol === "https:" ? 443 : 80);
  const addresses = await checkedAddresses(target.hostname, port, guard, names);
  const socket = await connectFirst(addresses, (address) => connect(address, port), signal);
  // Without one it was reset already, and nothing was sent.
  if (socket.remoteAddress === undefined) throw connectionReset(socket);
  const refusal = guard.refuseAddress(socket.remoteAddress, port);
  if (refusal !== undefined) {
    socket.destroy();
    throw new AddressRefusedError({ ...refusal, host: target.hostname, resolved: true });
  }
  return target.protocol === "https:" ? secure(startTls, { ...target, httpSocket: socket }, signal) : socket;
}

async function checkedAddresses(
  host: string,
  port: number,
  guard: AddressGuard,
  names: NameCache,
): Promise<readonly string[]> {
  const verdict = guard.judgeHost(host, port);
  if (verdict.kind === "refused") throw new AddressRefusedError(verdict.refusal);
  if (verdict.kind === "addresses") return verdict.addresses;
  const resolution = await names.resolve(host);
  if (!resolution.ok) throw new NameUnresolvedError(resolution.code);
  const refusal = guard.refuseResolved(host, resolution.addresses, port);
  if (refusal !== undefined) throw new AddressRefusedError(refusal);
  return resolution.addresses;
}

function connectionReset(socket: Socket): Error {
  socket.destroy();
  return Object.assign(new Error("the connection was reset"), { code: "ECONNRESET" });
}

function secure(
  startTls: buildConnector.connector,
  target: buildConnector.Options,
  signal: AbortSignal,
): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const abort = (): void => {
    target.httpSocket?.destroy();
    reject(signal.reason);
  };
  signal.addEventListener("abort", abort, { once: true });
  startTls(target, (error, socket) => {
    signal.removeEventListener("abort", abort);
    if (error === null) resolve(socket);
    else reject(error);
  });
  return promise;
}
