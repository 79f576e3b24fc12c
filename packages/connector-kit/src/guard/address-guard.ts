/**
 * Decides which addresses may be dialled. Pure: it asks no network.
 *
 * @example
 * const guard = createAddressGuard({ allowAddresses: ["10.1.0.0/16"] });
 * guard.refuseAddress("127.0.0.1", 80)?.rule; // "loopback"
 */
import ipaddr from "ipaddr.js";
import { isInRange, parseRange, ruleAgainst } from "./address-rules.ts";
import type { Address } from "./address-rules.ts";
import { embeddedAddresses } from "./embedded-address.ts";
import { isPortForbidden } from "./port-rule.ts";
import type { Refusal, RefusalRule } from "./refusal.ts";

export interface AddressGuardOptions {
  /** `10.1.0.0/16`, `::1`: what the operator allows in spite of the rules, on every port. */
  readonly allowAddresses?: readonly string[] | undefined;
}

/** What is known of a host before anybody is asked. */
type HostVerdict =
  | { readonly kind: "refused"; readonly refusal: Refusal }
  | { readonly kind: "addresses"; readonly addresses: readonly string[] }
  | { readonly kind: "name" };

export interface AddressGuard {
  /** Of an address in any notation; what cannot be read is refused. */
  refuseAddress(address: string, port: number): Refusal | undefined;
  /** Of a URL's host, `[::1]` as well as `::1`. */
  judgeHost(host: string, port: number): HostVerdict;
  /** Of everything a name resolved to: one forbidden address forbids the name. */
  refuseResolved(name: string, addresses: readonly string[], port: number): Refusal | undefined;
}

const LOOPBACK = ["127.0.0.1", "::1"];
/** RFC 6761: never a question to the DNS, which might answer anything. */
const LOCALHOST = /^(?:.+\.)?localhost\.?$/i;

export function createAddressGuard({ allowAddresses = [] }: AddressGuardOptions = {}): AddressGuard {
  const allowed = allowAddresses.map(parseRange);
  const isAllowed = (address: Address): boolean => allowed.some((range) => isInRange(address, range));

  function ruleFor(address: Address, port: number): RefusalRule | undefined {
    const rule = ruleAgainst(address);
    if (!isAllowed(address)) return rule ?? (isPortForbidden(port) ? "port" : undefined);
    if (rule === undefined) return undefined;
    const inside = embeddedAddresses(address, rule);
    return inside.every((each) => ruleFor(each, port) === undefined) ? undefined : rule;
  }

  function refuse(host: string, address: string, port: number, resolved: boolean): Refusal | undefined {
    const rule = ipaddr.isValid(address) ? ruleFor(ipaddr.parse(address), port) : "reserved";
    return rule === undefined ? undefined : { rule, host, port, resolved };
  }

  const refuseAddress = (address: string, port: number): Refusal | undefined =>
    refuse(address, address, port, false);

  return {
    refuseAddress,
    refuseResolved(name, addresses, port) {
      for (const address of addresses) {
        const refusal = refuse(name, address, port, true);
        if (refusal !== undefined) return refusal;
      }
      return undefined;
    },
    judgeHost(host, port) {
      const bare = host.startsWith("[") ? host.slice(1, -1) : host;
      if (LOCALHOST.test(bare)) {
        const addresses = LOOPBACK.filter((address) => refuseAddress(address, port) === undefined);
        if (addresses.length > 0) return { kind: "addresses", addresses };
        return { kind: "refused", refusal: { rule: "loopback", host: bare, port, resolved: false } };
      }
      // Lenient on purpose: what any resolver would take for an address is judged as one.
      if (ipaddr.isValid(bare) || host !== bare) {
        const refusal = refuseAddress(bare, port);
        return refusal === undefined
          ? { kind: "addresses", addresses: [ipaddr.parse(bare).toString()] }
          : { kind: "refused", refusal };
      }
      // With nothing allowed no answer of the DNS could lift the rule about ports.
      if (allowed.length === 0 && isPortForbidden(port)) {
        return { kind: "refused", refusal: { rule: "port", host: bare, port, resolved: false } };
      }
      return { kind: "name" };
    },
  };
}
