/** How many connections clients hold open: all together, and one address. */
import type { Server } from "node:http";
import type { Socket } from "node:net";
import type { Log } from "@stellwerk/log";
import { networkOf, type TrustedProxies } from "./client-address.ts";
import type { Limits } from "./limits.ts";

/** A flood is one line a second. */
const WARN_EVERY_MS = 1_000;

export function limitConnections(
  server: Server,
  limits: Pick<Limits, "maxConnections" | "connectionsPerAddress">,
  proxies: TrustedProxies,
  log: Log,
): void {
  server.maxConnections = limits.maxConnections;
  const open = new Map<string, number>();
  let warnedAt = Number.NEGATIVE_INFINITY;

  function warn(facts: object, message: string): void {
    const now = performance.now();
    if (now - warnedAt < WARN_EVERY_MS) return;
    warnedAt = now;
    log.warn(facts, message);
  }

  server.on("drop", () => {
    // Whoever holds them open without a request in hand gives way to those who have one.
    server.closeIdleConnections();
    const { maxConnections } = limits;
    warn({ maxConnections }, "connections are refused: too many are open (STELLWERK_MAX_CONNECTIONS)");
  });

  server.on("connection", (socket: Socket) => {
    const { remoteAddress } = socket;
    if (remoteAddress === undefined || proxies.has(remoteAddress)) return;
    const client = networkOf(remoteAddress);
    const count = (open.get(client) ?? 0) + 1;
    if (count > limits.connectionsPerAddress) {
      socket.destroy();
      warn(
        { client, connectionsPerAddress: limits.connectionsPerAddress },
        "connections are refused: too many from one address (a proxy of yours is named in STELLWERK_TRUSTED_PROXIES)",
      );
      return;
    }
    open.set(client, count);
    socket.once("close", () => {
      const left = (open.get(client) ?? 1) - 1;
      if (left === 0) open.delete(client);
      else open.set(client, left);
    });
  });
}
