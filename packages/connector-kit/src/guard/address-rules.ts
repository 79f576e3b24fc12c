/**
 * Which addresses nobody is sent to unless the operator says so, and the name of the rule that forbids one.
 *
 * Everything that is not plainly a public unicast address is forbidden: by the ranges below, which have names
 * a person can look up (RFC 6890 and IANA's registries of special addresses), and behind them by ipaddr.js's own
 * classes and, for IPv6, by not being in 2000::/3, so that a range nobody has thought of is closed and not open.
 */
import ipaddr from "ipaddr.js";

export type Address = ipaddr.IPv4 | ipaddr.IPv6;
export type Range = readonly [Address, number];

/** The first that fits gives the name, so narrow ranges stand before the wide ones around them. */
const RANGES = {
  // What a cloud tells its machines, credentials included: AWS, Google, Azure, Oracle, Alibaba.
  metadata: [
    "169.254.169.254/32",
    "169.254.170.2/32",
    "169.254.170.23/32",
    "168.63.129.16/32",
    "192.0.0.192/32",
    "100.100.100.200/32",
    "fd00:ec2::23/128",
    "fd00:ec2::254/128",
    "fd20:ce::254/128",
  ],
  unspecified: ["0.0.0.0/8", "::/128"],
  loopback: ["127.0.0.0/8", "::1/128"],
  private: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"],
  carrier_nat: ["100.64.0.0/10"],
  link_local: ["169.254.0.0/16", "fe80::/10"],
  unique_local: ["fc00::/7"],
  site_local: ["fec0::/10"],
  documentation: ["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20"],
  benchmarking: ["198.18.0.0/15", "2001:2::/48"],
  multicast: ["224.0.0.0/4", "ff00::/8"],
  broadcast: ["255.255.255.255/32"],
  // These carry an IPv4 address inside, which a gateway or the kernel may unpack behind our back.
  ipv4_mapped: ["::ffff:0:0/96"],
  ipv4_translated: ["::ffff:0:0:0/96"],
  ipv4_compatible: ["::/96"],
  nat64: ["64:ff9b::/96", "64:ff9b:1::/48"],
  six_to_four: ["192.88.99.0/24", "2002::/16"],
  teredo: ["2001::/32"],
  discard: ["100::/64", "100:0:0:1::/64"],
  as112: ["192.31.196.0/24", "192.175.48.0/24", "2001:4:112::/48", "2620:4f:8000::/48"],
  amt: ["192.52.193.0/24", "2001:3::/32"],
  orchid: ["2001:10::/28", "2001:20::/28"],
  reserved: ["192.0.0.0/24", "240.0.0.0/4", "2001::/23", "5f00::/16"],
} as const;

export type AddressRule = keyof typeof RANGES | "isatap";

const RULES = Object.entries(RANGES).map(
  ([rule, ranges]) => [rule as AddressRule, ranges.map(parseRange)] as const,
);

/** All that IANA has given out for public use. */
const PUBLIC_IPV6 = parseRange("2000::/3");

/** `10.0.0.0/8` or a single address; throws for anything else. */
export function parseRange(text: string): Range {
  if (text.includes("/")) return ipaddr.parseCIDR(text);
  const address = ipaddr.parse(text);
  return [address, address.kind() === "ipv4" ? 32 : 128];
}

export function isInRange(address: Address, [start, prefix]: Range): boolean {
  return address.kind() === start.kind() && address.match(start, prefix);
}

/** The rule that forbids it; undefined for a public address. */
export function ruleAgainst(address: Address): AddressRule | undefined {
  const named = RULES.find(([, ranges]) => ranges.some((range) => isInRange(address, range)));
  if (named !== undefined) return named[0];
  if (isIsatap(address)) return "isatap";
  if (address.kind() === "ipv6" && !isInRange(address, PUBLIC_IPV6)) return "reserved";
  return address.range() === "unicast" ? undefined : "reserved";
}

/** RFC 5214: `…:0:5efe:a.b.c.d` below any prefix is a tunnel to that IPv4 address. */
function isIsatap(address: Address): boolean {
  if (!(address instanceof ipaddr.IPv6)) return false;
  const [, , , , marker = 0, type] = address.parts;
  return type === 0x5efe && (marker & ~0x0200) === 0;
}
