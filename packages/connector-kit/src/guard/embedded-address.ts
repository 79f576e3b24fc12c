/**
 * The IPv4 addresses inside an IPv6 address. Only asked when the operator allowed such a range, 64:ff9b::/96
 * for example in a network that has IPv6 alone: what a gateway makes of it must be allowed as well.
 */
import ipaddr from "ipaddr.js";
import type { Address, AddressRule } from "./address-rules.ts";

export function embeddedAddresses(address: Address, rule: AddressRule): readonly Address[] {
  if (!(address instanceof ipaddr.IPv6)) return [];
  const [, a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0] = address.parts;
  switch (rule) {
    case "ipv4_mapped":
    case "ipv4_translated":
    case "ipv4_compatible":
    case "isatap":
      return [toIPv4(f, g)];
    case "nat64":
      // RFC 6052: at the end behind a prefix of 96 bits, around bit 64 behind one of 48.
      return b === 1 ? [toIPv4(f, g), toIPv4(c, ((d & 0xff) << 8) | (e >> 8))] : [toIPv4(f, g)];
    case "six_to_four":
      return [toIPv4(a, b)];
    case "teredo":
      // The server, and the client with its bits turned over.
      return [toIPv4(b, c), toIPv4(~f & 0xffff, ~g & 0xffff)];
    default:
      return [];
  }
}

function toIPv4(high: number, low: number): Address {
  return new ipaddr.IPv4([high >> 8, high & 0xff, low >> 8, low & 0xff]);
}
