/** Mistakes in our own code; what happens to a delivery is never an exception. */

/** Base of every error this package throws on purpose; any other error is a bug. */
export abstract class DeliveryError extends Error {
  abstract readonly code: string;
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** Something happened to a delivery that cannot happen in its state. */
export class IllegalTransitionError extends DeliveryError {
  readonly code = "delivery.illegal_transition";
  constructor(from: string, event: string) {
    super(`A delivery that is ${from} cannot ${event}; the table is in transitions.ts`);
  }
}
