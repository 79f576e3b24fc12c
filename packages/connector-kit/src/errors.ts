/**
 * Mistakes in a connector's own code. What the network or a target does is never an exception:
 * it is an `Exchange`, and then an `Outcome`.
 */

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

/** A request to a host that the connector does not name in `hosts`. */
export class HostNotDeclaredError extends ConnectorKitError {
  readonly code = "connector.host_not_declared";
}
