/**
 * Who a request comes from. `X-Forwarded-For` is written by whoever likes, so it counts only as far as it was
 * written by proxies that the operator named (`STELLWERK_TRUSTED_PROXIES`).
 */
import type { IncomingMessage } from "node:http";
import { BlockList, isIP } from "node:net";

export interface TrustedProxies {
  has(address: string): boolean;
}

/** `list` holds addresses and networks that were checked: `10.0.0.0/8`, `::1`. */
export function trustProxies(list: readonly string[]): TrustedProxies {
  const networks = new BlockList();
  for (const entry of list) {
    const [address = "", prefix] = entry.split("/");
    const family = isIP(address) === 6 ? "ipv6" : "ipv4";
    if (prefix === undefined) networks.addAddress(address, family);
    else networks.addSubnet(address, Number(prefix), family);
  }
  return {
    has(address) {
      const plain = withoutMapping(address);
      const version = isIP(plain);
      return version !== 0 && networks.check(plain, version === 6 ? "ipv6" : "ipv4");
    },
  };
}

/**
 * The client's address as a name to count by: the last one that no trusted proxy wrote. An IPv6 client is
 * counted by its /64, because it may choose among 2^64 addresses of its own.
 */
export function clientOf(
  request: Pick<IncomingMessage, "headers" | "socket">,
  proxies: TrustedProxies,
): string {
  let address = request.socket.remoteAddress ?? "unknown";
  const forwarded = request.headers["x-forwarded-for"];
  if (forwarded === undefined || !proxies.has(address)) return networkOf(address);
  const hops = String(forwarded).split(",").toReversed();
  for (const hop of hops) {
    const named = withoutPort(hop.trim());
    // Not an address: nobody we trust wrote that. It is the last proxy's client, whoever that is.
    if (isIP(named) === 0) break;
    address = named;
    if (!proxies.has(address)) break;
  }
  return networkOf(address);
}

/** `::ffff:192.0.2.1` is how a socket that listens on `::` names an IPv4 client. */
function withoutMapping(address: string): string {
  return address.toLowerCase().startsWith("::ffff:") && address.includes(".") ? address.slice(7) : address;
}

/** Some proxies write `192.0.2.1:4711` and `[2001:db8::1]:4711`. */
function withoutPort(text: string): string {
  return /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(text)?.[1] ?? text;
}

export function networkOf(address: string): string {
  const plain = withoutMapping(address);
  if (isIP(plain) !== 6) return plain;
  const [head = "", tail = ""] = (plain.split("%")[0] ?? "").split("::");
  const before = head.split(":").filter(Boolean);
  const after = tail.split(":").filter(Boolean);
  const missing = plain.includes("::") ? 8 - before.length - after.length : 0;
  const groups = [...before, ...Array<string>(Math.max(0, missing)).fill("0"), ...after].slice(0, 4);
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(":")}::/64`;
}
