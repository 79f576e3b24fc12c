import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { expect, test } from "vitest";
import { clientOf, networkOf, trustProxies } from "./client-address.ts";

function client(peer: string, forwarded: string | undefined, trusted: readonly string[]): string {
  const socket = new Socket();
  Object.defineProperty(socket, "remoteAddress", { value: peer });
  const request = new IncomingMessage(socket);
  if (forwarded !== undefined) request.headers["x-forwarded-for"] = forwarded;
  return clientOf(request, trustProxies(trusted));
}

test.each([
  ["nobody is trusted: the header is nothing", "203.0.113.9", "198.51.100.1", [], "203.0.113.9"],
  ["a stranger's header is nothing", "203.0.113.9", "198.51.100.1", ["10.0.0.0/8"], "203.0.113.9"],
  ["the proxy's client", "10.1.2.3", "198.51.100.1", ["10.0.0.0/8"], "198.51.100.1"],
  [
    "what the client wrote itself stands before it",
    "10.1.2.3",
    "1.1.1.1, 8.8.8.8, 198.51.100.1",
    ["10.0.0.0/8"],
    "198.51.100.1",
  ],
  ["a chain of proxies", "10.1.2.3", "1.1.1.1, 198.51.100.1, 10.9.9.9", ["10.0.0.0/8"], "198.51.100.1"],
  [
    "a client that claims to be a proxy",
    "10.1.2.3",
    "10.7.7.7, 198.51.100.1",
    ["10.0.0.0/8"],
    "198.51.100.1",
  ],
  ["only proxies", "10.1.2.3", "10.7.7.7", ["10.0.0.0/8"], "10.7.7.7"],
  ["no header from the proxy", "10.1.2.3", undefined, ["10.0.0.0/8"], "10.1.2.3"],
  ["nonsense in the proxy's place", "10.1.2.3", "198.51.100.1, unknown", ["10.0.0.0/8"], "10.1.2.3"],
  ["with a port", "10.1.2.3", "198.51.100.1:4711", ["10.1.2.3"], "198.51.100.1"],
  ["IPv6 with a port", "::1", "[2001:db8::1]:443", ["::1"], "2001:db8:0:0::/64"],
  ["an IPv4 proxy on an IPv6 socket", "::ffff:10.1.2.3", "198.51.100.1", ["10.0.0.0/8"], "198.51.100.1"],
  ["an IPv6 network of proxies", "fd00::7", "198.51.100.1", ["fd00::/8"], "198.51.100.1"],
])("%s", (_name, peer, forwarded, trusted, expected) => {
  expect(client(peer, forwarded, trusted)).toBe(expected);
});

test.each([
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:0db8:1:2::9", "2001:db8:1:2::/64"],
  ["::1", "0:0:0:0::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ["::ffff:192.0.2.1", "192.0.2.1"],
  ["192.0.2.1", "192.0.2.1"],
])("%s is counted as %s", (address, expected) => {
  expect(networkOf(address)).toBe(expected);
});
