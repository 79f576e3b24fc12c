/** Why a target is refused, in words for the person who entered it. */
import type { AddressRule } from "./address-rules.ts";

/** Stable names; docs/decisions/0007 lists what each stands for. */
export type RefusalRule = AddressRule | "port";

export interface Refusal {
  readonly rule: RefusalRule;
  /** As it is read: the host `0x7f.1` is the address 127.0.0.1. */
  readonly host: string;
  readonly port: number;
  /** A name that leads to a forbidden address. Which one is not told: it would map the operator's network. */
  readonly resolved: boolean;
}

const KINDS: Readonly<Record<AddressRule, string>> = {
  metadata: "a cloud's metadata address",
  unspecified: "an unspecified address",
  loopback: "a loopback address",
  private: "a private address",
  carrier_nat: "a carrier's internal address",
  link_local: "a link-local address",
  unique_local: "a unique local address",
  site_local: "a site-local address",
  documentation: "an address for documentation",
  benchmarking: "an address for benchmarks",
  multicast: "a multicast address",
  broadcast: "the broadcast address",
  ipv4_mapped: "an IPv4-mapped address",
  ipv4_translated: "an IPv4-translated address",
  ipv4_compatible: "an IPv4-compatible address",
  nat64: "a NAT64 address",
  six_to_four: "a 6to4 address",
  teredo: "a Teredo address",
  discard: "an address that discards",
  as112: "an AS112 address",
  amt: "an AMT address",
  orchid: "an ORCHID",
  reserved: "a reserved address",
  isatap: "an ISATAP address",
};

export function describeRefusal({ rule, host, port, resolved }: Refusal): string {
  if (rule === "port") return `Port ${port} of ${host} is not one that is sent to (rule: port).`;
  const is = resolved ? "leads to" : "is";
  return `${host} ${is} ${KINDS[rule]}, which is not sent to (rule: ${rule}).`;
}

export interface RefusalText {
  readonly message: string;
  readonly expected: string;
  readonly received: string;
  readonly fix: string;
}

/** For the field that holds the address. */
export function explainRefusal({ rule, host, port, resolved }: Refusal): RefusalText {
  if (rule === "port") {
    return {
      message: "names a port that is not sent to (rule: port)",
      expected: "port 80 or 443, or one from 1024 on that no database, broker or remote control uses",
      received: `port ${port}`,
      fix: "Let the receiver listen on another port, or put a web server in front of it.",
    };
  }
  return {
    message: `${resolved ? "leads to" : "is"} ${KINDS[rule]}, which is not sent to (rule: ${rule})`,
    expected: "an address that the whole internet can reach",
    received: resolved ? `the name ${host}` : host,
    fix: "Use the receiver's public address. One inside the operator's own network is allowed by the operator alone, with STELLWERK_ALLOW_ADDRESSES.",
  };
}
