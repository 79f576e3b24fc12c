/**
 * Mistakes in a connector's own code. What the network or a target does is never an exception:
 * it is an `Exchange`, and then an `Outcome`.
 */
import { describeRefusal } from "./guard/refusal.ts";
import type { Refusal } from "./guard/refusal.ts";

/** Base of every error this package throws on purpose; any other error is a bug. */
export abstract class ConnectorKitError extends Error {
  abstract readonly code: string;
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** A definition that cannot work: thrown when the connector is loaded. */
export class ConnectorDefinitionError extends ConnectorKitError {
  readonly code = "connector.definition";
}

/** The target is not one to send to. For undici, which knows nothing but errors; the client makes a `Failure` of it. */
export class AddressRefusedError extends ConnectorKitError {
  readonly code = "connector.address_refused";
  constructor(refusal: Refusal) {
    super(describeRefusal(refusal));
  }
}

/** The name has no address. As above, a `Failure` by the time anybody sees it. */
export class NameUnresolvedError extends ConnectorKitError {
  readonly code = "connector.name_unresolved";
  /** Of c-ares: ENOTFOUND, ESERVFAIL, ETIMEOUT, … */
  readonly dnsCode: string;
  constructor(dnsCode: string) {
    super("the name has no address");
    this.dnsCode = dnsCode;
  }
}

/** A request to a host that the connector does not name in `hosts`. */
export class HostNotDeclaredError extends ConnectorKitError {
  readonly code = "connector.host_not_declared";
}

/** What cannot be remembered: too long, too many, or a secret. */
export class RememberError extends ConnectorKitError {
  readonly code = "connector.remember";
}

/** A probe asked for something that may change its target. */
export class ProbeNotReadOnlyError extends ConnectorKitError {
  readonly code = "connector.probe_not_read_only";
}
